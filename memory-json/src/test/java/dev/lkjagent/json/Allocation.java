package dev.lkjagent.json;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts the bytes that the calling thread allocates on the heap. */
public final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /**
   * The bytes that an action allocates when all that it does has been done before: the first run
   * does it, the second also gives back what the first took. What the virtual machine itself
   * allocates now and then while it compiles does not recur, what the action allocates does; so of
   * some more runs the least counts.
   */
  public static long of(Runnable action) {
    action.run();
    action.run();
    THREADS.getCurrentThreadAllocatedBytes();
    long least = Long.MAX_VALUE;
    for (int run = 0; run < 8 && least > 0; run++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      action.run();
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
