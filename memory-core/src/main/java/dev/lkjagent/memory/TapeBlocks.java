package dev.lkjagent.memory;

import java.util.Arrays;

/**
 * The nodes of documents, handed out as contiguous blocks by a buddy system over granules of 32
 * nodes.
 *
 * <p>A parser does not know how many nodes it will need, so it takes a large block and returns the
 * rest of it afterwards; both cost a logarithm of the number of granules. A block's start is
 * aligned to the power of two that it was split from; a trimmed block is any number of granules.
 *
 * <p>The block that was freed last is kept aside as it is, free but in no list: a parser that works
 * on one text after the other takes it again and again, which costs neither splits nor merges.
 */
final class TapeBlocks {
  private static final int GRANULE_SHIFT = 5;
  private static final int NONE = -1;
  private static final int ORDERS = 28;

  final long[] nodes;
  private final MemoryPool pool;
  private final Accounts accounts;
  private final int unit;
  private final int granules;
  private final byte[] freeOrder;
  private final int[] next;
  private final int[] previous;
  private final int[] heads;
  private int freeGranules;
  private int takenLength;

  /** The block that is kept aside: its first granule, and how many there are, 0 for none. */
  private int spareStart;

  private int spareLength;

  TapeBlocks(MemoryPool pool, int unit, int count) {
    this.pool = pool;
    accounts = pool.accounts;
    this.unit = unit;
    granules = count >>> GRANULE_SHIFT;
    nodes = new long[granules << GRANULE_SHIFT];
    freeOrder = new byte[granules];
    next = new int[granules];
    previous = new int[granules];
    heads = new int[ORDERS];
    Arrays.fill(heads, NONE);
    Arrays.fill(freeOrder, (byte) NONE);
    release(0, granules);
  }

  static int usable(int count) {
    return count >>> GRANULE_SHIFT << GRANULE_SHIFT;
  }

  static void describe(Footprint.Sum sum, int count) {
    int granules = count >>> GRANULE_SHIFT;
    sum.array(usable(count), Long.BYTES)
        .array(granules, 1)
        .array(granules, Integer.BYTES)
        .array(granules, Integer.BYTES)
        .array(ORDERS, Integer.BYTES);
  }

  int freeNodes() {
    return freeGranules << GRANULE_SHIFT;
  }

  int takenLength() {
    return takenLength;
  }

  /**
   * Takes a block: as long as wanted if there is one, else the longest, if that is long enough.
   * Answers the first node, or the code of a status.
   */
  int take(int account, int wanted, int atLeast) {
    pool.checkThread();
    if (pool.watch != null && pool.watch.refuses(unit)) {
      return Status.NODES_EXHAUSTED.code();
    }
    int least = toGranules(atLeast);
    int want = Math.max(least, toGranules(Math.min(wanted, nodes.length)));
    int affordable = accounts.available(account, unit) >>> GRANULE_SHIFT;
    int length = Math.max(least, Math.min(want, affordable));
    if (fitsSpare(length) && takeUnits(account, length << GRANULE_SHIFT)) {
      return takeSpare(account, length);
    }
    if (smallestFor(length) == NONE) {
      releaseSpare();
    }
    if (smallestFor(length) == NONE) {
      int longest = largest();
      length = longest == NONE ? least : Math.max(least, Math.min(length, 1 << longest));
    }
    if (!takeUnits(account, length << GRANULE_SHIFT)) {
      length = least;
      if (!takeUnits(account, length << GRANULE_SHIFT)) {
        Status status = pool.takeNodesAfterReclaim(account, unit, length << GRANULE_SHIFT);
        if (status != Status.OK) {
          return status.code();
        }
      }
    }
    int order = smallestFor(length);
    if (order == NONE) {
      releaseSpare();
      order = smallestFor(length);
    }
    while (order == NONE) {
      accounts.giveBack(account, unit, length << GRANULE_SHIFT);
      int freeBefore = freeGranules;
      Status status = pool.payAfterReclaim(account, unit, length << GRANULE_SHIFT);
      if (status != Status.OK) {
        return status.code();
      }
      releaseSpare();
      order = smallestFor(length);
      if (order == NONE && freeGranules <= freeBefore) {
        accounts.giveBack(account, unit, length << GRANULE_SHIFT);
        pool.noteRefusal(Accounts.HOUSE, unit);
        return Status.NODES_EXHAUSTED.code();
      }
    }
    int start = heads[order];
    unlink(start, order);
    freeGranules -= 1 << order;
    release(start + length, (1 << order) - length);
    return taken(start, account, length);
  }

  private int taken(int start, int account, int length) {
    mark(start, account, length);
    takenLength = length << GRANULE_SHIFT;
    if (pool.watch != null) {
      pool.watch.proveSlots();
    }
    return start << GRANULE_SHIFT;
  }

  /** Whether the block aside is long enough, and not so long that it had better stay whole. */
  private boolean fitsSpare(int length) {
    return length <= spareLength && spareLength < 2 * length;
  }

  private int takeSpare(int account, int length) {
    int start = spareStart;
    spareStart += length;
    spareLength -= length;
    freeGranules -= length;
    return taken(start, account, length);
  }

  /** Puts a block aside that is not taken any more: with its rest if that is there still. */
  private void keep(int start, int length) {
    if (spareStart == start + length) {
      spareLength += length;
    } else {
      releaseSpare();
      spareLength = length;
    }
    spareStart = start;
    freeGranules += length;
  }

  private void releaseSpare() {
    int length = spareLength;
    spareLength = 0;
    freeGranules -= length;
    release(spareStart, length);
  }

  private boolean takeUnits(int account, int count) {
    int cell = account * accounts.units + unit;
    int missing = count - accounts.credit[cell];
    if (missing > 0 && !pool.buy(account, unit, missing, count)) {
      return false;
    }
    accounts.credit[cell] -= count;
    return true;
  }

  private int smallestFor(int length) {
    int order = length <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(length - 1);
    while (order < heads.length && heads[order] == NONE) {
      order++;
    }
    return order < heads.length ? order : NONE;
  }

  private int largest() {
    int order = heads.length - 1;
    while (order >= 0 && heads[order] == NONE) {
      order--;
    }
    return order;
  }

  int trim(int account, int from, int length, int inUse) {
    check(account, from, length);
    if (inUse < 0 || inUse > length) {
      throw new IndexOutOfBoundsException(
          inUse + " nodes in use of a block of " + length + " document nodes");
    }
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
    check(account, from, length);
    previous[from >>> GRANULE_SHIFT] = NONE;
    keep(from >>> GRANULE_SHIFT, length >>> GRANULE_SHIFT);
    accounts.giveBack(account, unit, length);
    if (pool.watch != null) {
      pool.watch.proveSlots();
    }
  }

  Status tryTransfer(int account, int from, int length, Scope to) {
    check(account, from, length);
    Status status = pool.transfer(account, to, unit, length);
    if (status == Status.OK) {
      note(from, to.account(), length);
    }
    return status;
  }

  /** Notes that another account pays for a block. */
  void note(int from, int account, int length) {
    mark(from >>> GRANULE_SHIFT, account, length >>> GRANULE_SHIFT);
  }

  void check(int account, int from, int length) {
    pool.checkThread();
    int start = from >>> GRANULE_SHIFT;
    if (from < 0
        || start >= granules
        || start << GRANULE_SHIFT != from
        || freeOrder[start] != NONE
        || previous[start] != taken(account)
        || next[start] << GRANULE_SHIFT != length) {
      throw new MemoryException(
          "document nodes "
              + from
              + " to "
              + (from + (long) length)
              + " are not a block of that scope in pool "
              + pool.id()
              + ": they were returned or trimmed since");
    }
  }

  /** Counts the nodes in blocks of each account, and proves that blocks cover all granules once. */
  void countInto(int[] perAccount) {
    int at = 0;
    int free = 0;
    while (at < granules) {
      int order = freeOrder[at];
      if (at == spareStart && spareLength > 0) {
        prove(order == NONE && previous[at] == NONE, at, "the block aside is in no list");
        free += spareLength;
        at += spareLength;
      } else if (order != NONE) {
        prove(order >= 0 && at + (1 << order) <= granules, at, "a free block lies within the tape");
        free += 1 << order;
        at += 1 << order;
      } else {
        int account = -2 - previous[at];
        prove(account >= 0 && account < perAccount.length, at, "a taken block has an owner");
        prove(next[at] > 0 && next[at] <= granules - at, at, "a taken block lies within the tape");
        perAccount[account] += next[at] << GRANULE_SHIFT;
        at += next[at];
      }
    }
    prove(free == freeGranules, at, "free blocks add up to what is free");
    int listed = spareLength;
    for (int order = 0; order < heads.length; order++) {
      int before = NONE;
      for (int block = heads[order]; block != NONE; block = next[block]) {
        prove(freeOrder[block] == order, block, "a listed block is free and of the list's size");
        prove(previous[block] == before, block, "a listed block knows the one before it");
        listed += 1 << order;
        prove(listed <= granules, block, "the lists end");
        before = block;
      }
    }
    prove(listed == free, at, "every free block is listed or aside");
  }

  private static void prove(boolean holds, int granule, String claim) {
    if (!holds) {
      throw new MemoryException(
          "document nodes at " + (granule << GRANULE_SHIFT) + ": not true that " + claim);
    }
  }

  /** Frees all blocks of an account. */
  void reclaim(int account) {
    for (int g = 0; g < granules && accounts.used(account, unit) > 0; g++) {
      if (freeOrder[g] == NONE && previous[g] == taken(account)) {
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
