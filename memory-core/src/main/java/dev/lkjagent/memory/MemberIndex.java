package dev.lkjagent.memory;

import java.util.Arrays;

/**
 * Finds members of wide objects by the hash of their name, in room that the spec reserves.
 *
 * <p>A directory maps a container's handle to a region of the entry array; a region is an
 * open-addressed table with linear probing, at most half full; an entry is the hash (upper half)
 * and the member's node number plus one (lower half). Handles are never reused, so the regions of
 * dead containers are found by nobody; when there is no room left, the whole index is emptied and
 * fills again on demand.
 */
public final class MemberIndex {
  private static final int NONE = -1;
  private static final int DROPPED = -2;
  private static final int REFUSED = -3;

  /** In a region's count: two of its entries have one hash. */
  private static final int SHARED = Integer.MIN_VALUE;

  private final long[] entries;
  private final long[] keys;
  private final int[] starts;
  private final int[] masks;
  private final int[] counts;

  private int bump;
  private int directoryUsed;

  /** The container that was sought last and where its region lies; 0 if there is none. */
  private long container;

  private int row;
  private int start;
  private int mask;

  MemberIndex(int capacity) {
    entries = new long[Math.multiplyExact(capacity, 2)];
    int rows = Integer.highestOneBit(Math.max(4, capacity / 8)) * 2;
    keys = new long[rows];
    starts = new int[rows];
    masks = new int[rows];
    counts = new int[rows];
  }

  static void describe(Footprint.Sum sum, int capacity) {
    int rows = Integer.highestOneBit(Math.max(4, capacity / 8)) * 2;
    sum.array(capacity * 2L, Long.BYTES)
        .array(rows, Long.BYTES)
        .array(rows, Integer.BYTES)
        .array(rows, Integer.BYTES)
        .array(rows, Integer.BYTES);
  }

  /**
   * Goes to the region of a container. Whatever has no container in its parameters works on the
   * region that was sought, or begun, last.
   *
   * @param container its handle
   * @return false if it is not indexed
   */
  public boolean seek(long container) {
    return container == this.container || elsewhere(container);
  }

  private boolean elsewhere(long container) {
    int at = row(container);
    if (keys[at] != container || starts[at] < 0) {
      return false;
    }
    go(container, at);
    return true;
  }

  private void go(long container, int at) {
    this.container = container;
    row = at;
    start = starts[at];
    mask = masks[at];
  }

  private int row(long container) {
    int mask = keys.length - 1;
    int at = (int) (container * 0x9E3779B97F4A7C15L >>> 40) & mask;
    while (keys[at] != container && keys[at] != 0) {
      at = at + 1 & mask;
    }
    return at;
  }

  /**
   * Makes an empty region for a container that has none, and goes there.
   *
   * @param container its handle
   * @param members how many will be put in
   * @return false if there is no room even in an empty index
   */
  public boolean begin(long container, int members) {
    int size = Integer.highestOneBit(Math.max(2, members - 1)) * 4;
    if (size > entries.length) {
      return false;
    }
    if (bump + size > entries.length || directoryUsed * 2 >= keys.length) {
      Arrays.fill(keys, 0);
      bump = 0;
      directoryUsed = 0;
    }
    int at = row(container);
    if (keys[at] == 0) {
      directoryUsed++;
    }
    keys[at] = container;
    starts[at] = bump;
    masks[at] = size - 1;
    counts[at] = 0;
    Arrays.fill(entries, bump, bump + size, 0);
    bump += size;
    go(container, at);
    return true;
  }

  /**
   * Adds a member behind those with the same hash.
   *
   * @param hash of its name
   * @param node its number, not negative
   * @return false if the region is full; drop it then
   */
  public boolean put(int hash, int node) {
    if ((counts[row] & ~SHARED) * 2 > mask) {
      return false;
    }
    counts[row]++;
    int at = hash & mask;
    while (entries[start + at] != 0) {
      if ((int) (entries[start + at] >>> 32) == hash) {
        counts[row] |= SHARED;
      }
      at = at + 1 & mask;
    }
    entries[start + at] = (long) hash << 32 | node + 1;
    return true;
  }

  /**
   * Walks over the members with a hash, in the order in which they were put in.
   *
   * @param hash of the name
   * @param from where to go on: a negative number to begin, else one more than the last answer
   * @return a place, or a negative number if there are no more; {@link #node} tells the member
   */
  public int probe(int hash, int from) {
    int at = from < 0 ? hash & mask : from & mask;
    while (true) {
      long entry = entries[start + at];
      if (entry == 0) {
        return NONE;
      }
      if ((int) (entry >>> 32) == hash) {
        return at;
      }
      at = at + 1 & mask;
    }
  }

  /**
   * Answers the first member with a hash: the only one, unless some {@linkplain #sharesHashes share
   * theirs}.
   *
   * @param hash of the name
   * @return the member's node number, or a negative number if there is none
   */
  public int first(int hash) {
    long[] entries = this.entries;
    int start = this.start;
    int mask = this.mask;
    for (int at = hash & mask; ; at = at + 1 & mask) {
      long entry = entries[start + at];
      // An empty place reads as no member, whatever the hash is.
      if ((int) (entry >>> 32) == hash || entry == 0) {
        return (int) entry - 1;
      }
    }
  }

  /**
   * Tells whether several members have one hash: only then there is more than one to walk over.
   *
   * @return false if no hash comes twice
   */
  public boolean sharesHashes() {
    return counts[row] < 0;
  }

  /**
   * Answers the member at a place.
   *
   * @param place what {@link #probe} answered
   * @return the member's node number
   */
  public int node(int place) {
    return (int) entries[start + place] - 1;
  }

  /**
   * Answers how many members were put in.
   *
   * @return entries of the region
   */
  public int members() {
    return counts[row] & ~SHARED;
  }

  /** Gets entries of regions, for proofs. */
  interface Entries {
    void accept(long container, int hash, int node);
  }

  /** Walks over all entries of all regions, those of dead containers among them. */
  void forEach(Entries visitor) {
    for (int at = 0; at < keys.length; at++) {
      for (int i = 0; keys[at] != 0 && starts[at] >= 0 && i <= masks[at]; i++) {
        long entry = entries[starts[at] + i];
        if (entry != 0) {
          visitor.accept(keys[at], (int) (entry >>> 32), (int) entry - 1);
        }
      }
    }
  }

  /**
   * Forgets a container, because its members have changed.
   *
   * @param container its handle
   */
  public void drop(long container) {
    leave(container, DROPPED);
  }

  /**
   * Notes that a container can't be indexed, so that nobody tries again.
   *
   * @param container its handle
   */
  public void refuse(long container) {
    leave(container, REFUSED);
  }

  private void leave(long container, int why) {
    int at = row(container);
    if (keys[at] == container) {
      starts[at] = why;
    }
    if (this.container == container) {
      this.container = 0;
    }
  }

  /**
   * Tells whether a container was refused.
   *
   * @param container its handle
   * @return true if there is no use in indexing it
   */
  public boolean refused(long container) {
    int at = row(container);
    return keys[at] == container && starts[at] == REFUSED;
  }
}
