package dev.lkjagent.cli.shell;

import dev.lkjagent.runtime.fault.Fault;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ends a command for a reason that its user can understand and mend. Shown as two sentences, what
 * is wrong and the way out, without a stack trace.
 */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;
  private final @Nullable String wayOut;

  /**
   * A failure.
   *
   * @param exitCode what the process answers
   * @param problem what is wrong: names the thing, the value and the limit
   * @param wayOut what the user can do about it; null if {@code problem} says so already
   * @param cause the exception behind it, shown with {@code --stacktrace}
   */
  public CommandFailure(
      ExitCode exitCode, String problem, @Nullable String wayOut, @Nullable Throwable cause) {
    super(Objects.requireNonNull(problem, "problem"), cause);
    this.exitCode = Objects.requireNonNull(exitCode, "exitCode");
    this.wayOut = wayOut;
  }

  /**
   * A failure that no exception led to.
   *
   * @param exitCode what the process answers
   * @param problem what is wrong
   * @param wayOut what the user can do about it
   */
  public CommandFailure(ExitCode exitCode, String problem, String wayOut) {
    this(exitCode, problem, wayOut, null);
  }

  /**
   * A fault of the runtime as the end of a command.
   *
   * @param fault what went wrong; its message holds the way out
   * @return the failure, with the exit code of the fault's kind
   */
  public static CommandFailure of(Fault fault) {
    return new CommandFailure(ExitCode.of(fault.code()), fault.message(), null, null);
  }

  /**
   * What the process answers.
   *
   * @return the exit code
   */
  public ExitCode exitCode() {
    return exitCode;
  }

  /**
   * What the user can do about it.
   *
   * @return a sentence, or null if the message says so
   */
  public @Nullable String wayOut() {
    return wayOut;
  }
}
