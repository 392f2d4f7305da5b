package dev.lkjagent.memory.image;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.NameTable;
import dev.lkjagent.memory.NodeRecords;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Resident;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes sections of an image: one walk over live nodes that copies texts and renumbers names. */
final class Freezer {
  private static final int NO_NAME = -1;
  private static final int NONE = -1;

  private final Bytes out;

  /**
   * By shared name: in the upper half the period in which it was numbered, its number in the image
   * in the lower. A period is one tree.
   */
  private long[] numberOf = {};

  private int period;

  /** The numbers of names that are not shared, in document order. */
  private int[] ownNumbers = new int[16];

  private int ownNames;

  Freezer(Bytes out) {
    this.out = out;
  }

  void scope(Scope scope) {
    out.putInt(ImageFormat.SCOPE);
    byte[] name = scope.name().getBytes(StandardCharsets.UTF_8);
    out.putInt(name.length);
    int at = out.room(name.length);
    System.arraycopy(name, 0, out.array, at, name.length);
    budget(scope.budget());
    scope.forEachResident(this::resident);
    List<Scope> children = new ArrayList<>();
    scope.forEachChild(children::add);
    Collections.reverse(children);
    children.forEach(this::scope);
    out.putInt(ImageFormat.SCOPE_END);
  }

  private void budget(Budget budget) {
    out.putLong(budget.bytesLimit());
    out.putLong(budget.bytesReserved());
    out.putInt(budget.nodesLimit());
    out.putInt(budget.nodesReserved());
    out.putInt(budget.documentNodesLimit());
    out.putInt(budget.documentNodesReserved());
    slots(budget.slotLimits());
    slots(budget.slotReservations());
  }

  private void slots(Map<Integer, Integer> slots) {
    out.putInt(slots.size());
    new TreeMap<>(slots)
        .forEach(
            (size, count) -> {
              out.putInt(size);
              out.putInt(count);
            });
  }

  private void resident(Resident resident) {
    if (resident instanceof ObjectTree tree) {
      tree(tree);
    }
  }

  void tree(ObjectTree tree) {
    if (tree instanceof Document document) {
      document(document);
    } else {
      owned((OwnedTree) tree);
    }
  }

  private void document(Document document) {
    out.putInt(ImageFormat.DOCUMENT);
    int bytes = document.textLength();
    int nodes = document.nodeCount();
    out.putInt(bytes);
    out.putInt(nodes);
    int at = out.room(bytes);
    System.arraycopy(document.raw().bytes(), document.textAt(), out.array, at, bytes);
    at = out.room(Math.multiplyExact(nodes, Long.BYTES));
    long[] tape = document.raw().tape();
    for (int i = 0, from = document.tapeAt(); i < nodes; i++) {
      out.setLong(at + i * Long.BYTES, tape[from + i]);
    }
  }

  private void owned(OwnedTree tree) {
    out.putInt(ImageFormat.TREE);
    RawMemory raw = tree.scope().pool().raw();
    long handle = tree.root();
    int root = handle == ObjectTree.NO_NODE ? NONE : raw.node(handle);
    names(raw, root);
    int countAt = out.room(Integer.BYTES);
    int count = 0;
    byte[] records = raw.records();
    for (int node = root; node != NONE; node = following(records, node, root)) {
      node(tree, raw, node);
      count++;
    }
    out.setInt(countAt, count);
  }

  private static int get(byte[] records, int node, int field) {
    return (int) NodeRecords.INT.get(records, node * NodeRecords.BYTES + field);
  }

  private static boolean isContainer(int kind) {
    return kind >= Tape.OBJECT && kind <= Tape.ELEMENT;
  }

  private static int following(byte[] records, int node, int root) {
    int next =
        isContainer(get(records, node, NodeRecords.HEAD) & 0xFF)
            ? get(records, node, NodeRecords.FIRST_CHILD)
            : NONE;
    int at = node;
    while (next == NONE && at != root) {
      next = get(records, at, NodeRecords.NEXT);
      at = get(records, at, NodeRecords.PARENT);
    }
    return next;
  }

  /** Writes each shared name of the tree once, and each name of its own where it stands. */
  private void names(RawMemory raw, int root) {
    NameTable table = raw.names();
    if (numberOf.length <= table.capacity()) {
      numberOf = new long[table.capacity() + 1];
    }
    period++;
    ownNames = 0;
    int count = 0;
    int countAt = out.room(Integer.BYTES);
    byte[] records = raw.records();
    for (int node = root; node != NONE; node = following(records, node, root)) {
      int name = get(records, node, NodeRecords.NAME);
      if (name < 0) {
        long slot = raw.handle(NodeRecords.FIRST_OWN_NAME - name);
        name(raw.bytes(), raw.offset(slot), raw.length(slot));
        keepOwn(count++);
      } else if (name > 0 && (int) (numberOf[name] >>> 32) != period) {
        name(table.bytes(), table.offset(name), table.length(name));
        numberOf[name] = (long) period << 32 | count++;
      }
    }
    out.setInt(countAt, count);
    ownNames = 0;
  }

  private void name(byte[] bytes, int from, int length) {
    out.putInt(length);
    int at = out.room(length);
    System.arraycopy(bytes, from, out.array, at, length);
  }

  private void keepOwn(int number) {
    if (ownNames == ownNumbers.length) {
      ownNumbers = Arrays.copyOf(ownNumbers, 2 * ownNames);
    }
    ownNumbers[ownNames++] = number;
  }

  private void node(OwnedTree tree, RawMemory raw, int node) {
    byte[] records = raw.records();
    int head = get(records, node, NodeRecords.HEAD);
    int name = get(records, node, NodeRecords.NAME);
    int kind = head & 0xFF;
    int number = name == 0 ? NO_NAME : name > 0 ? (int) numberOf[name] : ownNumbers[ownNames++];
    int length =
        switch (head >>> 8 & 0xFF) {
          case NodeRecords.NO_TEXT ->
              isContainer(kind) ? get(records, node, NodeRecords.CHILD_COUNT) : 0;
          case NodeRecords.INLINE_TEXT -> head >>> 16;
          default -> get(records, node, NodeRecords.LONG_TEXT_LENGTH);
        };
    boolean hasText = Tape.hasText(kind);
    int at = out.room(3 * Integer.BYTES + (hasText ? length : 0));
    out.setInt(at, kind);
    out.setInt(at + Integer.BYTES, number);
    out.setInt(at + 2 * Integer.BYTES, length);
    if (hasText && length > 0) {
      text(tree, raw, node, head, at + 3 * Integer.BYTES, length);
    }
  }

  private void text(OwnedTree tree, RawMemory raw, int node, int head, int at, int length) {
    byte[] records = raw.records();
    int payload = node * NodeRecords.BYTES + NodeRecords.PAYLOAD;
    switch (head >>> 8 & 0xFF) {
      case NodeRecords.INLINE_TEXT -> System.arraycopy(records, payload, out.array, at, length);
      case NodeRecords.SLOT_TEXT -> {
        int from = raw.offset((long) NodeRecords.LONG.get(records, payload));
        System.arraycopy(raw.bytes(), from, out.array, at, length);
      }
      default -> tree.copyText(raw.nodeHandle(node), out.array, at);
    }
  }
}
