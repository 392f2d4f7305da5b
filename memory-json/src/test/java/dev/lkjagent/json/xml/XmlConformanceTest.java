package dev.lkjagent.json.xml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The documents without DTD of the W3C suite, in one piece, split anywhere, and byte by byte. */
class XmlConformanceTest {
  private final XmlEngine engine = new XmlEngine(XmlOptions.KEEP_ALL);

  @Test
  void wellFormedDocumentsGiveTheirEvents() throws IOException {
    Path xml = Conformance.path("xml");
    for (JsonNode row : Conformance.rows(xml.resolve("dev.wf.jsonl"))) {
      byte[] source = Files.readAllBytes(xml.resolve(row.get("file").asText()));
      Parsed whole = Parsed.whole(engine, source);
      assertThat(whole.events())
          .as(row.get("id").asText())
          .isEqualTo(Events.ofRow(row.get("events")));
      splitsAgree(source, whole, row);
    }
  }

  @Test
  void othersAreRefused() throws IOException {
    Path xml = Conformance.path("xml");
    for (JsonNode row : Conformance.rows(xml.resolve("dev.not-wf.jsonl"))) {
      byte[] source = Files.readAllBytes(xml.resolve(row.get("file").asText()));
      Parsed whole = Parsed.whole(engine, source);
      assertThat(whole.fault()).as(row.get("id").asText()).isNotNull();
      assertThat(whole.offset()).as(row.get("id").asText()).isBetween(0, source.length);
      splitsAgree(source, whole, row);
    }
  }

  private void splitsAgree(byte[] source, Parsed whole, JsonNode row) {
    for (int split = 0; split <= source.length; split++) {
      assertThat(Parsed.pieces(engine, source, split))
          .as("%s split at %d", row.get("id").asText(), split)
          .isEqualTo(whole);
    }
    assertThat(Parsed.bytes(engine, source)).as(row.get("id").asText()).isEqualTo(whole);
  }
}
