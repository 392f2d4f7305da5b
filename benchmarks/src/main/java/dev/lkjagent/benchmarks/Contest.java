package dev.lkjagent.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

/**
 * All contestants of a group in one virtual machine, ours and the peers and all their documents,
 * taking turns: in a round each does one batch of about a millisecond, or one operation if that
 * takes longer. In the rounds to warm up each gets the same CPU time, at least a second in a
 * hundred rounds: the compiler's help comes late to frameworks. What the machine does besides hits
 * all alike, and nobody sees one document only.
 *
 * <p>Of each batch the CPU time of the threads that do the work is taken (not the collector's,
 * which favours those who allocate), and the bytes that they allocate.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class Contest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long BATCH_NANOS = 1_000_000;

  /** A batch of work that other threads do, which have to be woken. */
  private static final long LONG_BATCH_NANOS = 10_000_000;

  /** What the last round measured; the profiler reads it between two rounds. */
  static final List<Entry> LAST = new ArrayList<>();

  /** Which contestants. */
  @Param("json.read")
  public String group = "json.read";

  private final Turns turns = new Turns();
  private Group contestants;

  /** One contestant's state from round to round. */
  static final class Entry {
    final Contestant contestant;
    final long[] threads;
    long operations = 1;
    private long earned;
    private long spent;
    double cpuNanos = LONG_BATCH_NANOS;
    double wallNanos;
    double bytes;

    Entry(Contestant contestant) {
      this.contestant = contestant;
      this.threads = threads(contestant.threads());
    }

    private static long[] threads(String prefix) {
      if (prefix.isEmpty()) {
        return new long[0];
      }
      return Thread.getAllStackTraces().keySet().stream()
          .filter(t -> t.getName().startsWith(prefix))
          .mapToLong(Thread::getId)
          .toArray();
    }

    private long cpu() {
      long sum = THREADS.getCurrentThreadCpuTime();
      for (long thread : threads) {
        sum += THREADS.getThreadCpuTime(thread);
      }
      return sum;
    }

    private long allocated() {
      long sum = THREADS.getCurrentThreadAllocatedBytes();
      for (long thread : threads) {
        sum += THREADS.getThreadAllocatedBytes(thread);
      }
      return sum;
    }

    /** Does a batch of its share of the time to warm up, unless it had more than that already. */
    void warmUp(Turns turns, Blackhole hole, long share) throws Throwable {
      earned += share;
      if (spent < earned) {
        run(turns, hole, share);
        spent += (long) (cpuNanos * operations);
      }
    }

    void run(Turns turns, Blackhole hole) throws Throwable {
      run(turns, hole, threads.length > 0 ? LONG_BATCH_NANOS : BATCH_NANOS);
    }

    private void run(Turns turns, Blackhole hole, long batch) throws Throwable {
      long fitting = (long) (batch / Math.max(1, cpuNanos));
      exactly(Math.max(1, Math.min(operations * 2, fitting)), turns, hole);
    }

    /** Does a batch of so many operations. */
    void exactly(long count, Turns turns, Blackhole hole) throws Throwable {
      operations = count;
      turns.begin(count);
      long allocated = allocated();
      long wall = System.nanoTime();
      long cpu = cpu();
      contestant.batch().run(turns, hole);
      cpu = cpu() - cpu;
      wall = System.nanoTime() - wall;
      allocated = allocated() - allocated;
      cpuNanos = (double) cpu / operations;
      wallNanos = (double) wall / operations;
      bytes = (double) allocated / operations;
    }
  }

  /** Opens the group. */
  @Setup
  public void open() throws Exception {
    contestants = Group.open(group);
    LAST.clear();
    contestants.contestants().forEach(c -> LAST.add(new Entry(c)));
  }

  /** Gives back what the group took. */
  @TearDown
  public void close() {
    contestants.close();
  }

  /** One round. */
  @Benchmark
  public void round(Blackhole hole, IterationParams round) throws Throwable {
    boolean warmUp = round.getType() == IterationType.WARMUP;
    long share = TimeUnit.MILLISECONDS.toNanos(Group.warmUpMillis(group));
    for (Entry entry : LAST) {
      if (warmUp) {
        entry.warmUp(turns, hole, share);
      } else {
        entry.run(turns, hole);
      }
    }
  }
}
