package dev.lkjagent.memory;

import org.jspecify.annotations.Nullable;

/**
 * Something that holds memory of a scope and must be told when the scope takes it back.
 *
 * <p>A resident is admitted when it is created and stays until it leaves or its scope closes. When
 * the scope is cleared, {@link #evicted} tells the resident that nothing it held exists any more.
 */
public abstract class Resident {
  private final Scope scope;
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

  /** Asks the scope to tell when it takes its memory back; a second time does nothing. */
  protected final void enter() {
    if (!admitted) {
      scope.admit(this);
    }
  }

  /** Ends what {@link #enter} began. */
  protected final void leave() {
    if (admitted) {
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
