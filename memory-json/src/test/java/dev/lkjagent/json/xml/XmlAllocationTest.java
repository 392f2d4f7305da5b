package dev.lkjagent.json.xml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.json.Allocation;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** After its first texts, neither reading nor being refused costs a byte of the heap. */
class XmlAllocationTest {
  /** Two to warm up and one that counts. */
  private static final int RUNS_AT_LEAST = 3;

  private final MemoryPool pool = Pools.open();
  private final XmlReader reader = new XmlReader(XmlOptions.KEEP_ALL);

  private int read;
  private int lacking;

  private void count(Status status) {
    read += status == Status.OK ? 1 : 0;
    lacking += status != Status.OK && status != Status.MALFORMED ? 1 : 0;
  }

  @AfterEach
  void nothingIsLeft() {
    Pools.assertNothingIsLeft(pool.root());
    pool.close();
  }

  private static List<byte[]> documents() throws IOException {
    List<byte[]> all = new ArrayList<>();
    all.add(Files.readAllBytes(Conformance.path("documents/agent.xml")));
    all.add(Files.readAllBytes(Conformance.path("documents/twitter.xml")));
    for (int seed = 0; seed < 50; seed++) {
      GeneratedXml generated = new GeneratedXml(seed);
      all.add(generated.document());
      all.add(generated.damaged(generated.document()));
    }
    StringBuilder wide = new StringBuilder("<a");
    for (int i = 0; i < 3_000; i++) {
      wide.append(" attribute").append(i).append("='").append(i).append('\'');
    }
    all.add(wide.append("/>").toString().getBytes(StandardCharsets.UTF_8));
    return all;
  }

  @Test
  void readingIntoADocumentAllocatesNothing() throws IOException {
    List<byte[]> all = documents();
    try (Document document = new Document(pool.root())) {
      assertThat(
              Allocation.of(
                  () -> {
                    for (int i = 0; i < all.size(); i++) {
                      byte[] source = all.get(i);
                      count(reader.parse(source, document));
                    }
                  }))
          .isZero();
    }
    assertThat(read).as("texts read, of %d in all", all.size()).isGreaterThan(RUNS_AT_LEAST * 52);
    assertThat(lacking).as("texts for which the pool was too small").isZero();
  }

  @Test
  void readingIntoAnEditableTreeAllocatesNothing() throws IOException {
    List<byte[]> all = documents();
    try (OwnedTree tree = new OwnedTree(pool.root())) {
      assertThat(
              Allocation.of(
                  () -> {
                    for (int i = 0; i < all.size(); i++) {
                      byte[] source = all.get(i);
                      count(reader.parse(source, tree));
                      tree.clear();
                    }
                  }))
          .isZero();
    }
    assertThat(read).as("texts read, of %d in all", all.size()).isGreaterThan(RUNS_AT_LEAST * 52);
    assertThat(lacking).as("texts for which the pool was too small").isZero();
  }
}
