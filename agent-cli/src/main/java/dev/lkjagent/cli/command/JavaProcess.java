package dev.lkjagent.cli.command;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The same command in a JVM of its own, with other options; it reads and writes what this does. */
final class JavaProcess {
  private static final String MAIN = "dev.lkjagent.cli.Main";
  private static final String INSIDE = "lkjagent.inside";

  private JavaProcess() {}

  /** Whether this is such a JVM. */
  static boolean isInside() {
    return Boolean.getBoolean(INSIDE);
  }

  static int run(List<String> options, List<String> arguments, Interruption interruption)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String given : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (options.stream().noneMatch(option -> replaces(option, given))) {
        command.add(given);
      }
    }
    command.addAll(options);
    command.add("-D" + INSIDE + "=true");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(MAIN);
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).inheritIO().start();
    interruption.quietly();
    interruption.closes(process::destroy);
    return process.waitFor();
  }

  /** Whether one option stands for another: the same limit with another value. */
  private static boolean replaces(String option, String given) {
    return given.startsWith("-agentlib:jdwp")
        || option.length() >= 4
            && option.startsWith("-Xm")
            && given.startsWith(option.substring(0, 4));
  }
}
