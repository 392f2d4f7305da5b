package dev.lkjagent.memory;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Memory that is reserved at once and then handed out and taken back in constant time, without any
 * allocation on the Java heap.
 *
 * <p>All text of a pool lives in one array, the slab; a tier is a region of it, cut into slots of
 * one size. Free slots of a tier form a LIFO list inside the metadata; slots that were never used
 * are counted by a high-water mark, so opening a pool fills nothing. Per slot there is one {@code
 * long} and one {@code int}:
 *
 * <pre>
 *   63     62                            32 31                              0
 *  +------+--------------------------------+---------------------------------+
 *  | free |         generation 31          | bytes in use, or next free slot |
 *  +------+--------------------------------+---------------------------------+
 *  account that paid (int)
 * </pre>
 *
 * The upper half of a live slot's word equals the upper half of its handle, so one exclusive-or and
 * a shift tell a live handle from a stale, freed or foreign one. Freeing adds one to the
 * generation; a slot whose generations are used up is retired.
 *
 * <p>A pool belongs to one thread at a time: the one that opened it, until {@link #release()} and
 * {@link #claim()} hand it over.
 */
public final class MemoryPool implements AutoCloseable {
  private static final long FREE = 1L << 63;
  private static final long ONE_GENERATION = 1L << 32;
  private static final long LOW_HALF = 0xFFFFFFFFL;
  private static final int NONE = -1;
  private static final BitSet IDS_IN_USE = new BitSet();

  final byte[] slab;
  final TapeBlocks tape;
  final NodeTable nodes;
  final NameTable names;
  final MemberIndex index;
  final Accounts accounts;
  final int[] slotBytes;
  private final PoolSpec spec;
  private final int id;
  private final int tierShift;
  private final int indexMask;
  private final int[] tierOffset;
  private final int[] metaBase;
  private final int[] tierCount;
  private final byte[] tierByBits;
  private final long[] meta;
  private final int[] owner;
  private final int[] freeHead;
  private final int[] highWater;
  private final int[] listed;
  private final int[] retired;
  private final int maxGeneration;
  private final int firstGeneration;
  private final long[] promotions;
  private final long[] exhaustions;
  private final RawMemory raw;
  private final Scope root;
  private Thread thread;
  private boolean open = true;

  private MemoryPool(PoolSpec spec, int id) {
    this.spec = spec;
    this.id = id;
    thread = Thread.currentThread();
    int tiers = spec.tiers().size();
    slotBytes = new int[tiers];
    tierOffset = new int[tiers];
    metaBase = new int[tiers];
    tierCount = new int[tiers];
    tierShift = PoolSpec.tierShift(spec.tiers());
    indexMask = (1 << tierShift) - 1;
    int bytes = 0;
    int slots = 0;
    int[] unitBytes = new int[tiers + 2];
    int[] totals = new int[tiers + 2];
    for (int t = 0; t < tiers; t++) {
      PoolSpec.Tier tier = spec.tiers().get(t);
      slotBytes[t] = unitBytes[t] = tier.slotBytes();
      tierCount[t] = totals[t] = tier.count();
      tierOffset[t] = bytes;
      metaBase[t] = slots;
      bytes += tier.slotBytes() * tier.count();
      slots += tier.count();
    }
    totals[tiers] = spec.nodes();
    totals[tiers + 1] = TapeBlocks.usable(spec.documentNodes());
    slab = new byte[bytes + RawMemory.PADDING];
    meta = new long[slots];
    owner = new int[slots];
    freeHead = new int[tiers];
    Arrays.fill(freeHead, NONE);
    highWater = new int[tiers];
    listed = new int[tiers];
    retired = new int[tiers];
    promotions = new long[tiers];
    exhaustions = new long[tiers];
    tierByBits = tierByBits(spec.tiers());
    maxGeneration = (int) ((1L << spec.generationBits()) - 1);
    firstGeneration = 1;
    accounts = new Accounts(spec.scopes() + 1, unitBytes, totals);
    tape = new TapeBlocks(accounts, tiers + 1, spec.documentNodes());
    nodes = new NodeTable(this, accounts, tiers, spec.nodes(), maxGeneration);
    names = new NameTable(spec.names());
    index = new MemberIndex(spec.indexEntries());
    raw = new RawMemory(this);
    Budget all = Budget.builder().bytes(spec.payloadBytes()).build();
    root = new Scope(this, null, accounts.open(Accounts.HOUSE, all, slotBytes), "pool", all);
  }

  private static byte[] tierByBits(List<PoolSpec.Tier> tiers) {
    byte[] first = new byte[33];
    for (int bits = 0; bits <= 32; bits++) {
      long smallest = bits == 0 ? 0 : (1L << bits - 1) + 1;
      int t = 0;
      while (t < tiers.size() && tiers.get(t).slotBytes() < smallest) {
        t++;
      }
      first[bits] = (byte) t;
    }
    return first;
  }

  /**
   * Reserves all memory of a spec. The calling thread owns the pool.
   *
   * @param spec what to reserve
   * @return an open pool
   * @throws IllegalStateException if 255 pools are open already
   */
  public static MemoryPool open(PoolSpec spec) {
    int id;
    synchronized (IDS_IN_USE) {
      id = IDS_IN_USE.nextClearBit(1);
      if (id > Handles.MAX_POOL) {
        throw new IllegalStateException(
            "255 pools are open in this process, and a handle has room for no more: close one, or let"
                + " agents share a pool");
      }
      IDS_IN_USE.set(id);
    }
    try {
      return new MemoryPool(spec, id);
    } catch (Throwable failure) {
      synchronized (IDS_IN_USE) {
        IDS_IN_USE.clear(id);
      }
      throw failure;
    }
  }

  /**
   * Answers the account that all others live in.
   *
   * @return the root scope; it closes with the pool
   */
  public Scope root() {
    return root;
  }

  /**
   * Answers what the pool has reserved.
   *
   * @return the spec
   */
  public PoolSpec spec() {
    return spec;
  }

  /**
   * Answers the id that the pool's handles carry.
   *
   * @return 1 to 255
   */
  public int id() {
    return id;
  }

  /**
   * Answers the pool's arrays, for engines that work where the text lies.
   *
   * @return the same object every time
   */
  public RawMemory raw() {
    return raw;
  }

  /** Gives the pool up, so that another thread can {@link #claim()} it. */
  public void release() {
    checkThread();
    thread = RELEASED;
  }

  /**
   * Takes the pool over for the calling thread.
   *
   * @throws MemoryException if its thread has not released it
   */
  public void claim() {
    if (thread != RELEASED && thread != Thread.currentThread()) {
      throw new MemoryException(
          "pool " + id + " belongs to thread " + thread.getName() + ", which has not released it");
    }
    thread = Thread.currentThread();
  }

  private static final Thread RELEASED = new Thread("nobody");

  void checkThread() {
    if (Thread.currentThread() != thread) {
      throw wrongThread();
    }
  }

  private MemoryException wrongThread() {
    return open
        ? new MemoryException(
            "pool "
                + id
                + " belongs to thread "
                + thread.getName()
                + " and was used by "
                + Thread.currentThread().getName()
                + ": hand it over with release() and claim()")
        : new MemoryException("pool " + id + " is closed");
  }

  int tierFor(int bytes) {
    int t = tierByBits[32 - Integer.numberOfLeadingZeros(Math.max(bytes, 1) - 1)];
    while (t < slotBytes.length && slotBytes[t] < bytes) {
      t++;
    }
    return t;
  }

  /** Takes a slot for the account: a handle, or the code of a status. */
  long take(int account, int bytes) {
    checkThread();
    int tier = tierFor(bytes);
    if (tier == slotBytes.length) {
      return Status.TOO_LARGE.code();
    }
    int cell = account * accounts.units + tier;
    int left = accounts.credit[cell] - 1;
    if (left < 0) {
      if (!accounts.buy(account, tier, 1)) {
        return spill(account, tier);
      }
      left = accounts.credit[cell] - 1;
    }
    accounts.credit[cell] = left;
    return takeFrom(account, tier);
  }

  private long spill(int account, int dry) {
    exhaustions[dry]++;
    Status why =
        accounts.refusedBy() == Accounts.HOUSE ? Status.TIER_EXHAUSTED : Status.BUDGET_EXCEEDED;
    for (int tier = dry + 1; tier < slotBytes.length; tier++) {
      if (accounts.take(account, tier, 1)) {
        return takeFrom(account, tier);
      }
    }
    return why.code();
  }

  private long takeFrom(int account, int tier) {
    int index = freeHead[tier];
    int row;
    long word;
    if (index != NONE) {
      row = metaBase[tier] + index;
      word = meta[row];
      freeHead[tier] = (int) word;
      listed[tier]--;
      word = word & ~(FREE | LOW_HALF);
    } else {
      index = highWater[tier]++;
      row = metaBase[tier] + index;
      word = (long) firstGeneration << 32;
    }
    meta[row] = word;
    owner[row] = account;
    return word | (long) id << Handles.SLOT_BITS | (long) tier << tierShift | index;
  }

  /**
   * Answers the row of a handle's slot.
   *
   * @throws StaleHandleException if the handle is not that of a live slot of this pool
   */
  int check(long handle) {
    checkThread();
    int slot = (int) handle & Handles.MAX_SLOTS;
    int tier = slot >>> tierShift;
    int index = slot & indexMask;
    if (handle <= 0 || tier >= slotBytes.length || index >= tierCount[tier]) {
      throw stale(handle);
    }
    int row = metaBase[tier] + index;
    if ((meta[row] ^ handle) >>> 32 != 0 || (int) handle >>> Handles.SLOT_BITS != id) {
      throw stale(handle);
    }
    return row;
  }

  private StaleHandleException stale(long handle) {
    if (handle == Handles.NIL) {
      return new StaleHandleException(handle, "the handle is NIL: nothing was allocated");
    }
    if (handle < 0) {
      return new StaleHandleException(
          handle,
          "not a handle but a failure that was not looked at: " + Status.of(handle).meaning());
    }
    int slot = Handles.slot(handle);
    int tier = slot >>> tierShift;
    String size = tier < slotBytes.length ? slotBytes[tier] + " B" : "none";
    return new StaleHandleException(
        handle,
        "handle "
            + Long.toHexString(handle)
            + " (tier "
            + size
            + ", slot "
            + (slot & indexMask)
            + ", generation "
            + Handles.generation(handle)
            + ", pool "
            + Handles.pool(handle)
            + ") is not live in pool "
            + id
            + ": "
            + (Handles.pool(handle) == id
                ? "its slot was freed or reused since"
                : "it belongs to another pool"));
  }

  long handleOf(int slot) {
    long word = meta[metaBase[slot >>> tierShift] + (slot & indexMask)];
    return word & ~LOW_HALF | (long) id << Handles.SLOT_BITS | slot;
  }

  int tierOfHandle(long handle) {
    return ((int) handle & Handles.MAX_SLOTS) >>> tierShift;
  }

  int offsetOfChecked(long handle) {
    int slot = (int) handle & Handles.MAX_SLOTS;
    int tier = slot >>> tierShift;
    return tierOffset[tier] + (slot & indexMask) * slotBytes[tier];
  }

  /**
   * Returns a slot.
   *
   * @param handle a live handle; it is dead afterwards
   * @throws StaleHandleException if the handle is not live
   */
  public void free(long handle) {
    int row = check(handle);
    int slot = (int) handle & Handles.MAX_SLOTS;
    freeRow(row, slot >>> tierShift, slot & indexMask);
  }

  private void freeRow(int row, int tier, int index) {
    long word = meta[row];
    int account = owner[row];
    if ((int) (word >>> 32) == maxGeneration) {
      meta[row] = FREE;
      retired[tier]++;
      accounts.retire(account, tier);
      return;
    }
    meta[row] = (word & ~LOW_HALF) + ONE_GENERATION | FREE | freeHead[tier] & LOW_HALF;
    freeHead[tier] = index;
    listed[tier]++;
    accounts.giveBack(account, tier, 1);
  }

  /**
   * Answers how many bytes of a slot are in use.
   *
   * @param handle a live handle
   * @return bytes
   * @throws StaleHandleException if the handle is not live
   */
  public int length(long handle) {
    return (int) meta[check(handle)];
  }

  /**
   * Sets how many bytes of a slot are in use.
   *
   * @param handle a live handle
   * @param bytes 0 to the slot's size
   * @throws StaleHandleException if the handle is not live
   * @throws IndexOutOfBoundsException if the slot is smaller
   */
  public void setLength(long handle, int bytes) {
    int row = check(handle);
    if (bytes < 0 || bytes > slotBytes[tierOfHandle(handle)]) {
      throw new IndexOutOfBoundsException(
          bytes + " B do not fit a slot of " + slotBytes[tierOfHandle(handle)] + " B");
    }
    meta[row] = meta[row] & ~LOW_HALF | bytes;
  }

  /**
   * Answers how many bytes fit into a slot.
   *
   * @param handle a live handle
   * @return bytes
   * @throws StaleHandleException if the handle is not live
   */
  public int capacity(long handle) {
    check(handle);
    return slotBytes[tierOfHandle(handle)];
  }

  /** Counts that a text moved out of a tier that it had outgrown. */
  void countPromotion(int tier) {
    promotions[tier]++;
  }

  /** Frees all slots and nodes of an account; answers how many slots that were. */
  int reclaim(int account) {
    int reclaimed = 0;
    for (int tier = 0; tier < slotBytes.length; tier++) {
      int left = accounts.used(account, tier);
      for (int i = 0; left > 0 && i < highWater[tier]; i++) {
        int row = metaBase[tier] + i;
        if (owner[row] == account && meta[row] > 0) {
          freeRow(row, tier, i);
          left--;
          reclaimed++;
        }
      }
    }
    int left = accounts.used(account, slotBytes.length);
    for (int n = 0; left > 0 && n < nodes.highWater(); n++) {
      if (nodes.live(n) && nodes.owner(n) == account) {
        nodes.free(n);
        left--;
      }
    }
    tape.reclaim(account);
    return reclaimed;
  }

  /**
   * Answers the state of a tier.
   *
   * @param tier its number, from the smallest
   * @return a snapshot
   */
  public TierReport report(int tier) {
    int live = highWater[tier] - listed[tier] - retired[tier];
    return new TierReport(
        slotBytes[tier],
        tierCount[tier],
        live,
        listed[tier],
        tierCount[tier] - highWater[tier],
        retired[tier],
        highWater[tier],
        promotions[tier],
        exhaustions[tier]);
  }

  /**
   * Answers the state of the whole pool.
   *
   * @return a snapshot; it allocates
   */
  public PoolReport report() {
    TierReport[] tiers = new TierReport[slotBytes.length];
    for (int t = 0; t < tiers.length; t++) {
      tiers[t] = report(t);
    }
    TierReport nodeReport =
        new TierReport(
            NodeRecords.BYTES,
            nodes.count,
            nodes.highWater() - nodes.listed() - nodes.retired(),
            nodes.listed(),
            nodes.count - nodes.highWater(),
            nodes.retired(),
            nodes.highWater(),
            0,
            0);
    return new PoolReport(
        List.of(tiers), nodeReport, tape.nodes.length, tape.nodes.length - tape.freeNodes());
  }

  /**
   * Proves the pool's invariants.
   *
   * @throws MemoryException if one does not hold
   */
  public void verify() {
    checkThread();
    accounts.verify();
    for (int tier = 0; tier < slotBytes.length; tier++) {
      int live = 0;
      int dead = 0;
      for (int i = 0; i < highWater[tier]; i++) {
        long word = meta[metaBase[tier] + i];
        if (word > 0) {
          live++;
        } else if ((word & ~FREE) == 0) {
          dead++;
        }
      }
      int free = 0;
      for (int i = freeHead[tier]; i != NONE && free <= tierCount[tier]; free++) {
        i = (int) meta[metaBase[tier] + i];
      }
      if (live + free + dead != highWater[tier] || free != listed[tier] || dead != retired[tier]) {
        throw new MemoryException(
            "tier "
                + slotBytes[tier]
                + " B: "
                + live
                + " live, "
                + free
                + " free, "
                + dead
                + " retired do not make "
                + highWater[tier]
                + " used ever");
      }
      int charged = accounts.usedInAll(Accounts.HOUSE, tier);
      if (charged != live) {
        throw new MemoryException(
            "tier " + slotBytes[tier] + " B: " + live + " live slots, but " + charged + " charged");
      }
    }
  }

  /** Closes the pool: all its handles are dead, and its memory can be collected. */
  @Override
  public void close() {
    if (!open) {
      return;
    }
    checkThread();
    open = false;
    thread = RELEASED;
    synchronized (IDS_IN_USE) {
      IDS_IN_USE.clear(id);
    }
  }
}
