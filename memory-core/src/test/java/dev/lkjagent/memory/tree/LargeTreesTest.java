package dev.lkjagent.memory.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * Trees that no stack would hold. They need a pool of their own: a million nodes, which paranoid
 * checks would prove at each step.
 */
class LargeTreesTest {
  @Test
  void veryDeepAndVeryWideTreesAreCopiedAndFreedWithoutRecursion() {
    PoolSpec spec =
        PoolSpec.builder().tier(1 << 21, 1).nodes(1_000_100).documentNodes(500_000).build();
    try (MemoryPool large = MemoryPool.open(spec)) {
      OwnedTree tree = new OwnedTree(large.root());
      long node = tree.createRoot(Tape.ARRAY);
      for (int i = 0; i < 400_000; i++) {
        node = tree.add(node, Tape.ARRAY);
      }
      tree.copy(tree, tree.firstChild(tree.root()), tree.root());
      assertThat(large.report().nodes().live()).isEqualTo(800_001);
      tree.clear();
      assertThat(large.report().nodes().live()).isZero();
      String deep = "[".repeat(200_000);
      Document document = new Document(large.root());
      byte[] bytes = deep.getBytes(StandardCharsets.UTF_8);
      assertThat(document.reserve(bytes.length, 200_000)).isEqualTo(Status.OK);
      for (int i = 0; i < 200_000; i++) {
        document.raw().tape()[document.tapeAt() + i] = Tape.node(Tape.ARRAY, 200_000, i);
      }
      document.publish(bytes.length, 200_000, null);
      assertThat(tree.copy(document, document.root(), ObjectTree.NO_NODE)).isPositive();
      assertThat(NodeView.of(tree)).isEqualTo(NodeView.of(document));
    }
  }
}
