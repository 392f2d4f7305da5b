package dev.lkjagent.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyFilterTest {
  private static String filter(String key, String text, int... cuts) {
    KeyFilter filter = new KeyFilter(key.getBytes(StandardCharsets.UTF_8));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int from = 0;
    for (int cut : cuts) {
      byte[] piece = Arrays.copyOfRange(bytes, from, cut);
      filter.feed(piece, piece.length);
      out.write(filter.bytes(), 0, filter.length());
      from = cut;
    }
    byte[] last = Arrays.copyOfRange(bytes, from, bytes.length);
    filter.end(last, last.length);
    out.write(filter.bytes(), 0, filter.length());
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void keyIsTakenOutWhereverTheTextWasCut() {
    Random random = new Random(11);
    for (int round = 0; round < 3_000; round++) {
      StringBuilder key = new StringBuilder();
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(5) + 2; i > 0; i--) {
        key.append((char) ('a' + random.nextInt(2)));
      }
      for (int i = random.nextInt(40); i > 0; i--) {
        text.append((char) ('a' + random.nextInt(2)));
      }
      int[] cuts = random.ints(4, 0, text.length() + 1).sorted().toArray();
      assertThat(filter(key.toString(), text.toString(), cuts))
          .as("key %s in %s, cut at %s", key, text, Arrays.toString(cuts))
          .isEqualTo(text.toString().replace(key, "***"));
    }
  }

  @Test
  void withoutAKeyPiecesPassAsTheyAre() {
    KeyFilter filter = new KeyFilter(null);
    byte[] piece = {1, 2, 3};
    filter.feed(piece, 3);
    assertThat(filter.bytes()).isSameAs(piece);
    assertThat(filter.length()).isEqualTo(3);
    filter.end(piece, 0);
    assertThat(filter.length()).isZero();
  }
}
