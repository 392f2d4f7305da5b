package dev.lkjagent.memory;

import java.util.stream.LongStream;

/**
 * The seeds of random tests: {@code -Dlkjagent.seeds=N} asks for N of them, {@code
 * -Dlkjagent.seed=S} for one that is known.
 */
public final class Seeds {
  private Seeds() {}

  /** Answers the seeds to run: so many if nothing is asked for. */
  public static LongStream of(int usual) {
    Long one = Long.getLong("lkjagent.seed");
    return one != null
        ? LongStream.of(one)
        : LongStream.rangeClosed(1, Integer.getInteger("lkjagent.seeds", usual));
  }

  /** Answers how many operations each seed runs. */
  public static int operations() {
    return Integer.getInteger("lkjagent.operations", 1_000_000);
  }
}
