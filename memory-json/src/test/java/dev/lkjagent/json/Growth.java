package dev.lkjagent.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.IntConsumer;

/** Proves that work grows with the size of what is worked on, and not with its square. */
public final class Growth {
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final int FACTOR = 4;

  /** Work in proportion to the size takes 4 times as long, work in proportion to its square 16. */
  private static final double MOST = 9;

  private static final int ATTEMPTS = 8;

  private Growth() {}

  /** Compares the time for a size with the time for four times that size. */
  public static void isLinear(String name, int size, IntConsumer work) {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < ATTEMPTS && least > MOST; i++) {
      // The least that either ever took: what disturbs a measurement only adds to it.
      least = (double) nanos(work, FACTOR * size) / Math.max(1, nanos(work, size));
    }
    assertThat(least).as("%s, four times as large", name).isLessThan(MOST);
  }

  private static long nanos(IntConsumer work, int size) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long before = CLOCK.getCurrentThreadCpuTime();
      work.accept(size);
      least = Math.min(least, CLOCK.getCurrentThreadCpuTime() - before);
    }
    return least;
  }
}
