package dev.lkjagent.examples.longhaul;

import dev.lkjagent.examples.shared.ProcessUse;
import dev.lkjagent.runtime.telemetry.Metrics;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** What a process has used since the meter was made. Counts the cycles of its host. */
final class Meter implements Metrics {
  private static final String WORKERS = "lkjagent-worker";
  private static final double MIB = 1 << 20;

  private final long began = System.nanoTime();
  private final long workersBefore = ProcessUse.allocatedBytes(WORKERS);
  private final long allBefore = ProcessUse.allocatedBytes("");
  private final long collectionsBefore = ProcessUse.collections();
  private final String residentBefore = ProcessUse.resident();
  private final AtomicLong done = new AtomicLong();
  private final long cycles;
  private volatile long workersAtHalf = workersBefore;

  /** Begins to count towards a number of cycles. */
  Meter(long cycles) {
    this.cycles = cycles;
  }

  /**
   * Counts, and notes what half of a run took: the other half shows what is left when all is warm.
   */
  @Override
  public void cycle(String agent, long cycle, int promptBytes, int replyBytes) {
    if (done.incrementAndGet() == cycles / 2) {
      workersAtHalf = ProcessUse.allocatedBytes(WORKERS);
    }
  }

  private double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }

  /** How far a run is. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%,d of %,d cycles, %,.0f a second, resident %s",
        done.get(),
        cycles,
        done.get() / seconds(),
        ProcessUse.resident());
  }

  /** What it all took. */
  void print(PrintWriter out, long poolBytes) {
    double seconds = seconds();
    double workers = ProcessUse.allocatedBytes(WORKERS);
    double all = ProcessUse.allocatedBytes("");
    out.printf(
        Locale.ROOT,
        """
        cycles      %,d in %.1f s, %,.0f a second
        allocated   %.1f bytes a cycle on the worker, warming up included
                    %.1f of them in the second half
                    %,.0f on all threads: the store's driver
        collections %,d
        heap        at most %,.0f MiB, of which the pool has %.1f MiB
        resident    %s at first, %s at the end, %s at most
        """,
        cycles,
        seconds,
        cycles / seconds,
        (workers - workersBefore) / cycles,
        (workers - workersAtHalf) / (cycles - cycles / 2),
        (all - allBefore) / cycles,
        ProcessUse.collections() - collectionsBefore,
        Runtime.getRuntime().maxMemory() / MIB,
        poolBytes / MIB,
        residentBefore,
        ProcessUse.resident(),
        ProcessUse.mostResident());
  }
}
