package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.config.LlmConfig;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The key of an endpoint. It leaves this class only as a header of a request: nothing prints it,
 * and {@link #scrub} takes it out of whatever an endpoint sends back.
 */
final class ApiKey {
  /** Shorter ones are place-holders of local servers, and would be found in every word. */
  private static final int MIN_SECRET = 6;

  private final @Nullable String key;
  private final String header;
  private final String source;

  private ApiKey(@Nullable String key, String header, String source) {
    this.key = key;
    this.header = header;
    this.source = source;
  }

  /** Reads the key from the file or the variable that the configuration names. */
  static ApiKey of(LlmConfig config, UnaryOperator<@Nullable String> environment) {
    if (!config.apiKeyFile().isEmpty()) {
      String source = "the file " + config.apiKeyFile() + " (llm.api_key_file)";
      return new ApiKey(checked(read(config.apiKeyFile()), source), config.apiKeyHeader(), source);
    }
    String source = "the environment variable " + config.apiKeyEnv() + " (llm.api_key_env)";
    String value = config.apiKeyEnv().isEmpty() ? null : environment.apply(config.apiKeyEnv());
    String key = value == null || value.isBlank() ? null : checked(value, source);
    return new ApiKey(key, config.apiKeyHeader(), source);
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException unreadable) {
      throw invalid(
          "cannot be read (" + unreadable.getClass().getSimpleName() + ")", "the file " + file);
    }
  }

  private static String checked(String key, String source) {
    String stripped = key.strip();
    if (stripped.isEmpty()) {
      throw invalid("holds no key", source);
    }
    for (int i = 0; i < stripped.length(); i++) {
      char c = stripped.charAt(i);
      if (c <= ' ' || c > '~') {
        throw invalid(
            "holds a key with a character that no header may have, at index " + i, source);
      }
    }
    return stripped;
  }

  private static FaultException invalid(String says, String source) {
    return FaultCode.CONFIG_INVALID
        .with(source + " " + says + "; it must hold the endpoint's key and nothing else")
        .asException();
  }

  void addTo(HttpRequest.Builder request) {
    if (key != null) {
      request.header(header, header.equalsIgnoreCase("Authorization") ? "Bearer " + key : key);
    }
  }

  /** A text from outside without the key. */
  String scrub(String text) {
    return key == null || key.length() < MIN_SECRET ? text : text.replace(key, "***");
  }

  /** Takes the key out of a text from outside that comes in pieces. */
  KeyFilter filter() {
    return new KeyFilter(
        key == null || key.length() < MIN_SECRET ? null : key.getBytes(StandardCharsets.US_ASCII));
  }

  /** What to do when the endpoint does not accept it. */
  String wayOut() {
    return key == null ? "no key was sent: set " + source : "check the key in " + source;
  }

  /** Where the key comes from; never the key. */
  @Override
  public String toString() {
    return key == null ? "no key" : "key from " + source;
  }
}
