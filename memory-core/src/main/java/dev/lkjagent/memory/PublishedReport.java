package dev.lkjagent.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * A pool's figures as its thread last published them, readable from any thread.
 *
 * <p>A sequence lock: the owner makes the sequence odd, writes the figures, makes it even; a reader
 * copies the figures and starts again if the sequence was odd or has changed meanwhile. The owner
 * never waits and writes nothing shared on the path of taking and returning; a reader never sees
 * half of one publication and half of another.
 */
final class PublishedReport {
  private static final VarHandle FIGURE = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle SEQUENCE;
  private static final int PER_TIER = 5;
  private static final int REST = 9;

  static {
    try {
      SEQUENCE =
          MethodHandles.lookup().findVarHandle(PublishedReport.class, "sequence", long.class);
    } catch (ReflectiveOperationException failure) {
      throw new ExceptionInInitializerError(failure);
    }
  }

  private final MemoryPool pool;
  private final long[] figures;

  @SuppressWarnings("UnusedVariable") // through the handle
  private long sequence;

  PublishedReport(MemoryPool pool) {
    this.pool = pool;
    figures = new long[pool.slotBytes.length * PER_TIER + REST];
  }

  static void describe(Footprint.Sum sum, int tiers) {
    sum.array((long) tiers * PER_TIER + REST, Long.BYTES);
  }

  /** Writes the figures; by the pool's thread only. */
  void publish() {
    long next = (long) SEQUENCE.getOpaque(this) + 1;
    SEQUENCE.setOpaque(this, next);
    VarHandle.storeStoreFence();
    int at = 0;
    for (int t = 0; t < pool.slotBytes.length; t++) {
      at = write(at, pool.highWater[t]);
      at = write(at, pool.listed[t]);
      at = write(at, pool.retired[t]);
      at = write(at, pool.promotions[t]);
      at = write(at, pool.exhaustions[t]);
    }
    at = write(at, pool.nodes.highWater());
    at = write(at, pool.nodes.listed());
    at = write(at, pool.nodes.retired());
    at = write(at, pool.exhaustions[pool.slotBytes.length]);
    at = write(at, pool.tape.nodes.length - pool.tape.freeNodes());
    at = write(at, pool.exhaustions[pool.slotBytes.length + 1]);
    at = write(at, pool.names.used());
    at = write(at, pool.accounts.openCount());
    write(at, next >>> 1);
    SEQUENCE.setRelease(this, next + 1);
  }

  private int write(int at, long value) {
    FIGURE.setOpaque(figures, at, value);
    return at + 1;
  }

  /** Reads what was published last; by any thread. */
  PoolReport read() {
    long[] copy = new long[figures.length];
    while (true) {
      long before = (long) SEQUENCE.getAcquire(this);
      for (int i = 0; i < copy.length; i++) {
        copy[i] = (long) FIGURE.getOpaque(figures, i);
      }
      VarHandle.loadLoadFence();
      if ((before & 1) == 0 && (long) SEQUENCE.getOpaque(this) == before) {
        return decode(copy);
      }
      Thread.onSpinWait();
    }
  }

  private PoolReport decode(long[] copy) {
    PoolSpec spec = pool.spec();
    List<TierReport> tiers = new ArrayList<>();
    int at = 0;
    for (PoolSpec.Tier tier : spec.tiers()) {
      tiers.add(
          TierReport.of(
              tier.slotBytes(),
              tier.count(),
              (int) copy[at],
              (int) copy[at + 1],
              (int) copy[at + 2],
              copy[at + 3],
              copy[at + 4]));
      at += PER_TIER;
    }
    TierReport nodes =
        TierReport.of(
            NodeRecords.BYTES,
            spec.nodes(),
            (int) copy[at],
            (int) copy[at + 1],
            (int) copy[at + 2],
            0,
            copy[at + 3]);
    return new PoolReport(
        tiers,
        nodes,
        pool.tape.nodes.length,
        (int) copy[at + 4],
        copy[at + 5],
        spec.names(),
        (int) copy[at + 6],
        spec.scopes(),
        (int) copy[at + 7]);
  }
}
