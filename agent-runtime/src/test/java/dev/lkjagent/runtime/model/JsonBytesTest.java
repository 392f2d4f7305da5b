package dev.lkjagent.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonBytesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void anyTextComesBackFromJackson() throws Exception {
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(60);
      for (int i = 0; i < length; i++) {
        int range = new int[] {0x20, 0x80, 0x800, 0xD800, 0x110000}[random.nextInt(5)];
        int codePoint = random.nextInt(range);
        text.appendCodePoint(codePoint >= 0xD800 && codePoint < 0xE000 ? 'x' : codePoint);
      }
      byte[] json = new JsonBytes(1).quoted(text.toString()).toByteArray();
      assertThat(MAPPER.readTree(json).asText()).as("seed " + seed).isEqualTo(text.toString());
    }
  }

  @Test
  void anyBytesBecomeValidJson() throws Exception {
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] |= (byte) (random.nextInt(3) == 0 ? 0x80 : 0);
      }
      byte[] json = new JsonBytes(1).quoted(bytes, 0, bytes.length).toByteArray();
      String read = MAPPER.readTree(json).asText();
      String plain = new String(bytes, StandardCharsets.UTF_8);
      assertThat(read.replace("\uFFFD", ""))
          .as("seed " + seed)
          .isEqualTo(plain.replace("\uFFFD", ""));
    }
  }

  @Test
  void eachIllFormedPartBecomesOneReplacementCharacter() throws Exception {
    // Unicode 15, section 3.9, table 3-8: "U+FFFD for non-shortest form sequences" and the
    // following.
    assertReplaced("C0 AF E0 80 BF F0 81 82 41", 8, "A");
    assertReplaced("ED A0 80 ED BF BF ED AF 41", 8, "A");
    assertReplaced("F4 91 92 93 FF 41 80 BF 42", 5, "A", 2, "B");
    assertReplaced("E1 80 E2 F0 91 92 F1 BF 41", 4, "A");
  }

  private static void assertReplaced(String hex, Object... expected) throws Exception {
    byte[] bytes = java.util.HexFormat.ofDelimiter(" ").parseHex(hex);
    StringBuilder text = new StringBuilder();
    for (Object part : expected) {
      text.append(part instanceof Integer count ? "\uFFFD".repeat(count) : part);
    }
    byte[] json = new JsonBytes(1).quoted(bytes, 0, bytes.length).toByteArray();
    assertThat(MAPPER.readTree(json).asText()).isEqualTo(text.toString());
  }
}
