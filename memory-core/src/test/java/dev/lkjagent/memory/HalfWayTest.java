package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.NodeKind;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Path;
import dev.lkjagent.memory.tree.Tape;
import dev.lkjagent.memory.tree.TestDocuments;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of several steps is cut off at each of its allocations in turn: nothing leaks,
 * and what was there before is unchanged.
 */
class HalfWayTest {
  private static final PoolSpec SPEC =
      PoolSpec.builder()
          .tier(16, 64)
          .tier(256, 32)
          .tier(4096, 16)
          .nodes(64)
          .documentNodes(1024)
          .names(32)
          .indexEntries(64)
          .ropes(new RopeRules(4096, 1 << 20))
          .build();

  private static final byte[] LONG =
      "a text that fits no record and no small slot".getBytes(StandardCharsets.UTF_8);

  private static final byte[] LARGE = "z".repeat(300).getBytes(StandardCharsets.UTF_8);

  private static final byte[] HUGE = "h".repeat(5000).getBytes(StandardCharsets.UTF_8);

  private static String show(PooledString text) {
    return text.handle() + ":" + text + "\n";
  }

  /** Everything that is to be seen of a tree, handles included. */
  private static String show(ObjectTree tree) {
    StringBuilder all = new StringBuilder("tree\n");
    if (tree.root() != ObjectTree.NO_NODE) {
      show(tree, tree.root(), all);
    }
    return all.toString();
  }

  private static void show(ObjectTree tree, long node, StringBuilder all) {
    all.append(node).append(' ').append(NodeKind.of(tree.kind(node)));
    all.append(tree.named(node) ? " " + tree.nameString(node) : "");
    all.append(" \"").append(tree.textString(node)).append("\" {\n");
    int children = 0;
    for (long child = tree.firstChild(node);
        child != ObjectTree.NO_NODE;
        child = tree.next(node, child)) {
      show(tree, child, all);
      assertThat(tree.find(node, tree.nameString(child)))
          .isEqualTo(tree.named(child) ? child : ObjectTree.NO_NODE);
      children++;
    }
    if (tree instanceof OwnedTree owned) {
      assertThat(owned.childCount(node)).isEqualTo(children);
    }
    all.append("}\n");
  }

  /** A document that is still being written: where its room lies, and what is in it. */
  private static String showUnread(Document document) {
    RawMemory raw = document.raw();
    int words = document.tapeAt();
    return document.textHandle()
        + " "
        + new String(raw.bytes(), document.textAt(), 4, StandardCharsets.UTF_8)
        + words
        + Arrays.toString(Arrays.copyOfRange(raw.tape(), words, words + 2));
  }

  /** What the operations work on: every pool of this test is filled alike. */
  private static final class Things {
    final PooledString text;
    final PooledString empty;
    final PooledString full;
    final PooledString source;
    final PooledRope rope;
    final Document blank;
    final Document unread;
    final Document document;
    final OwnedTree tree;
    final OwnedTree copy;
    final long top;
    final long first;

    Things(MemoryPool pool) {
      Scope root = pool.root();
      text = new PooledString(root).set("kept");
      empty = new PooledString(root);
      full = new PooledString(root).set("x".repeat(16));
      source = new PooledString(root).set("\\u00e9\\n" + "x".repeat(200));
      rope = new PooledRope(root);
      rope.tryAppend("kept");
      blank = new Document(root);
      unread = new Document(root);
      unread.reserve(16, 32);
      byte[] part = {'p', 'a', 'r', 't'};
      System.arraycopy(part, 0, pool.raw().bytes(), unread.textAt(), part.length);
      Arrays.fill(pool.raw().tape(), unread.tapeAt(), unread.tapeAt() + 2, 7);
      document =
          TestDocuments.of(root, "{\"a\":{\"b\":[1,\"" + "long ".repeat(9) + "\"],\"c\":true}}");
      tree = new OwnedTree(root);
      top = tree.createRoot(Tape.OBJECT);
      first = tree.add(top, Tape.STRING, LONG, 0, 5);
      tree.setText(first, LONG, 0, LONG.length);
      long below = tree.add(top, Tape.OBJECT, LONG, 2, 4);
      tree.setText(tree.add(below, Tape.NUMBER, LONG, 0, LONG.length), LONG, 0, 7);
      copy = new OwnedTree(root.open("other", Budget.UNLIMITED));
    }

    String seen() {
      return Stream.of(text.scope(), rope.scope(), document.scope(), tree.scope()).toList()
          + show(text)
          + show(empty)
          + show(full)
          + show(source)
          + rope.handle()
          + rope
          + blank.textHandle()
          + showUnread(unread)
          + show(document)
          + show(tree)
          + show(copy);
    }
  }

  private static final Map<String, Predicate<Things>> OPERATIONS = new LinkedHashMap<>();

  private static void text(String name, Function<Things, Status> operation) {
    OPERATIONS.put(name, things -> operation.apply(things) == Status.OK);
  }

  private static void node(String name, ToLongFunction<Things> operation) {
    OPERATIONS.put(name, things -> operation.applyAsLong(things) >= 0);
  }

  static {
    text("set", t -> t.text.trySet(t.source));
    text("append", t -> t.text.tryAppend(t.source));
    text("append itself", t -> t.source.tryAppend(t.source));
    text("append bytes", t -> t.text.tryAppend(LARGE, 0, LARGE.length));
    text("append characters", t -> t.text.tryAppend("y".repeat(70)));
    text("append a code point", t -> t.full.tryAppendCodePoint(0x1F600));
    text("append a number", t -> t.full.tryAppendNumber(Long.MIN_VALUE));
    node("append characters up to a limit", t -> t.full.tryAppendUpTo("y".repeat(70), 50));
    node("append bytes up to a limit", t -> t.full.tryAppendUpTo(LARGE, 0, LARGE.length, 50));
    text("create", t -> t.empty.tryCreate(70));
    text("resize", t -> t.text.tryResize(400));
    text("escape", t -> t.text.tryAppendEscaped(Escaping.JSON, t.source));
    text("unescape", t -> t.text.tryAppendUnescaped(Escaping.JSON, t.source));
    text("rope", t -> t.rope.tryAppend("y".repeat(20_000)));
    text("load a document", t -> t.blank.reserve(100, 100));
    text("extend a document", t -> t.unread.extend(4, 300, 2, 64));
    text("grow a document", t -> t.unread.grow(300, 64));
    text("transfer a text", t -> t.text.tryTransfer(t.copy.scope()));
    text("transfer a rope", t -> t.rope.tryTransfer(t.copy.scope()));
    text("transfer a document", t -> t.document.tryTransfer(t.copy.scope()));
    text("transfer a tree", t -> t.tree.tryTransfer(t.copy.scope()));
    node("add a member", t -> t.tree.add(t.top, Tape.STRING, LONG, 0, LONG.length));
    node("insert", t -> t.tree.insertBefore(t.first, Tape.STRING, LONG, 0, LONG.length));
    text("replace a text", t -> t.tree.setText(t.first, LARGE, 0, LARGE.length));
    text("append to a text", t -> t.tree.appendText(t.first, LARGE, 0, LARGE.length));
    text("append until it is a rope", t -> t.tree.appendText(t.first, HUGE, 0, HUGE.length));
    text("rename", t -> t.tree.rename(t.first, LONG, 0, LONG.length));
    node(
        "set at a path, with parents",
        t -> t.tree.set(Path.of("new.one.two"), Tape.STRING, LARGE, 0, LARGE.length));
    node(
        "set at a path, with long names",
        t -> t.tree.set(Path.of("n".repeat(300) + ".two"), Tape.STRING, LARGE, 0, LARGE.length));
    node(
        "replace an object at a path",
        t -> t.tree.set(Path.of("text"), Tape.STRING, LARGE, 0, LARGE.length));
    node("copy a tree", t -> t.copy.copy(t.tree, t.top, OwnedTree.NO_NODE));
    node("copy into a tree", t -> t.tree.copy(t.tree, t.top, t.top));
    node("copy a document", t -> t.copy.copy(t.document, t.document.root(), OwnedTree.NO_NODE));
    node("copy a document into a tree", t -> t.tree.copy(t.document, t.document.root(), t.top));
  }

  static Stream<String> operations() {
    return OPERATIONS.keySet().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void cutOffAnywhereItLeaksNothingAndChangesNothing(String name) {
    AllocationFaults faults = new AllocationFaults();
    int cut = 0;
    for (int n = 1; ; n++) {
      try (MemoryPool pool =
          MemoryPool.open(
              SPEC, PoolOptions.builder().faults(faults).checks(CheckLevel.PARANOID).build())) {
        Things things = new Things(pool);
        String before = things.seen();
        String used = pool.leaks().leaks().toString();
        faults.refuse(n);
        boolean done = OPERATIONS.get(name).test(things);
        boolean struck = faults.happened();
        faults.refuse(0);
        assertThat(done).isEqualTo(!struck);
        pool.verify();
        if (!struck) {
          assertThat(things.seen()).isNotEqualTo(before);
          break;
        }
        cut++;
        assertThat(things.seen()).isEqualTo(before);
        assertThat(pool.leaks().leaks().toString()).isEqualTo(used);
      }
    }
    assertThat(cut).isPositive();
  }

  @Test
  void whatTakesNothingCannotBeCutOff() {
    AllocationFaults faults = new AllocationFaults();
    try (MemoryPool pool = MemoryPool.open(SPEC, PoolOptions.builder().faults(faults).build())) {
      Things things = new Things(pool);
      OwnedTree tree = things.tree;
      faults.refuse(1);
      long last = tree.lastChild(things.top);
      tree.setKind(things.first, Tape.ARRAY);
      tree.move(last, things.first);
      tree.setKind(last, Tape.STRING);
      assertThat(tree.rename(last, LONG, 0, 0)).isEqualTo(Status.OK);
      tree.remove(last);
      tree.setKind(things.first, Tape.NULL);
      assertThat(faults.happened()).isFalse();
      pool.verify();
    }
  }
}
