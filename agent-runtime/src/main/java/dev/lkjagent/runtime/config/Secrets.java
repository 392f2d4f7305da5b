package dev.lkjagent.runtime.config;

import java.util.regex.Pattern;

/** Keeps what may be a secret out of what is printed. */
final class Secrets {
  private static final String NAMES = "key|token|secret|passw|signature|sig|credential|auth";

  /** A parameter of a URL whose name suggests a secret. */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "([?&][^=&\\s]*(?:" + NAMES + ")[^=&\\s]*=)[^&\"\\s]+", Pattern.CASE_INSENSITIVE);

  private static final Pattern USER_INFO = Pattern.compile("(://)[^/@\\s\"]+@");

  private static final Pattern NAME = Pattern.compile(NAMES, Pattern.CASE_INSENSITIVE);

  private Secrets() {}

  /** The text without the user of a URL and without parameters that look like secrets. */
  static String mask(String text) {
    String masked = USER_INFO.matcher(text).replaceAll("$1***@");
    return PARAMETER.matcher(masked).replaceAll("$1***");
  }

  /** A value whose own name may suggest a secret. */
  static String maskNamed(String path, String json) {
    boolean free = path.startsWith("llm.body");
    return free && NAME.matcher(path.substring(path.lastIndexOf('.') + 1)).find()
        ? "\"***\""
        : mask(json);
  }
}
