package dev.lkjagent.benchmarks;

/**
 * Counts the operations of a batch. Its volatile read keeps the compiler from moving what does not
 * change out of the loop, as JMH's own loops do.
 */
final class Turns {
  private volatile boolean ended;
  private long left;

  void begin(long operations) {
    left = operations;
  }

  /** Whether another operation is to be done. */
  boolean more() {
    return left-- > 0 && !ended;
  }

  /** Takes all that are left, for an operation that counts by itself. */
  long all() {
    long all = left;
    left = 0;
    return all;
  }
}
