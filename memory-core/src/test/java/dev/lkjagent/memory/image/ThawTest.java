package dev.lkjagent.memory.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.sun.management.ThreadMXBean;
import dev.lkjagent.memory.AllocationFaults;
import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.CheckLevel;
import dev.lkjagent.memory.ExhaustionPolicy;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.PoolExtension;
import dev.lkjagent.memory.PoolOptions;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.RopeRules;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Settings;
import dev.lkjagent.memory.StaleHandleException;
import dev.lkjagent.memory.tree.NodeView;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Trees that come out of images in one pass: as they went in, or not at all. */
@ParameterizedClass(name = "{0}")
@MethodSource("settings")
class ThawTest {
  private static final int[] SCALARS = {
    Tape.STRING, Tape.NUMBER, Tape.TRUE, Tape.FALSE, Tape.NULL, Tape.TEXT, Tape.CDATA, Tape.COMMENT
  };
  private static final int[] LENGTHS = {0, 1, 19, 20, 21, 64, 65, 200, 1_024, 1_025, 3_000};
  @RegisterExtension final PoolExtension pools = new PoolExtension();
  private final Settings settings;
  private final MemoryPool pool;
  private final Image image = new Image();

  ThawTest(Settings settings) {
    this.settings = settings;
    pool = pools.open(settings.spec(), settings.options());
  }

  /**
   * The tiers of the settings with slots and nodes for two large trees at once, and a spec whose
   * largest slot is so small that texts of trees are ropes.
   */
  static Stream<Settings> settings() {
    PoolSpec ropes =
        PoolSpec.builder()
            .tier(32, 600)
            .tier(128, 600)
            .tier(1_024, 200)
            .ropes(new RopeRules(128, 12_000))
            .build();
    return Stream.concat(
            Settings.all().map(s -> s.with(manySlots(s))),
            Stream.of(new Settings("small slots", ropes, CheckLevel.STANDARD)))
        .map(
            s ->
                s.with(
                    s.spec().toBuilder()
                        .nodes(2_000)
                        .documentNodes(64)
                        .names(48)
                        .indexEntries(256)
                        .scopes(16)
                        .build()));
  }

  private static PoolSpec manySlots(Settings settings) {
    return settings.spec().toBuilder()
        .tier(settings.slotBytes(0), 600)
        .tier(settings.slotBytes(1), 600)
        .tier(settings.slotBytes(2), 100)
        .build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A tree with nodes, names and texts of every form. */
  private static void grow(OwnedTree tree, Random random, int nodes) {
    List<Long> containers = new ArrayList<>(List.of(tree.createRoot(Tape.OBJECT)));
    for (int i = 1; i < nodes; i++) {
      byte[] name = bytes("n".repeat(random.nextInt(50)) + random.nextInt(60));
      long parent = containers.get(random.nextInt(containers.size()));
      boolean container = random.nextInt(5) == 0;
      int kind = container ? 1 + random.nextInt(3) : SCALARS[random.nextInt(SCALARS.length)];
      long node = tree.add(parent, kind, name, 0, random.nextInt(4) == 0 ? -1 : name.length);
      assertThat(node).isPositive();
      if (container) {
        containers.add(node);
      } else if (Tape.hasText(kind)) {
        int most = i % 40 == 0 ? LENGTHS.length : 8;
        byte[] text = bytes("t".repeat(LENGTHS[random.nextInt(most)]));
        tree.setText(node, text, 0, text.length);
      }
    }
  }

  private static OwnedTree only(Thawed thawed) {
    return (OwnedTree) thawed.trees().get(0);
  }

  @Test
  void treesOfAnyShapeComeBackEqualAndCanBeEditedAndReturned() {
    long seed = 20261128;
    Random random = new Random(seed);
    for (int round = 0; round < settings.rounds(60); round++) {
      OwnedTree tree = new OwnedTree(pool.root());
      grow(tree, random, 1 + random.nextInt(400));
      // Holes, so that the nodes of the copy do not adjoin.
      OwnedTree before = new OwnedTree(pool.root());
      grow(before, random, 200);
      image.freeze(tree);
      if (round % 2 == 0) {
        before.close();
      }
      Image other = new Image();
      other.load(image.toByteArray(), 0, image.length());
      Scope scope = pool.root().open("copies", Budget.UNLIMITED);
      for (Image each : new Image[] {image, other}) {
        OwnedTree copy = only(each.thaw(scope));
        assertThat(NodeView.of(copy)).as("seed " + seed).isEqualTo(NodeView.of(tree));
        pool.verify();
        Image again = new Image();
        again.freeze(copy);
        assertThat(again.toByteArray()).isEqualTo(image.toByteArray());
        if (round % 3 == 0) {
          copy.add(copy.root(), Tape.STRING, bytes("late"), 0, 4);
          copy.remove(copy.firstChild(copy.root()));
        }
        copy.close();
        pool.verify();
        assertThat(scope.usedBytes()).isZero();
      }
      scope.close();
      before.close();
      tree.close();
      assertThat(pool.raw().names().used()).isZero();
    }
  }

  @Test
  void namesAreLookedUpAgainAfterTheirEntriesHaveGoneToOthers() {
    OwnedTree tree = new OwnedTree(pool.root());
    grow(tree, new Random(1), 20);
    String was = NodeView.of(tree).toString();
    image.freeze(tree);
    tree.close();
    OwnedTree others = new OwnedTree(pool.root());
    long root = others.createRoot(Tape.OBJECT);
    for (int i = 0; i < 48; i++) {
      byte[] name = bytes("other" + i);
      others.add(root, Tape.NULL, name, 0, name.length);
    }
    OwnedTree own = only(image.thaw(pool.root()));
    assertThat(NodeView.of(own)).hasToString(was);
    others.close();
    OwnedTree shared = only(image.thaw(pool.root()));
    OwnedTree known = only(image.thaw(pool.root()));
    assertThat(NodeView.of(shared)).hasToString(was);
    assertThat(NodeView.of(known)).hasToString(was);
    pool.verify();
    own.close();
    shared.close();
    known.close();
    assertThat(pool.raw().names().used()).isZero();
  }

  @Test
  void cutOffAtAnyAllocationItLeavesNothing() {
    OwnedTree tree = new OwnedTree(pool.root());
    grow(tree, new Random(7), 60);
    image.freeze(tree);
    AllocationFaults faults = new AllocationFaults();
    MemoryPool target =
        pools.open(
            settings.spec(),
            PoolOptions.builder().faults(faults).checks(CheckLevel.PARANOID).build());
    int cuts = 0;
    while (true) {
      faults.refuse(cuts + 1);
      try {
        only(image.thaw(target.root())).close();
        break;
      } catch (PoolExhaustedException e) {
        cuts++;
      } finally {
        faults.refuse(0);
      }
      target.verify();
      assertThat(target.leaks().clean()).isTrue();
      assertThat(target.raw().names().used()).isZero();
    }
    assertThat(cuts).isGreaterThan(60);
    tree.close();
  }

  @Test
  void budgetsPayForEveryNodeAndText() {
    OwnedTree tree = new OwnedTree(pool.root());
    grow(tree, new Random(8), 300);
    image.freeze(tree);
    Scope free = pool.root().open("free", Budget.UNLIMITED);
    OwnedTree copy = only(image.thaw(free));
    long bytes = free.usedBytes();
    copy.close();
    free.close();
    Budget exact = Budget.builder().bytes(bytes).nodes(300).build();
    Scope scope = pool.root().open("exact", exact);
    only(image.thaw(scope)).close();
    scope.close();
    for (Budget less :
        new Budget[] {
          Budget.builder().bytes(bytes - 1).build(), Budget.builder().nodes(299).build()
        }) {
      Scope tight = pool.root().open("tight", less);
      assertThatThrownBy(() -> image.thaw(tight)).isInstanceOf(PoolExhaustedException.class);
      assertThat(tight.usedBytes()).isZero();
      pool.verify();
      tight.close();
    }
    tree.close();
    assertThat(pool.raw().names().used()).isZero();
  }

  @Test
  void aReclaimerThatTakesTheScopeOrTheImageAwayIsNoticed() {
    OwnedTree tree = new OwnedTree(pool.root());
    grow(tree, new Random(9), 100);
    image.freeze(tree);
    Scope scope = pool.root().open("cleared", Budget.builder().nodes(90).build());
    scope.onExhaustion(
        ExhaustionPolicy.reclaim(
            shortage -> {
              scope.clear();
              return true;
            }));
    assertThatThrownBy(() -> image.thaw(scope)).isInstanceOf(StaleHandleException.class);
    scope.clear();
    scope.onExhaustion(
        ExhaustionPolicy.reclaim(
            shortage -> {
              image.freeze(tree);
              return true;
            }));
    assertThatThrownBy(() -> image.thaw(scope))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the image is being thawed: use another Image meanwhile");
    assertThat(scope.usedBytes()).isZero();
    pool.verify();
    scope.close();
    tree.close();
    assertThat(pool.raw().names().used()).isZero();
  }

  /** Nodes without names or texts: nothing but taking them notices that the first ones are gone. */
  @Test
  void aReclaimerThatTakesTheScopeAwayBetweenPlainNodesIsNoticed() {
    OwnedTree tree = new OwnedTree(pool.root());
    long root = tree.createRoot(Tape.ARRAY);
    for (int i = 0; i < 99; i++) {
      tree.add(root, Tape.NULL);
    }
    image.freeze(tree);
    Scope scope = pool.root().open("cleared", Budget.builder().nodes(90).build());
    scope.onExhaustion(
        ExhaustionPolicy.reclaim(
            shortage -> {
              scope.clear();
              return true;
            }));
    assertThatThrownBy(() -> image.thaw(scope)).isInstanceOf(StaleHandleException.class);
    pool.verify();
    scope.close();
    tree.close();
  }

  @Test
  void howMuchThawingAllocatesDoesNotDependOnTheNodes() {
    assumeFalse(settings.paranoid(), "proving the pool at each step allocates");
    OwnedTree few = new OwnedTree(pool.root());
    grow(few, new Random(10), 10);
    OwnedTree many = new OwnedTree(pool.root());
    grow(many, new Random(11), 200);
    Image ofFew = new Image();
    ofFew.freeze(few);
    image.freeze(many);
    long least = allocatedBy(ofFew);
    assertThat(allocatedBy(image)).isLessThan(least + 500);
    few.close();
    many.close();
  }

  private long allocatedBy(Image each) {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 100; i++) {
      long before = thread.getCurrentThreadAllocatedBytes();
      ObjectTree copy = each.thaw(pool.root()).trees().get(0);
      copy.close();
      least = Math.min(least, thread.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
