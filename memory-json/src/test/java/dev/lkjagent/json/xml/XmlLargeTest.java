package dev.lkjagent.json.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class XmlLargeTest {
  private static final int HUNDRED_MIB = 100 << 20;
  private static final int DEEP = 1_000_000;

  private static PoolSpec.Builder spec(int slotBytes, int slots) {
    return PoolSpec.builder()
        .tier(64, 16)
        .tier(slotBytes, slots)
        .nodes(32)
        .documentNodes(4_000_000)
        .names(16)
        .indexEntries(16)
        .scopes(4);
  }

  @Test
  void hundredMebibytesAreReadWithinTheLimits() {
    byte[] text = new byte[HUNDRED_MIB];
    byte[] row =
        ("<row id='12345'>" + "lorem ipsum ".repeat(20) + "é&amp;</row>\n").getBytes(UTF_8);
    Arrays.fill(text, (byte) ' ');
    System.arraycopy("<a>".getBytes(UTF_8), 0, text, 0, 3);
    int at = 3;
    int rows = 0;
    for (; at + row.length + 4 < text.length; at += row.length) {
      System.arraycopy(row, 0, text, at, row.length);
      rows++;
    }
    System.arraycopy("</a>".getBytes(UTF_8), 0, text, text.length - 4, 4);
    try (MemoryPool pool = MemoryPool.open(spec(HUNDRED_MIB + 64, 1).build())) {
      XmlReader reader = new XmlReader(XmlOptions.DATA);
      Document document = new Document(pool.root());
      assertThat(reader.parse(text, document)).as(reader.faultMessage()).isEqualTo(Status.OK);
      assertThat(document.nodeCount()).isEqualTo(2 + 5 * rows);

      text[text.length - 2] = 'b';
      assertThat(reader.parse(text, document)).isEqualTo(Status.MALFORMED);
      assertThat(reader.fault()).isEqualTo(XmlFault.MISMATCHED_TAG);
      assertThat(reader.faultOffset()).isEqualTo(text.length - 4);
      assertThat(reader.faultLine()).isEqualTo(rows + 1);

      XmlLimits narrow = XmlLimits.DEFAULT.withMaxBytes(HUNDRED_MIB - 1);
      XmlReader limited = new XmlReader(XmlOptions.DATA.withLimits(narrow));
      assertThat(limited.parse(text, document)).isEqualTo(Status.MALFORMED);
      assertThat(limited.fault()).isEqualTo(XmlFault.TOO_LARGE);
      assertThat(pool.root().usedBytes()).isZero();
    }
  }

  @Test
  void aMillionElementsMayBeOpenIfTheLimitsSaySo() {
    byte[] text = ("<a>".repeat(DEEP) + "</a>".repeat(DEEP)).getBytes(UTF_8);
    byte[] compact = ("<a>".repeat(DEEP - 1) + "<a/>" + "</a>".repeat(DEEP - 1)).getBytes(UTF_8);
    PoolSpec spec = spec(1 << 23, 3).nodes(DEEP + 32).build();
    try (MemoryPool pool = MemoryPool.open(spec)) {
      XmlLimits deep = XmlLimits.DEFAULT.withMaxDepth(DEEP);
      XmlReader reader = new XmlReader(XmlOptions.DEFAULT.withLimits(deep));
      Document document = new Document(pool.root());
      OwnedTree tree = new OwnedTree(pool.root());
      XmlWriter writer = new XmlWriter();
      PooledString written = new PooledString(pool.root());
      assertThat(reader.parse(text, document)).isEqualTo(Status.OK);
      assertThat(writer.write(document, document.root(), written)).isEqualTo(Status.OK);
      assertThat(written.contentEquals(compact, 0, compact.length)).isTrue();
      written.destroy();
      assertThat(tree.copy(document, document.root(), ObjectTree.NO_NODE)).isPositive();
      assertThat(writer.write(tree, tree.root(), written)).isEqualTo(Status.OK);
      assertThat(written.contentEquals(compact, 0, compact.length)).isTrue();
      written.destroy();
      tree.clear();

      XmlReader shallower =
          new XmlReader(XmlOptions.DEFAULT.withLimits(deep.withMaxDepth(DEEP - 1)));
      assertThat(shallower.parse(text, document)).isEqualTo(Status.MALFORMED);
      assertThat(shallower.fault()).isEqualTo(XmlFault.TOO_DEEP);
      assertThat(shallower.faultOffset()).isEqualTo(3 * (DEEP - 1));
      assertThat(new XmlReader().parse(text, document)).isEqualTo(Status.MALFORMED);
      assertThat(pool.root().usedBytes()).isZero();
    }
  }
}
