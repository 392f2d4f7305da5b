package dev.lkjagent.memory.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Scope;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a look-up and a walk cost in trees of two sizes, in the processor's time. The larger tree is
 * so much larger that a look-up which searched, or a walk which went back, would be far beyond what
 * is allowed for the larger one's being farther away in memory.
 */
class TreeCostTest {
  private static final int SMALL = 500;
  private static final int FACTOR = 64;
  private static final int ATTEMPTS = 10;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final PoolSpec SPEC =
      PoolSpec.parse(
          "16x16, 4Kx4, 64Kx2, 1Mx2; nodes=80K; documentNodes=192K; names=64K; indexEntries=256K");

  private static String json(int members) {
    StringBuilder json = new StringBuilder("{\"wide\":{");
    for (int i = 0; i < members; i++) {
      json.append(i == 0 ? "" : ",").append("\"member").append(i).append("\":{\"v\":").append(i);
      json.append('}');
    }
    return json.append("}}").toString();
  }

  private static ObjectTree tree(Scope scope, int members, boolean editable) {
    Document document = Tapes.document(scope, json(members));
    if (!editable) {
      return document;
    }
    OwnedTree tree = new OwnedTree(scope);
    assertThat(tree.copy(document, document.root(), ObjectTree.NO_NODE)).isPositive();
    document.close();
    return tree;
  }

  private static List<Path> paths(int members) {
    List<Path> paths = new ArrayList<>();
    for (int i = 0; i < SMALL; i++) {
      paths.add(Path.of("wide.member" + (long) i * members / SMALL + ".v"));
    }
    return paths;
  }

  private static long lookUpAll(ObjectTree tree, List<Path> paths) {
    long sum = 0;
    for (Path path : paths) {
      sum += path.get(tree);
    }
    return sum;
  }

  private static long walk(ObjectTree tree, byte[] text) {
    Cursor cursor = new Cursor(tree);
    long nodes = 1;
    while (true) {
      tree.copyText(cursor.node(), text, 0);
      if (!cursor.toFirstChild()) {
        while (!cursor.toNext()) {
          if (!cursor.toParent()) {
            return nodes;
          }
        }
      }
      nodes++;
    }
  }

  /** Answers by how much more the larger takes: the least that was ever seen of each. */
  private static double ratio(
      ToLongFunction<Integer> operation, int small, int large, double enough) {
    long ofSmall = Long.MAX_VALUE;
    long ofLarge = Long.MAX_VALUE;
    double ratio = Double.MAX_VALUE;
    for (int i = 0; i < ATTEMPTS && ratio >= enough; i++) {
      ofSmall = Math.min(ofSmall, nanos(operation, small));
      ofLarge = Math.min(ofLarge, nanos(operation, large));
      ratio = (double) ofLarge / Math.max(1, ofSmall);
    }
    return ratio;
  }

  private static long nanos(ToLongFunction<Integer> operation, int members) {
    long before = CLOCK.getCurrentThreadCpuTime();
    for (int i = 0; i < 20; i++) {
      assertThat(operation.applyAsLong(members)).isPositive();
    }
    return CLOCK.getCurrentThreadCpuTime() - before;
  }

  @Test
  @Timeout(300)
  void aPathCostsItsLengthHoweverManyMembersThereAre() {
    for (boolean editable : new boolean[] {false, true}) {
      try (MemoryPool pool = MemoryPool.open(SPEC)) {
        ObjectTree small = tree(pool.root(), SMALL, editable);
        ObjectTree large = tree(pool.root(), SMALL * FACTOR, editable);
        List<Path> fewer = paths(SMALL);
        List<Path> more = paths(SMALL * FACTOR);
        assertThat(
                ratio(
                    n -> n == SMALL ? lookUpAll(small, fewer) : lookUpAll(large, more),
                    SMALL,
                    SMALL * FACTOR,
                    8))
            .as("%s as many members, editable: %s", FACTOR, editable)
            .isLessThan(8);
      }
    }
  }

  @Test
  @Timeout(300)
  void aWalkCostsTheSamePerNodeInATreeOfAnySize() {
    byte[] text = new byte[16];
    for (boolean editable : new boolean[] {false, true}) {
      try (MemoryPool pool = MemoryPool.open(SPEC)) {
        ObjectTree small = tree(pool.root(), SMALL, editable);
        ObjectTree large = tree(pool.root(), SMALL * FACTOR, editable);
        assertThat(walk(large, text)).isEqualTo(2 + 2L * SMALL * FACTOR);
        assertThat(
                ratio(
                    n -> walk(n == SMALL ? small : large, text), SMALL, SMALL * FACTOR, 4 * FACTOR))
            .as("%s as many nodes, editable: %s", FACTOR, editable)
            .isLessThan(4 * FACTOR);
      }
    }
  }
}
