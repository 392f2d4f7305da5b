package dev.lkjagent.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.json.xml.XmlMapping;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ConvertBatchTest {
  /** One more than pools can be open at a time. */
  private static final int MORE_THAN_POOLS = 256;

  private static final String ROW = "{\"id\":7,\"input\":\"[1]\"}\n";

  private final StringWriter written = new StringWriter();
  private final PrintWriter out = new PrintWriter(written);
  private final BatchRow row = BatchRow.of(new ObjectMapper(), ROW.getBytes(UTF_8));

  @Test
  void aRowThatNeedsTooMuchMemoryDoesNotEndTheBatch() throws IOException {
    try (ConvertBatch batch = new ConvertBatch(out, XmlMapping.Form.SIMPLE)) {
      RowReading.Answer answer =
          batch.answer(
              row,
              () -> {
                throw new OutOfMemoryError();
              });
      assertThat(answer.accepted()).isFalse();
      assertThat(answer.line()).startsWith("{\"id\":7,\"error\":{\"code\":\"ERROR\"");
      theNextRowIsRead(batch);
    }
  }

  @Test
  void aRowThatEndsInADefectDoesNotEndTheBatch() throws IOException {
    try (ConvertBatch batch = new ConvertBatch(out, XmlMapping.Form.SIMPLE)) {
      RowReading.Answer answer =
          batch.answer(
              row,
              () -> {
                throw new StackOverflowError();
              });
      assertThat(answer.line()).contains("\"code\":\"CRASH\"", "StackOverflowError");
      theNextRowIsRead(batch);
    }
  }

  @Test
  void rowsThatEndInDefectsLeaveNoPoolsOpen() throws IOException {
    try (ConvertBatch batch = new ConvertBatch(out, XmlMapping.Form.SIMPLE)) {
      for (int i = 0; i < MORE_THAN_POOLS; i++) {
        assertThat(batch.run(new ByteArrayInputStream(ROW.getBytes(UTF_8)))).isTrue();
        batch.answer(
            row,
            () -> {
              throw new StackOverflowError();
            });
      }
      written.getBuffer().setLength(0);
      theNextRowIsRead(batch);
    }
  }

  @Test
  void aRowThatNeverEndsIsAHang() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch given = new CountDownLatch(1);
    try (ConvertBatch batch = new ConvertBatch(out, XmlMapping.Form.SIMPLE, 50)) {
      RowReading.Answer answer =
          batch.answer(
              row,
              () -> {
                try {
                  never.await();
                } catch (InterruptedException up) {
                  given.countDown();
                }
                return new RowReading.Answer("", true);
              });
      assertThat(answer.accepted()).isFalse();
      assertThat(answer.line()).contains("\"id\":7", "\"code\":\"HANG\"", "50 ms");
      assertThat(given.await(60, TimeUnit.SECONDS)).as("it is told to give up").isTrue();
      assertThat(batch.answer(row, () -> new RowReading.Answer("x", true)).accepted()).isTrue();
    }
  }

  private void theNextRowIsRead(ConvertBatch batch) throws IOException {
    assertThat(batch.run(new ByteArrayInputStream(ROW.getBytes(UTF_8)))).isTrue();
    assertThat(written.toString().strip()).isEqualTo("{\"id\":7,\"output\":[1],\"repairs\":[]}");
  }

  /** Gives a second row only once the first one was answered. */
  private final class Dialogue extends InputStream {
    private final byte[] rows = (ROW + ROW).getBytes(UTF_8);
    private int given;

    @Override
    public int read() {
      return given == rows.length ? -1 : rows[given++];
    }

    @Override
    public int read(byte[] into, int from, int count) {
      if (given == rows.length) {
        return -1;
      }
      if (given > 0) {
        assertThat(written.toString()).contains("\"output\":[1]");
      }
      System.arraycopy(rows, given, into, from, ROW.length());
      given += ROW.length();
      return ROW.length();
    }
  }

  @Test
  void aRowIsAnsweredBeforeTheNextOneIsRead() throws IOException {
    try (ConvertBatch batch = new ConvertBatch(out, XmlMapping.Form.SIMPLE)) {
      assertThat(batch.run(new Dialogue())).isTrue();
    }
    assertThat(written.toString().split("\\R")).hasSize(2);
  }
}
