package dev.lkjagent.cli.command;

import dev.lkjagent.cli.command.Verdict.Kind;
import dev.lkjagent.cli.shell.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads files on a thread of its own, so that one that never ends is noticed. Such a thread is left
 * behind (it is a daemon) and another takes its place.
 */
final class Examiner implements AutoCloseable {
  private static final int LIMIT_SECONDS = 5;

  private final int limitMillis;
  private ExecutorService worker = worker();
  private TextReading reading = new TextReading(false);

  Examiner() {
    this(LIMIT_SECONDS * 1000);
  }

  Examiner(int limitMillis) {
    this.limitMillis = limitMillis;
  }

  private static ExecutorService worker() {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, "check");
          thread.setDaemon(true);
          return thread;
        });
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
  Verdict examine(java.util.concurrent.Callable<Verdict> question) {
    Future<Verdict> answer = worker.submit(question);
    try {
      return answer.get(limitMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      worker.shutdownNow();
      worker = worker();
      reading = new TextReading(false);
      return Verdict.of(Kind.HANG, "no answer within " + limitMillis + " ms");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      reading = new TextReading(false);
      return cause instanceof OutOfMemoryError
          ? Verdict.of(Kind.ERROR, "no memory for a pool of its size; raise -Xmx")
          : Verdict.of(Kind.CRASH, String.valueOf(cause));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Verdict.of(Kind.ERROR, "interrupted");
    }
  }

  @Override
  public void close() {
    worker.execute(reading::close);
    worker.shutdown();
  }
}
