package dev.lkjagent.json.lenient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Texts made to be read again and again. A reader that is not linear would need hours for them; the
 * limit below is what a slow machine needs a hundred times over.
 */
class HostileRepliesTest {
  private static final int LARGE = 1 << 20;
  private static final int BYTEWISE = 1 << 15;
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

  private final Lenient lenient = new Lenient();

  @Test
  @Timeout(300)
  void largeTextsOfOnePatternAreReadInOneGo() {
    for (String head : HEADS) {
      for (String pattern : PATTERNS) {
        byte[] bytes =
            (head + pattern.repeat(LARGE / 8 / pattern.length())).getBytes(StandardCharsets.UTF_8);
        lenient.read(ReplyForm.ANY, bytes);
      }
    }
    assertThat(lenient.parser().repairs().size()).isPositive();
  }

  @Test
  @Timeout(300)
  void textsOfOnePatternAreReadByteByByte() {
    for (String head : HEADS) {
      for (String pattern : PATTERNS) {
        byte[] bytes =
            (head + pattern.repeat(BYTEWISE / 8 / pattern.length()))
                .getBytes(StandardCharsets.UTF_8);
        lenient.feedEach(ReplyForm.ANY, bytes);
      }
    }
    assertThat(lenient.parser().repairs().size()).isPositive();
  }
}
