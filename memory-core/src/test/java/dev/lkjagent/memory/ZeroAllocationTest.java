package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import dev.lkjagent.memory.tree.TestDocuments;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No operation of the pool and its texts allocates on the Java heap, from the second call on. */
class ZeroAllocationTest {
  private static final String MIXED = "plain text, \u20ac and \ud83d\ude00 as well";
  private static final StringBuilder BUILDER = new StringBuilder(MIXED);
  private static final byte[] BYTES = MIXED.getBytes(StandardCharsets.UTF_8);
  private static final byte[] JSON = "a\\n\\u20ac\\ud83d\\ude00".getBytes(StandardCharsets.UTF_8);
  private static final byte[] TARGET = new byte[100_000];

  static Stream<String> operations() {
    return operationsOf(MemoryPool.open(PoolSpec.SMALL)).keySet().stream();
  }

  private static Map<String, Runnable> operationsOf(MemoryPool pool) {
    Map<String, Runnable> all = new LinkedHashMap<>();
    Scope root = pool.root();
    Scope scope = root.open("agent", Budget.builder().bytes(200_000).build());
    Scope tight = root.open("tight", Budget.builder().bytes(16).build());
    Scope paging = root.open("paging", Budget.builder().slots(16, 1).build());
    RawMemory raw = pool.raw();
    PooledString text = new PooledString(scope);
    PooledString other = new PooledString(scope).set(MIXED);
    PooledRope rope = new PooledRope(scope);
    TextStream stream = new TextStream();
    long[] page = {paging.allocate(1)};
    paging.onExhaustion(
        ExhaustionPolicy.reclaim(
            shortage -> {
              pool.free(page[0]);
              return true;
            }));
    for (PoolSpec.Tier tier : pool.spec().tiers()) {
      int bytes = tier.slotBytes();
      all.put("allocate and free " + bytes, () -> pool.free(scope.tryAllocate(bytes)));
    }
    all.put(
        "length, capacity, offset",
        () -> {
          pool.setLength(other.handle(), pool.length(other.handle()));
          raw.offset(other.handle());
          pool.capacity(other.handle());
        });
    all.put("refusal by budget", () -> tight.tryAllocate(17));
    all.put("refusal by size", () -> scope.tryAllocate(1 << 20));
    all.put("reclaim", () -> page[0] = paging.tryAllocate(1));
    all.put(
        "clear a scope",
        () -> {
          scope.open("x", Budget.UNLIMITED).close();
        });
    all.put(
        "transfer",
        () -> {
          pool.tryTransfer(other.handle(), root);
          pool.tryTransfer(other.handle(), scope);
        });
    all.put("node", () -> raw.freeNode(raw.takeNode(scope)));
    all.put(
        "document nodes",
        () -> {
          int from = raw.takeTape(scope, 100, 1);
          int left = raw.trimTape(scope, from, raw.tapeBlockLength(), 10);
          raw.freeTape(scope, from, left);
        });
    all.put("set characters", () -> text.set(MIXED));
    all.put("set a builder", () -> text.set(BUILDER));
    all.put("set bytes", () -> text.set(BYTES, 0, BYTES.length));
    all.put("set a text", () -> text.set(other));
    all.put("set a part", () -> text.trySet(other, 0, 5));
    all.put(
        "destroy and create",
        () -> {
          text.destroy();
          text.create(300);
        });
    all.put(
        "promote",
        () -> {
          text.destroy();
          text.set("a").append(other).append(other);
        });
    all.put(
        "resize",
        () -> {
          text.resize(300);
          text.resize(text.size());
        });
    all.put(
        "append characters",
        () -> {
          text.clear();
          text.append(MIXED).append(BUILDER).append(text).appendCodePoint(0x20AC).appendNumber(-7);
        });
    all.put(
        "truncate",
        () -> {
          text.set(MIXED);
          text.truncate(15);
          text.tryAppendUpTo(MIXED, 9);
          text.tryAppendUpTo(BYTES, 0, BYTES.length, 9);
        });
    all.put(
        "compare and find",
        () -> {
          text.set(other);
          text.contentEquals(MIXED);
          text.contentEquals(other);
          text.contentEquals(BYTES, 0, BYTES.length);
          text.compareContent(other);
          text.indexOf("\ud83d\ude00", 0);
          text.indexOf(other, 0);
          text.codePointAt(0);
          text.isValid();
        });
    for (Escaping form : Escaping.values()) {
      all.put(
          "escape " + form,
          () -> {
            text.clear();
            text.tryAppendEscaped(form, other);
          });
    }
    all.put(
        "unescape",
        () -> {
          text.clear();
          text.tryAppendUnescaped(Escaping.JSON, JSON, 0, JSON.length);
        });
    all.put(
        "copy and slice",
        () -> {
          other.copyTo(0, other.size(), TARGET, 0);
          other.forEachSlice((bytes, from, length) -> true);
        });
    all.put(
        "stream",
        () -> {
          stream.open(other);
          stream.read(TARGET, 0, 10);
          stream.read();
        });
    all.put("malformed", () -> text.tryAppend("\ud800"));
    all.put(
        "rope",
        () -> {
          rope.tryAppend(TARGET, 0, 70_000);
          rope.tryAppend(MIXED);
          rope.copyTo(100, TARGET, 0, 69_000);
          rope.truncate(500);
          rope.forEachSlice((bytes, from, length) -> true);
          rope.destroy();
        });
    all.put(
        "hand over and publish",
        () -> {
          pool.publish();
          pool.release();
          pool.claim();
        });
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void operationAllocatesNothing(String name) {
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL)) {
      long least = AllBytes.leastOf(operationsOf(pool).get(name));
      if (name.equals("clear a scope")) {
        // Opening a scope makes one object, and says so.
        assertThat(least).isLessThanOrEqualTo(400 * 80L);
      } else {
        assertThat(least).isZero();
      }
      pool.verify();
    }
  }

  @Test
  void whatMovesBetweenScopesAllocatesNothing() {
    try (MemoryPool pool =
        MemoryPool.open(PoolSpec.parse("16x8, 64x80; nodes=8; documentNodes=64; ropes=64x4K"))) {
      Scope root = pool.root();
      Scope tight = root.open("tight", Budget.builder().bytes(16).build());
      Scope[] toAndFro = {root.open("agent", Budget.UNLIMITED), tight, root};
      PooledString text = new PooledString(root).set(MIXED);
      PooledRope rope = new PooledRope(root);
      rope.tryAppend(TARGET, 0, 500);
      OwnedTree tree = new OwnedTree(root);
      long node = tree.createRoot(Tape.STRING);
      Document document = TestDocuments.of(root, "[\"a text of more than sixteen bytes\"]");
      Runnable operation =
          () -> {
            tree.setText(node, TARGET, 0, 500);
            for (Scope to : toAndFro) {
              text.tryTransfer(to);
              rope.tryTransfer(to);
              tree.tryTransfer(to);
              document.tryTransfer(to);
              tree.appendText(node, TARGET, 0, 60);
              tree.copyText(node, 100, TARGET, 0, 400);
            }
          };
      assertThat(AllBytes.leastOf(operation)).isZero();
      assertThat(tree.textLength(node)).isEqualTo(680);
      assertThat(tight.leaks().clean()).isTrue();
      pool.verify();
    }
  }

  @Test
  void anOperationThatDoesAllocateIsSeen() {
    assertThat(
            AllBytes.leastOf(
                () -> TARGET[0] = (byte) new String(BYTES, StandardCharsets.UTF_8).length()))
        .isPositive();
  }
}
