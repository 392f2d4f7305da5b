package dev.lkjagent.memory.tree;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bounded table that gives small numbers to names, so that names compare as ints.
 *
 * <p>A parser owns one and writes the ids into the keys of its documents; a compiled path looks its
 * own names up once per {@link #epoch()}. An id means the same bytes as long as the epoch stays the
 * same. A name that finds no room has id 0 and is compared as bytes: slower, never wrong.
 *
 * <p>The hash is seeded per table, so that names chosen by an attacker collide no more than others.
 * Not safe for use by several threads at once. Nothing is allocated after construction.
 */
public final class NameIds {
  /** The longest name that is given an id, in bytes. */
  public static final int MAX_NAME_BYTES = 64;

  private static final int SLOTS = 4 * (Tape.MAX_NAME_ID + 1);
  private static final int TEXT_BYTES = 24 * (Tape.MAX_NAME_ID + 1);
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final AtomicLong EPOCHS = new AtomicLong();

  private final long seed = new SplittableRandom().nextLong();

  /** By hash, linear probing: the upper 32 bits of the hash, then the id; 0 is empty. */
  private final long[] slots = new long[SLOTS];

  /** Name {@code id} lies from {@code ends[id - 1]} to {@code ends[id]} in {@link #names}. */
  private final int[] ends = new int[Tape.MAX_NAME_ID + 1];

  private final byte[] names = new byte[TEXT_BYTES];
  private int count;
  private long epoch = EPOCHS.incrementAndGet();

  /** Creates an empty table with a seed of its own. */
  public NameIds() {}

  /**
   * Answers the id of a name and gives it one if it has none.
   *
   * @param text an array that holds the name
   * @param from where the name begins
   * @param length its length in bytes
   * @return the id, from 1 to {@link Tape#MAX_NAME_ID}, or 0 if the name is too long or the table
   *     full
   */
  public int idOf(byte[] text, int from, int length) {
    if (length > MAX_NAME_BYTES) {
      return 0;
    }
    long hash = hash(text, from, length);
    int slot = slotOf(hash, text, from, length);
    long entry = slots[slot];
    if (entry != 0) {
      return (int) entry;
    }
    int start = ends[count];
    if (count == Tape.MAX_NAME_ID || start + length > TEXT_BYTES) {
      return 0;
    }
    System.arraycopy(text, from, names, start, length);
    ends[++count] = start + length;
    slots[slot] = hash & 0xFFFFFFFF00000000L | count;
    return count;
  }

  /**
   * Answers the id of a name without giving it one.
   *
   * @param text an array that holds the name
   * @param from where the name begins
   * @param length its length in bytes
   * @return the id, or 0 if the name has none
   */
  public int find(byte[] text, int from, int length) {
    if (length > MAX_NAME_BYTES) {
      return 0;
    }
    return (int) slots[slotOf(hash(text, from, length), text, from, length)];
  }

  /**
   * Answers the number of the present assignment; no two tables, and no two states of one table
   * that are divided by a {@link #clear()}, ever have the same.
   *
   * @return the epoch
   */
  public long epoch() {
    return epoch;
  }

  /**
   * Answers how many names have an id.
   *
   * @return the count
   */
  public int size() {
    return count;
  }

  /** Forgets all names and begins a new epoch; ids given before mean nothing afterwards. */
  public void clear() {
    Arrays.fill(slots, 0);
    count = 0;
    epoch = EPOCHS.incrementAndGet();
  }

  private int slotOf(long hash, byte[] text, int from, int length) {
    int slot = (int) (hash >>> 32) & SLOTS - 1;
    for (long entry = slots[slot]; entry != 0; entry = slots[slot]) {
      if ((entry ^ hash) >>> 32 == 0) {
        int id = (int) entry;
        int start = ends[id - 1];
        int end = ends[id];
        if (end - start == length && Arrays.equals(names, start, end, text, from, from + length)) {
          return slot;
        }
      }
      slot = slot + 1 & SLOTS - 1;
    }
    return slot;
  }

  private long hash(byte[] text, int from, int length) {
    long mixed = seed ^ length;
    int at = from;
    int end = from + length;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      mixed = mix(mixed ^ (long) WORD.get(text, at));
    }
    if (at < end) {
      long rest = 0;
      for (int shift = 0; at < end; at++, shift += Byte.SIZE) {
        rest |= (text[at] & 0xFFL) << shift;
      }
      mixed = mix(mixed ^ rest);
    }
    return mixed;
  }

  /** A multiplication whose halves are folded: every input bit reaches the upper half. */
  private static long mix(long value) {
    long low = value * 0x9E3779B97F4A7C15L;
    return low ^ Math.multiplyHigh(value, 0x9E3779B97F4A7C15L) ^ low << 32;
  }
}
