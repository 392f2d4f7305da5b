package dev.lkjagent.json.xml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lkjagent.json.Allocation;
import dev.lkjagent.json.JsonReader;
import dev.lkjagent.json.xml.XmlMapping.Form;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writing XML costs no byte of the heap from the second time on, whatever is written. */
class XmlWriteAllocationTest {
  private final MemoryPool pool =
      MemoryPool.open(
          PoolSpec.builder()
              .tier(16, 1 << 14)
              .tier(64, 1 << 17)
              .tier(256, 1 << 15)
              .tier(4_096, 1 << 10)
              .tier(1 << 16, 16)
              .tier(16 << 20, 4)
              .nodes(1_000_000)
              .documentNodes(1 << 21)
              .names(4_096)
              .indexEntries(4_096)
              .build());
  private final XmlReader reader = new XmlReader(XmlOptions.KEEP_ALL);
  private final XmlWriter compact = new XmlWriter();
  private final XmlWriter pretty = new XmlWriter(XmlStyle.PRETTY.withEncode(true));
  private final Document document = new Document(pool.root());
  private final OwnedTree tree = new OwnedTree(pool.root());
  private final PooledString text = new PooledString(pool.root());
  private Status failure = Status.OK;

  @AfterEach
  void nothingIsLeft() {
    document.close();
    tree.close();
    text.close();
    Pools.assertNothingIsLeft(pool.root());
    pool.close();
  }

  private void write(ObjectTree from) {
    write(compact, from);
    write(pretty, from);
  }

  private void write(XmlWriter writer, ObjectTree from) {
    Status status = writer.write(from, from.root(), text);
    failure = status == Status.OK ? failure : status;
    text.destroy();
  }

  private void allocatesNothing(String name, ObjectTree from) {
    assertThat(Allocation.of(() -> write(from))).as(name).isZero();
    assertThat(failure).as(name).isEqualTo(Status.OK);
  }

  private void allocatesNothing(String name, byte[] xml) {
    assertThat(reader.parse(xml, document)).as(name).isEqualTo(Status.OK);
    assertThat(reader.parse(xml, tree)).as(name).isEqualTo(Status.OK);
    allocatesNothing(name, document);
    allocatesNothing(name, tree);
    tree.clear();
  }

  private static List<Path> documents(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(Conformance.path("documents"))) {
      return files.filter(f -> f.toString().endsWith(suffix)).sorted().toList();
    }
  }

  @Test
  void documentsThatAreMeasured() throws IOException {
    List<Path> files = documents(".xml");
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      allocatesNothing(file.toString(), Files.readAllBytes(file));
    }
  }

  @Test
  void jsonDocumentsThatBecomeXml() throws IOException {
    List<Path> files = documents(".json");
    assertThat(files).isNotEmpty();
    XmlMapping mapping = new XmlMapping();
    JsonReader json = new JsonReader();
    int written = 0;
    for (Path file : files) {
      assertThat(json.parse(Files.readAllBytes(file), document)).isEqualTo(Status.OK);
      for (Form form : Form.values()) {
        Status status = mapping.toXml(document, document.root(), tree, form);
        if (status == Status.OK) {
          // Names of members need not be names of elements; then none is written but encoded.
          status = compact.write(tree, tree.root(), text);
          text.destroy();
        }
        if (status == Status.OK) {
          written++;
          allocatesNothing(file + " as " + form, tree);
        }
        tree.clear();
      }
    }
    assertThat(written).isGreaterThanOrEqualTo(files.size());
  }

  @Test
  void everyDocumentOfTheSuite() throws IOException {
    Path xml = Conformance.path("xml");
    for (JsonNode row : Conformance.rows(xml.resolve("dev.wf.jsonl"))) {
      byte[] bytes = Files.readAllBytes(xml.resolve(row.get("file").asText()));
      allocatesNothing(row.get("id").asText(), bytes);
    }
  }

  @Test
  void documentsThatWereMadeAtRandom() {
    for (int seed = 0; seed < 200; seed++) {
      allocatesNothing("seed " + seed, new GeneratedXml(seed).document());
    }
  }
}
