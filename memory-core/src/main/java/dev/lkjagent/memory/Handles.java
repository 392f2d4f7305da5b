package dev.lkjagent.memory;

/**
 * How a handle is laid out.
 *
 * <pre>
 *  63  62                            32 31        24 23                      0
 * +---+--------------------------------+------------+-------------------------+
 * | 0 |         generation 31          |   pool 8   |         slot 24         |
 * +---+--------------------------------+------------+-------------------------+
 * </pre>
 *
 * 0 is {@link #NIL}; a negative number is the code of a {@link Status}. The slot number holds the
 * tier in its high bits; how many those are depends on the pool.
 */
public final class Handles {
  /** The handle of nothing. */
  public static final long NIL = 0;

  /** How many bits the number of a slot has. */
  public static final int SLOT_BITS = 24;

  /** The highest number of slots in a pool. */
  public static final int MAX_SLOTS = (1 << SLOT_BITS) - 1;

  /** The highest id of an open pool; 0 is no pool. */
  public static final int MAX_POOL = 255;

  private Handles() {}

  static long of(int generation, int pool, int slot) {
    return (long) generation << 32 | (long) pool << SLOT_BITS | slot;
  }

  /**
   * Answers how often the handle's slot had been freed when the handle was made.
   *
   * @param handle a handle
   * @return 1 or more
   */
  public static int generation(long handle) {
    return (int) (handle >>> 32);
  }

  /**
   * Answers which pool the handle belongs to.
   *
   * @param handle a handle
   * @return 1 to {@link #MAX_POOL}
   */
  public static int pool(long handle) {
    return (int) handle >>> SLOT_BITS;
  }

  /**
   * Answers the number of the handle's slot in its pool.
   *
   * @param handle a handle
   * @return 0 to {@link #MAX_SLOTS} - 1
   */
  public static int slot(long handle) {
    return (int) handle & MAX_SLOTS;
  }
}
