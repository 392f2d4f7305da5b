package dev.lkjagent.memory;

import java.util.Arrays;

/**
 * The nodes of documents, handed out as contiguous blocks by a buddy system over granules of 32
 * nodes.
 *
 * <p>A parser does not know how many nodes it will need, so it takes a large block and returns the
 * rest of it afterwards; both cost a logarithm of the number of granules. A block's start is
 * aligned to the power of two that it was split from; a trimmed block is any number of granules.
 */
final class TapeBlocks {
  private static final int GRANULE_SHIFT = 5;
  private static final int NONE = -1;

  final long[] nodes;
  private final Accounts accounts;
  private final int unit;
  private final int granules;
  private final byte[] freeOrder;
  private final int[] next;
  private final int[] previous;
  private final int[] heads;
  private int freeGranules;
  private int takenLength;

  TapeBlocks(Accounts accounts, int unit, int count) {
    this.accounts = accounts;
    this.unit = unit;
    granules = count >>> GRANULE_SHIFT;
    nodes = new long[granules << GRANULE_SHIFT];
    freeOrder = new byte[granules];
    next = new int[granules];
    previous = new int[granules];
    heads = new int[28];
    Arrays.fill(heads, NONE);
    Arrays.fill(freeOrder, (byte) NONE);
    release(0, granules);
  }

  static int usable(int count) {
    return count >>> GRANULE_SHIFT << GRANULE_SHIFT;
  }

  static long arrayBytes(int count) {
    return (long) usable(count) * Long.BYTES + (long) (count >>> GRANULE_SHIFT) * 9;
  }

  int freeNodes() {
    return freeGranules << GRANULE_SHIFT;
  }

  int takenLength() {
    return takenLength;
  }

  int take(int account, int wanted, int atLeast) {
    int granulesWanted = toGranules(Math.min(wanted, nodes.length));
    int affordable = accounts.available(account, unit) >>> GRANULE_SHIFT;
    int need = Math.min(granulesWanted, affordable);
    int order = need <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(need - 1);
    int found = order;
    while (found < heads.length && heads[found] == NONE) {
      found++;
    }
    if (found == heads.length) {
      found = Math.min(order, heads.length) - 1;
      while (found >= 0 && heads[found] == NONE) {
        found--;
      }
      if (found < 0) {
        return Status.NODES_EXHAUSTED.code();
      }
      need = 1 << found;
    }
    int length = Math.min(Math.max(need, 1), 1 << found);
    if (length << GRANULE_SHIFT < atLeast) {
      return affordable < toGranules(atLeast)
          ? Status.BUDGET_EXCEEDED.code()
          : Status.NODES_EXHAUSTED.code();
    }
    if (!accounts.take(account, unit, length << GRANULE_SHIFT)) {
      return accounts.refusedBy() == Accounts.HOUSE
          ? Status.NODES_EXHAUSTED.code()
          : Status.BUDGET_EXCEEDED.code();
    }
    int start = heads[found];
    unlink(start, found);
    freeGranules -= 1 << found;
    release(start + length, (1 << found) - length);
    mark(start, account, length);
    takenLength = length << GRANULE_SHIFT;
    return start << GRANULE_SHIFT;
  }

  int trim(int account, int from, int length, int inUse) {
    int keep = toGranules(inUse);
    int have = length >>> GRANULE_SHIFT;
    if (keep < have) {
      release((from >>> GRANULE_SHIFT) + keep, have - keep);
      accounts.giveBack(account, unit, have - keep << GRANULE_SHIFT);
      mark(from >>> GRANULE_SHIFT, account, keep);
    }
    return keep << GRANULE_SHIFT;
  }

  void free(int account, int from, int length) {
    previous[from >>> GRANULE_SHIFT] = NONE;
    release(from >>> GRANULE_SHIFT, length >>> GRANULE_SHIFT);
    accounts.giveBack(account, unit, length);
  }

  /** Frees all blocks of an account. */
  void reclaim(int account) {
    for (int g = 0; g < granules && accounts.used(account, unit) > 0; g++) {
      if (previous[g] == taken(account)) {
        free(account, g << GRANULE_SHIFT, next[g] << GRANULE_SHIFT);
      }
    }
  }

  /** Notes at a taken block's first granule whose it is, where a free block keeps its links. */
  private void mark(int start, int account, int length) {
    previous[start] = taken(account);
    next[start] = length;
  }

  private static int taken(int account) {
    return -2 - account;
  }

  private static int toGranules(int count) {
    return Math.max(1, count + (1 << GRANULE_SHIFT) - 1 >>> GRANULE_SHIFT);
  }

  private void release(int start, int length) {
    int at = start;
    int left = length;
    while (left > 0) {
      int bySize = 31 - Integer.numberOfLeadingZeros(left);
      int order = at == 0 ? bySize : Math.min(Integer.numberOfTrailingZeros(at), bySize);
      merge(at, order);
      at += 1 << order;
      left -= 1 << order;
    }
    freeGranules += Math.max(length, 0);
  }

  private void merge(int start, int startOrder) {
    int at = start;
    int order = startOrder;
    while (true) {
      int buddy = at ^ 1 << order;
      if (buddy >= granules || freeOrder[buddy] != order) {
        break;
      }
      unlink(buddy, order);
      at = Math.min(at, buddy);
      order++;
    }
    freeOrder[at] = (byte) order;
    next[at] = heads[order];
    previous[at] = NONE;
    if (heads[order] != NONE) {
      previous[heads[order]] = at;
    }
    heads[order] = at;
  }

  private void unlink(int at, int order) {
    freeOrder[at] = NONE;
    if (previous[at] == NONE) {
      heads[order] = next[at];
    } else {
      next[previous[at]] = next[at];
    }
    if (next[at] != NONE) {
      previous[next[at]] = previous[at];
    }
  }
}
