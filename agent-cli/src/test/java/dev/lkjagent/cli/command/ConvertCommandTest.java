package dev.lkjagent.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.cli.Session;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder;

  private static synchronized Session with(String input, String... args) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(UTF_8)));
    try {
      return Session.run(args);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void xmlBecomesJsonForPeople() throws IOException {
    Path file = folder.resolve("a.xml");
    Files.writeString(file, "<a x=\"1\"><b>\u00e9</b><b>2</b></a>");
    Session session = Session.run("convert", file.toString());
    assertThat(session.status()).isZero();
    assertThat(MAPPER.readTree(session.out()))
        .isEqualTo(MAPPER.readTree("{\"a\":{\"@x\":\"1\",\"b\":[\"\u00e9\",\"2\"]}}"));
  }

  @Test
  void theTypedFormComesBackAsItWas() {
    String xml = "<a x=\"1\">t<b/>u</a>";
    String json = with(xml, "convert", "--typed").out();
    assertThat(json).contains("\"element\":\"a\"");
    assertThat(with(json, "convert", "--typed").out().strip()).isEqualTo(xml);
  }

  @Test
  void aReplyBecomesEither() {
    String reply = "<think>x</think> so: <agent><next_state>a & b</next_state></agent> bye";
    assertThat(with(reply, "convert", "--from", "reply").out().strip())
        .isEqualTo("{\"agent\":{\"next_state\":\"a & b\"}}");
    assertThat(with(reply, "convert", "--from", "reply", "--to", "xml").out().strip())
        .isEqualTo("<agent><next_state>a &amp; b</next_state></agent>");
  }

  @Test
  void jsonIsIndentedOnRequest() {
    assertThat(with("{\"a\":[1]}", "convert", "--to", "json", "--pretty").out().strip())
        .contains("\n")
        .satisfies(
            text -> assertThat(MAPPER.readTree(text)).isEqualTo(MAPPER.readTree("{\"a\":[1]}")));
  }

  @Test
  void aMalformedTextIsRefusedWithItsPlace() {
    Session session = with("{\"a\":\n x}", "convert");
    assertThat(session.status()).isEqualTo(1);
    assertThat(session.out()).isEmpty();
    assertThat(session.err()).contains("2:2");
    assertThat(with("1", "convert", "--to", "reply").status()).isEqualTo(2);
  }

  @Test
  void everyRowOfABatchIsAnsweredInItsOrder() throws IOException {
    String rows =
        """
        {"id":1,"input":"{'a': 1,}"}
        {"id":"two","chunks":["<agent><val","ue>x</value></ag","ent>"]}
        {"id":3,"input":"<b>1</b> {\\"c\\":2}","form":"json"}
        {"id":4,"input":"  "}
        {"id":5}
        not json
        {"id":6,"chunks":["\\"\\ud83d","\\ude00\\""]}
        """;
    Session session = with(rows, "convert", "--batch");
    assertThat(session.status()).isEqualTo(1);
    String[] lines = session.out().split("\\R");
    assertThat(lines[0])
        .isEqualTo(
            "{\"id\":1,\"output\":{\"a\":1},\"repairs\":[{\"code\":\"QUOTE_STYLE\",\"offset\":1},"
                + "{\"code\":\"EXTRA_COMMA\",\"offset\":8}]}");
    assertThat(lines[1])
        .isEqualTo("{\"id\":\"two\",\"output\":{\"agent\":{\"value\":\"x\"}},\"repairs\":[]}");
    assertThat(lines[2]).startsWith("{\"id\":3,\"output\":{\"c\":2},");
    assertThat(MAPPER.readTree(lines[3]).at("/error/code").asText()).isEqualTo("EMPTY");
    assertThat(MAPPER.readTree(lines[4]).at("/error/code").asText()).isEqualTo("ROW");
    assertThat(MAPPER.readTree(lines[5]).at("/error/code").asText()).isEqualTo("ROW");
    assertThat(MAPPER.readTree(lines[6]).get("output").asText()).isEqualTo("\ud83d\ude00");
    assertThat(lines).hasSize(7);
  }

  @Test
  void aBatchOfGoodRowsEndsWithZero() {
    assertThat(with("{\"id\":1,\"input\":\"[1]\"}\n", "convert", "--batch").status()).isZero();
  }

  @Test
  void mostOfWhatOthersRepairIsRepairedAlike() throws IOException {
    Path folder = CheckCommandTest.conformance().resolve("llm-repair");
    assumeTrue(Files.isDirectory(folder), "no conformance data at " + folder);
    StringBuilder rows = new StringBuilder();
    java.util.List<JsonNode> wanted = new java.util.ArrayList<>();
    for (String name : new String[] {"json_repair.jsonl", "jsonrepair_js.jsonl"}) {
      for (String line : Files.readAllLines(folder.resolve(name))) {
        JsonNode row = MAPPER.readTree(line);
        ObjectNode asked = MAPPER.createObjectNode();
        asked.put("id", wanted.size()).set("input", row.get("input"));
        rows.append(asked).append('\n');
        wanted.add(row);
      }
    }
    Session session = with(rows.toString(), "convert", "--batch");
    int same = 0;
    String[] lines = session.out().split("\\R");
    assertThat(lines).hasSameSizeAs(wanted);
    for (int i = 0; i < lines.length; i++) {
      JsonNode answer = MAPPER.readTree(lines[i]);
      assertThat(answer.at("/error/code").asText()).as(lines[i]).isNotEqualTo("CRASH");
      JsonNode row = wanted.get(i);
      boolean error =
          row.path("no_json").asBoolean() || row.path("expect").asText().equals("error");
      boolean agrees = error ? answer.has("error") : alike(answer.get("output"), row.get("output"));
      same += agrees ? 1 : 0;
    }
    assertThat(100.0 * same / lines.length).isGreaterThan(89);
  }

  private static boolean alike(JsonNode a, JsonNode b) {
    return a != null
        && b != null
        && a.equals(
            (x, y) -> {
              boolean numbers = x.isNumber() && y.isNumber();
              return numbers && x.decimalValue().compareTo(y.decimalValue()) == 0
                  ? 0
                  : x.equals(y) ? 0 : 1;
            },
            b);
  }
}
