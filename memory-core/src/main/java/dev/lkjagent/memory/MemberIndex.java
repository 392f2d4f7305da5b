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
   * Finds the region of a container.
   *
   * @param container its handle
   * @return a region, or a negative number if it is not indexed
   */
  public int region(long container) {
    int row = row(container);
    return keys[row] == container && starts[row] >= 0 ? row : NONE;
  }

  private int row(long container) {
    int mask = keys.length - 1;
    int row = (int) (container * 0x9E3779B97F4A7C15L >>> 40) & mask;
    while (keys[row] != container && keys[row] != 0) {
      row = row + 1 & mask;
    }
    return row;
  }

  /**
   * Makes an empty region for a container that has none.
   *
   * @param container its handle
   * @param members how many will be put in
   * @return a region, or a negative number if there is no room even in an empty index
   */
  public int begin(long container, int members) {
    int size = Integer.highestOneBit(Math.max(2, members - 1)) * 4;
    if (size > entries.length) {
      return NONE;
    }
    if (bump + size > entries.length || directoryUsed * 2 >= keys.length) {
      Arrays.fill(keys, 0);
      bump = 0;
      directoryUsed = 0;
    }
    int row = row(container);
    if (keys[row] == 0) {
      directoryUsed++;
    }
    keys[row] = container;
    starts[row] = bump;
    masks[row] = size - 1;
    counts[row] = 0;
    Arrays.fill(entries, bump, bump + size, 0);
    bump += size;
    return row;
  }

  /**
   * Adds a member behind those with the same hash.
   *
   * @param region where
   * @param hash of its name
   * @param node its number, not negative
   * @return false if the region is full; drop it then
   */
  public boolean put(int region, int hash, int node) {
    if ((counts[region] & ~SHARED) * 2 > masks[region]) {
      return false;
    }
    counts[region]++;
    int start = starts[region];
    int mask = masks[region];
    int at = hash & mask;
    while (entries[start + at] != 0) {
      if ((int) (entries[start + at] >>> 32) == hash) {
        counts[region] |= SHARED;
      }
      at = at + 1 & mask;
    }
    entries[start + at] = (long) hash << 32 | node + 1;
    return true;
  }

  /**
   * Walks over the members with a hash, in the order in which they were put in.
   *
   * @param region where
   * @param hash of the name
   * @param from where to go on: a negative number to begin, else one more than the last answer
   * @return a place, or a negative number if there are no more; {@link #node} tells the member
   */
  public int probe(int region, int hash, int from) {
    int mask = masks[region];
    int start = starts[region];
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
   * @param region where
   * @param hash of the name
   * @return the member's node number, or a negative number if there is none
   */
  public int first(int region, int hash) {
    long[] entries = this.entries;
    int mask = masks[region];
    int start = starts[region];
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
   * @param region where
   * @return false if no hash comes twice
   */
  public boolean sharesHashes(int region) {
    return counts[region] < 0;
  }

  /**
   * Answers the member at a place.
   *
   * @param region where
   * @param place what {@link #probe} answered
   * @return the member's node number
   */
  public int node(int region, int place) {
    return (int) entries[starts[region] + place] - 1;
  }

  /**
   * Forgets a container, because its members have changed.
   *
   * @param container its handle
   */
  public void drop(long container) {
    int row = row(container);
    if (keys[row] == container) {
      starts[row] = DROPPED;
    }
  }

  /**
   * Notes that a container can't be indexed, so that nobody tries again.
   *
   * @param container its handle
   */
  public void refuse(long container) {
    int row = row(container);
    if (keys[row] == container) {
      starts[row] = REFUSED;
    }
  }

  /**
   * Tells whether a container was refused.
   *
   * @param container its handle
   * @return true if there is no use in indexing it
   */
  public boolean refused(long container) {
    int row = row(container);
    return keys[row] == container && starts[row] == REFUSED;
  }
}
