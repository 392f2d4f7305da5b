package dev.lkjagent.memory;

import org.jspecify.annotations.Nullable;

/**
 * Something that holds memory of a scope and must be told when the scope takes it back.
 *
 * <p>A resident is admitted when it takes memory first and stays until it leaves, moves to another
 * scope, or its scope closes. When the scope is cleared, {@link #evicted} tells the resident that
 * nothing it held exists any more.
 */
public abstract class Resident {
  private Scope scope;
  @Nullable Resident before;
  @Nullable Resident after;
  boolean admitted;

  /**
   * Creates a resident that is not admitted yet.
   *
   * @param scope who pays for what it holds
   */
  protected Resident(Scope scope) {
    this.scope = scope;
  }

  /**
   * Answers who pays for what the resident holds.
   *
   * @return the scope
   */
  public final Scope scope() {
    return scope;
  }

  /**
   * Makes another scope pay for all that the resident holds, and for what it takes from now on: for
   * everything, or for nothing. Nothing is copied, and handles stay valid. When the scope that has
   * paid so far closes, the resident is left alone.
   *
   * @param to who pays from now on
   * @return {@link Status#OK}, or why the other scope can't have it; nothing has changed then
   * @throws MemoryException if the scope is closed or in another pool, or a reclaimer is running
   */
  public Status tryTransfer(Scope to) {
    MemoryPool pool = scope.pool();
    Status status = pool.transfer.of(this, to);
    if (status == Status.OK) {
      if (admitted) {
        scope.dismiss(this);
        to.admit(this);
      }
      scope = to;
    }
    pool.raw().edited();
    return status;
  }

  /**
   * Names everything that the resident holds, in the same order each time.
   *
   * @param transfer hears of every slot, node and block
   */
  protected abstract void holdings(Transfer transfer);

  /** Asks the scope to tell when it takes its memory back; a second time does nothing. */
  protected final void enter() {
    if (!admitted) {
      scope.pool().checkThread();
      scope.admit(this);
    }
  }

  /** Ends what {@link #enter} began. */
  protected final void leave() {
    if (admitted) {
      scope.pool().checkThread();
      scope.dismiss(this);
    }
  }

  /**
   * Answers what is wrong with what the resident holds, for {@link MemoryPool#verify()}.
   *
   * @return a claim that does not hold, null if all do
   */
  protected @Nullable String flaw() {
    return null;
  }

  /** Forgets all handles: the scope has freed what they named. */
  protected abstract void evicted();
}
