package dev.lkjagent.memory;

import static dev.lkjagent.memory.NodeRecords.BYTES;
import static dev.lkjagent.memory.NodeRecords.CHILD_COUNT;
import static dev.lkjagent.memory.NodeRecords.FIRST_CHILD;
import static dev.lkjagent.memory.NodeRecords.HEAD;
import static dev.lkjagent.memory.NodeRecords.INT;
import static dev.lkjagent.memory.NodeRecords.LAST_CHILD;
import static dev.lkjagent.memory.NodeRecords.LONG;
import static dev.lkjagent.memory.NodeRecords.LONG_TEXT_LENGTH;
import static dev.lkjagent.memory.NodeRecords.NAME;
import static dev.lkjagent.memory.NodeRecords.NEXT;
import static dev.lkjagent.memory.NodeRecords.PARENT;
import static dev.lkjagent.memory.NodeRecords.PAYLOAD;
import static dev.lkjagent.memory.NodeRecords.PREVIOUS;
import static dev.lkjagent.memory.NodeRecords.ROPE_TEXT;
import static dev.lkjagent.memory.NodeRecords.RUN_END;
import static dev.lkjagent.memory.NodeRecords.SLICE_FROM;
import static dev.lkjagent.memory.NodeRecords.SLICE_TEXT;
import static dev.lkjagent.memory.NodeRecords.SLOT_TEXT;

import java.util.BitSet;

/** Proves what must hold in a pool at any moment, by reading all of it. */
final class Invariants {
  private static final int NONE = -1;
  private static final int FIRST_CONTAINER_KIND = 1;
  private static final int LAST_CONTAINER_KIND = 3;

  private final MemoryPool pool;
  private final int tiers;

  Invariants(MemoryPool pool) {
    this.pool = pool;
    tiers = pool.slotBytes.length;
  }

  /** Proves everything; between two operations only. */
  void prove() {
    proveSlots();
    proveNodes();
    pool.names.verify();
    pool.index.forEach(this::proveEntry);
    for (int node = 0; node < pool.nodes.highWater(); node++) {
      proveIndexed(node);
    }
    for (Scope scope = pool.root(); scope != null; scope = scope.following()) {
      scope.forEachResident(this::proveResident);
    }
  }

  /** Proves what the index says of a container of an editable tree; documents prove their own. */
  private void proveEntry(long container, int hash, int node) {
    long handle = container & Long.MAX_VALUE;
    if (container >= 0 || !pool.nodes.isLive(handle)) {
      return;
    }
    prove(
        pool.nodes.live(node) && get(node, PARENT) == Handles.slot(handle),
        tiers,
        node,
        "what the index finds in a container is in it");
    prove(
        get(node, NAME) != 0 && nameHash(get(node, NAME)) == hash,
        tiers,
        node,
        "the index has it by the hash of its name");
  }

  private void proveIndexed(int node) {
    if (!pool.nodes.live(node) || !pool.index.seek(pool.nodes.handle(node) | Long.MIN_VALUE)) {
      return;
    }
    int named = 0;
    for (int child = get(node, FIRST_CHILD); child != NONE; child = get(child, NEXT)) {
      named += get(child, NAME) == 0 ? 0 : 1;
    }
    prove(pool.index.members() == named, tiers, node, "the index has all its named children");
  }

  private int nameHash(int name) {
    if (name > 0) {
      return SeededHash.of(pool.names.bytes(), pool.names.offset(name), pool.names.length(name));
    }
    long own = pool.handleOf(NodeRecords.FIRST_OWN_NAME - name);
    return SeededHash.of(pool.slab, pool.offsetOfChecked(own), pool.length(own));
  }

  private void proveResident(Resident resident) {
    String flaw =
        pool.transfer.isPaid(resident) ? resident.flaw() : "its scope pays for all it holds";
    if (flaw != null) {
      throw new MemoryException(
          "of a tree in " + resident.scope() + " it is not true that " + flaw);
    }
  }

  /** Proves what holds in the middle of an operation on a tree, too. */
  void proveSlots() {
    pool.accounts.verify();
    for (int tier = 0; tier < tiers; tier++) {
      proveTier(tier);
    }
    proveNodeList();
    LeakSearch found = new LeakSearch(pool);
    for (int unit = 0; unit < tiers + 2; unit++) {
      for (int account = 0; account <= pool.spec().scopes(); account++) {
        int used = pool.accounts.isOpen(account) ? pool.accounts.used(account, unit) : 0;
        int count = found.count(unit, account);
        if (count != used) {
          throw new MemoryException(
              name(unit) + ": account " + account + " uses " + count + ", but is charged " + used);
        }
      }
    }
  }

  private String name(int unit) {
    return Shortage.what(pool, unit);
  }

  private void proveTier(int tier) {
    int base = pool.metaBase[tier];
    int high = pool.highWater[tier];
    int live = 0;
    int dead = 0;
    for (int i = 0; i < high; i++) {
      long word = pool.meta[base + i];
      if (word > 0) {
        live++;
        prove(
            (int) word >= 0 && (int) word <= pool.slotBytes[tier],
            tier,
            i,
            "its length fits the slot");
      } else if (word == MemoryPool.FREE) {
        dead++;
      }
    }
    BitSet listed = new BitSet(high);
    for (int i = pool.freeHead[tier]; i != NONE; i = (int) pool.meta[base + i]) {
      prove(i >= 0 && i < high, tier, i, "a listed slot was used before");
      prove(pool.meta[base + i] < 0, tier, i, "a listed slot is free");
      prove(!listed.get(i), tier, i, "a slot is listed once");
      listed.set(i);
    }
    int free = listed.cardinality();
    if (high > pool.tierCount[tier]
        || live + free + dead != high
        || free != pool.listed[tier]
        || dead != pool.retired[tier]) {
      throw new MemoryException(
          name(tier)
              + ": "
              + live
              + " live, "
              + free
              + " listed (counted "
              + pool.listed[tier]
              + ") and "
              + dead
              + " retired (counted "
              + pool.retired[tier]
              + ") do not make "
              + high
              + " used ever, of "
              + pool.tierCount[tier]);
    }
  }

  private void prove(boolean holds, int unit, int index, String claim) {
    if (!holds) {
      throw new MemoryException(name(unit) + ", number " + index + ": not true that " + claim);
    }
  }

  private void proveNodeList() {
    NodeTable nodes = pool.nodes;
    BitSet listed = new BitSet(nodes.highWater());
    int run = nodes.runAt();
    int end = nodes.runEnd();
    int next = nodes.nextRun();
    while (true) {
      prove(
          run >= 0 && run <= end && end <= nodes.highWater(), tiers, run, "a run was used before");
      for (int n = run; n < end; n++) {
        prove(!nodes.live(n), tiers, n, "a listed node is free");
        prove(!listed.get(n), tiers, n, "a node is listed once");
        listed.set(n);
      }
      if (next == NONE) {
        break;
      }
      prove(next >= 0 && next < nodes.highWater(), tiers, next, "a run was used before");
      run = next;
      end = get(run, RUN_END);
      prove(run < end, tiers, run, "a run that waits is not empty");
      next = get(run, NEXT);
    }
    int live = 0;
    for (int n = 0; n < nodes.highWater(); n++) {
      live += nodes.live(n) ? 1 : 0;
    }
    prove(
        listed.cardinality() == nodes.listed() && live == nodes.live(),
        tiers,
        nodes.highWater(),
        "live, listed and retired nodes make up those used ever");
  }

  private int get(int node, int field) {
    return (int) INT.get(pool.nodes.records, node * BYTES + field);
  }

  /** Walks from every root, so that a node outside all trees or in two places shows. */
  private void proveNodes() {
    NodeTable nodes = pool.nodes;
    BitSet reached = new BitSet(nodes.highWater());
    int[] names = new int[pool.names.capacity() + 1];
    for (int root = 0; root < nodes.highWater(); root++) {
      if (!nodes.live(root) || get(root, PARENT) != NONE) {
        continue;
      }
      int node = root;
      while (true) {
        prove(nodes.live(node), tiers, node, "a node in a tree is live");
        prove(!reached.get(node), tiers, node, "a node is reached once");
        reached.set(node);
        proveNode(node, names);
        if (isContainer(node) && get(node, FIRST_CHILD) != NONE) {
          node = get(node, FIRST_CHILD);
          continue;
        }
        while (node != root && get(node, NEXT) == NONE) {
          node = get(node, PARENT);
        }
        if (node == root) {
          break;
        }
        node = get(node, NEXT);
      }
    }
    for (int n = 0; n < nodes.highWater(); n++) {
      prove(nodes.live(n) == reached.get(n), tiers, n, "a live node is reached from a root");
    }
    for (int id = 1; id < names.length; id++) {
      if (names[id] > pool.names.references(id)) {
        throw new MemoryException(
            "name "
                + id
                + ": "
                + names[id]
                + " nodes have it, but only "
                + pool.names.references(id)
                + " references are counted");
      }
    }
  }

  private boolean isContainer(int node) {
    int kind = get(node, HEAD) & 0xFF;
    return kind >= FIRST_CONTAINER_KIND && kind <= LAST_CONTAINER_KIND;
  }

  private void proveNode(int node, int[] names) {
    int head = get(node, HEAD);
    int name = get(node, NAME);
    if (name > 0) {
      prove(name < names.length, tiers, node, "its name is one of the pool's");
      names[name]++;
    } else if (name < 0) {
      prove(
          pool.isLiveSlot(NodeRecords.FIRST_OWN_NAME - name),
          tiers,
          node,
          "the slot of its name is live");
    }
    int form = head >>> 8 & 0xFF;
    if (form >= SLOT_TEXT) {
      long text = (long) LONG.get(pool.nodes.records, node * BYTES + PAYLOAD);
      prove(pool.isLive(text), tiers, node, "the slot of its text is live");
      int length = get(node, LONG_TEXT_LENGTH);
      String flaw = form == ROPE_TEXT ? PooledRope.flaw(pool, text, length) : null;
      prove(
          form != SLICE_TEXT || (long) get(node, SLICE_FROM) + length <= pool.length(text),
          tiers,
          node,
          "the slot of its slice is that long");
      prove(flaw == null, tiers, node, "of the rope of its text " + flaw);
    }
    if (!isContainer(node)) {
      return;
    }
    int before = NONE;
    int count = 0;
    for (int child = get(node, FIRST_CHILD); child != NONE; child = get(child, NEXT)) {
      prove(pool.nodes.live(child), tiers, child, "a child is live");
      prove(get(child, PARENT) == node, tiers, child, "a child knows its parent");
      prove(get(child, PREVIOUS) == before, tiers, child, "a child knows the one before it");
      prove(++count <= pool.nodes.highWater(), tiers, node, "its children end");
      before = child;
    }
    prove(get(node, LAST_CHILD) == before, tiers, node, "it knows its last child");
    prove(get(node, CHILD_COUNT) == count, tiers, node, "it counts its children");
  }
}
