package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import org.junit.jupiter.api.Test;

/** Texts of any depth and length that come in pieces: read, or refused with a limit's own code. */
class LargeStreamsTest {
  private static final int DEEP = 1_000_000;
  private static final int HUNDRED_MIB = 100 << 20;
  private static final JsonLimits DEEPEST = JsonLimits.WIDEST.withMaxDepth(DEEP);

  /** Slots of every size up to the largest, as a text that grows needs them. */
  private static MemoryPool pool(int largest, int nodes) {
    PoolSpec.Builder spec = PoolSpec.builder().nodes(nodes).documentNodes(1 << 23).names(16);
    for (int bytes = 1 << 10; bytes < largest; bytes *= 8) {
      spec.tier(bytes, 2);
    }
    return MemoryPool.open(spec.tier(largest, 2).build());
  }

  private static Status feed(JsonStream stream, String text, int times) {
    byte[] piece = text.repeat(1000).getBytes(UTF_8);
    Status status = Status.OK;
    for (int left = times; left > 0 && status == Status.OK; left -= 1000) {
      status = stream.feed(piece, 0, Math.min(left, 1000) * text.length());
    }
    return status;
  }

  @Test
  void aMillionContainersMayBeOpenIfTheLimitsSaySo() {
    try (MemoryPool pool = pool(8 << 20, 2 * DEEP)) {
      Document document = new Document(pool.root());
      JsonStream stream = new JsonStream(DEEPEST);
      assertThat(stream.begin(document)).isEqualTo(Status.OK);
      assertThat(feed(stream, "{\"a\":", DEEP)).isEqualTo(Status.OK);
      stream.show();
      assertThat(document.root()).isNotEqualTo(ObjectTree.NO_NODE);
      assertThat(feed(stream, "1", 1)).isEqualTo(Status.OK);
      assertThat(feed(stream, "}", DEEP)).isEqualTo(Status.OK);
      assertThat(stream.finish()).isEqualTo(Status.OK);
      assertThat(document.nodeCount()).isEqualTo(2 * DEEP + 1);

      assertThat(stream.begin(document)).isEqualTo(Status.OK);
      assertThat(feed(stream, "[", DEEP + 1)).isEqualTo(Status.MALFORMED);
      assertThat(stream.fault()).isEqualTo(JsonFault.TOO_DEEP);
      assertThat(stream.faultOffset()).isEqualTo(DEEP);
      assertThat(document.root()).isEqualTo(ObjectTree.NO_NODE);

      JsonStream usual = new JsonStream();
      assertThat(usual.begin(document)).isEqualTo(Status.OK);
      assertThat(feed(usual, "[", DEEP)).isEqualTo(Status.MALFORMED);
      assertThat(usual.fault()).isEqualTo(JsonFault.TOO_DEEP);
      assertThat(usual.faultOffset()).isEqualTo(1000);
      document.close();
      assertThat(pool.root().usedBytes()).isZero();
    }
  }

  @Test
  void anEditableTreeHoldsAMillionLevels() {
    byte[] text = ("[".repeat(DEEP) + "]".repeat(DEEP)).getBytes(UTF_8);
    try (MemoryPool pool = pool(8 << 20, 2 * DEEP + 32)) {
      OwnedTree tree = new OwnedTree(pool.root());
      assertThat(new JsonReader(DEEPEST).parse(text, tree)).isEqualTo(Status.OK);
      assertThat(new JsonWriter().toBytes(tree, tree.root())).isEqualTo(text);
      OwnedTree copy = new OwnedTree(pool.root());
      assertThat(copy.copy(tree, tree.root(), ObjectTree.NO_NODE)).isPositive();
      assertThat(new JsonWriter().toBytes(copy, copy.root())).isEqualTo(text);
      copy.close();
      tree.close();
      assertThat(pool.root().usedNodes()).isZero();
      assertThat(new JsonReader().parse(text, tree)).isEqualTo(Status.MALFORMED);
      assertThat(pool.root().usedBytes()).isZero();
    }
  }

  @Test
  void hundredMebibytesAreReadPieceByPieceWithinTheLimits() {
    String row = "\"" + "lorem ipsum ".repeat(30) + "\",\n";
    int rows = HUNDRED_MIB / row.length();
    int all = 1 + rows * row.length() + 2;
    try (MemoryPool pool = pool(HUNDRED_MIB + (1 << 20), 32)) {
      Document document = new Document(pool.root());
      for (int most : new int[] {all, all - 1}) {
        JsonStream stream = new JsonStream(JsonLimits.DEFAULT.withMaxBytes(most));
        assertThat(stream.begin(document)).isEqualTo(Status.OK);
        assertThat(feed(stream, "[", 1)).isEqualTo(Status.OK);
        assertThat(feed(stream, row, rows)).isEqualTo(Status.OK);
        Status last = feed(stream, "0]", 1);
        if (most == all) {
          assertThat(last).isEqualTo(Status.OK);
          assertThat(stream.finish()).isEqualTo(Status.OK);
          assertThat(document.nodeCount()).isEqualTo(rows + 2);
        } else {
          assertThat(last).isEqualTo(Status.MALFORMED);
          assertThat(stream.fault()).isEqualTo(JsonFault.TEXT_TOO_LONG);
          assertThat(stream.faultOffset()).isEqualTo(most);
        }
      }
      assertThat(pool.root().usedBytes()).isZero();
    }
  }

  @Test
  void aPoolThatIsTooSmallRefusesWithoutAFault() {
    try (MemoryPool pool = pool(1 << 16, 32)) {
      Document document = new Document(pool.root());
      JsonStream stream = new JsonStream();
      assertThat(stream.begin(document)).isEqualTo(Status.OK);
      assertThat(feed(stream, "[", 1)).isEqualTo(Status.OK);
      assertThat(feed(stream, "\"lorem ipsum\",", HUNDRED_MIB / 14)).isEqualTo(Status.TOO_LARGE);
      assertThat(stream.fault()).isNull();
      assertThat(pool.root().usedBytes()).isZero();
    }
  }

  @Test
  void theTimeIsLinearInTheLengthWhateverThePieces() {
    try (MemoryPool pool = pool(8 << 20, 2 * DEEP)) {
      Document document = new Document(pool.root());
      JsonStream stream = new JsonStream(JsonLimits.WIDEST);
      for (String text : new String[] {"[", "{\"a\":", "[1,", "1", " ", "[\"\\u0041\",{\"\\n\":"}) {
        Growth.isLinear(
            "JsonStream of " + text,
            text.equals("1") ? 200_000 : 50_000,
            times -> {
              stream.begin(document);
              feed(stream, text, times);
              stream.finish();
              document.clear();
            });
      }
      byte[] one = "[".getBytes(UTF_8);
      Growth.isLinear(
          "JsonStream byte by byte",
          50_000,
          times -> {
            stream.begin(document);
            for (int i = 0; i < times; i++) {
              stream.feed(one, 0, 1);
            }
            stream.finish();
            document.clear();
          });
      OwnedTree tree = new OwnedTree(pool.root());
      JsonReader reader = new JsonReader(JsonLimits.WIDEST);
      Growth.isLinear(
          "an editable tree",
          50_000,
          depth -> {
            byte[] text = ("[{\"a\":".repeat(depth) + "1" + "}]".repeat(depth)).getBytes(UTF_8);
            assertThat(reader.parse(text, tree)).isEqualTo(Status.OK);
            tree.copy(tree, tree.firstChild(tree.root()), tree.root());
            tree.clear();
          });
      document.close();
    }
  }
}
