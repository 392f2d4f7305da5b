package dev.lkjagent.benchmarks;

import org.openjdk.jmh.infra.Blackhole;

/**
 * Somebody who takes part in a contest.
 *
 * @param id class, method and parameter of the benchmark that it does, joined by dots
 * @param batch does as many operations as it is told to, in a loop of its own
 * @param threads which threads besides the calling one do the work: what their names begin with
 */
record Contestant(String id, Batch batch, String threads) {
  /** No other thread. */
  static final String NONE = "";

  /** A loop over one operation; each contestant has its own, so that each is compiled by itself. */
  @FunctionalInterface
  interface Batch {
    /**
     * Runs.
     *
     * @param turns says how often
     * @param hole takes what comes of it
     * @throws Throwable whatever the operation throws; it ends the contest
     */
    void run(Turns turns, Blackhole hole) throws Throwable;
  }

  Contestant(String id, Batch batch) {
    this(id, batch, NONE);
  }
}
