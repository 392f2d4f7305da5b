package dev.lkjagent.memory;

import java.util.Arrays;

/**
 * Leases the ids of pools, and remembers per id which generations its handles have had, so that a
 * pool with a reused id starts above them and no old handle matches.
 */
final class PoolIds {
  private static final boolean[] LEASED = new boolean[Handles.MAX_POOL + 1];
  private static final int[] NEXT = new int[Handles.MAX_POOL + 1];

  /** An id with fewer generations left than this is not leased again. */
  private static final int ENOUGH = 1 << 20;

  static {
    Arrays.fill(NEXT, 1);
  }

  private PoolIds() {}

  /** Answers the free id whose generations are used least. */
  static int lease() {
    synchronized (LEASED) {
      int best = 0;
      int open = 0;
      for (int id = 1; id <= Handles.MAX_POOL; id++) {
        if (LEASED[id]) {
          open++;
        } else if (NEXT[id] <= Integer.MAX_VALUE - ENOUGH && (best == 0 || NEXT[id] < NEXT[best])) {
          best = id;
        }
      }
      if (best == 0) {
        throw new IllegalStateException(
            open
                + " pools are open in this process, and a handle has room for "
                + Handles.MAX_POOL
                + ": close one, or let agents share a pool");
      }
      LEASED[best] = true;
      return best;
    }
  }

  static int firstGeneration(int id) {
    synchronized (LEASED) {
      return NEXT[id];
    }
  }

  static void giveBack(int id, int highestGeneration) {
    synchronized (LEASED) {
      LEASED[id] = false;
      NEXT[id] = highestGeneration >= Integer.MAX_VALUE ? Integer.MAX_VALUE : highestGeneration + 1;
    }
  }
}
