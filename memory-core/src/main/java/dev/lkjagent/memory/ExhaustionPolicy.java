package dev.lkjagent.memory;

import org.jspecify.annotations.Nullable;

/** What a scope does with a request that its tier or its budget can't serve. Immutable. */
public final class ExhaustionPolicy {
  /** The request fails. */
  public static final ExhaustionPolicy FAIL = new ExhaustionPolicy(null, false);

  /** The next larger tier that has room serves the request; if none has, it fails. */
  public static final ExhaustionPolicy SPILL = new ExhaustionPolicy(null, true);

  final @Nullable Reclaimer reclaimer;
  final boolean spills;

  private ExhaustionPolicy(@Nullable Reclaimer reclaimer, boolean spills) {
    this.reclaimer = reclaimer;
    this.spills = spills;
  }

  /**
   * A callback may free something, and the request is tried again, until it is served or the
   * callback gives up; then it fails.
   *
   * @param reclaimer the callback
   * @return the policy
   */
  public static ExhaustionPolicy reclaim(Reclaimer reclaimer) {
    return new ExhaustionPolicy(reclaimer, false);
  }

  /**
   * Before a request fails, a larger tier is tried.
   *
   * @return this policy with spilling
   */
  public ExhaustionPolicy orSpill() {
    return new ExhaustionPolicy(reclaimer, true);
  }

  @Override
  public String toString() {
    return (reclaimer == null ? "" : "reclaim, then ") + (spills ? "spill, then fail" : "fail");
  }
}
