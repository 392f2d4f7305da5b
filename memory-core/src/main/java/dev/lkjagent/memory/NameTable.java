package dev.lkjagent.memory;

import java.util.Arrays;

/**
 * The names that editable trees share: each distinct name once, counted by reference.
 *
 * <p>A name of up to {@link #MAX_BYTES} bytes takes one entry of the fixed number that the spec
 * reserves. A longer one, or any when the table is full, is not taken in: the tree then keeps it as
 * a text of its own, which is slower to compare and never a failure. Ids start at 1.
 *
 * <p>A name that nobody refers to any more keeps its entry until another name needs it, since the
 * next tree is likely to have the same names again.
 */
public final class NameTable {
  /** The longest name that is shared, in bytes. */
  public static final int MAX_BYTES = 40;

  private static final int NONE = 0;

  private final int capacity;
  private final byte[] text;
  private final byte[] lengths;
  private final int[] hashes;
  private final int[] references;
  private final int[] nextInBucket;
  private final int[] buckets;
  private final byte[] scratch = new byte[MAX_BYTES];
  private int hand;
  private int evictions;
  private int highWater;
  private int used;
  private boolean held;

  NameTable(int capacity) {
    this.capacity = capacity;
    int rows = capacity == 0 ? 0 : capacity + 1;
    text = new byte[rows * MAX_BYTES];
    lengths = new byte[rows];
    hashes = new int[rows];
    references = new int[rows];
    nextInBucket = new int[rows];
    buckets = new int[Integer.highestOneBit(Math.max(1, capacity)) * 2];
  }

  static void describe(Footprint.Sum sum, int capacity) {
    int rows = capacity == 0 ? 0 : capacity + 1;
    sum.array((long) rows * MAX_BYTES, 1)
        .array(MAX_BYTES, 1)
        .array(rows, 1)
        .array(rows, Integer.BYTES)
        .array(rows, Integer.BYTES)
        .array(rows, Integer.BYTES)
        .array(Integer.highestOneBit(Math.max(1, capacity)) * 2L, Integer.BYTES);
  }

  /**
   * Finds a name and counts one more reference to it, or takes it in.
   *
   * @param bytes where the name stands, in UTF-8
   * @param from its first byte
   * @param length its length in bytes
   * @return the id, or 0 if the name is too long or the table full
   */
  public int intern(byte[] bytes, int from, int length) {
    if (length > MAX_BYTES) {
      return NONE;
    }
    int hash = SeededHash.of(bytes, from, length);
    int id = lookUp(hash, bytes, from, length);
    if (id != NONE) {
      if (references[id]++ == 0) {
        used++;
      }
      return id;
    }
    if (highWater < capacity) {
      id = ++highWater;
    } else if (used < highWater && !held) {
      id = evict();
    } else {
      return NONE;
    }
    System.arraycopy(bytes, from, text, id * MAX_BYTES, length);
    lengths[id] = (byte) length;
    hashes[id] = hash;
    references[id] = 1;
    int bucket = hash & buckets.length - 1;
    nextInBucket[id] = buckets[bucket];
    buckets[bucket] = id;
    used++;
    return id;
  }

  /**
   * Finds a name without counting a reference.
   *
   * @param bytes where the name stands, in UTF-8
   * @param from its first byte
   * @param length its length in bytes
   * @return the id, or 0 if no tree has it as a shared name
   */
  public int find(byte[] bytes, int from, int length) {
    return length > MAX_BYTES
        ? NONE
        : lookUp(SeededHash.of(bytes, from, length), bytes, from, length);
  }

  private int lookUp(int hash, byte[] bytes, int from, int length) {
    int id = buckets[hash & buckets.length - 1];
    while (id != NONE && !(hashes[id] == hash && equalTo(id, bytes, from, length))) {
      id = nextInBucket[id];
    }
    return id;
  }

  /**
   * Compares a name with bytes.
   *
   * @param id a live id
   * @param bytes where the other name stands
   * @param from its first byte
   * @param length its length in bytes
   * @return true if they are the same
   */
  public boolean equalTo(int id, byte[] bytes, int from, int length) {
    int at = id * MAX_BYTES;
    return lengths[id] == length
        && Arrays.equals(text, at, at + length, bytes, from, from + length);
  }

  /**
   * Counts one more reference.
   *
   * @param id an id that has not been evicted
   */
  public void retain(int id) {
    if (references[id]++ == 0) {
      used++;
    }
  }

  /**
   * Counts several references more.
   *
   * @param id an id that has not been evicted
   * @param count how many there are more, 1 at least
   */
  public void retain(int id, int count) {
    if (references[id] == 0) {
      used++;
    }
    references[id] += count;
  }

  /**
   * Counts more references to several names.
   *
   * @param uses the ids in the lower halves, in the upper how many references there are more
   * @param from the first of them
   * @param to the place after the last
   */
  public void retainAll(long[] uses, int from, int to) {
    int[] references = this.references;
    int fresh = 0;
    for (int i = from; i < to; i++) {
      int id = (int) uses[i];
      int before = references[id];
      fresh += before == 0 ? 1 : 0;
      references[id] = before + (int) (uses[i] >>> 32);
    }
    used += fresh;
  }

  /**
   * Counts fewer references to several names.
   *
   * @param uses the ids in the lower halves, in the upper how many references there are less
   * @param count how many names there are
   */
  public void releaseAll(long[] uses, int count) {
    int[] references = this.references;
    int gone = 0;
    for (int i = 0; i < count; i++) {
      int id = (int) uses[i];
      int after = references[id] - (int) (uses[i] >>> 32);
      gone += after == 0 ? 1 : 0;
      references[id] = after;
    }
    used -= gone;
  }

  /**
   * Keeps all entries from going to other names, whether they are referred to or not; names for
   * which there is no room are not taken in then.
   *
   * @param hold false to end that
   */
  public void hold(boolean hold) {
    held = hold;
  }

  /**
   * Answers how many entries have gone to other names. While that stays the same, every id means
   * the same name, even if nobody refers to it.
   *
   * @return a number that changes with every eviction
   */
  public int evictions() {
    return evictions;
  }

  /**
   * Counts one reference less; after the last one the entry may go to another name.
   *
   * @param id a live id
   */
  public void release(int id) {
    if (--references[id] == 0) {
      used--;
    }
  }

  /** Takes the next entry that nobody refers to out of its chain; there must be one. */
  private int evict() {
    do {
      hand = hand == highWater ? 1 : hand + 1;
    } while (references[hand] != 0);
    int id = hand;
    evictions++;
    int bucket = hashes[id] & buckets.length - 1;
    if (buckets[bucket] == id) {
      buckets[bucket] = nextInBucket[id];
    } else {
      int before = buckets[bucket];
      while (nextInBucket[before] != id) {
        before = nextInBucket[before];
      }
      nextInBucket[before] = nextInBucket[id];
    }
    return id;
  }

  /**
   * Answers the array that holds the texts of all names.
   *
   * @return UTF-8
   */
  public byte[] bytes() {
    return text;
  }

  /**
   * Answers where a name's text begins.
   *
   * @param id a live id
   * @return an index into {@link #bytes()}
   */
  public int offset(int id) {
    return id * MAX_BYTES;
  }

  /**
   * Answers a name's length.
   *
   * @param id a live id
   * @return bytes
   */
  public int length(int id) {
    return lengths[id];
  }

  /**
   * Answers how many names are referred to.
   *
   * @return names
   */
  public int used() {
    return used;
  }

  /**
   * Answers how many names fit.
   *
   * @return names
   */
  public int capacity() {
    return capacity;
  }

  /**
   * Answers room to put a name together before it is interned.
   *
   * @return an array of {@link #MAX_BYTES} bytes, overwritten by the next user
   */
  public byte[] scratch() {
    return scratch;
  }

  int references(int id) {
    return id <= highWater ? references[id] : 0;
  }

  /** Throws unless every name is in its chain once and counted. */
  void verify() {
    int chained = 0;
    int referred = 0;
    for (int bucket = 0; bucket < buckets.length; bucket++) {
      for (int id = buckets[bucket]; id != NONE; id = nextInBucket[id]) {
        chained++;
        check(id <= highWater && chained <= highWater, id, "its chain ends");
        referred += references[id] > 0 ? 1 : 0;
        check((hashes[id] & buckets.length - 1) == bucket, id, "it is in its bucket");
        check(
            hashes[id] == SeededHash.of(text, id * MAX_BYTES, lengths[id]),
            id,
            "its hash is that of its text");
      }
    }
    check(chained == highWater, highWater, "every entry is in a chain");
    check(referred == used, highWater, "as many names are used as have references");
  }

  private static void check(boolean holds, int id, String claim) {
    if (!holds) {
      throw new MemoryException("name " + id + ": not true that " + claim);
    }
  }
}
