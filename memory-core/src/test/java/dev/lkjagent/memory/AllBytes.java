package dev.lkjagent.memory;

import java.lang.management.ManagementFactory;

/** Measures what the current thread allocates on the Java heap. */
final class AllBytes {
  private static final com.sun.management.ThreadMXBean BEAN =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private AllBytes() {}

  /**
   * Runs something many times and answers the least that a round of runs allocated: what the
   * operation allocates shows in every round, what the JIT compiler does on the side in few.
   */
  static long leastOf(Runnable operation) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 30 && least > 0; round++) {
      long before = BEAN.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 400; i++) {
        operation.run();
      }
      least = Math.min(least, BEAN.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
