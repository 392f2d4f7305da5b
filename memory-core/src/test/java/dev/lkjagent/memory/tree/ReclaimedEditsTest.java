package dev.lkjagent.memory.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.ExhaustionPolicy;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolExtension;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Settings;
import dev.lkjagent.memory.StaleHandleException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * While an edit makes room, a reclaimer may take away the very nodes that it is about: it is
 * refused then, and keeps nothing of what it took.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.lkjagent.memory.Settings#all")
class ReclaimedEditsTest {
  /** Too long for a record, and as a name too long to be shared. */
  private static final byte[] LONG = "a text and a name longer than forty bytes".getBytes(UTF_8);

  @RegisterExtension final PoolExtension pools = new PoolExtension();
  private final MemoryPool pool;
  private Scope scope;
  private OwnedTree tree;
  private OwnedTree source;
  private long root;
  private long top;
  private long below;

  ReclaimedEditsTest(Settings settings) {
    PoolSpec spec = settings.spec();
    pool = pools.open(spec, settings.options());
  }

  /** An object with a member that is an object with a text, as deep as the budget allows. */
  private void grow(Budget budget) {
    scope = pool.root().open("agent", budget);
    tree = new OwnedTree(scope);
    root = tree.createRoot(Tape.OBJECT);
    top = tree.add(root, Tape.OBJECT, LONG, 0, 3);
    below = tree.add(top, Tape.STRING, LONG, 0, LONG.length);
    assertThat(below).isPositive();
    source = new OwnedTree(pool.root());
    long other = source.createRoot(Tape.OBJECT);
    source.add(other, Tape.NULL, LONG, 0, LONG.length);
  }

  private Map<String, ThrowingCallable> edits() {
    Map<String, ThrowingCallable> edits = new LinkedHashMap<>();
    edits.put("add", () -> tree.add(top, Tape.NULL, LONG, 0, LONG.length));
    edits.put("insert", () -> tree.insertBefore(below, Tape.NULL, LONG, 0, LONG.length));
    edits.put("rename", () -> tree.rename(top, LONG, 0, LONG.length));
    edits.put("set text", () -> tree.setText(below, LONG, 0, LONG.length));
    edits.put("append", () -> tree.appendText(below, LONG, 0, LONG.length));
    edits.put("copy", () -> tree.copy(source, source.root(), top));
    edits.put("copy itself", () -> tree.copy(tree, top, root));
    edits.put("set", () -> tree.set(Path.of("a t"), Tape.STRING, LONG, 0, LONG.length));
    return edits;
  }

  private void areRefused(Consumer<OwnedTree> loss) {
    for (String edit : edits().keySet()) {
      for (boolean ofNodes : new boolean[] {false, true}) {
        Budget.Builder budget = Budget.builder();
        grow(ofNodes ? budget.nodes(3).build() : budget.build());
        Budget used = Budget.builder().bytes(scope.usedBytes()).build();
        tree.close();
        scope.close();
        source.close();
        grow(ofNodes ? budget.nodes(3).build() : used);
        boolean[] lost = {false};
        scope.onExhaustion(
            ExhaustionPolicy.reclaim(
                shortage -> {
                  if (lost[0]) {
                    return false;
                  }
                  lost[0] = true;
                  loss.accept(tree);
                  return true;
                }));
        String about = edit + (ofNodes ? ", short of nodes" : ", short of bytes");
        boolean takesNodes = !edit.matches("rename|set.*|append");
        if (takesNodes || !ofNodes) {
          assertThatThrownBy(edits().get(edit)).as(about).isInstanceOf(StaleHandleException.class);
        }
        pool.verify();
        tree.clear();
        assertThat(scope.usedBytes()).as(about).isZero();
        assertThat(scope.usedNodes()).as(about).isZero();
        scope.close();
        source.close();
        assertThat(pool.raw().names().used()).as(about).isZero();
      }
    }
  }

  @Test
  void ofNodesThatAReclaimerRemoved() {
    areRefused(t -> t.remove(top));
  }

  @Test
  void ofTreesThatAReclaimerCleared() {
    areRefused(OwnedTree::clear);
  }

  @Test
  void ofScopesThatAReclaimerCleared() {
    areRefused(t -> t.scope().clear());
  }

  @Test
  void aRootThatAReclaimerMadeStaysTheOnlyOne() {
    scope = pool.root().open("agent", Budget.builder().nodes(3).build());
    tree = new OwnedTree(scope);
    OwnedTree other = new OwnedTree(pool.root());
    other.createRoot(Tape.NULL);
    OwnedTree first = new OwnedTree(scope);
    scope.onExhaustion(
        ExhaustionPolicy.reclaim(
            shortage -> {
              first.clear();
              tree.createRoot(Tape.ARRAY);
              return true;
            }));
    for (ThrowingCallable edit :
        new ThrowingCallable[] {
          () -> tree.createRoot(Tape.OBJECT),
          () -> tree.copy(other, other.root(), ObjectTree.NO_NODE)
        }) {
      long array = first.createRoot(Tape.ARRAY);
      first.add(array, Tape.NULL);
      first.add(array, Tape.NULL);
      assertThatThrownBy(edit).isInstanceOf(IllegalStateException.class);
      pool.verify();
      assertThat(NodeView.of(tree)).hasToString("[]");
      tree.clear();
      assertThat(scope.usedNodes()).isZero();
    }
    other.close();
    scope.close();
  }
}
