package dev.lkjagent.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.json.xml.XmlMapping;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Answers rows as they come, each within a time limit; whatever happens to one, the next is read.
 */
final class ConvertBatch implements AutoCloseable {
  private final ObjectMapper mapper = new ObjectMapper();
  private final PrintWriter out;
  private final XmlMapping.Form form;
  private final TimedWorker worker;
  private RowReading reading;

  ConvertBatch(PrintWriter out, XmlMapping.Form form) {
    this(out, form, TimedWorker.LIMIT_MILLIS);
  }

  ConvertBatch(PrintWriter out, XmlMapping.Form form, int limitMillis) {
    this.out = out;
    this.form = form;
    worker = new TimedWorker("convert", limitMillis);
    reading = new RowReading(mapper, form);
  }

  /**
   * Converts all rows, each before the next one is read.
   *
   * @return whether every one was accepted
   * @throws IOException if the rows can't be read
   */
  boolean run(InputStream rows) throws IOException {
    boolean accepted = true;
    InputStream buffered = new BufferedInputStream(rows);
    for (byte[] line = next(buffered); line != null; line = next(buffered)) {
      if (!isBlank(line)) {
        RowReading.Answer answer = answer(BatchRow.of(mapper, line));
        out.println(answer.line());
        out.flush();
        accepted &= answer.accepted();
      }
    }
    return accepted;
  }

  private static byte @Nullable [] next(InputStream rows) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b = rows.read();
    if (b < 0) {
      return null;
    }
    for (; b >= 0 && b != '\n'; b = rows.read()) {
      line.write(b);
    }
    return line.toByteArray();
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b < 0 || b > ' ') {
        return false;
      }
    }
    return true;
  }

  private RowReading.Answer answer(BatchRow row) {
    String problem = row.problem();
    if (problem != null) {
      return new RowReading.Answer(row.refusal(mapper, "ROW", 0, problem), false);
    }
    RowReading current = reading;
    return answer(row, () -> current.answer(row));
  }

  /** Waits for the answer to a row as long as the limit allows. */
  RowReading.Answer answer(BatchRow row, Callable<RowReading.Answer> question) {
    try {
      return worker.ask(question);
    } catch (TimeoutException e) {
      return failed(row, Verdict.Kind.HANG, String.valueOf(e.getMessage()));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return cause instanceof OutOfMemoryError
          ? failed(row, Verdict.Kind.ERROR, "no memory for a pool of its size; raise -Xmx")
          : failed(row, Verdict.Kind.CRASH, String.valueOf(cause));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(row, Verdict.Kind.ERROR, "interrupted");
    }
  }

  private RowReading.Answer failed(BatchRow row, Verdict.Kind kind, String message) {
    worker.leave(reading::close);
    reading = new RowReading(mapper, form);
    return new RowReading.Answer(row.refusal(mapper, kind.name(), 0, message), false);
  }

  @Override
  public void close() {
    worker.closeAfter(reading::close);
  }
}
