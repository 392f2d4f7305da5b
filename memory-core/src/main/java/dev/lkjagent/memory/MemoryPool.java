package dev.lkjagent.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
 * {@link #claim()} hand it over. The hand-over orders memory: what the old owner wrote, the new one
 * sees. Only {@link #published()} may be called by any thread.
 */
public final class MemoryPool implements AutoCloseable {
  static final long FREE = 1L << 63;
  static final long LOW_HALF = 0xFFFFFFFFL;
  static final int NONE = -1;
  private static final long ONE_GENERATION = 1L << 32;
  private static final Thread RELEASED = new Thread("nobody: it was released");
  private static final Thread CLOSED = new Thread("nobody: it is closed");
  private static final VarHandle THREAD;

  static {
    try {
      THREAD = MethodHandles.lookup().findVarHandle(MemoryPool.class, "thread", Thread.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  final byte[] slab;
  final TapeBlocks tape;
  final NodeTable nodes;
  final NameTable names;
  final MemberIndex index;
  final Accounts accounts;
  final int[] slotBytes;
  final int[] tierOffset;
  final int[] metaBase;
  final int[] tierCount;
  final long[] meta;
  final int[] owner;
  final int[] freeHead;
  final int[] highWater;
  final int[] listed;
  final int[] retired;
  final long[] promotions;
  final long[] exhaustions;
  final @Nullable Watch watch;
  private final PoolSpec spec;
  private final PoolListener listener;
  private final int id;
  private final int tierShift;
  private final int indexMask;
  private final byte[] tierByBits;
  private final int[] credit;
  private final int units;
  private final int maxGeneration;
  private final int firstGeneration;
  private final @Nullable Scope[] scopes;
  final Transfer transfer;
  private final RawMemory raw;
  private final Scope root;
  private final PublishedReport published;
  private final Shortage announced;
  private final Shortage reclaimable;
  private boolean reclaiming;
  private int refusedAccount;
  int refusedUnit;
  private Thread thread;

  private MemoryPool(PoolSpec spec, PoolOptions options, int id) {
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
    exhaustions = new long[tiers + 2];
    tierByBits = tierByBits(spec.tiers());
    firstGeneration = PoolIds.firstGeneration(id);
    long generations = (1L << spec.generationBits()) - 1;
    maxGeneration = (int) Math.min(Integer.MAX_VALUE, firstGeneration + generations - 1);
    accounts = new Accounts(new Announcer(), spec.scopes() + 1, unitBytes, totals);
    credit = accounts.credit;
    units = accounts.units;
    tape = new TapeBlocks(this, tiers + 1, spec.documentNodes());
    nodes = new NodeTable(this, tiers, spec.nodes(), firstGeneration, maxGeneration);
    names = new NameTable(spec.names());
    index = new MemberIndex(spec.indexEntries());
    transfer = new Transfer(this);
    raw = new RawMemory(this);
    listener = options.listener;
    announced = new Shortage(this);
    reclaimable = new Shortage(this);
    scopes = new Scope[spec.scopes() + 1];
    Budget all = Budget.builder().bytes(spec.payloadBytes()).build();
    int account = accounts.open(Accounts.HOUSE, all, slotBytes);
    root = new Scope(this, null, account, "pool", all, options.exhaustion);
    scopes[account] = root;
    watch = Watch.wanted(options) ? new Watch(this, options) : null;
    published = new PublishedReport(this);
    published.publish();
  }

  static void describeTiers(Footprint.Sum sum, int tiers) {
    for (int i = 0; i < 8; i++) {
      sum.array(tiers, Integer.BYTES);
    }
    sum.array(tiers, Long.BYTES).array(tiers + 2L, Long.BYTES).array(33, 1);
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
    return open(spec, PoolOptions.DEFAULT);
  }

  /**
   * Reserves all memory of a spec. The calling thread owns the pool.
   *
   * @param spec what to reserve
   * @param options how the pool behaves
   * @return an open pool
   * @throws IllegalStateException if 255 pools are open already
   */
  public static MemoryPool open(PoolSpec spec, PoolOptions options) {
    int id = PoolIds.lease();
    try {
      return new MemoryPool(spec, options, id);
    } catch (Throwable failure) {
      PoolIds.giveBack(id, PoolIds.firstGeneration(id) - 1);
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

  /**
   * Gives the pool up, so that another thread can {@link #claim()} it. All that this thread wrote
   * is visible to the thread that claims.
   *
   * @throws MemoryException if the calling thread does not own the pool
   */
  public void release() {
    checkThread();
    published.publish();
    THREAD.setRelease(this, RELEASED);
  }

  /**
   * Takes the pool over for the calling thread.
   *
   * @throws MemoryException if its thread has not released it, or it is closed
   */
  public void claim() {
    Thread me = Thread.currentThread();
    if (thread == me) {
      return;
    }
    Thread was = (Thread) THREAD.compareAndExchangeAcquire(this, RELEASED, me);
    if (was == CLOSED) {
      throw new MemoryException("pool " + id + " is closed");
    }
    if (was != RELEASED) {
      throw new MemoryException(
          "pool "
              + id
              + " belongs to thread "
              + was.getName()
              + ", which has not released it: call release() there first");
    }
  }

  void checkThread() {
    // A plain read suffices: no thread but this one ever writes this thread into the field.
    if (Thread.currentThread() != thread) {
      throw wrongThread();
    }
  }

  private MemoryException wrongThread() {
    Thread owner = (Thread) THREAD.getAcquire(this);
    String who = Thread.currentThread().getName();
    if (owner == CLOSED) {
      return new MemoryException("pool " + id + " is closed");
    }
    return new MemoryException(
        owner == RELEASED
            ? "pool " + id + " was released and is used by " + who + ": claim() it first"
            : "pool "
                + id
                + " belongs to thread "
                + owner.getName()
                + " and is used by "
                + who
                + ": hand it over with release() and claim()");
  }

  /** Tells whether an operation is being interrupted by a reclaimer. */
  boolean isReclaiming() {
    return reclaiming;
  }

  boolean isOpen() {
    return thread != CLOSED;
  }

  @Nullable Scope scopeOf(int account) {
    return scopes[account];
  }

  void register(int account, @Nullable Scope scope) {
    scopes[account] = scope;
    published.publish();
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
    if (bytes < 0) {
      throw new IllegalArgumentException("a slot of " + bytes + " B was asked");
    }
    int tier = tierFor(bytes);
    if (tier == slotBytes.length) {
      return Status.TOO_LARGE.code();
    }
    if (watch != null && watch.refuses(tier)) {
      return Status.TIER_EXHAUSTED.code();
    }
    int cell = account * units + tier;
    int left = credit[cell] - 1;
    if (left < 0) {
      if (!buy(account, tier, 1, bytes)) {
        return takeElsewhere(account, tier, bytes);
      }
      left = credit[cell] - 1;
    }
    credit[cell] = left;
    return takeFrom(account, tier);
  }

  /** Takes a slot for a text of the account, and notes the text's length. */
  long takeText(int account, int length) {
    long handle = take(account, length);
    if (handle >= 0) {
      int slot = (int) handle & Handles.MAX_SLOTS;
      meta[metaBase[slot >>> tierShift] + (slot & indexMask)] |= length;
    }
    return handle;
  }

  /**
   * Takes slots for texts of the account that were freed before and are paid for already, and notes
   * the texts' lengths.
   *
   * @return how many of the first texts have a slot now; the next one needs more than that
   */
  int takeTexts(int account, int[] lengths, int from, int to, long[] handles) {
    checkThread();
    int done = from;
    while (watch == null && done < to) {
      int tier = tierFor(lengths[done]);
      if (tier == slotBytes.length) {
        break;
      }
      int before = done;
      int longest = slotBytes[tier];
      int shortest = tier == 0 ? 0 : slotBytes[tier - 1] + 1;
      int cell = account * units + tier;
      int base = metaBase[tier];
      long bits = (long) id << Handles.SLOT_BITS | (long) tier << tierShift;
      int end = Math.min(to, done + Math.max(0, credit[cell]));
      int index = freeHead[tier];
      while (done < end && index != NONE) {
        int length = lengths[done];
        if (length < shortest || length > longest) {
          break;
        }
        int row = base + index;
        long word = meta[row];
        long generation = word & ~(FREE | LOW_HALF);
        meta[row] = generation | length;
        owner[row] = account;
        handles[done++] = generation | bits | index;
        index = (int) word;
      }
      if (done == before) {
        break;
      }
      freeHead[tier] = index;
      listed[tier] -= done - before;
      credit[cell] -= done - before;
    }
    return done;
  }

  /** Buys credit, and remembers who asked for what in case that it is refused. */
  boolean buy(int account, int unit, int missing, int asked) {
    announced.asked(scopes[account], asked);
    return accounts.buy(account, unit, missing);
  }

  private long takeElsewhere(int account, int dry, int bytes) {
    exhaustions[dry]++;
    int refuser = accounts.refusedBy();
    int unit = accounts.refusedForBytes() ? Accounts.BYTES : dry;
    if (takeAfterReclaim(account, dry, 1, bytes)) {
      return takeFrom(account, dry);
    }
    if (scope(account).exhaustion().spills) {
      for (int tier = dry + 1; tier < slotBytes.length; tier++) {
        if (accounts.take(account, tier, 1)) {
          return takeFrom(account, tier);
        }
      }
    }
    noteRefusal(refuser, unit);
    return statusOf(refuser, dry).code();
  }

  private Scope scope(int account) {
    Scope scope = scopes[account];
    if (scope == null) {
      throw new MemoryException(
          "a scope was closed by its reclaimer while a request in it was being served");
    }
    return scope;
  }

  void noteRefusal(int account, int unit) {
    refusedAccount = account;
    refusedUnit = unit;
  }

  private Status statusOf(int refuser, int unit) {
    if (refuser != Accounts.HOUSE) {
      return Status.BUDGET_EXCEEDED;
    }
    return unit < slotBytes.length ? Status.TIER_EXHAUSTED : Status.NODES_EXHAUSTED;
  }

  /**
   * Answers the status of a request for nodes that was refused; before that, lets the scope's
   * reclaimer try. {@link Status#OK} means that they were taken.
   */
  Status takeNodesAfterReclaim(int account, int unit, int count) {
    exhaustions[unit]++;
    int refuser = accounts.refusedBy();
    if (takeAfterReclaim(account, unit, count, count)) {
      return Status.OK;
    }
    noteRefusal(refuser, unit);
    return statusOf(refuser, unit);
  }

  /**
   * Answers the status of a request for adjoining nodes where enough are free but they do not
   * adjoin; to the listener and the reclaimer that is as if there were none. {@link Status#OK}
   * means that they were paid for.
   */
  Status payAfterReclaim(int account, int unit, int count) {
    announced.asked(scopes[account], count);
    accounts.refuse(Accounts.HOUSE, unit);
    return takeNodesAfterReclaim(account, unit, count);
  }

  private boolean takeAfterReclaim(int account, int unit, int count, int asked) {
    Scope scope = scope(account);
    Reclaimer reclaimer = scope.exhaustion().reclaimer;
    if (reclaimer == null || reclaiming) {
      return false;
    }
    while (true) {
      long before = liveWeight();
      int refuser = accounts.refusedBy();
      reclaimable
          .asked(scope, asked)
          .met(
              statusOf(refuser, unit), accounts.refusedForBytes() ? Accounts.BYTES : unit, refuser);
      reclaiming = true;
      boolean again;
      try {
        again = reclaimer.reclaim(reclaimable);
      } finally {
        reclaiming = false;
      }
      checkThread();
      if (scope(account) != scope) {
        throw new MemoryException("scope \"" + scope.name() + "\" was closed by its reclaimer");
      }
      if (!again) {
        return false;
      }
      if (accounts.take(account, unit, count)) {
        return true;
      }
      if (liveWeight() >= before) {
        return false;
      }
    }
  }

  /** Answers a number that falls when something is freed and rises when something is taken. */
  private long liveWeight() {
    long weight = (long) tape.nodes.length - tape.freeNodes();
    weight += (long) nodes.live() * NodeRecords.BYTES;
    for (int t = 0; t < slotBytes.length; t++) {
      weight += (long) (highWater[t] - listed[t] - retired[t]) * slotBytes[t];
    }
    return weight;
  }

  /** Passes on which accounts refuse and which have room again. */
  private final class Announcer implements Accounts.Watcher {
    @Override
    public void refused(int account, int unit) {
      published.publish();
      Shortage shortage = describe(account, unit);
      listener.exhausted(shortage);
      if (FlightEvents.on()) {
        Scope limited = scopes[account];
        FlightEvents.exhausted(
            id, shortage.what(), limited == null ? "pool" : limited.path(), shortage.toString());
      }
    }

    @Override
    public void recovered(int account, int unit) {
      listener.recovered(describe(account, unit));
    }

    private Shortage describe(int account, int unit) {
      return announced.met(
          account == Accounts.HOUSE ? statusOf(account, unit) : Status.BUDGET_EXCEEDED,
          unit,
          account);
    }
  }

  int openAccount(int under, Budget budget) {
    announced.asked(null, 0);
    int account = accounts.open(under, budget, slotBytes);
    if (account == Status.BUDGET_EXCEEDED.code()) {
      noteRefusal(
          accounts.refusedBy(),
          accounts.refusedForBytes() ? Accounts.BYTES : accounts.refusedUnit());
    }
    return account;
  }

  String lastRefusal(@Nullable Scope asker, int asked) {
    return Refusal.describe(this, refusedAccount, refusedUnit, asker, asked);
  }

  PoolExhaustedException exhausted(Status status, Scope scope, int asked) {
    return new PoolExhaustedException(
        status,
        status == Status.TOO_LARGE
            ? Refusal.tooLarge(this, scope, asked)
            : Refusal.describe(this, refusedAccount, refusedUnit, scope, asked));
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
    long handle = word | (long) id << Handles.SLOT_BITS | (long) tier << tierShift | index;
    if (watch != null) {
      watch.taken(handle, tier, index);
    }
    return handle;
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

  int firstGeneration() {
    return firstGeneration;
  }

  int slotNumber(int tier, int index) {
    return tier << tierShift | index;
  }

  int indexOf(long handle) {
    return (int) handle & indexMask;
  }

  boolean isLive(long handle) {
    return handle > 0
        && Handles.pool(handle) == id
        && isLiveSlot(Handles.slot(handle))
        && handleOf(Handles.slot(handle)) == handle;
  }

  boolean isLiveSlot(int slot) {
    int tier = slot >>> tierShift;
    int index = slot & indexMask;
    return tier < slotBytes.length && index < tierCount[tier] && meta[metaBase[tier] + index] > 0;
  }

  long handleOf(int slot) {
    long word = meta[metaBase[slot >>> tierShift] + (slot & indexMask)];
    return word & ~LOW_HALF | (long) id << Handles.SLOT_BITS | slot;
  }

  int tierOfHandle(long handle) {
    return ((int) handle & Handles.MAX_SLOTS) >>> tierShift;
  }

  int rowOf(long handle) {
    int slot = (int) handle & Handles.MAX_SLOTS;
    return metaBase[slot >>> tierShift] + (slot & indexMask);
  }

  /** Answers where a live handle's slot begins. */
  int offsetOfLive(long handle) {
    check(handle);
    return offsetOfChecked(handle);
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
    if (watch != null) {
      watch.freed(tier, index);
    }
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
    if (watch != null) {
      watch.proveSlots();
    }
  }

  /**
   * Returns the slots of the texts of adjacent nodes, the last first.
   *
   * @param account who is thought to have paid for them
   */
  void freeTexts(int account, int first, int end) {
    checkThread();
    byte[] records = nodes.records;
    int tier = 0;
    int freed = 0;
    for (int node = end - 1; node >= first; node--) {
      int at = node * NodeRecords.BYTES;
      int head = (int) NodeRecords.INT.get(records, at + NodeRecords.HEAD);
      if ((head >>> 8 & 0xFF) != NodeRecords.SLOT_TEXT) {
        continue;
      }
      long handle = (long) NodeRecords.LONG.get(records, at + NodeRecords.PAYLOAD);
      int row = check(handle);
      int index = indexOf(handle);
      boolean alone =
          watch != null || owner[row] != account || (int) (handle >>> 32) == maxGeneration;
      if (alone || tier != tierOfHandle(handle)) {
        giveBack(account, tier, freed);
        tier = tierOfHandle(handle);
        freed = 0;
      }
      if (alone) {
        freeRow(row, tier, index);
        continue;
      }
      meta[row] = (handle & ~LOW_HALF) + ONE_GENERATION | FREE | freeHead[tier] & LOW_HALF;
      freeHead[tier] = index;
      freed++;
    }
    giveBack(account, tier, freed);
  }

  /** Gives slots back to their account that are in the free list already. */
  private void giveBack(int account, int tier, int count) {
    if (count > 0) {
      listed[tier] += count;
      accounts.giveBack(account, tier, count);
    }
  }

  /**
   * Makes another scope pay for a slot. Nothing is copied, and the handle stays valid.
   *
   * @param handle a live handle
   * @param to who pays from now on
   * @return {@link Status#OK}, or why the other scope can't have it; nothing has changed then
   * @throws StaleHandleException if the handle is not live
   */
  public Status tryTransfer(long handle, Scope to) {
    int row = check(handle);
    Status status = transfer(owner[row], to, tierOfHandle(handle), 1);
    if (status == Status.OK) {
      owner[row] = to.account();
    }
    return status;
  }

  Status transfer(int from, Scope to, int unit, int count) {
    checkPool(to);
    int account = to.account();
    if (from == account) {
      return Status.OK;
    }
    accounts.giveBack(from, unit, count);
    Status status = charge(account, unit, count);
    if (status != Status.OK) {
      accounts.takeBack(from, unit, count);
    }
    return status;
  }

  /** Charges an account for what another one was credited; asks no reclaimer. */
  Status charge(int account, int unit, int count) {
    if (watch != null && watch.refuses(unit)) {
      return statusOf(Accounts.HOUSE, unit);
    }
    announced.asked(scopes[account], unit < slotBytes.length ? slotBytes[unit] : count);
    if (accounts.take(account, unit, count)) {
      return Status.OK;
    }
    int refuser = accounts.refusedBy();
    noteRefusal(refuser, accounts.refusedForBytes() ? Accounts.BYTES : unit);
    return statusOf(refuser, unit);
  }

  private void checkPool(Scope scope) {
    if (scope.pool() != this) {
      throw new MemoryException(
          "scope \""
              + scope.path()
              + "\" belongs to pool "
              + scope.pool().id()
              + ", not to pool "
              + id);
    }
  }

  /** Answers the account of a scope that can be made to pay for an object of this pool. */
  int checkPayer(Scope scope) {
    checkThread();
    checkPool(scope);
    if (reclaiming) {
      throw new MemoryException(
          "a reclaimer can't make another scope pay for a text or a tree, which may be what the"
              + " interrupted operation works on: free something, or transfer before or after");
    }
    return scope.account();
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
  void countPromotion(long from, long to) {
    promotions[tierOfHandle(from)]++;
    if (FlightEvents.on()) {
      FlightEvents.promoted(id, slotBytes[tierOfHandle(from)], slotBytes[tierOfHandle(to)]);
    }
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
    return TierReport.of(
        slotBytes[tier],
        tierCount[tier],
        highWater[tier],
        listed[tier],
        retired[tier],
        promotions[tier],
        exhaustions[tier]);
  }

  /**
   * Answers the state of the whole pool; by the pool's thread.
   *
   * @return a snapshot; it allocates
   */
  public PoolReport report() {
    if (isOpen()) {
      checkThread();
      published.publish();
    }
    return published.read();
  }

  /** Makes the pool's figures as they are now visible to {@link #published()}. */
  public void publish() {
    checkThread();
    published.publish();
  }

  /**
   * Answers the pool's figures as they were last published: by {@link #publish()}, when a scope was
   * opened or closed, when something ran out, and when the pool was released or closed. Any thread
   * may call this; the figures are of one moment, and the owner does not wait.
   *
   * @return a snapshot; it allocates
   */
  public PoolReport published() {
    return published.read();
  }

  /**
   * Answers what is in use, and by which scope; this reads all metadata and allocates.
   *
   * @return every slot and node that is in use
   */
  public LeakReport leaks() {
    checkThread();
    return new LeakSearch(this).report();
  }

  /**
   * Proves the pool's invariants: per tier live, listed, never used and retired slots make up its
   * count, and free lists hold each free slot once; nodes are linked both ways and reached once;
   * blocks of document nodes neither overlap nor get lost; names are counted right; every account
   * has what its slots and nodes cost, and the children's charges fit the parent's; the index of
   * wide objects has their members and nothing else. This reads everything and allocates.
   *
   * @throws MemoryException if one does not hold
   */
  public void verify() {
    checkThread();
    new Invariants(this).prove();
  }

  /**
   * Closes the pool: all its handles are dead, its trees are empty, and its memory can be
   * collected. The listener hears what had not been returned. Closing again does nothing.
   */
  @Override
  public void close() {
    if (isOpen()) {
      closeAndReport();
    }
  }

  /**
   * Closes the pool and answers what had not been returned.
   *
   * @return the leaks; its {@code clean()} is true if there are none
   */
  public LeakReport closeAndReport() {
    checkThread();
    published.publish();
    LeakReport report = new LeakSearch(this).report();
    int highest = Math.max(highestGeneration(), nodes.highestGeneration());
    for (Scope scope = root; scope != null; scope = scope.following()) {
      scope.dismissAll();
    }
    THREAD.setRelease(this, CLOSED);
    PoolIds.giveBack(id, highest);
    if (FlightEvents.on()) {
      report.leaks().forEach(leak -> FlightEvents.leaked(id, leak));
    }
    listener.closed(report);
    return report;
  }

  private int highestGeneration() {
    int highest = firstGeneration - 1;
    for (int tier = 0; tier < slotBytes.length; tier++) {
      if (retired[tier] > 0) {
        return maxGeneration;
      }
      for (int i = 0; i < highWater[tier]; i++) {
        highest = Math.max(highest, (int) (meta[metaBase[tier] + i] >>> 32) & Integer.MAX_VALUE);
      }
    }
    return highest;
  }
}
