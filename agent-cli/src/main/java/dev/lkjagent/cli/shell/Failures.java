package dev.lkjagent.cli.shell;

import dev.lkjagent.runtime.fault.FaultException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Turns whatever ends a command early into sentences and an exit code. */
public final class Failures {
  private Failures() {}

  /**
   * Reports a failure on the standard error.
   *
   * @param thrown what ended the command
   * @param terminal where to report
   * @param stackTrace whether to show where it came from
   * @return what the process answers
   */
  public static ExitCode report(Throwable thrown, Terminal terminal, boolean stackTrace) {
    @Nullable CommandFailure known = explain(thrown);
    PrintWriter err = terminal.err();
    if (known == null) {
      err.println(terminal.red("error:") + " a defect in LKJAgent: " + thrown);
      err.println(
          stackTrace
              ? "Please report it with the trace below."
              : "Run again with --stacktrace and report what it shows.");
    } else {
      err.println(terminal.red("error:") + " " + known.getMessage());
      if (known.wayOut() != null) {
        err.println(known.wayOut());
      }
    }
    if (stackTrace) {
      thrown.printStackTrace(err);
    }
    err.flush();
    return known == null ? ExitCode.INTERNAL : known.exitCode();
  }

  private static @Nullable CommandFailure explain(Throwable thrown) {
    boolean wrapper = thrown instanceof ExecutionException || thrown instanceof CompletionException;
    if (wrapper && thrown.getCause() != null) {
      return explain(thrown.getCause());
    }
    if (thrown instanceof CommandFailure failure) {
      return failure;
    }
    if (thrown instanceof FaultException carrier) {
      return CommandFailure.of(carrier.fault());
    }
    if (thrown instanceof UncheckedIOException unchecked) {
      return explain(Objects.requireNonNull(unchecked.getCause()));
    }
    if (thrown instanceof FileSystemException file) {
      return file(file);
    }
    return thrown instanceof IOException
        ? new CommandFailure(
            ExitCode.INPUT,
            "reading or writing failed: " + thrown.getMessage() + ".",
            "Run again with --stacktrace if that does not tell why.",
            thrown)
        : null;
  }

  /**
   * Why a file could not be used, without the name of it.
   *
   * @param failure what reading or writing ended with
   * @return the rest of a sentence that begins with the file's name
   */
  public static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "does not exist";
    }
    if (failure instanceof AccessDeniedException) {
      return "may not be read or written by this user";
    }
    return "cannot be used: "
        + (failure instanceof FileSystemException file && file.getReason() != null
            ? file.getReason()
            : failure.getMessage());
  }

  private static CommandFailure file(FileSystemException failure) {
    String path = failure.getFile() == null ? "a file" : failure.getFile();
    if (failure instanceof NoSuchFileException) {
      return new CommandFailure(
          ExitCode.INPUT, path + " " + reason(failure) + ".", "Check the path.", failure);
    }
    if (failure instanceof AccessDeniedException) {
      return new CommandFailure(
          ExitCode.INPUT,
          path + " " + reason(failure) + ".",
          "Change its permissions, or name another path.",
          failure);
    }
    return new CommandFailure(
        ExitCode.INPUT, path + " " + reason(failure) + ".", "Name another path.", failure);
  }
}
