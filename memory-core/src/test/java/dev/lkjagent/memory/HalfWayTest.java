package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of several steps is cut off at each of its allocations in turn: nothing leaks,
 * and what was there before is unchanged.
 */
class HalfWayTest {
  private static final byte[] LONG =
      "a text that fits no record and no small slot".getBytes(StandardCharsets.UTF_8);

  private static final byte[] LARGE = "z".repeat(300).getBytes(StandardCharsets.UTF_8);

  /** An operation, and how to see what it must not change. */
  private record Case(BooleanSupplier operation, Runnable undo, Supplier<String> seen) {}

  static Stream<String> operations() {
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL)) {
      return cases(pool).keySet().stream().toList().stream();
    }
  }

  private static String show(PooledString text) {
    return text.handle() + ":" + text;
  }

  private static Map<String, Case> cases(MemoryPool pool) {
    Scope root = pool.root();
    Scope other = root.open("other", Budget.UNLIMITED);
    PooledString text = new PooledString(root).set("kept");
    PooledString empty = new PooledString(root);
    PooledString source = new PooledString(root).set("x".repeat(200));
    PooledRope rope = new PooledRope(root);
    rope.tryAppend("kept");
    Document document = new Document(root);
    OwnedTree tree = new OwnedTree(root);
    long top = tree.createRoot(Tape.OBJECT);
    long first = tree.add(top, Tape.STRING, LONG, 0, 5);
    tree.setText(first, LONG, 0, LONG.length);
    OwnedTree copy = new OwnedTree(other);
    Map<String, Case> all = new LinkedHashMap<>();
    Supplier<String> texts =
        () ->
            show(text)
                + show(empty)
                + show(source)
                + rope
                + tree.kind(top)
                + tree.textString(first)
                + tree.childCount(top)
                + (copy.root() == OwnedTree.NO_NODE);
    all.put("set", new Case(() -> text.trySet(source) == Status.OK, () -> text.resize(300), texts));
    all.put("append", new Case(() -> text.tryAppend(source) == Status.OK, () -> {}, texts));
    all.put(
        "append itself", new Case(() -> source.tryAppend(source) == Status.OK, () -> {}, texts));
    all.put("create", new Case(() -> empty.tryCreate(70) == Status.OK, () -> {}, texts));
    all.put("resize", new Case(() -> text.tryResize(400) == Status.OK, () -> {}, texts));
    all.put(
        "escape",
        new Case(() -> text.tryAppendEscaped(Escaping.JSON, source) == Status.OK, () -> {}, texts));
    all.put(
        "rope", new Case(() -> rope.tryAppend("y".repeat(100_000)) == Status.OK, () -> {}, texts));
    all.put(
        "load a document",
        new Case(() -> document.reserve(100, 100) == Status.OK, document::clear, texts));
    all.put(
        "add a member",
        new Case(() -> tree.add(top, Tape.STRING, LONG, 0, LONG.length) >= 0, () -> {}, texts));
    all.put(
        "replace a text",
        new Case(() -> tree.setText(first, LARGE, 0, LARGE.length) == Status.OK, () -> {}, texts));
    all.put(
        "copy a tree",
        new Case(() -> copy.copy(tree, top, OwnedTree.NO_NODE) >= 0, () -> {}, texts));
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void cutOffAnywhereItLeaksNothingAndChangesNothing(String name) {
    AllocationFaults faults = new AllocationFaults();
    int cut = 0;
    for (int n = 1; ; n++) {
      try (MemoryPool pool =
          MemoryPool.open(
              PoolSpec.SMALL,
              PoolOptions.builder().faults(faults).checks(CheckLevel.PARANOID).build())) {
        Case one = cases(pool).get(name);
        String before = one.seen().get();
        faults.refuse(n);
        boolean done = one.operation().getAsBoolean();
        boolean struck = faults.happened();
        faults.refuse(0);
        assertThat(done).isEqualTo(!struck);
        pool.verify();
        if (!struck) {
          break;
        }
        cut++;
        assertThat(one.seen().get()).isEqualTo(before);
        assertThat(pool.leaks().leaks().toString()).isEqualTo(leaksOf(name));
      }
    }
    assertThat(cut).isPositive();
  }

  private static String leaksOf(String name) {
    try (MemoryPool untouched = MemoryPool.open(PoolSpec.SMALL)) {
      assertThat(cases(untouched)).containsKey(name);
      return untouched.leaks().leaks().toString();
    }
  }
}
