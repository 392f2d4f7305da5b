package dev.lkjagent.cli.shell;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every command takes, before or after its name. */
public final class SharedOptions {
  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log more: -v information, -vv everything.")
  private boolean[] verbose = {};

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "With an error, show where it came from (also: LKJAGENT_DEBUG=1).")
  private boolean stackTrace;

  @Option(
      names = "--class-path",
      paramLabel = "PATH",
      scope = ScopeType.INHERIT,
      description =
          "Jars and folders with agents of your own, separated as Java does (also:"
              + " LKJAGENT_CLASSPATH).")
  private @Nullable String classPath;

  /** The options' defaults. */
  public SharedOptions() {}

  /**
   * How much is logged.
   *
   * @return a level of the logging backend
   */
  public String logLevel() {
    return switch (verbose.length) {
      case 0 -> "WARN";
      case 1 -> "INFO";
      default -> "DEBUG";
    };
  }

  /**
   * Whether an error shows where it came from.
   *
   * @return true if {@code --stacktrace} was given
   */
  public boolean stackTrace() {
    return stackTrace;
  }

  /**
   * Where more agents are looked for.
   *
   * @param environment the environment's variables
   * @return jars and folders, separated as Java does; empty for none
   */
  public String classPath(Map<String, String> environment) {
    return classPath == null ? environment.getOrDefault("LKJAGENT_CLASSPATH", "") : classPath;
  }
}
