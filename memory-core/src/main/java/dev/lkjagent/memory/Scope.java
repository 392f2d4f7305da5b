package dev.lkjagent.memory;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An account from which slots and nodes are taken, with a budget of its own and a guaranteed way
 * back.
 *
 * <p>Scopes form a tree: what a scope takes counts against every scope above it. Closing a scope,
 * or {@link #clear clearing} it, returns all that was taken in it and in the scopes below; if
 * nothing is left, that costs next to nothing. A scope belongs to its pool's thread.
 */
public final class Scope implements AutoCloseable {
  private final MemoryPool pool;
  private final @Nullable Scope parent;
  private final String name;
  private final Budget budget;
  private int account;
  private @Nullable ExhaustionPolicy policy;
  private @Nullable Scope firstChild;
  private @Nullable Scope nextSibling;
  private @Nullable Scope previousSibling;
  private @Nullable Resident firstResident;
  private @Nullable Resident lastResident;

  Scope(
      MemoryPool pool,
      @Nullable Scope parent,
      int account,
      String name,
      Budget budget,
      @Nullable ExhaustionPolicy policy) {
    this.pool = pool;
    this.parent = parent;
    this.account = account;
    this.name = name;
    this.budget = budget;
    this.policy = policy;
  }

  /**
   * Opens a scope in this one.
   *
   * @param childName what reports call it
   * @param budget its limits and reservations
   * @return the scope
   * @throws PoolExhaustedException if its reservations can't be met or all scopes are open
   * @throws IllegalArgumentException if the budget names a tier that the pool does not have
   */
  public Scope open(String childName, Budget budget) {
    pool.checkThread();
    int unknown = budget.unknownTier(pool.slotBytes);
    if (unknown != 0) {
      throw new IllegalArgumentException(
          "the budget of scope \""
              + childName
              + "\" names a tier of "
              + unknown
              + " B; the pool's tiers have "
              + Arrays.toString(pool.slotBytes)
              + " B");
    }
    int child = pool.openAccount(account(), budget);
    if (child < 0) {
      throw cannotOpen(Status.of(child), childName, budget);
    }
    Scope scope = new Scope(pool, this, child, childName, budget, null);
    scope.nextSibling = firstChild;
    if (firstChild != null) {
      firstChild.previousSibling = scope;
    }
    firstChild = scope;
    pool.register(child, scope);
    return scope;
  }

  private PoolExhaustedException cannotOpen(Status status, String childName, Budget budget) {
    return new PoolExhaustedException(
        status,
        status == Status.SCOPES_EXHAUSTED
            ? "scope \""
                + childName
                + "\" can't open: all "
                + pool.spec().scopes()
                + " scopes are open; raise PoolSpec.scopes"
            : "scope \""
                + childName
                + "\" can't open, because \""
                + path()
                + "\" can't spare "
                + Refusal.reservation(pool, pool.refusedUnit, budget)
                + " that it is to reserve: "
                + pool.lastRefusal(null, 0));
  }

  int account() {
    if (account < 0) {
      throw new MemoryException("scope \"" + name + "\" is closed: open a new one");
    }
    return account;
  }

  /**
   * Sets what happens when a request in this scope, or in those below that have no policy of their
   * own, can't be served.
   *
   * @param newPolicy the policy, null for the parent's
   * @return this
   */
  public Scope onExhaustion(@Nullable ExhaustionPolicy newPolicy) {
    pool.checkThread();
    policy = newPolicy;
    return this;
  }

  ExhaustionPolicy exhaustion() {
    Scope at = this;
    while (at.policy == null && at.parent != null) {
      at = at.parent;
    }
    return at.policy == null ? ExhaustionPolicy.SPILL : at.policy;
  }

  /**
   * Takes a slot.
   *
   * @param bytes how many bytes must fit
   * @return a handle, or the code of {@link Status#TIER_EXHAUSTED}, {@link Status#BUDGET_EXCEEDED}
   *     or {@link Status#TOO_LARGE}
   */
  public long tryAllocate(int bytes) {
    return pool.take(account(), bytes);
  }

  /**
   * Takes a slot.
   *
   * @param bytes how many bytes must fit
   * @return a handle
   * @throws PoolExhaustedException if there is none, with the limit that was met and the way out
   */
  public long allocate(int bytes) {
    long handle = tryAllocate(bytes);
    if (handle < 0) {
      throw pool.exhausted(Status.of(handle), this, bytes);
    }
    return handle;
  }

  /** Returns all that was taken in this scope and below; scopes below are closed. */
  public void clear() {
    pool.checkThread();
    while (firstChild != null) {
      firstChild.close();
    }
    evictAll();
    pool.reclaim(account());
  }

  private void evictAll() {
    for (Resident at = firstResident; at != null; at = at.after) {
      at.evicted();
    }
  }

  /** Empties what lives in this scope, scopes below not included, and forgets it. */
  void dismissAll() {
    evictAll();
    while (firstResident != null) {
      dismiss(firstResident);
    }
  }

  void admit(Resident resident) {
    account();
    resident.admitted = true;
    resident.before = lastResident;
    resident.after = null;
    if (lastResident == null) {
      firstResident = resident;
    } else {
      lastResident.after = resident;
    }
    lastResident = resident;
  }

  void dismiss(Resident resident) {
    resident.admitted = false;
    if (resident.before == null) {
      firstResident = resident.after;
    } else {
      resident.before.after = resident.after;
    }
    if (resident.after == null) {
      lastResident = resident.before;
    } else {
      resident.after.before = resident.before;
    }
    resident.before = null;
    resident.after = null;
  }

  /**
   * Returns all that was taken in this scope and below, and closes it. Closing again does nothing.
   */
  @Override
  public void close() {
    if (account < 0) {
      return;
    }
    if (parent == null) {
      pool.close();
      return;
    }
    clear();
    dismissAll();
    int closed = account;
    account = -1;
    pool.accounts.close(closed);
    unlink();
    pool.register(closed, null);
  }

  private void unlink() {
    if (previousSibling != null) {
      previousSibling.nextSibling = nextSibling;
    } else if (parent != null) {
      parent.firstChild = nextSibling;
    }
    if (nextSibling != null) {
      nextSibling.previousSibling = previousSibling;
    }
    nextSibling = null;
    previousSibling = null;
  }

  /** Answers the next scope of the pool: first the children, then the siblings. */
  @Nullable Scope following() {
    if (firstChild != null) {
      return firstChild;
    }
    Scope at = this;
    while (at != null && at.nextSibling == null) {
      at = at.parent;
    }
    return at == null ? null : at.nextSibling;
  }

  boolean contains(Scope other) {
    Scope at = other;
    while (at != null && at != this) {
      at = at.parent;
    }
    return at == this;
  }

  /**
   * Answers what is in use by this scope and those below; this reads all metadata and allocates.
   *
   * @return every slot and node that {@link #clear()} would return
   */
  public LeakReport leaks() {
    pool.checkThread();
    account();
    return new LeakSearch(pool).reportOf(this);
  }

  /**
   * Closes the scope and answers what it had to take back; this reads all metadata and allocates.
   *
   * @return what was in use
   */
  public LeakReport closeAndReport() {
    LeakReport report = leaks();
    close();
    return report;
  }

  /**
   * Answers the pool that the scope is part of.
   *
   * @return the pool
   */
  public MemoryPool pool() {
    return pool;
  }

  /**
   * Answers what reports call the scope.
   *
   * @return the name given when it was opened
   */
  public String name() {
    return name;
  }

  /**
   * Answers the names of all scopes from the pool's root to this one; this allocates.
   *
   * @return such as "pool/host/librarian"
   */
  public String path() {
    return parent == null ? name : parent.path() + "/" + name;
  }

  /**
   * Tells whether the scope can be used.
   *
   * @return false after it was closed
   */
  public boolean isOpen() {
    return account >= 0 && pool.isOpen();
  }

  /**
   * Answers how many bytes the scope and those below may still take, unused credit and reservations
   * of others not counted. A measure of pressure, not a promise: a tier may be empty.
   *
   * @return bytes, each slot with its whole size
   */
  public long freeBytes() {
    long free = Long.MAX_VALUE;
    for (Scope at = this; at != null; at = at.parent) {
      free = Math.min(free, at.limitBytes() - at.usedBytes());
    }
    return free;
  }

  /**
   * Answers the limit of the scope's bytes.
   *
   * @return bytes, {@link Long#MAX_VALUE} if it has none of its own
   */
  public long limitBytes() {
    return pool.accounts.bytesLimit(account());
  }

  /**
   * Answers the bytes of all slots in use by this scope and those below it.
   *
   * @return bytes, each slot with its whole size
   */
  public long usedBytes() {
    long sum = 0;
    for (int t = 0; t < pool.slotBytes.length; t++) {
      sum += (long) pool.accounts.usedInAll(account(), t) * pool.slotBytes[t];
    }
    return sum;
  }

  /**
   * Answers the nodes in use by this scope and those below it.
   *
   * @return nodes of editable trees
   */
  public int usedNodes() {
    return pool.accounts.usedInAll(account(), pool.slotBytes.length);
  }

  /**
   * Answers the document nodes in use by this scope and those below it.
   *
   * @return nodes of documents
   */
  public int usedDocumentNodes() {
    return pool.accounts.usedInAll(account(), pool.slotBytes.length + 1);
  }

  /**
   * Visits what lives in this scope, scopes below not included, in the order of admission.
   *
   * @param visitor gets every resident; it must not admit, dismiss or transfer one
   */
  public void forEachResident(Consumer<? super Resident> visitor) {
    for (Resident at = firstResident; at != null; at = at.after) {
      visitor.accept(at);
    }
  }

  /**
   * Visits the scopes that are open right below this one, the youngest first.
   *
   * @param visitor gets every scope; it must not open or close one
   */
  public void forEachChild(Consumer<? super Scope> visitor) {
    for (Scope at = firstChild; at != null; at = at.nextSibling) {
      visitor.accept(at);
    }
  }

  /**
   * Answers what the scope was given when it opened.
   *
   * @return its limits and reservations
   */
  public Budget budget() {
    return budget;
  }

  @Override
  public String toString() {
    return "Scope[" + name + (account < 0 ? ", closed]" : "]");
  }
}
