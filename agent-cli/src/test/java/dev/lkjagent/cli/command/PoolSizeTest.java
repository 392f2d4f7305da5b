package dev.lkjagent.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.json.lenient.ReplyForm;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolSizeTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyLengthHasAPoolThatCanBeMade(boolean editable) {
    for (long bytes = 0; bytes <= 1L << 40; bytes = 2 * bytes + 1) {
      for (long length = bytes; length <= bytes + 2; length++) {
        PoolSize size = PoolSize.atLeast(length, editable);
        PoolSpec spec = size.spec();
        assertThat(size.bytes()).isLessThanOrEqualTo(PoolSize.mostBytes(editable));
        if (length <= PoolSize.mostBytes(editable)) {
          assertThat((long) size.bytes()).isGreaterThanOrEqualTo(length);
        }
        assertThat(spec.tiers()).contains(new PoolSpec.Tier(size.bytes(), editable ? 3 : 1));
        assertThat(spec.documentNodes()).isEqualTo(size.documentNodes()).isPositive();
      }
    }
  }

  @Test
  void whatNoPoolCanHoldIsALackOfRoomAndNotARejection() {
    byte[] piece = new byte[1 << 20];
    Arrays.fill(piece, (byte) '1');
    List<byte[]> pieces = Collections.nCopies((1 << 8) + 1, piece);
    try (TextReading reading = new TextReading(true)) {
      TextReading.Result result = reading.readReply(ReplyForm.ANY, pieces);
      assertThat(result.accepted()).isFalse();
      assertThat(result.malformed()).isFalse();
      assertThat(result.status()).isEqualTo(Status.TOO_LARGE);
      assertThat(result.message()).contains("269484032 bytes", "268435456: split it");
    }
  }

  @Test
  void aReplyOfSomeMebibytesIsRead() {
    String text = "<agent><next_state>" + "x & y ".repeat(800_000) + "</next_state></agent>";
    try (TextReading reading = new TextReading(true)) {
      TextReading.Result result = reading.readReply(ReplyForm.ANY, List.of(text.getBytes(UTF_8)));
      assertThat(result).isEqualTo(TextReading.Result.OK);
    }
  }

  @Test
  void aReplyThatGrowsWhenItIsRepairedIsRead() {
    byte[] text = new byte[100_000];
    Arrays.fill(text, (byte) 1);
    text[0] = '"';
    try (TextReading reading = new TextReading(true)) {
      assertThat(reading.readReply(ReplyForm.JSON, List.of(text))).isEqualTo(TextReading.Result.OK);
    }
  }

  @Test
  void aTextWithMoreNodesThanItsBytesSuggestIsRead() {
    String text = "<a>" + "<b/>x".repeat(30_000) + "</a>";
    try (TextReading reading = new TextReading(false)) {
      assertThat(reading.read(TextForm.XML, text.getBytes(UTF_8))).isEqualTo(TextReading.Result.OK);
    }
  }
}
