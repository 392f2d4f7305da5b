package dev.lkjagent.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MarkupTest {
  /**
   * With the neighbours of those that count, which a subtraction with a borrow may take for one.
   */
  private static final byte[] LETTERS = "<>&=?;'%\u00bc\u00a6ab ".getBytes(StandardCharsets.UTF_8);

  @Test
  void nextAndGrowthAreThoseOfACountByteByByte() {
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      byte[] text = new byte[random.nextInt(40)];
      for (int i = 0; i < text.length; i++) {
        text[i] = LETTERS[random.nextInt(LETTERS.length)];
      }
      int from = random.nextInt(text.length + 1);
      int to = from + random.nextInt(text.length - from + 1);
      int growth = 0;
      int next = to;
      for (int i = to - 1; i >= from; i--) {
        if (text[i] == '<' || text[i] == '>' || text[i] == '&') {
          growth += text[i] == '&' ? 4 : 3;
          next = i;
        }
      }
      assertThat(Markup.growth(text, from, to)).isEqualTo(growth);
      assertThat(Markup.next(text, from, to)).isEqualTo(next);
    }
  }
}
