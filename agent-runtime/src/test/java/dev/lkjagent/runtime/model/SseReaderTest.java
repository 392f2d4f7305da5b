package dev.lkjagent.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SseReaderTest {
  /** Each event as {@code type|id|data}. */
  private static List<String> read(byte[] stream, int... cuts) {
    SseReader reader = new SseReader();
    List<String> events = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int to = i < cuts.length ? cuts[i] : stream.length;
      reader.feed(stream, from, to);
      while (reader.next()) {
        events.add(reader.event() + "|" + reader.lastEventId() + "|" + reader.dataText());
      }
      from = to;
    }
    return events;
  }

  private static List<String> readString(String stream) {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    List<String> whole = read(bytes);
    int[] everywhere = new int[Math.max(0, bytes.length - 1)];
    for (int i = 0; i < everywhere.length; i++) {
      everywhere[i] = i + 1;
    }
    assertThat(read(bytes, everywhere)).as("cut at every byte").isEqualTo(whole);
    return whole;
  }

  @Test
  void streamsOfTheConformanceDataGiveTheMessagesExpected() throws Exception {
    Path file = Conformance.data().resolve("endpoints/sse-cases.jsonl");
    assumeTrue(Files.exists(file), () -> "no conformance data at " + file);
    int cases = 0;
    for (String line : Files.readAllLines(file)) {
      JsonNode row = new ObjectMapper().readTree(line);
      if (row.path("expect").asText().equals("messages")) {
        List<String> expected = new ArrayList<>();
        row.path("messages")
            .forEach(
                m ->
                    expected.add(
                        m.path("event").asText("")
                            + "|"
                            + m.path("id").asText("")
                            + "|"
                            + m.path("data").asText()));
        assertThat(readString(row.path("input").asText()))
            .as(row.path("test").asText())
            .isEqualTo(expected);
        cases++;
      }
    }
    assertThat(cases).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      value = {
        "data: a\\n\\n → ||a",
        "data:a\\n\\n → ||a",
        "data:  a\\n\\n → ||' a'",
        "data\\n\\n → ||''",
        "data: a\\ndata: b\\n\\n → ||a\\nb",
        "data: a\\r\\n\\r\\n → ||a",
        "data: a\\r\\r → ||a",
        "data: a\\r\\n\\n → ||a",
        "data: a\\r\\ndata: b\\r\\n\\r\\n → ||a\\nb",
        "data: a\\rdata: b\\r\\r → ||a\\nb",
        "data: a\\rdata: b\\r\\n\\r\\n → ||a\\nb",
        "\uFEFFdata: a\\n\\n → ||a",
        ": comment\\ndata: a\\n:\\n\\n → ||a",
        "event: x\\ndata: a\\n\\n → x||a",
        "Data: b\\ndata : c\\ndatax: d\\ndata: a\\n\\n → ||a",
        "data: a: b\\n\\n → ||a: b",
        "\\n\\n\\ndata: a\\n\\n → ||a"
      })
  void oneEventIsReadAsTheStandardSays(String stream, String event) {
    String expected = event.replace("'", "").replace("\\n", "\n");
    String input = stream.replace("\\n", "\n").replace("\\r", "\r");
    assertThat(readString(input)).containsExactly(expected);
  }

  @Test
  void eventTypeEndsWithItsEventAndIdsHold() {
    assertThat(
            readString(
                "event: x\n\ndata: a\n\nid: 7\ndata: b\n\ndata: c\n\nid\ndata: d\n\nid: n\0l\ndata: e\n\n"))
        .containsExactly("||a", "|7|b", "|7|c", "||d", "||e");
  }

  @Test
  void eventWithoutItsBlankLineIsHandedOutOnlyAtTheEnd() {
    SseReader reader = new SseReader();
    byte[] bytes = "data: a\n\ndata: [DONE]".getBytes(StandardCharsets.UTF_8);
    reader.feed(bytes, 0, bytes.length);
    assertThat(reader.next()).isTrue();
    assertThat(reader.next()).isFalse();
    assertThat(reader.end()).isTrue();
    assertThat(reader.dataText()).isEqualTo("[DONE]");
    assertThat(reader.end()).isFalse();
  }

  @Test
  void malformedUtf8BecomesReplacementCharacters() {
    byte[] bytes = "data: a?b\n\n".getBytes(StandardCharsets.UTF_8);
    bytes[7] = (byte) 0xFF;
    assertThat(read(bytes)).containsExactly("||a\uFFFDb");
  }

  @Test
  void anyBytesCutAnywhereGiveTheSameEvents() {
    byte[] alphabet = "data:event:id: \r\n\r\n\r\nxyz\uFEFF".getBytes(StandardCharsets.UTF_8);
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(200)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = alphabet[random.nextInt(alphabet.length)];
      }
      int cut = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
      assertThat(read(bytes, cut)).as("seed " + seed).isEqualTo(read(bytes));
    }
  }
}
