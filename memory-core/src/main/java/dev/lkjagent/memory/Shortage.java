package dev.lkjagent.memory;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What ran out, whose limit that was, and who asked for how much. A pool has one such object and
 * fills it anew each time, so its values are valid during the call that hands it out only.
 */
public final class Shortage {
  private final MemoryPool pool;
  private Status status = Status.OK;
  private int unit;
  private int account;
  private @Nullable Scope asker;
  private int asked;

  Shortage(MemoryPool pool) {
    this.pool = pool;
  }

  Shortage asked(@Nullable Scope scope, int count) {
    asker = scope;
    asked = count;
    return this;
  }

  Shortage met(Status why, int whichUnit, int refusingAccount) {
    status = why;
    unit = whichUnit;
    account = refusingAccount;
    return this;
  }

  /**
   * Answers what the request would answer.
   *
   * @return {@link Status#TIER_EXHAUSTED}, {@link Status#NODES_EXHAUSTED} or {@link
   *     Status#BUDGET_EXCEEDED}
   */
  public Status status() {
    return status;
  }

  /**
   * Answers which tier ran dry.
   *
   * @return the size of its slots, 0 if it was not a tier
   */
  public int slotBytes() {
    return unit < pool.slotBytes.length ? pool.slotBytes[unit] : 0;
  }

  /**
   * Answers who asked.
   *
   * @return the scope, null if it is just being opened
   */
  public @Nullable Scope asker() {
    return asker;
  }

  /**
   * Answers whose limit was met.
   *
   * @return a scope, null if it was the pool itself
   */
  public @Nullable Scope limitedBy() {
    return account == Accounts.HOUSE ? null : pool.scopeOf(account);
  }

  /**
   * Answers how much was asked.
   *
   * @return bytes of a slot, or nodes
   */
  public int asked() {
    return asked;
  }

  /**
   * Answers what ran out, in words.
   *
   * @return such as "slots of 4,096 B", "nodes", "document nodes" or "bytes"
   */
  public String what() {
    return what(pool, unit);
  }

  static String what(MemoryPool pool, int unit) {
    int tiers = pool.slotBytes.length;
    if (unit == Accounts.BYTES) {
      return "bytes";
    }
    return unit < tiers
        ? String.format(Locale.ROOT, "slots of %,d B", pool.slotBytes[unit])
        : unit == tiers ? "nodes" : "document nodes";
  }

  /**
   * Says which limit was met, by whom, and the way out; this allocates.
   *
   * @return a sentence
   */
  @Override
  public String toString() {
    return Refusal.describe(pool, account, unit, asker, asked);
  }
}
