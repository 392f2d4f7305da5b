package dev.lkjagent.memory;

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
  private @Nullable Scope firstChild;
  private @Nullable Scope nextSibling;
  private @Nullable Resident firstResident;
  private @Nullable Resident lastResident;

  Scope(MemoryPool pool, @Nullable Scope parent, int account, String name, Budget budget) {
    this.pool = pool;
    this.parent = parent;
    this.account = account;
    this.name = name;
    this.budget = budget;
  }

  /**
   * Opens a scope in this one.
   *
   * @param childName what reports call it
   * @param budget its limits and reservations
   * @return the scope
   * @throws PoolExhaustedException if its reservations can't be met or all scopes are open
   */
  public Scope open(String childName, Budget budget) {
    pool.checkThread();
    int child = pool.accounts.open(account(), budget, pool.slotBytes);
    if (child < 0) {
      Status status = Status.of(child);
      throw new PoolExhaustedException(
          status,
          status == Status.SCOPES_EXHAUSTED
              ? "scope \""
                  + childName
                  + "\" can't open: all "
                  + pool.spec().scopes()
                  + " scopes are open; raise PoolSpec.scopes"
              : "scope \""
                  + childName
                  + "\" can't open: \""
                  + name
                  + "\" can't spare what it wants to reserve");
    }
    Scope scope = new Scope(pool, this, child, childName, budget);
    scope.nextSibling = firstChild;
    firstChild = scope;
    return scope;
  }

  int account() {
    if (account < 0) {
      throw new MemoryException("scope \"" + name + "\" is closed");
    }
    return account;
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
      throw exhausted(Status.of(handle), bytes);
    }
    return handle;
  }

  PoolExhaustedException exhausted(Status status, int bytes) {
    int tier = pool.tierFor(bytes);
    String way;
    if (status == Status.TOO_LARGE) {
      way =
          bytes
              + " B are more than the largest tier's "
              + pool.slotBytes[pool.slotBytes.length - 1]
              + " B: add PoolSpec.tier for them";
    } else if (status == Status.BUDGET_EXCEEDED) {
      way =
          "the budget of scope \""
              + name
              + "\" or of one above it has no room for "
              + bytes
              + " B: raise it, or let the agent page";
    } else {
      TierReport report = pool.report(tier);
      way =
          "tier "
              + report.slotBytes()
              + " B exhausted ("
              + report.live()
              + " of "
              + report.count()
              + " slots used, "
              + bytes
              + " B asked by \""
              + name
              + "\"); raise PoolSpec.tier("
              + report.slotBytes()
              + ") or let the agent page";
    }
    return new PoolExhaustedException(status, way);
  }

  /** Returns all that was taken in this scope and below; scopes below are closed. */
  public void clear() {
    pool.checkThread();
    while (firstChild != null) {
      firstChild.close();
    }
    for (Resident at = firstResident; at != null; at = at.after) {
      at.evicted();
    }
    pool.reclaim(account());
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
    clear();
    while (firstResident != null) {
      dismiss(firstResident);
    }
    pool.accounts.close(account);
    account = -1;
    if (parent != null) {
      parent.forget(this);
    }
  }

  private void forget(Scope child) {
    if (firstChild == child) {
      firstChild = child.nextSibling;
      return;
    }
    Scope at = firstChild;
    while (at != null) {
      if (at.nextSibling == child) {
        at.nextSibling = child.nextSibling;
        return;
      }
      at = at.nextSibling;
    }
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
   * @param visitor gets every resident; it must not admit or dismiss one
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
