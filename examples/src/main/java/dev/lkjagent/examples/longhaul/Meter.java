package dev.lkjagent.examples.longhaul;

import com.sun.management.ThreadMXBean;
import dev.lkjagent.runtime.telemetry.Metrics;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/** What a process has used since the meter was made. Counts the cycles of its host. */
final class Meter implements Metrics {
  private static final double MIB = 1 << 20;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final long began = System.nanoTime();
  private final long workersBefore = allocated(this::isWorker);
  private final long allBefore = allocated(id -> true);
  private final long collectionsBefore = collections();

  private final String residentBefore = resident("VmRSS");
  private final AtomicLong done = new AtomicLong();
  private final long cycles;
  private volatile long workersAtHalf;

  /** Begins to count towards a number of cycles. */
  Meter(long cycles) {
    this.cycles = cycles;
  }

  private boolean isWorker(long thread) {
    var info = threads.getThreadInfo(thread);
    return info != null && info.getThreadName().startsWith("lkjagent-worker");
  }

  private long allocated(LongPredicate which) {
    long[] ids = Arrays.stream(threads.getAllThreadIds()).filter(which).toArray();
    return Arrays.stream(threads.getThreadAllocatedBytes(ids)).filter(bytes -> bytes > 0).sum();
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  private double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }

  /**
   * Counts, and notes what half of a run took: the other half shows what is left when all is warm.
   */
  @Override
  public void cycle(String agent, long cycle, int promptBytes, int replyBytes) {
    if (done.incrementAndGet() == cycles / 2) {
      workersAtHalf = allocated(this::isWorker);
    }
  }

  /** How far a run is. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%,d of %,d cycles, %,.0f a second, resident %s",
        done.get(),
        cycles,
        done.get() / seconds(),
        resident("VmRSS"));
  }

  /** What it all took. */
  void print(PrintWriter out, long poolBytes) {
    double seconds = seconds();
    long workers = allocated(this::isWorker);
    long all = allocated(id -> true) - allBefore;
    row(out, "cycles", "%,d in %.1f s, %,.0f a second", cycles, seconds, cycles / seconds);
    row(
        out,
        "allocated",
        "%.1f bytes a cycle on the worker, warming up included",
        (double) (workers - workersBefore) / cycles);
    if (cycles > 1) {
      row(
          out,
          "",
          "%.1f of them in the second half",
          (double) (workers - workersAtHalf) / (cycles - cycles / 2));
    }
    row(out, "", "%,.0f on all threads: the store's driver", (double) all / cycles);
    row(out, "collections", "%,d", collections() - collectionsBefore);
    row(
        out,
        "heap",
        "at most %,.0f MiB, of which the pool has %.1f MiB",
        Runtime.getRuntime().maxMemory() / MIB,
        poolBytes / MIB);
    row(
        out,
        "resident",
        "%s at first, %s at the end, %s at most",
        residentBefore,
        resident("VmRSS"),
        resident("VmHWM"));
  }

  private static void row(PrintWriter out, String name, String text, Object... values) {
    out.println(
        String.format(Locale.ROOT, "%-11s ", name) + String.format(Locale.ROOT, text, values));
  }

  /** What Linux says that the process has in memory. */
  private static String resident(String field) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(field + ":")) {
          long kib = Long.parseLong(line.replaceAll("\\D", ""));
          return String.format(Locale.ROOT, "%,.0f MiB", kib * 1024 / MIB);
        }
      }
    } catch (IOException e) {
      return "not told by this system";
    }
    return "not told by this system";
  }
}
