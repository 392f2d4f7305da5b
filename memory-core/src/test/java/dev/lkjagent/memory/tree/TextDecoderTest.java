package dev.lkjagent.memory.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TextDecoderTest {
  static Arguments[] texts() {
    return new Arguments[] {
      Arguments.of(Tape.STRING_ESCAPED, "a\\n\\t\\\"\\/\\\\\\b\\f\\r", "a\n\t\"/\\\b\f\r"),
      Arguments.of(
          Tape.STRING_ESCAPED,
          "longer than a word\\nand more\\u0041 than two\\\\\\\\ of them: ]]]]]]]]\\u20ac[[[",
          "longer than a word\nand moreA than two\\\\ of them: ]]]]]]]]€[[["),
      Arguments.of(Tape.KEY_ESCAPED, "\\u00e9\\u65E5\\ud83d\\uDE00x", "é日😀x"),
      Arguments.of(Tape.TEXT_ESCAPED, "a\r\nb\rc\n&lt;&amp;&gt;", "a\nb\nc\n<&>"),
      Arguments.of(Tape.TEXT_ESCAPED, "&#65;&#x1F600;&apos;&quot;", "A😀'\""),
      Arguments.of(Tape.ATTRIBUTE_ESCAPED, "a\r\nb\tc\nd&#10;e", "a b c d\ne"),
      Arguments.of(Tape.CDATA_ESCAPED, "a\r\n&lt;\r", "a\n&lt;\n"),
      Arguments.of(Tape.COMMENT, "a\r\n&b", "a\n&b"),
    };
  }

  @ParameterizedTest
  @MethodSource("texts")
  void whatIsWrittenBecomesWhatIsMeant(int kind, String written, String meant) {
    byte[] source = ("<" + written + ">").getBytes(UTF_8);
    int length = source.length - 2;
    byte[] expected = meant.getBytes(UTF_8);
    byte[] target = new byte[expected.length + 2];
    assertThat(TextDecoder.length(kind, source, 1, length)).isEqualTo(expected.length);
    assertThat(TextDecoder.decode(kind, source, 1, length, target, 1)).isEqualTo(expected.length);
    assertThat(new String(target, 1, expected.length, UTF_8)).isEqualTo(meant);
    assertThat(target[expected.length + 1]).isZero();
    assertThat(TextDecoder.equalTo(kind, source, 1, length, expected, 0, expected.length)).isTrue();
    expected[expected.length - 1] ^= 1;
    assertThat(TextDecoder.equalTo(kind, source, 1, length, expected, 0, expected.length))
        .isFalse();
    assertThat(TextDecoder.equalTo(kind, source, 1, length, expected, 0, expected.length - 1))
        .isFalse();
  }
}
