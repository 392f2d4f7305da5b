package dev.lkjagent.benchmarks.fresh;

import com.sun.management.ThreadMXBean;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import java.lang.management.ManagementFactory;

/**
 * Opens the default pool in a fresh virtual machine, or makes one array of as many bytes; prints
 * the CPU time in ns.
 */
public final class FirstPool {
  private FirstPool() {}

  /**
   * Measures.
   *
   * @param args {@code ours}, or {@code array} for {@code new byte[]}
   */
  public static void main(String[] args) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long begun = threads.getCurrentThreadCpuTime();
    Object memory =
        switch (args[0]) {
          case "ours" -> MemoryPool.open(PoolSpec.DEFAULT);
          case "array" -> new byte[Math.toIntExact(PoolSpec.DEFAULT.footprint().totalBytes())];
          default -> throw new IllegalArgumentException("nobody is called " + args[0]);
        };
    long taken = threads.getCurrentThreadCpuTime() - begun;
    if (memory.hashCode() == 0) {
      System.out.println("what was made is kept until here");
    }
    System.out.println(taken);
  }
}
