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
  void theTypedFormKeepsCommentsInstructionsAndSections() throws IOException {
    String xml = "<a x=\"1\">b<c/><!--d--></a>";
    String json = with(xml, "convert", "--typed").out();
    assertThat(MAPPER.readTree(json))
        .isEqualTo(
            MAPPER.readTree(
                "{\"element\":\"a\",\"attributes\":{\"x\":\"1\"},\"children\":["
                    + "{\"text\":\"b\"},{\"element\":\"c\",\"attributes\":{},\"children\":[]},"
                    + "{\"comment\":\"d\"}]}"));
    for (String text :
        new String[] {xml, "<a>b<?go there?><![CDATA[<c>]]><!-- d --><!----> e</a>"}) {
      String typed = with(text, "convert", "--typed").out();
      assertThat(with(typed, "convert", "--typed").out().strip()).isEqualTo(text);
      assertThat(with(text, "convert", "--from", "xml", "--to", "xml").out().strip())
          .isEqualTo(text);
    }
    assertThat(with("<a>b<!--d-->c</a>", "convert").out().strip()).isEqualTo("{\"a\":\"bc\"}");
  }

  @Test
  void whatXmlCanNotCarryIsRefusedAndEncodedOnRequest() throws IOException {
    for (String value :
        new String[] {"\\u0000", "_x0041_", "a\\ufffe_x", "\\ud83d\\ude00 _", "_x_", "\\r"}) {
      String json = "{\"two words\":[\"" + value + "\",{\"\":\"" + value + "\"}],\"_x0000_\":null}";
      Session refused = with(json, "convert", "--to", "xml");
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.out()).isEmpty();
      assertThat(refused.err()).contains("xml.unwritable", "--encode");
      Session typed = with(json, "convert", "--typed", "--encode");
      assertThat(typed.err()).isEmpty();
      assertThat(MAPPER.readTree(with(typed.out(), "convert", "--typed", "--encode").out()))
          .isEqualTo(MAPPER.readTree(json));
    }
    assertThat(with("{\"two words\":\"\\u0000\"}", "convert", "--encode").out().strip())
        .isEqualTo("<two_x0020_words>_x0000_</two_x0020_words>");
    assertThat(with("<a_x0020_b>_x0000_</a_x0020_b>", "convert", "--encode").out().strip())
        .isEqualTo("{\"a b\":\"\\u0000\"}");
    assertThat(with("[]", "convert", "--batch", "--encode").status()).isEqualTo(2);
  }

  @Test
  void whatXmlCanCarryStaysAsItIs() {
    String xml = "<a_x0041_ b=\"_x0000_\">_x0041_<!--_x--></a_x0041_>";
    for (String encode : new String[] {"--pretty", "--encode"}) {
      assertThat(with(xml, "convert", "--from", "xml", "--to", "xml", encode).out().strip())
          .isEqualTo(xml);
    }
    String json = with(xml, "convert", "--typed").out();
    assertThat(json).contains("_x0041_");
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
    assertThat(MAPPER.readTree(lines[3]).at("/error/code").asText()).isEqualTo("lenient.empty");
    assertThat(MAPPER.readTree(lines[4]).at("/error/code").asText()).isEqualTo("ROW");
    assertThat(MAPPER.readTree(lines[5]).at("/error/code").asText()).isEqualTo("ROW");
    assertThat(MAPPER.readTree(lines[6]).get("output").asText()).isEqualTo("\ud83d\ude00");
    assertThat(lines).hasSize(7);
  }

  @Test
  void theFormOfARowDecidesWhatIsLookedFor() throws IOException {
    String rows =
        """
        {"id":1,"input":"{\\"c\\":2} <b>1</b>","form":"xml"}
        {"id":2,"input":"{\\"c\\":2} <b>1</b>","form":"json"}
        {"id":3,"input":"[1]","form":"yaml"}
        {"id":4,"input":"[1]","form":null}
        """;
    String[] lines = with(rows, "convert", "--batch").out().split("\\R");
    assertThat(MAPPER.readTree(lines[0]).get("output")).isEqualTo(MAPPER.readTree("{\"b\":\"1\"}"));
    assertThat(MAPPER.readTree(lines[1]).get("output")).isEqualTo(MAPPER.readTree("{\"c\":2}"));
    for (int i = 2; i < 4; i++) {
      assertThat(MAPPER.readTree(lines[i]).at("/error/code").asText()).isEqualTo("ROW");
      assertThat(MAPPER.readTree(lines[i]).get("id").asInt()).isEqualTo(i + 1);
    }
    assertThat(lines[2]).contains("leave it out");
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
