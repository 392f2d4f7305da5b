package dev.lkjagent.memory;

import static dev.lkjagent.memory.NodeRecords.BYTES;
import static dev.lkjagent.memory.NodeRecords.GENERATION;
import static dev.lkjagent.memory.NodeRecords.INT;
import static dev.lkjagent.memory.NodeRecords.LONG;
import static dev.lkjagent.memory.NodeRecords.NEXT;
import static dev.lkjagent.memory.NodeRecords.OWNER;
import static dev.lkjagent.memory.NodeRecords.RUN_END;
import static dev.lkjagent.memory.NodeRecords.pair;

import java.util.Locale;

/**
 * The nodes of editable trees: records, free ones in runs, and a high-water mark for those never
 * used.
 *
 * <p>A run is a range of adjacent free nodes. Nodes are taken from the front of one run, and a node
 * that lies right before it is added to it, so what is freed in the opposite order becomes one run
 * again, and the next tree finds its nodes side by side. The other runs form a LIFO list: the first
 * record of each holds where the run ends and which run is next.
 *
 * <p>Which nodes are in use is one bit each, and a node's generation rises when it is taken: so a
 * run is freed without a look at its records.
 */
final class NodeTable {
  private static final int NONE = -1;
  private static final int WORD_SHIFT = 6;

  final byte[] records;
  final int count;

  /** One bit per node: set while it is in use. */
  final long[] inUse;

  private final MemoryPool pool;
  private final Accounts accounts;
  private final int unit;
  private final int firstGeneration;
  private final int maxGeneration;

  /** The run that nodes are taken from; empty if both are the same. */
  private int runAt;

  private int runEnd;

  /** The first node of the run to go on with, {@link #NONE} for none. */
  private int nextRun = NONE;

  private int highWater;
  private int listed;
  private int taken;
  private int retired;

  /** No node has been taken more often. */
  private int highestGeneration;

  NodeTable(MemoryPool pool, int unit, int count, int firstGeneration, int maxGeneration) {
    this.pool = pool;
    accounts = pool.accounts;
    this.firstGeneration = firstGeneration;
    this.unit = unit;
    this.count = count;
    this.maxGeneration = maxGeneration;
    highestGeneration = firstGeneration - 1;
    records = new byte[Math.multiplyExact(count, BYTES)];
    inUse = new long[words(count)];
  }

  private static int words(int count) {
    return count + Long.SIZE - 1 >>> WORD_SHIFT;
  }

  static void describe(Footprint.Sum sum, int count) {
    sum.array((long) count * BYTES, 1).array(words(count), Long.BYTES);
  }

  int take(int account) {
    pool.checkThread();
    Watch watch = pool.watch;
    if (watch != null && watch.refuses(unit)) {
      return Status.NODES_EXHAUSTED.code();
    }
    int cell = account * accounts.units + unit;
    int left = accounts.credit[cell] - 1;
    if (left >= 0) {
      accounts.credit[cell] = left;
    } else if (pool.buy(account, unit, 1, 1)) {
      accounts.credit[cell]--;
    } else {
      Status status = pool.takeNodesAfterReclaim(account, unit, 1);
      if (status != Status.OK) {
        return status.code();
      }
    }
    int node = firstFree();
    if (node == highWater) {
      highWater++;
    } else {
      runAt++;
      listed--;
    }
    open(node, account);
    inUse[node >>> WORD_SHIFT] |= 1L << node;
    if (watch != null) {
      watch.nodeTaken(node);
    }
    return node;
  }

  /** The node to take next: the first of the run, or else the one at the high-water mark. */
  private int firstFree() {
    if (runAt == runEnd && nextRun != NONE) {
      runAt = nextRun;
      runEnd = (int) INT.get(records, runAt * BYTES + RUN_END);
      nextRun = (int) INT.get(records, runAt * BYTES + NEXT);
    }
    return runAt < runEnd ? runAt : highWater;
  }

  private void open(int node, int account) {
    int at = node * BYTES + GENERATION;
    int before = (int) INT.get(records, at);
    int generation = before == 0 ? firstGeneration : before + 1;
    LONG.set(records, at, pair(generation, account));
    highestGeneration = Math.max(highestGeneration, generation);
  }

  /** Opens adjacent nodes, whose records lie from one place to before another. */
  private void openRun(int from, int to, int account) {
    byte[] records = this.records;
    int fresh = firstGeneration;
    int highest = highestGeneration;
    for (int at = from; at < to; at += BYTES) {
      int before = (int) INT.get(records, at + GENERATION);
      int generation = before == 0 ? fresh : before + 1;
      LONG.set(records, at + GENERATION, pair(generation, account));
      highest = Math.max(highest, generation);
    }
    highestGeneration = highest;
  }

  /**
   * Takes adjacent nodes: as many as there are side by side and the account can pay at once, up to
   * {@code wanted}; {@link #taken} tells how many.
   *
   * @return the first, or the code of a status
   */
  int takeRun(int account, int wanted) {
    taken = 1;
    if (pool.watch != null) {
      return take(account);
    }
    pool.checkThread();
    int cell = account * accounts.units + unit;
    if (accounts.credit[cell] <= 0 && !pool.buy(account, unit, 1, 1)) {
      Status status = pool.takeNodesAfterReclaim(account, unit, 1);
      if (status != Status.OK) {
        return status.code();
      }
      accounts.credit[cell]++;
    }
    int first = firstFree();
    boolean fresh = first == highWater;
    int side = fresh ? count - highWater : runEnd - first;
    taken = Math.min(Math.min(accounts.credit[cell], side), wanted);
    accounts.credit[cell] -= taken;
    if (fresh) {
      highWater += taken;
    } else {
      runAt += taken;
      listed -= taken;
    }
    openRun(first * BYTES, (first + taken) * BYTES, account);
    mark(first, first + taken, true);
    return first;
  }

  /** How many nodes the last {@link #takeRun} took. */
  int taken() {
    return taken;
  }

  /** Notes of adjacent nodes, one at least, whether they are in use. */
  private void mark(int first, int end, boolean used) {
    int word = first >>> WORD_SHIFT;
    int last = end - 1 >>> WORD_SHIFT;
    long bits = -1L << first;
    for (; word < last; word++, bits = -1L) {
      inUse[word] = used ? inUse[word] | bits : inUse[word] & ~bits;
    }
    bits &= -1L >>> -end;
    inUse[word] = used ? inUse[word] | bits : inUse[word] & ~bits;
  }

  /** Takes back nodes of {@link #takeRun} that were not used: they are as if never taken. */
  void putBack(int account, int first, int end) {
    if (first == end) {
      return;
    }
    for (int node = first; node < end; node++) {
      int at = node * BYTES + GENERATION;
      int generation = (int) INT.get(records, at);
      INT.set(records, at, generation == firstGeneration ? 0 : generation - 1);
    }
    mark(first, end, false);
    if (end == highWater && (int) INT.get(records, first * BYTES + GENERATION) == 0) {
      highWater = first;
    } else {
      list(first, end);
    }
    refund(account, end - first);
  }

  /**
   * Frees adjacent nodes at once.
   *
   * @param account who pays for all of them
   * @return false, with nothing done, if they have to be freed one by one
   */
  boolean freeRun(int account, int first, int end) {
    pool.checkThread();
    if (pool.watch != null || highestGeneration == maxGeneration) {
      return false;
    }
    mark(first, end, false);
    list(first, end);
    refund(account, end - first);
    return true;
  }

  private void list(int first, int end) {
    listed += end - first;
    if (end == runAt) {
      runAt = first;
      return;
    }
    if (runAt < runEnd) {
      INT.set(records, runAt * BYTES + RUN_END, runEnd);
      INT.set(records, runAt * BYTES + NEXT, nextRun);
      nextRun = runAt;
    }
    runAt = first;
    runEnd = end;
  }

  /** Gives back to the account what was freed by {@link #freePaid}. */
  void refund(int account, int count) {
    if (count > 0) {
      accounts.giveBack(account, unit, count);
    }
  }

  /** Frees a live node; answers 1 if {@link #refund} has still to give it back to the account. */
  int freePaid(int node, int account) {
    int at = node * BYTES;
    if (pool.watch != null
        || !live(node)
        || (int) INT.get(records, at + GENERATION) == maxGeneration
        || (int) INT.get(records, at + OWNER) != account) {
      free(node);
      return 0;
    }
    inUse[node >>> WORD_SHIFT] &= ~(1L << node);
    list(node, node + 1);
    return 1;
  }

  void free(int node) {
    pool.checkThread();
    checkInUse(node);
    if (pool.watch != null) {
      pool.watch.nodeFreed(node);
    }
    int at = node * BYTES;
    int account = (int) INT.get(records, at + OWNER);
    inUse[node >>> WORD_SHIFT] &= ~(1L << node);
    if ((int) INT.get(records, at + GENERATION) == maxGeneration) {
      retired++;
      accounts.retire(account, unit);
    } else {
      list(node, node + 1);
      accounts.giveBack(account, unit, 1);
    }
    if (pool.watch != null) {
      pool.watch.proveSlots();
    }
  }

  long handle(int node) {
    return Handles.of((int) INT.get(records, node * BYTES + GENERATION), pool.id(), node);
  }

  int check(long handle) {
    pool.checkThread();
    if (!isLive(handle)) {
      throw stale(handle);
    }
    return Handles.slot(handle);
  }

  boolean isLive(long handle) {
    int node = Handles.slot(handle);
    return handle > 0
        && Handles.pool(handle) == pool.id()
        && live(node)
        && (int) INT.get(records, node * BYTES + GENERATION) == Handles.generation(handle);
  }

  private StaleHandleException stale(long handle) {
    if (handle == Handles.NIL) {
      return new StaleHandleException(handle, "the node handle is NIL: there is no node");
    }
    if (handle < 0) {
      return new StaleHandleException(
          handle,
          "not a node handle but a failure that was not looked at: " + Status.of(handle).meaning());
    }
    return new StaleHandleException(
        handle,
        String.format(
            Locale.ROOT,
            "node handle %x (node %d, generation %d, pool %d) is not live in pool %d: %s",
            handle,
            Handles.slot(handle),
            Handles.generation(handle),
            Handles.pool(handle),
            pool.id(),
            Handles.pool(handle) == pool.id()
                ? "the node was freed or reused since"
                : "it belongs to another pool"));
  }

  boolean live(int node) {
    return node >= 0 && node < highWater && (inUse[node >>> WORD_SHIFT] >>> node & 1) != 0;
  }

  int owner(int node) {
    return (int) INT.get(records, node * BYTES + OWNER);
  }

  void checkInUse(int node) {
    if (!live(node)) {
      throw new StaleHandleException(
          node, "node " + node + " is not in use in pool " + pool.id() + ": it was freed before");
    }
  }

  Status tryTransfer(int node, Scope to) {
    pool.checkThread();
    checkInUse(node);
    Status status = pool.transfer(owner(node), to, unit, 1);
    if (status == Status.OK) {
      INT.set(records, node * BYTES + OWNER, to.account());
    }
    return status;
  }

  int highestGeneration() {
    return highestGeneration;
  }

  int live() {
    return highWater - listed - retired;
  }

  int runAt() {
    return runAt;
  }

  int runEnd() {
    return runEnd;
  }

  int nextRun() {
    return nextRun;
  }

  int highWater() {
    return highWater;
  }

  int listed() {
    return listed;
  }

  int retired() {
    return retired;
  }
}
