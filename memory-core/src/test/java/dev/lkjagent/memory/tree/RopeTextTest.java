package dev.lkjagent.memory.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.CheckLevel;
import dev.lkjagent.memory.ExhaustionPolicy;
import dev.lkjagent.memory.MemoryException;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolExtension;
import dev.lkjagent.memory.PoolOptions;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.RopeRules;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.StaleHandleException;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.image.Image;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Texts of an editable tree that are longer than the largest tier. */
class RopeTextTest {
  private static final int LARGEST = 1024;
  private static final PoolSpec SPEC =
      PoolSpec.builder()
          .tier(64, 100)
          .tier(256, 100)
          .tier(LARGEST, 20)
          .nodes(100)
          .documentNodes(64)
          .names(16)
          .indexEntries(16)
          .ropes(new RopeRules(256, 12_000))
          .build();

  @RegisterExtension final PoolExtension pools = new PoolExtension();
  private final MemoryPool pool =
      pools.open(SPEC, PoolOptions.builder().checks(CheckLevel.PARANOID).build());

  private static byte[] text(int length) {
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) ('a' + i % 23);
    }
    return text;
  }

  private static String string(byte[] text) {
    return new String(text, StandardCharsets.UTF_8);
  }

  private static long tree(OwnedTree tree, int length) {
    long root = tree.createRoot(Tape.STRING);
    assertThat(tree.setText(root, text(length), 0, length)).isEqualTo(Status.OK);
    return root;
  }

  @Test
  void aTextLongerThanTheLargestTierIsSetReadAndReturned() {
    try (OwnedTree tree = new OwnedTree(pool.root())) {
      long node = tree(tree, LARGEST + 1);
      assertThat(tree.textLength(node)).isEqualTo(LARGEST + 1);
      assertThat(tree.textOffset(node)).as("it lies in pieces").isNegative();
      assertThat(tree.textString(node)).isEqualTo(string(text(LARGEST + 1)));
      assertThat(NodeView.of(tree).text()).isEqualTo(string(text(LARGEST + 1)));
      pool.verify();
      for (int length : new int[] {5_000, LARGEST, 12_000, 3, 2_000, 40, 1_500, 0}) {
        assertThat(tree.setText(node, text(length), 0, length)).isEqualTo(Status.OK);
        assertThat(tree.textString(node)).isEqualTo(string(text(length)));
        pool.verify();
      }
      tree.setText(node, text(2_000), 0, 2_000);
      tree.setKind(node, Tape.NULL);
      assertThat(pool.report().tiers().stream().mapToInt(t -> t.live()).sum()).isZero();
    }
  }

  @Test
  void partsAreReadInAnyOrderAndSlicesInDocumentOrder() {
    try (OwnedTree tree = new OwnedTree(pool.root())) {
      long node = tree(tree, 5_000);
      byte[] part = new byte[300];
      for (int from : new int[] {0, 300, 600, 4_700, 250, 4_999}) {
        int length = Math.min(300, 5_000 - from);
        tree.copyText(node, from, part, 0, length);
        assertThat(string(part).substring(0, length))
            .isEqualTo(string(text(5_000)).substring(from, from + length));
      }
      assertThatThrownBy(() -> tree.copyText(node, 4_999, part, 0, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      StringBuilder slices = new StringBuilder();
      List<Integer> lengths = new ArrayList<>();
      tree.forEachTextSlice(
          node,
          (bytes, from, length) -> {
            slices.append(new String(bytes, from, length, StandardCharsets.UTF_8));
            lengths.add(length);
            return true;
          });
      assertThat(slices.toString()).isEqualTo(string(text(5_000)));
      assertThat(lengths).hasSizeGreaterThan(5_000 / 256);
    }
  }

  @Test
  void aTextThatGrowsMovesFromTheRecordToASlotToARope() {
    try (OwnedTree tree = new OwnedTree(pool.root())) {
      long node = tree.createRoot(Tape.TEXT);
      byte[] all = text(3_000);
      int at = 0;
      for (int step = 1; at + step <= all.length; step += 7) {
        assertThat(tree.appendText(node, all, at, step)).isEqualTo(Status.OK);
        at += step;
        assertThat(tree.textString(node)).isEqualTo(string(all).substring(0, at));
      }
      pool.verify();
      long live = pool.report().tiers().stream().mapToInt(t -> t.live()).sum();
      assertThat(live).as("slots in pieces of 256 B").isBetween(10L, 14L);
    }
  }

  @Test
  void aRopeIsCopiedWithinAndBetweenPoolsAndByImage() {
    PoolSpec roomy = PoolSpec.builder().tier(16_384, 4).nodes(8).documentNodes(64).build();
    MemoryPool other = pools.open(roomy);
    Image image = new Image();
    try (OwnedTree tree = new OwnedTree(pool.root());
        OwnedTree twin = new OwnedTree(pool.root());
        OwnedTree far = new OwnedTree(other.root());
        OwnedTree back = new OwnedTree(pool.root())) {
      long node = tree(tree, 4_000);
      assertThat(twin.copy(tree, node, ObjectTree.NO_NODE)).isPositive();
      assertThat(far.copy(tree, node, ObjectTree.NO_NODE)).isPositive();
      assertThat(far.textOffset(far.root())).as("there it fits a slot").isNotNegative();
      assertThat(back.copy(far, far.root(), ObjectTree.NO_NODE)).isPositive();
      pool.verify();
      other.verify();
      assertThat(NodeView.of(twin)).isEqualTo(NodeView.of(tree));
      assertThat(NodeView.of(back)).isEqualTo(NodeView.of(tree));
      image.freeze(tree);
      ObjectTree thawed = image.thaw(pool.root()).trees().get(0);
      assertThat(thawed.textOffset(thawed.root())).isNegative();
      assertThat(NodeView.of(thawed)).isEqualTo(NodeView.of(tree));
      thawed.close();
    }
  }

  @Test
  void aDocumentsTextIsCopiedIntoAPoolWithSmallerTiers() {
    MemoryPool large =
        pools.open(PoolSpec.builder().tier(16_384, 1).nodes(8).documentNodes(64).build());
    try (Document document = new Document(large.root());
        OwnedTree tree = new OwnedTree(pool.root())) {
      String json = '"' + "\\n".repeat(1_500) + '"';
      byte[] source = json.getBytes(StandardCharsets.UTF_8);
      document.reserve(source.length, 8);
      System.arraycopy(source, 0, large.raw().bytes(), document.textAt(), source.length);
      large.raw().tape()[document.tapeAt()] = Tape.node(Tape.STRING_ESCAPED, source.length - 2, 1);
      document.publish(source.length, 1, null);
      assertThat(tree.copy(document, document.root(), ObjectTree.NO_NODE)).isPositive();
      assertThat(tree.textString(tree.root())).isEqualTo("\n".repeat(1_500));
    }
  }

  @Test
  void aRopeIsChargedAndRefusedAsAWhole() {
    try (Scope scope = pool.root().open("agent", Budget.builder().bytes(4_096).build());
        OwnedTree tree = new OwnedTree(scope)) {
      long node = tree(tree, 2_000);
      assertThat(pool.leaks().leaks().toString())
          .contains("slots of 256 B, slotBytes=256, count=9");
      assertThat(tree.setText(node, text(4_000), 0, 4_000)).isEqualTo(Status.BUDGET_EXCEEDED);
      assertThat(tree.appendText(node, text(4_000), 0, 4_000)).isEqualTo(Status.BUDGET_EXCEEDED);
      assertThat(tree.textString(node)).isEqualTo(string(text(2_000)));
      pool.verify();
      assertThat(tree.setText(node, text(13_000), 0, 13_000))
          .as("longer than the spec allows a rope")
          .isEqualTo(Status.TOO_LARGE);
      scope.clear();
      assertThat(tree.root()).isEqualTo(ObjectTree.NO_NODE);
    }
  }

  @Test
  void aContainerIsReplacedByARopeOnlyIfThereIsRoom() {
    try (OwnedTree tree = new OwnedTree(pool.root())) {
      tree.createRoot(Tape.OBJECT);
      assertThat(tree.set(Path.of("a.b"), Tape.TRUE, text(0), 0, 0)).isPositive();
      assertThat(tree.set(Path.of("a"), Tape.STRING, text(12_001), 0, 12_001))
          .isEqualTo(Status.TOO_LARGE.code());
      assertThat(Path.of("a.b").find(tree)).isPositive();
      long node = tree.set(Path.of("a"), Tape.STRING, text(3_000), 0, 3_000);
      assertThat(tree.textString(node)).isEqualTo(string(text(3_000)));
    }
  }

  @Test
  void aReclaimerMayRemoveTheVeryNodeThatIsBeingWritten() {
    OwnedTree[] tree = new OwnedTree[1];
    long[] victim = new long[1];
    MemoryPool tight =
        pools.open(
            PoolSpec.builder().tier(64, 8).nodes(8).ropes(new RopeRules(64, 4_000)).build(),
            PoolOptions.builder()
                .checks(CheckLevel.PARANOID)
                .exhaustion(
                    ExhaustionPolicy.reclaim(
                        shortage -> {
                          if (victim[0] != 0) {
                            tree[0].remove(victim[0]);
                            victim[0] = 0;
                            return true;
                          }
                          return false;
                        }))
                .build());
    tree[0] = new OwnedTree(tight.root());
    long root = tree[0].createRoot(Tape.ARRAY);
    long node = tree[0].add(root, Tape.STRING);
    tree[0].setText(node, text(300), 0, 300);
    victim[0] = node;
    assertThatThrownBy(() -> tree[0].setText(node, text(200), 0, 200))
        .isInstanceOf(StaleHandleException.class);
    tight.verify();
    assertThat(tight.report().tiers().get(0).live()).isZero();
    long again = tree[0].add(root, Tape.STRING);
    tree[0].setText(again, text(60), 0, 60);
    long other = tree[0].add(root, Tape.STRING);
    tree[0].setText(other, text(250), 0, 250);
    victim[0] = other;
    assertThat(tree[0].appendText(again, text(200), 0, 200))
        .as("another node's rope is removed to make room")
        .isEqualTo(Status.OK);
    assertThat(tree[0].textString(again)).isEqualTo(string(text(60)) + string(text(200)));
    tight.verify();
    tree[0].close();
  }

  @Test
  void damageToARopeIsFound() {
    MemoryPool damaged = MemoryPool.open(SPEC);
    OwnedTree tree = new OwnedTree(damaged.root());
    tree(tree, 2_000);
    damaged.verify();
    int length = dev.lkjagent.memory.NodeRecords.LONG_TEXT_LENGTH;
    damaged.raw().records()[length]++;
    assertThatThrownBy(damaged::verify)
        .isInstanceOf(MemoryException.class)
        .hasMessageContaining("rope");
    damaged.raw().records()[length]--;
    damaged.verify();
    damaged.close();
  }

  @Test
  void writingAndReadingRopesAllocatesNothing() {
    MemoryPool fast = pools.open(SPEC);
    try (OwnedTree tree = new OwnedTree(fast.root())) {
      long node = tree(tree, 100);
      byte[] content = text(5_000);
      byte[] target = new byte[5_100];
      var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 20; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
          tree.setText(node, content, 0, 5_000);
          tree.appendText(node, content, 0, 100);
          tree.copyText(node, target, 0);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).isZero();
    }
  }
}
