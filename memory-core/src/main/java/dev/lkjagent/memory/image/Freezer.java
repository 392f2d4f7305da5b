package dev.lkjagent.memory.image;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.Resident;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.SeededHash;
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

  private final Bytes out;

  /**
   * Open-addressed by a name's hash: the number of a distinct name of the present tree, plus one.
   */
  private int[] nameSlots = new int[64];

  /** Where each distinct name stands in the image. */
  private int[] nameAt = new int[32];

  private int nameCount;

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
    long root = tree.root();
    names(tree, root);
    int countAt = out.room(Integer.BYTES);
    int count = 0;
    for (long node = root; node != ObjectTree.NO_NODE; node = following(tree, node, root)) {
      node(tree, node);
      count++;
    }
    out.setInt(countAt, count);
  }

  private static long following(OwnedTree tree, long node, long root) {
    long next = tree.firstChild(node);
    long at = node;
    while (next == ObjectTree.NO_NODE && at != root) {
      next = tree.next(ObjectTree.NO_NODE, at);
      at = tree.parent(at);
    }
    return next;
  }

  private void names(OwnedTree tree, long root) {
    Arrays.fill(nameSlots, 0);
    nameCount = 0;
    int countAt = out.room(Integer.BYTES);
    for (long node = root; node != ObjectTree.NO_NODE; node = following(tree, node, root)) {
      if (tree.named(node)) {
        int length = tree.nameLength(node);
        int at = out.room(Integer.BYTES + length);
        out.setInt(at, length);
        tree.copyName(node, out.array, at + Integer.BYTES);
        int slot = slotOf(at, length);
        if (nameSlots[slot] == 0) {
          addName(slot, at);
        } else {
          out.length = at;
        }
      }
    }
    out.setInt(countAt, nameCount);
  }

  /** Answers where the number of the name at a place stands, or where it belongs. */
  private int slotOf(int at, int length) {
    int mask = nameSlots.length - 1;
    int from = at + Integer.BYTES;
    int slot = SeededHash.of(out.array, from, length) & mask;
    while (nameSlots[slot] != 0 && !isName(nameSlots[slot] - 1, from, length)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private boolean isName(int number, int from, int length) {
    int other = nameAt[number] + Integer.BYTES;
    return out.getInt(nameAt[number]) == length
        && Arrays.equals(out.array, other, other + length, out.array, from, from + length);
  }

  private void addName(int slot, int at) {
    if (nameCount == nameAt.length) {
      nameAt = Arrays.copyOf(nameAt, nameCount * 2);
    }
    nameAt[nameCount++] = at;
    nameSlots[slot] = nameCount;
    if (nameCount * 2 > nameSlots.length) {
      nameSlots = new int[nameSlots.length * 2];
      for (int number = 0; number < nameCount; number++) {
        nameSlots[slotOf(nameAt[number], out.getInt(nameAt[number]))] = number + 1;
      }
    }
  }

  private void node(OwnedTree tree, long node) {
    int kind = tree.kind(node);
    out.putInt(kind);
    out.putInt(name(tree, node));
    if (Tape.hasText(kind)) {
      int length = tree.textLength(node);
      out.putInt(length);
      int at = out.room(length);
      tree.copyText(node, out.array, at);
    } else {
      out.putInt(tree.childCount(node));
    }
  }

  private int name(OwnedTree tree, long node) {
    if (!tree.named(node)) {
      return NO_NAME;
    }
    int length = tree.nameLength(node);
    int end = out.length;
    int at = out.room(Integer.BYTES + length);
    out.setInt(at, length);
    tree.copyName(node, out.array, at + Integer.BYTES);
    int number = nameSlots[slotOf(at, length)] - 1;
    out.length = end;
    return number;
  }
}
