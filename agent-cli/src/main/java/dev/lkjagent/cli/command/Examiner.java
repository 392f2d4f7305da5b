package dev.lkjagent.cli.command;

import dev.lkjagent.cli.command.Verdict.Kind;
import dev.lkjagent.cli.shell.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads files, each within a time limit. */
final class Examiner implements AutoCloseable {
  private final TimedWorker worker;
  private TextReading reading = new TextReading(false);

  Examiner() {
    this(TimedWorker.LIMIT_MILLIS);
  }

  Examiner(int limitMillis) {
    worker = new TimedWorker("check", limitMillis);
  }

  /** Reads a file; {@code wanted} is null if its name or its first sign is to tell what it is. */
  Verdict examine(Path file, @Nullable TextForm wanted) {
    byte[] text;
    try {
      text = Files.readAllBytes(file);
    } catch (IOException e) {
      return Verdict.of(Kind.ERROR, Failures.reason(e));
    } catch (OutOfMemoryError e) {
      return Verdict.of(Kind.ERROR, "does not fit into the memory of this process; raise -Xmx");
    }
    TextForm form = wanted == null ? TextForm.guess(file.toString(), text) : wanted;
    return examine(() -> verdict(form, text));
  }

  private Verdict verdict(TextForm form, byte[] text) {
    TextReading.Result result = reading.read(form, text);
    if (result.accepted()) {
      return Verdict.ACCEPTED;
    }
    String code = result.code() == null ? result.status().name() : result.code();
    return result.malformed()
        ? Verdict.rejected(code, text, result.offset(), result.message())
        : Verdict.of(Kind.ERROR, result.message());
  }

  /** Waits for a verdict as long as the limit allows. */
  Verdict examine(Callable<Verdict> question) {
    try {
      return worker.ask(question);
    } catch (TimeoutException e) {
      leaveReading();
      return Verdict.of(Kind.HANG, String.valueOf(e.getMessage()));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      leaveReading();
      return cause instanceof OutOfMemoryError
          ? Verdict.of(Kind.ERROR, "no memory for a pool of its size; raise -Xmx")
          : Verdict.of(Kind.CRASH, String.valueOf(cause));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Verdict.of(Kind.ERROR, "interrupted");
    }
  }

  /** What was read with may be half-way through a text. */
  private void leaveReading() {
    worker.leave(reading::close);
    reading = new TextReading(false);
  }

  @Override
  public void close() {
    worker.closeAfter(reading::close);
  }
}
