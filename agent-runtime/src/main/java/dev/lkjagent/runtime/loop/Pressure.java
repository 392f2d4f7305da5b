package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.Scope;
import dev.lkjagent.runtime.memory.WorkingMemory;

/**
 * Says when an agent's memory is nearly full. How many slots a memory takes, and what others have
 * left of a pool, differs from pool to pool, so all that this answers is an input from outside: the
 * journal has it, and a replay answers what stands there.
 */
interface Pressure {
  /** What the journal calls a mark that was passed. */
  String MARK = "PRESSURE_MARK";

  /** The name in the journal of changes to memory for which there was no room. */
  String REFUSALS = "memory refused";

  /**
   * Whether more is in use than the mark.
   *
   * @param cycle asks, before its commit
   * @param paging whether the question is how far paging has to go: three quarters of the mark
   */
  boolean passed(Cycle cycle, boolean paging);

  /** Sees a memory before it is used. */
  default void prepare(WorkingMemory memory) {}

  /**
   * A share of what the agent may have: of the bytes of its budget, or if that has no limit, of the
   * pool, in which agents at rest are parked first.
   *
   * @param percent the mark; 0 for never
   */
  static Pressure at(int percent) {
    return (cycle, paging) -> percent > 0 && isOver(cycle, paging ? percent * 0.75 : percent);
  }

  private static boolean isOver(Cycle cycle, double percent) {
    long own = cycle.scope.limitBytes();
    long settled = cycle.mind.memory.settledBytes();
    if (own != Long.MAX_VALUE) {
      return settled > own * percent / 100;
    }
    Scope pool = cycle.worker.pool().root();
    long leaving = cycle.scope.usedBytes() - settled;
    double mark = cycle.worker.poolBytes() * percent / 100;
    boolean over = pool.usedBytes() - leaving > mark;
    while (over && cycle.parkAnother()) {
      over = pool.usedBytes() - leaving > mark;
    }
    return over;
  }
}
