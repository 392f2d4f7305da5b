package dev.lkjagent.memory.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Settings;
import dev.lkjagent.memory.StaleHandleException;
import dev.lkjagent.memory.Status;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass(name = "{0}")
@MethodSource("dev.lkjagent.memory.Settings#all")
class OwnedTreeTest {
  private final Settings settings;
  private final MemoryPool pool;

  /** The trees and documents of these tests need more nodes than some settings have. */
  OwnedTreeTest(Settings settings) {
    this.settings = settings;
    pool = open(settings.spec().toBuilder().nodes(512).documentNodes(4096));
  }

  private MemoryPool open(PoolSpec.Builder spec) {
    return MemoryPool.open(spec.build(), settings.options());
  }

  @AfterEach
  void everythingIsReturned() {
    pool.root().clear();
    pool.verify();
    assertThat(pool.report().clean()).isTrue();
    assertThat(pool.raw().names().used()).isZero();
    pool.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static long set(OwnedTree tree, String path, int kind, String text) {
    byte[] bytes = utf8(text);
    return tree.set(Path.of(path), kind, bytes, 0, bytes.length);
  }

  @Test
  void settingAPathCreatesItsParents() {
    OwnedTree tree = new OwnedTree(pool.root());
    assertThat(set(tree, "a.b[0].c", Tape.STRING, "x")).isPositive();
    assertThat(set(tree, "a.b[1]", Tape.NUMBER, "12")).isPositive();
    assertThat(set(tree, "a.b[0].c", Tape.STRING, "replaced by a longer text than before"))
        .isPositive();
    byte[] appended = utf8("end");
    assertThat(tree.set(Path.pointer("/a/b/-"), Tape.STRING, appended, 0, 3)).isPositive();
    assertThat(NodeView.of(tree))
        .hasToString(
            """
            {}
              a: {}
                b: []
                  {}
                    c: "replaced by a longer text than before"
                  12
                  "end\"""");
  }

  @Test
  void whatIsDistinctStaysDistinct() {
    OwnedTree tree = new OwnedTree(pool.root());
    set(tree, "object", Tape.OBJECT, "");
    set(tree, "array", Tape.ARRAY, "");
    set(tree, "null", Tape.NULL, "");
    set(tree, "nullText", Tape.STRING, "null");
    set(tree, "number", Tape.NUMBER, "12");
    set(tree, "numberText", Tape.STRING, "12");
    set(tree, "empty", Tape.STRING, "");
    NodeView view = NodeView.of(tree);
    assertThat(view.members().values().stream().distinct()).hasSize(7);
    assertThat(view.toString())
        .isEqualTo(
            "{}\n  object: {}\n  array: []\n  null: null\n  nullText: \"null\"\n  number: 12\n"
                + "  numberText: \"12\"\n  empty: \"\"");
  }

  @Test
  void aPathThatCannotBeSetChangesNothing() {
    OwnedTree tree = new OwnedTree(pool.root());
    set(tree, "text", Tape.STRING, "x");
    set(tree, "list[0]", Tape.STRING, "y");
    String before = NodeView.of(tree).toString();
    assertThat(Status.of(set(tree, "text.below", Tape.STRING, "z"))).isEqualTo(Status.WRONG_KIND);
    assertThat(Status.of(set(tree, "list[5]", Tape.STRING, "z"))).isEqualTo(Status.NOT_FOUND);
    assertThat(Status.of(set(tree, "new.parents[3]", Tape.STRING, "z")))
        .isEqualTo(Status.NOT_FOUND);
    assertThat(Status.of(set(tree, "new.text", Tape.STRING, "z".repeat(700_000))))
        .isEqualTo(Status.TIER_EXHAUSTED);
    assertThat(Status.of(set(tree, "list", Tape.STRING, "z".repeat(700_000))))
        .isEqualTo(Status.TIER_EXHAUSTED);
    assertThat(NodeView.of(tree)).hasToString(before);
  }

  @Test
  void everyEditThatRunsOutHalfWayChangesNothing() {
    OwnedTree source = new OwnedTree(pool.root());
    set(
        source,
        "a.long name that is not shared because of its length.x",
        Tape.STRING,
        "t".repeat(40));
    set(source, "a.list[0]", Tape.STRING, "u".repeat(200));
    int refused = 0;
    int done = 0;
    for (int slots = 0; slots < 8; slots++) {
      for (int nodes = 1; nodes < 14; nodes++) {
        Scope scope = pool.root().open("tight", tight(slots, nodes));
        OwnedTree tree = new OwnedTree(scope);
        tree.createRoot(Tape.OBJECT);
        String before = NodeView.of(tree).toString();
        if (tree.copy(source, source.root(), tree.root()) < 0) {
          refused++;
          assertThat(NodeView.of(tree)).hasToString(before);
          assertThat(scope.usedNodes()).isOne();
          assertThat(scope.usedBytes()).isZero();
        }
        String copied = NodeView.of(tree).toString();
        if (set(tree, "b.c.d.e", Tape.STRING, "v".repeat(200)) < 0) {
          refused++;
          assertThat(NodeView.of(tree)).hasToString(copied);
        } else {
          done++;
        }
        pool.verify();
        scope.close();
      }
    }
    assertThat(refused).isGreaterThan(100);
    assertThat(done).isPositive();
    source.close();
  }

  /** A budget with slots of the two smallest tiers only. */
  private Budget tight(int slots, int nodes) {
    Budget.Builder budget = Budget.builder().slots(settings.slotBytes(1), slots).nodes(nodes);
    for (int tier = 2; tier < settings.spec().tiers().size(); tier++) {
      budget.slots(settings.slotBytes(tier), 0);
    }
    return budget.build();
  }

  @Test
  void removedNodesAndThoseBelowAreRefusedAlsoAfterReuse() {
    OwnedTree tree = new OwnedTree(pool.root());
    long below = set(tree, "a.b.c", Tape.STRING, "x");
    long middle = Path.of("a.b").find(tree);
    assertThat(tree.remove(Path.of("a.b"))).isEqualTo(Status.OK);
    assertThat(tree.remove(Path.of("a.b"))).isEqualTo(Status.NOT_FOUND);
    for (int i = 0; i < 10; i++) {
      set(tree, "again.n" + i, Tape.STRING, "y");
      assertThatThrownBy(() -> tree.kind(below)).isInstanceOf(StaleHandleException.class);
      assertThatThrownBy(() -> tree.remove(middle)).isInstanceOf(StaleHandleException.class);
    }
    assertThatThrownBy(() -> tree.kind(ObjectTree.NO_NODE))
        .isInstanceOf(StaleHandleException.class);
  }

  @Test
  void aNodeOfAnotherPoolIsRefused() {
    try (MemoryPool other = open(settings.spec().toBuilder())) {
      OwnedTree foreign = new OwnedTree(other.root());
      long node = foreign.createRoot(Tape.OBJECT);
      OwnedTree tree = new OwnedTree(pool.root());
      tree.createRoot(Tape.OBJECT);
      assertThatThrownBy(() -> tree.firstChild(node)).isInstanceOf(StaleHandleException.class);
      assertThatThrownBy(() -> tree.add(node, Tape.NULL)).isInstanceOf(StaleHandleException.class);
    }
  }

  @Test
  void theContentOfAClearedDocumentIsRefused() {
    Document document = Tapes.document(pool.root(), "{\"a\": [1, 2]}");
    long node = Path.of("a").find(document);
    Tapes.load(document, "{\"a\": [1, 2]}", new NameIds());
    assertThatThrownBy(() -> document.kind(node))
        .isInstanceOf(StaleHandleException.class)
        .hasMessageContaining("does not belong to this document, which holds content");
    document.clear();
    assertThatThrownBy(() -> document.kind(node)).hasMessageContaining("which is empty");
    assertThat(document.root()).isEqualTo(ObjectTree.NO_NODE);
  }

  @Test
  void closingAScopeEmptiesItsTreesAndDocuments() {
    Scope scope = pool.root().open("scope", Budget.UNLIMITED);
    OwnedTree tree = new OwnedTree(scope);
    set(tree, "a.b", Tape.STRING, "a text that takes a slot of its own");
    Document document = Tapes.document(scope, "{\"a\": 1}");
    long node = document.root();
    scope.clear();
    assertThat(tree.root()).isEqualTo(ObjectTree.NO_NODE);
    assertThatThrownBy(() -> document.firstChild(node)).isInstanceOf(StaleHandleException.class);
    set(tree, "again", Tape.STRING, "x");
    assertThat(NodeView.of(tree)).hasToString("{}\n  again: \"x\"");
    scope.close();
    assertThatThrownBy(() -> tree.createRoot(Tape.OBJECT)).hasMessageContaining("closed");
  }

  private record Member(String name, long node) {}

  /** Needs an index that has room for the object most of the time. */
  @Test
  void wideObjectsFindTheLastOfEachNameWhileTheyAreEdited() {
    PoolSpec.Builder spec = settings.spec().toBuilder();
    try (MemoryPool roomy = open(spec.nodes(3000).names(500).indexEntries(2048))) {
      OwnedTree tree = new OwnedTree(roomy.root());
      long root = tree.createRoot(Tape.OBJECT);
      List<Member> members = new ArrayList<>();
      Random random = new Random(7);
      for (int i = 0; i < settings.rounds(6000); i++) {
        String name = "member" + random.nextInt(60);
        byte[] bytes = utf8(name);
        int place = members.isEmpty() ? 0 : random.nextInt(members.size());
        switch (members.size() < 30 ? 0 : random.nextInt(5)) {
          case 0, 1 ->
              members.add(new Member(name, tree.add(root, Tape.NULL, bytes, 0, bytes.length)));
          case 2 -> {
            long next = members.get(place).node();
            long node = tree.insertBefore(next, Tape.NULL, bytes, 0, bytes.length);
            members.add(place, new Member(name, node));
          }
          case 3 -> tree.remove(members.remove(place).node());
          default -> {
            long node = members.get(place).node();
            assertThat(tree.rename(node, bytes, 0, bytes.length)).isEqualTo(Status.OK);
            members.set(place, new Member(name, node));
          }
        }
        String wanted = "member" + random.nextInt(61);
        long expected = ObjectTree.NO_NODE;
        for (Member member : members) {
          expected = member.name().equals(wanted) ? member.node() : expected;
        }
        assertThat(tree.find(root, wanted)).as("%s after %d edits", wanted, i).isEqualTo(expected);
      }
    }
  }

  @Test
  void wideDocumentsFindWhatNarrowOnesFind() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 400; i++) {
      json.append("\"key").append(i % 390).append("\": ").append(i).append(',');
    }
    String plain = json + "\"last\": {\"nested\": [[]]}}";
    String escaped = json + "\"l\\u0061st\": {\"nested\": [[]]}}";
    for (String text : new String[] {plain, escaped}) {
      Document document = Tapes.document(pool.root(), text);
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 390; i++) {
          String expected = Integer.toString(i < 10 ? i + 390 : i);
          long found = document.find(document.root(), "key" + i);
          assertThat(document.textString(found)).isEqualTo(expected);
          assertThat(Path.of("key" + i).find(document)).isEqualTo(found);
        }
        assertThat(document.find(document.root(), "key390")).isEqualTo(ObjectTree.NO_NODE);
        assertThat(Path.of("last.nested[0]").find(document)).isNotEqualTo(ObjectTree.NO_NODE);
      }
      document.close();
    }
  }

  @Test
  void aMillionDistinctNamesLeaveTheNameTableAsItWas() {
    OwnedTree tree = new OwnedTree(pool.root());
    set(tree, "kept", Tape.STRING, "x");
    int before = pool.raw().names().used();
    byte[] name = new byte[8];
    for (int i = 0; i < settings.rounds(1_000_000); i++) {
      for (int b = 0; b < 8; b++) {
        name[b] = (byte) ('a' + (i >>> 4 * b & 15));
      }
      tree.remove(tree.add(tree.root(), Tape.NULL, name, 0, 8));
    }
    assertThat(pool.raw().names().used()).isEqualTo(before);
  }

  @Test
  void aFullNameTableIsSlowerAndNeverAFailure() {
    OwnedTree tree = new OwnedTree(pool.root());
    int more = pool.raw().names().capacity() + 50;
    for (int i = 0; i < more; i++) {
      assertThat(set(tree, "name" + i, Tape.NUMBER, Integer.toString(i))).isPositive();
    }
    assertThat(pool.raw().names().used()).isEqualTo(pool.raw().names().capacity());
    for (int i = 0; i < more; i++) {
      assertThat(tree.textString(tree.find(tree.root(), "name" + i))).isEqualTo("" + i);
    }
  }

  @Test
  void aNodeCannotMoveBelowItself() {
    OwnedTree tree = new OwnedTree(pool.root());
    set(tree, "a.b.c", Tape.NULL, "");
    long a = Path.of("a").find(tree);
    long b = Path.of("a.b").find(tree);
    assertThatThrownBy(() -> tree.move(a, b)).hasMessageContaining("can't move below itself");
    assertThatThrownBy(() -> tree.move(a, a)).hasMessageContaining("can't move below itself");
    tree.move(b, tree.root());
    assertThat(NodeView.of(tree)).hasToString("{}\n  a: {}\n  b: {}\n    c: null");
  }

  @Test
  void aCursorVisitsEveryNodeInDocumentOrder() {
    Document document =
        Tapes.document(
            pool.root(), "{\"a\": [1, [2, {}], 3], \"b\": {\"c\": {\"d\": 4}}, \"e\": []}");
    Cursor cursor = new Cursor(document);
    StringBuilder seen = new StringBuilder();
    do {
      seen.append(cursor.depth()).append(cursor.kind().name().charAt(0)).append(' ');
    } while (cursor.toNextInDocument());
    assertThat(seen).hasToString("0O 1A 2N 2A 3N 3O 2N 1O 2O 3N 1A ");
    assertThat(cursor.node()).isEqualTo(document.root());
    assertThat(cursor.toChild("b") && cursor.toChild("c") && cursor.toChild(0)).isTrue();
    assertThat(document.textString(cursor.node())).isEqualTo("4");
    assertThat(cursor.toChild("x") || cursor.toNext() || cursor.toFirstChild()).isFalse();
    assertThat(cursor.toParent()).isTrue();
    assertThat(cursor.toParent()).isTrue();
    assertThat(cursor.toNext()).isTrue();
    assertThat(document.nameString(cursor.node())).isEqualTo("e");
  }

  @Test
  void aViewIsEqualByContentInWhateverTree() {
    Document document =
        Tapes.document(pool.root(), "{\"a\": [1, \"x\\ty\", true, null], \"b\": {\"c\": \"\"}}");
    OwnedTree tree = new OwnedTree(pool.root());
    tree.copy(document, document.root(), ObjectTree.NO_NODE);
    assertThat(NodeView.of(tree)).isEqualTo(NodeView.of(document));
    assertThat(NodeView.of(tree)).hasSameHashCodeAs(NodeView.of(document));
    assertThat(NodeView.of(tree).toJava())
        .isEqualTo(NodeView.of(document).toJava())
        .hasToString("{a=[1, x\ty, true, null], b={c=}}");
    set(tree, "b.c", Tape.STRING, "changed");
    assertThat(NodeView.of(tree)).isNotEqualTo(NodeView.of(document));
  }

  @Test
  void editingAllocatesNothing() {
    assumeFalse(settings.paranoid(), "proving the pool at each step allocates");
    Document document =
        Tapes.document(
            pool.root(), "{\"a\": [1, {\"key\": \"a text that takes a slot of its own\"}]}");
    OwnedTree tree = new OwnedTree(pool.root());
    tree.createRoot(Tape.OBJECT);
    Path path = Path.of("working_memory.todo[0]");
    byte[] text = utf8("another text that takes a slot of its own");
    byte[] name = utf8("name");
    Cursor cursor = new Cursor(tree);
    var bean = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    long check = 0;
    for (int round = 0; round < 6; round++) {
      long before = bean.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 2000; i++) {
        check += tree.copy(document, document.root(), tree.root());
        check += tree.set(path, Tape.STRING, text, 0, text.length);
        check += tree.find(tree.root(), name, 0, name.length);
        for (cursor.toRoot(); cursor.toNextInDocument(); ) {
          check += tree.textLength(cursor.node());
        }
        tree.remove(tree.firstChild(tree.root()));
        tree.remove(path);
      }
      least = Math.min(least, bean.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(check).isPositive();
    assertThat(least).isZero();
  }
}
