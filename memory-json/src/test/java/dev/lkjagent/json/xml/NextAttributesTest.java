package dev.lkjagent.json.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.tree.Tape;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NextAttributesTest {
  private static final String[] NAMES = {
    "a", "ab", "abcd", "abcde", "abcdef", "abcdefg", "abcdefghijklm", "abcdefghijklmn", "x:y", "é"
  };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<i a=\"1\" b=\"2\" c=\"3\"/>",
        "<i b=\"1\" a=\"2\"/>",
        "<i a=\"1\"/>",
        "<i a=\"1\" bb=\"2\"/>",
        "<i a=\"1\" b='2'/>",
        "<i a=\"1\" b = \"2\"/>",
        "<i a=\"1\"\tb=\"2\"/>",
        "<i a=\"1\"  b=\"2\"/>",
        "<i a=\"1\" b=\"2\" b=\"3\"/>",
        "<i a=\"1\" b=\"2\" a=\"3\"/>",
        "<i a=\"1\"b=\"2\"/>",
        "<i a=\"1\" b/>",
        "<i a=\"1\" b=/>",
        "<i a=\"1\" b=\"",
        "<i a=\"1\" b=\"<\"/>",
        "<i a=\"1\" b=\"&amp;\"/>",
        "<i a=\"1\" b=\"2\" c=\"3\" d=\"4\"/>",
        "<j a=\"1\" b=\"2\"/>"
      })
  void whatAGuessCouldMistakeIsReadAsIfThereWereNone(String text) {
    XmlEngine trained = new XmlEngine(XmlOptions.DEFAULT);
    Parsed.whole(trained, "<r><i a=\"1\" b=\"2\" b=\"3\"/></r>");
    for (int time = 0; time < 3; time++) {
      Parsed.whole(trained, "<r><i a=\"1\" b=\"2\" c=\"3\"/><i a=\"4\" b=\"5\" c=\"6\"/></r>");
      Parsed fresh = Parsed.whole(new XmlEngine(XmlOptions.DEFAULT), text);
      assertThat(Parsed.whole(trained, text)).isEqualTo(fresh);
      assertThat(Parsed.bytes(trained, text.getBytes(UTF_8))).isEqualTo(fresh);
    }
  }

  @Test
  void anEngineThatHasReadMuchReadsWhatAFreshOneReads() {
    long seed = 20_261_125;
    SplittableRandom random = new SplittableRandom(seed);
    XmlEngine trained = new XmlEngine(XmlOptions.DEFAULT);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder xml = new StringBuilder("<r>");
      for (int element = random.nextInt(4); element >= 0; element--) {
        xml.append('<').append(NAMES[random.nextInt(3)]);
        for (int left = random.nextInt(5); left > 0; left--) {
          char quote = random.nextInt(8) == 0 ? '\'' : '"';
          xml.append(random.nextInt(16) == 0 ? "\n " : " ");
          xml.append(NAMES[random.nextInt(NAMES.length)]).append('=').append(quote);
          xml.append("some value".substring(random.nextInt(11))).append(quote);
        }
        xml.append("/>");
      }
      byte[] text = xml.append("</r>").toString().getBytes(UTF_8);
      if (random.nextInt(4) == 0) {
        text = Arrays.copyOf(text, random.nextInt(text.length));
      }
      assertThat(Parsed.whole(trained, text))
          .as("seed %d, text %d: %s", seed, i, new String(text, UTF_8))
          .isEqualTo(Parsed.whole(new XmlEngine(XmlOptions.DEFAULT), text));
    }
  }

  @Test
  void aGuessedAttributeCountsAgainstTheLimit() {
    XmlEngine engine =
        new XmlEngine(XmlOptions.DEFAULT.withLimits(XmlLimits.DEFAULT.withMaxAttributes(1)));
    for (int time = 0; time < 3; time++) {
      Parsed parsed = Parsed.whole(engine, "<i a=\"1\" b=\"2\"/>");
      assertThat(parsed.fault()).isEqualTo(XmlFault.TOO_MANY_ATTRIBUTES);
      assertThat(parsed.offset()).isEqualTo(9);
    }
  }

  @Test
  void guessesAreForgottenWithTheNamesTheyAreMadeOf() {
    XmlEngine engine = new XmlEngine(XmlOptions.DEFAULT);
    assertIdsNameTheKeys(engine, "<i a=\"1\" b=\"2\"/>");
    StringBuilder many = new StringBuilder("<r>");
    for (int i = 0; i < XmlNames.MOST; i++) {
      many.append("<n").append(i).append("/>");
    }
    assertIdsNameTheKeys(engine, many.append("</r>").toString());
    assertIdsNameTheKeys(engine, "<i b=\"1\" c=\"2\" a=\"3\"/>");
    assertIdsNameTheKeys(engine, "<i a=\"1\" b=\"2\" c=\"3\"/>");
  }

  private static void assertIdsNameTheKeys(XmlEngine engine, String source) {
    byte[] bytes = source.getBytes(UTF_8);
    byte[] text = Arrays.copyOf(bytes, bytes.length + 64);
    long[] tape = new long[bytes.length + 8];
    int nodes = engine.parse(text, 0, bytes.length, tape, 0, tape.length, true);
    assertThat(nodes).isPositive();
    for (int i = 0; i < nodes; i++) {
      if (Tape.isKey(tape[i])) {
        int known = engine.ids().find(text, Tape.offset(tape[i]), Tape.keyLength(tape[i]));
        assertThat(Tape.nameId(tape[i])).isEqualTo(known);
      }
    }
  }
}
