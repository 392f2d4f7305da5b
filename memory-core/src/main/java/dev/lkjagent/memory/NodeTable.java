package dev.lkjagent.memory;

import static dev.lkjagent.memory.NodeRecords.BYTES;
import static dev.lkjagent.memory.NodeRecords.GENERATION;
import static dev.lkjagent.memory.NodeRecords.INT;
import static dev.lkjagent.memory.NodeRecords.NEXT;
import static dev.lkjagent.memory.NodeRecords.OWNER;

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
  private final int maxGeneration;
  private int freeHead = NONE;
  private int highWater;
  private int listed;
  private int retired;

  NodeTable(MemoryPool pool, Accounts accounts, int unit, int count, int maxGeneration) {
    this.pool = pool;
    this.accounts = accounts;
    this.unit = unit;
    this.count = count;
    this.maxGeneration = maxGeneration;
    records = new byte[Math.multiplyExact(count, BYTES)];
  }

  int take(int account) {
    pool.checkThread();
    int cell = account * accounts.units + unit;
    int left = accounts.credit[cell] - 1;
    if (left < 0) {
      if (!accounts.buy(account, unit, 1)) {
        return accounts.refusedBy() == Accounts.HOUSE
            ? Status.NODES_EXHAUSTED.code()
            : Status.BUDGET_EXCEEDED.code();
      }
      left = accounts.credit[cell] - 1;
    }
    accounts.credit[cell] = left;
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
      INT.set(records, at + GENERATION, 1);
    }
    INT.set(records, at + OWNER, account);
    return node;
  }

  void free(int node) {
    int at = node * BYTES;
    int generation = (int) INT.get(records, at + GENERATION);
    if (node < 0 || node >= highWater || generation < 0) {
      throw new StaleHandleException(node, "node " + node + " is not in use: it was freed before");
    }
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
    int node = Handles.slot(handle);
    if (handle <= 0
        || Handles.pool(handle) != pool.id()
        || node >= highWater
        || (int) INT.get(records, node * BYTES + GENERATION) != Handles.generation(handle)) {
      throw new StaleHandleException(
          handle,
          "node handle "
              + Long.toHexString(handle)
              + " (node "
              + node
              + ", generation "
              + Handles.generation(handle)
              + ") is not live in pool "
              + pool.id()
              + ": the node was freed, or belongs to another pool");
    }
    return node;
  }

  boolean live(int node) {
    return node >= 0 && node < highWater && (int) INT.get(records, node * BYTES + GENERATION) > 0;
  }

  int owner(int node) {
    return (int) INT.get(records, node * BYTES + OWNER);
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
