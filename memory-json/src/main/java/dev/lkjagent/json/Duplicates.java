package dev.lkjagent.json;

import dev.lkjagent.memory.tree.Tape;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Finds members of one name in an object that has just been read, and drops the earlier ones if
 * asked.
 *
 * <p>Each object is walked once, member by member, when it closes, through a hash table whose
 * entries carry the number of the walk, so that it is never cleared: the time is linear in the
 * members, whatever their names. Names are compared by value, not by spelling. What is dropped is
 * only marked; one pass at the end of the document closes the gaps.
 */
final class Duplicates {
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private final long seed = new SplittableRandom().nextLong();

  /**
   * By hash, linear probing: the walk in the high half, the number of the key's node in the low
   * one.
   */
  private long[] table = new long[64];

  /** The upper half of the hash in the table's entry of the same index. */
  private int[] hashes = new int[64];

  private int walk;
  private boolean dropped;
  private byte[] name = new byte[256];
  private byte[] other = new byte[256];
  private int[] open = new int[64];

  /** Begins a document. */
  void begin() {
    dropped = false;
  }

  /** Tells whether members were dropped in this document. */
  boolean hasDropped() {
    return dropped;
  }

  /**
   * Checks the object at node {@code object}, whose subtree ends before index {@code end} of the
   * tape.
   *
   * @return the offset of the first name that stands there a second time and is refused, or -1
   */
  int check(
      byte[] text,
      int from,
      long[] tape,
      int tapeFrom,
      int object,
      int end,
      DuplicateNames policy) {
    if (policy == DuplicateNames.KEEP) {
      return -1;
    }
    int count = 0;
    for (int i = tapeFrom + object + 1; i < end; i = afterMember(tape, tapeFrom, i)) {
      count++;
    }
    if (count < 2) {
      return -1;
    }
    int mask = prepare(count);
    for (int i = tapeFrom + object + 1; i < end; i = afterMember(tape, tapeFrom, i)) {
      long key = tape[i];
      byte[] bytes = text;
      int at = from + Tape.offset(key);
      int length = Tape.keyLength(key);
      if (Tape.kind(key) == Tape.KEY_ESCAPED) {
        name = roomFor(name, length);
        length = Lexis.unescape(text, at, length, name, 0);
        bytes = name;
        at = 0;
      }
      long hash = hash(bytes, at, length);
      int high = (int) (hash >>> 32);
      int slot = (int) hash & mask;
      while ((int) (table[slot] >>> 32) == walk) {
        int earlier = tapeFrom + (int) table[slot];
        if (hashes[slot] == high && isNamed(text, from, tape[earlier], bytes, at, length)) {
          if (policy == DuplicateNames.REJECT) {
            return Tape.offset(key);
          }
          tape[earlier] = Tape.NONE;
          dropped = true;
          break;
        }
        slot = slot + 1 & mask;
      }
      table[slot] = (long) walk << 32 | i - tapeFrom;
      hashes[slot] = high;
    }
    return -1;
  }

  /** Closes the gaps that dropped members left in a document; answers how many nodes remain. */
  int compact(long[] tape, int tapeFrom, int count) {
    int depth = 0;
    int to = tapeFrom;
    int i = tapeFrom;
    int end = tapeFrom + count;
    while (i < end) {
      while (depth > 0 && tapeFrom + Tape.length(tape[open[depth - 1]]) == i) {
        close(tape, open[--depth], to - tapeFrom);
      }
      long node = tape[i];
      if (node == Tape.NONE) {
        i = afterMember(tape, tapeFrom, i);
        continue;
      }
      if (Tape.isContainer(node)) {
        if (depth == open.length) {
          open = Arrays.copyOf(open, 2 * depth);
        }
        open[depth++] = to;
      }
      tape[to++] = node;
      i++;
    }
    while (depth > 0) {
      close(tape, open[--depth], to - tapeFrom);
    }
    return to - tapeFrom;
  }

  private static void close(long[] tape, int container, int end) {
    long node = tape[container];
    tape[container] = Tape.node(Tape.kind(node), end, Tape.offset(node));
  }

  private static int afterMember(long[] tape, int tapeFrom, int key) {
    long value = tape[key + 1];
    return Tape.isContainer(value) ? tapeFrom + Tape.length(value) : key + 2;
  }

  /** A table for this many members, and a new walk; answers the mask of its indices. */
  private int prepare(int count) {
    int size = Math.max(64, Integer.highestOneBit(count) << 2);
    if (size > table.length) {
      table = new long[size];
      hashes = new int[size];
      walk = 0;
    }
    if (++walk == 0) {
      Arrays.fill(table, 0);
      walk = 1;
    }
    return size - 1;
  }

  private boolean isNamed(byte[] text, int from, long key, byte[] bytes, int at, int length) {
    int start = from + Tape.offset(key);
    int size = Tape.keyLength(key);
    if (Tape.kind(key) == Tape.KEY) {
      return size == length && Arrays.equals(text, start, start + size, bytes, at, at + length);
    }
    other = roomFor(other, size);
    size = Lexis.unescape(text, start, size, other, 0);
    return size == length && Arrays.equals(other, 0, size, bytes, at, at + length);
  }

  private long hash(byte[] bytes, int from, int length) {
    long hash = seed ^ length;
    for (int i = from; i < from + length; i++) {
      hash = (hash ^ bytes[i]) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    return hash;
  }

  private static byte[] roomFor(byte[] buffer, int length) {
    return buffer.length >= length ? buffer : new byte[Math.max(length, 2 * buffer.length)];
  }
}
