package dev.lkjagent.json.xml;

import dev.lkjagent.memory.tree.ObjectTree;
import java.util.Arrays;

/**
 * The child elements of one element, grouped by name: groups in the order of their first member,
 * and members in document order. Found by a seeded hash whose slots are told apart by an epoch, so
 * beginning another element costs nothing and grouping takes linear time.
 */
final class NameGroups {
  private long[] nodes = new long[16];
  private int[] nextOfGroup = new int[16];
  private int count;

  private int[] firstOfGroup = new int[16];
  private int[] lastOfGroup = new int[16];
  private int groups;

  /** Slots: the epoch and the group. */
  private long[] slots = new long[64];

  private int[] hashes = new int[16];
  private int epoch;

  void begin() {
    if (++epoch == Integer.MAX_VALUE) {
      Arrays.fill(slots, 0);
      epoch = 1;
    }
    count = 0;
    groups = 0;
  }

  int groups() {
    return groups;
  }

  /** Answers the first member of a group. */
  int first(int group) {
    return firstOfGroup[group];
  }

  /** Answers the next member of the same group, -1 if there is none. */
  int next(int member) {
    return nextOfGroup[member];
  }

  long node(int member) {
    return nodes[member];
  }

  /** Adds an element, whose name stands at the start of an array with eight bytes to spare. */
  void add(ObjectTree tree, long node, byte[] name, int length) {
    if (count == nodes.length) {
      nodes = Arrays.copyOf(nodes, 2 * count);
      nextOfGroup = Arrays.copyOf(nextOfGroup, 2 * count);
      firstOfGroup = Arrays.copyOf(firstOfGroup, 2 * count);
      lastOfGroup = Arrays.copyOf(lastOfGroup, 2 * count);
      hashes = Arrays.copyOf(hashes, 2 * count);
      slots = new long[8 * count];
      for (int g = 0; g < groups; g++) {
        slots[free(hashes[g])] = (long) epoch << 32 | g;
      }
    }
    int member = count++;
    nodes[member] = node;
    nextOfGroup[member] = -1;
    int hash = (int) (XmlNames.hash(name, 0, length) >>> 32);
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] >>> 32 == epoch) {
      int group = (int) slots[slot];
      if (hashes[group] == hash && tree.nameEquals(nodes[firstOfGroup[group]], name, 0, length)) {
        nextOfGroup[lastOfGroup[group]] = member;
        lastOfGroup[group] = member;
        return;
      }
      slot = slot + 1 & mask;
    }
    slots[slot] = (long) epoch << 32 | groups;
    hashes[groups] = hash;
    firstOfGroup[groups] = member;
    lastOfGroup[groups] = member;
    groups++;
  }

  private int free(int hash) {
    int slot = hash & slots.length - 1;
    while (slots[slot] >>> 32 == epoch) {
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }
}
