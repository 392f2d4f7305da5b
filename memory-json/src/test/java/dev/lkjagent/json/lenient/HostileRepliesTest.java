package dev.lkjagent.json.lenient;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Texts made to be read again and again. Four times as long a text may take about four times the
 * processor's time; a reader that is not linear would need sixteen times as much. Each pattern is
 * judged by itself, and measured again before it is blamed.
 */
class HostileRepliesTest {
  private static final int WHOLE = 1 << 15;
  private static final int BYTEWISE = 1 << 12;
  private static final List<String> HEADS =
      List.of("", "{\"a\":\"", "[", "{", "<agent><value>", "x ");
  private static final List<String> PATTERNS =
      List.of(
          "\"",
          "'",
          "\"a",
          "\"a,",
          "\"a, ",
          ",\"b\" ",
          "{\"a ",
          "[\"",
          "{",
          "[",
          "(",
          "((1",
          "/",
          "/*",
          "//x",
          "#x\n",
          "\\",
          "\\\"",
          " ",
          "\n",
          "\u00a0",
          "<",
          "<a",
          "<a ",
          "<a>",
          "</a>",
          "<a b=\"",
          "<a b=\"c\" ",
          "<!--",
          "<![CDATA[",
          "<?x",
          "<think>",
          "</think>",
          "<agent>",
          "</agent>",
          "```",
          "```\n",
          "~~~ ",
          "&",
          "&am",
          "x y ",
          "1 ",
          "-",
          "a:",
          "a\":",
          "\"a\" \"b",
          "\"a\":",
          "{\"a\":{",
          "}",
          "]",
          "},{",
          "...",
          "\"+",
          "\u201c",
          "\ud83d\ude00",
          "f(",
          "http://a,",
          "<a><b></a>",
          "<value>",
          "<type>",
          "<action>",
          "``` <b> ",
          "\"x\" y, ",
          "{\"a\": \"b, \"c\" d\" ",
          "\"}",
          "\"]x",
          "e1,2,");

  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final int FACTOR = 4;
  private static final double MOST = 9;
  private static final int ATTEMPTS = 8;

  private final Lenient lenient = new Lenient();

  @Test
  @Timeout(300)
  void theTimeForAWholeReplyIsLinearInItsLength() {
    eachIsLinear(WHOLE, bytes -> lenient.read(ReplyForm.ANY, bytes));
    assertThat(lenient.parser().repairs().size()).isPositive();
  }

  @Test
  @Timeout(300)
  void theTimeForAReplyThatComesByteByByteIsLinearInItsLength() {
    eachIsLinear(BYTEWISE, bytes -> lenient.feedEach(ReplyForm.ANY, bytes));
    assertThat(lenient.parser().repairs().size()).isPositive();
  }

  private static void eachIsLinear(int size, Consumer<byte[]> reader) {
    for (String head : HEADS) {
      for (String pattern : PATTERNS) {
        byte[] shorter = text(head, pattern, size);
        byte[] longer = text(head, pattern, FACTOR * size);
        double least = Double.MAX_VALUE;
        for (int i = 0; i < ATTEMPTS && least > MOST; i++) {
          // The least that either ever took: what disturbs a measurement only adds to it.
          least = (double) nanos(reader, longer) / Math.max(1, nanos(reader, shorter));
        }
        assertThat(least).as("%s, then %s again and again", head, pattern).isLessThan(MOST);
      }
    }
  }

  private static byte[] text(String head, String pattern, int size) {
    int bytes = pattern.getBytes(StandardCharsets.UTF_8).length;
    return (head + pattern.repeat(size / bytes)).getBytes(StandardCharsets.UTF_8);
  }

  private static long nanos(Consumer<byte[]> reader, byte[] text) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long before = CLOCK.getCurrentThreadCpuTime();
      reader.accept(text);
      least = Math.min(least, CLOCK.getCurrentThreadCpuTime() - before);
    }
    return least;
  }
}
