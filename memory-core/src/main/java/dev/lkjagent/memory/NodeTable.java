package dev.lkjagent.memory;

import static dev.lkjagent.memory.NodeRecords.BYTES;
import static dev.lkjagent.memory.NodeRecords.GENERATION;
import static dev.lkjagent.memory.NodeRecords.INT;
import static dev.lkjagent.memory.NodeRecords.NEXT;
import static dev.lkjagent.memory.NodeRecords.OWNER;

import java.util.Locale;

/**
 * The nodes of editable trees: records, a LIFO free list and a high-water mark for those never
 * used.
 */
final class NodeTable {
  private static final int FREE = 1 << 31;
  private static final int NONE = -1;

  final byte[] records;
  final int count;
  private final MemoryPool pool;
  private final Accounts accounts;
  private final int unit;
  private final int firstGeneration;
  private final int maxGeneration;
  private int freeHead = NONE;
  private int highWater;
  private int listed;
  private int retired;

  NodeTable(MemoryPool pool, int unit, int count, int firstGeneration, int maxGeneration) {
    this.pool = pool;
    accounts = pool.accounts;
    this.firstGeneration = firstGeneration;
    this.unit = unit;
    this.count = count;
    this.maxGeneration = maxGeneration;
    records = new byte[Math.multiplyExact(count, BYTES)];
  }

  static void describe(Footprint.Sum sum, int count) {
    sum.array((long) count * BYTES, 1);
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
    int node = freeHead;
    int at;
    if (node != NONE) {
      at = node * BYTES;
      freeHead = (int) INT.get(records, at + NEXT);
      listed--;
      INT.set(records, at + GENERATION, (int) INT.get(records, at + GENERATION) & ~FREE);
    } else {
      node = highWater++;
      at = node * BYTES;
      INT.set(records, at + GENERATION, firstGeneration);
    }
    INT.set(records, at + OWNER, account);
    if (watch != null) {
      watch.nodeTaken(node);
    }
    return node;
  }

  /**
   * Pays for some nodes at once, so that {@link #takePaid} need not: as many as the account has
   * credit for, up to {@code wanted}.
   *
   * @return how many, at least 1, or the code of a status
   */
  int pay(int account, int wanted) {
    pool.checkThread();
    if (pool.watch != null) {
      return wanted;
    }
    int cell = account * accounts.units + unit;
    if (accounts.credit[cell] <= 0 && !pool.buy(account, unit, 1, 1)) {
      Status status = pool.takeNodesAfterReclaim(account, unit, 1);
      return status == Status.OK ? 1 : status.code();
    }
    int paid = Math.min(accounts.credit[cell], wanted);
    accounts.credit[cell] -= paid;
    return paid;
  }

  /** Gives back what was paid for and not taken, or freed by {@link #freePaid}. */
  void refund(int account, int count) {
    if (count > 0 && pool.watch == null) {
      accounts.giveBack(account, unit, count);
    }
  }

  /** Takes a node that has been paid for; answers it, or the code of a status if it is watched. */
  int takePaid(int account) {
    if (pool.watch != null) {
      return take(account);
    }
    int node = freeHead;
    int at;
    if (node != NONE) {
      at = node * BYTES;
      freeHead = (int) INT.get(records, at + NEXT);
      listed--;
      INT.set(records, at + GENERATION, (int) INT.get(records, at + GENERATION) & ~FREE);
    } else {
      node = highWater++;
      at = node * BYTES;
      INT.set(records, at + GENERATION, firstGeneration);
    }
    INT.set(records, at + OWNER, account);
    return node;
  }

  /** Frees a live node; answers 1 if {@link #refund} has still to give it back to the account. */
  int freePaid(int node, int account) {
    int at = node * BYTES;
    int generation = (int) INT.get(records, at + GENERATION);
    if (pool.watch != null
        || generation <= 0
        || generation == maxGeneration
        || (int) INT.get(records, at + OWNER) != account) {
      free(node);
      return 0;
    }
    INT.set(records, at + GENERATION, generation + 1 | FREE);
    INT.set(records, at + NEXT, freeHead);
    freeHead = node;
    listed++;
    return 1;
  }

  void free(int node) {
    pool.checkThread();
    if (!live(node)) {
      throw new StaleHandleException(
          node, "node " + node + " is not in use in pool " + pool.id() + ": it was freed before");
    }
    if (pool.watch != null) {
      pool.watch.nodeFreed(node);
    }
    int at = node * BYTES;
    int generation = (int) INT.get(records, at + GENERATION);
    int account = (int) INT.get(records, at + OWNER);
    if (generation == maxGeneration) {
      INT.set(records, at + GENERATION, FREE);
      retired++;
      accounts.retire(account, unit);
      return;
    }
    INT.set(records, at + GENERATION, generation + 1 | FREE);
    INT.set(records, at + NEXT, freeHead);
    freeHead = node;
    listed++;
    accounts.giveBack(account, unit, 1);
  }

  long handle(int node) {
    return Handles.of((int) INT.get(records, node * BYTES + GENERATION), pool.id(), node);
  }

  int check(long handle) {
    pool.checkThread();
    int node = Handles.slot(handle);
    if (handle <= 0
        || Handles.pool(handle) != pool.id()
        || node >= highWater
        || (int) INT.get(records, node * BYTES + GENERATION) != Handles.generation(handle)) {
      throw stale(handle);
    }
    return node;
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
    return node >= 0 && node < highWater && (int) INT.get(records, node * BYTES + GENERATION) > 0;
  }

  int owner(int node) {
    return (int) INT.get(records, node * BYTES + OWNER);
  }

  Status tryTransfer(int node, Scope to) {
    if (!live(node)) {
      throw new StaleHandleException(
          node, "node " + node + " is not in use in pool " + pool.id() + ": it was freed before");
    }
    Status status = pool.transfer(owner(node), to, unit, 1);
    if (status == Status.OK) {
      INT.set(records, node * BYTES + OWNER, to.account());
    }
    return status;
  }

  int highestGeneration() {
    if (retired > 0) {
      return maxGeneration;
    }
    int highest = firstGeneration - 1;
    for (int n = 0; n < highWater; n++) {
      highest = Math.max(highest, (int) INT.get(records, n * BYTES + GENERATION) & ~FREE);
    }
    return highest;
  }

  int live() {
    return highWater - listed - retired;
  }

  int freeHead() {
    return freeHead;
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
