package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Figures that another thread reads are of one moment. */
class PublishedReportTest {
  @Test
  void readersNeverSeeHalfOfOnePublicationAndHalfOfAnother() throws Exception {
    try (MemoryPool pool = MemoryPool.open(PoolSpec.parse("16x64, 32x64; nodes=64"))) {
      AtomicLong reads = new AtomicLong();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread reader =
          new Thread(
              () -> {
                try {
                  int last = -1;
                  while (!Thread.currentThread().isInterrupted()) {
                    PoolReport seen = pool.published();
                    int live = seen.tiers().get(0).live();
                    assertThat(seen.tiers().get(1).live()).isEqualTo(live);
                    assertThat(seen.nodes().live()).isEqualTo(live);
                    if (live != last) {
                      reads.incrementAndGet();
                    }
                    last = live;
                  }
                } catch (Throwable torn) {
                  failure.set(torn);
                  reads.set(Long.MAX_VALUE / 2);
                }
              });
      reader.start();
      long[] small = new long[64];
      long[] large = new long[64];
      int count = 0;
      boolean up = true;
      // On a single processor a reader sees one figure per time slice: a few must do there.
      for (int told = 0; reads.get() < (told < 5_000_000 ? 20_000 : 100); told++) {
        if (up) {
          small[count] = pool.root().allocate(16);
          large[count] = pool.root().allocate(32);
          PoolContractTest.blank(pool, pool.root());
          count++;
        } else {
          count--;
          pool.free(small[count]);
          pool.free(large[count]);
          pool.raw().freeNode(count);
        }
        up = count == 0 || count < 64 && up;
        pool.publish();
      }
      reader.interrupt();
      reader.join();
      assertThat(failure.get()).isNull();
      pool.root().clear();
    }
  }

  @Test
  void figuresArePublishedByTheirOwnerOnly() {
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL)) {
      long handle = pool.root().allocate(1);
      assertThat(pool.published().tiers().get(0).live()).isZero();
      pool.publish();
      assertThat(pool.published().tiers().get(0).live()).isEqualTo(1);
      pool.free(handle);
      pool.root().open("a scope", Budget.UNLIMITED).close();
      assertThat(pool.published().tiers().get(0).live()).isZero();
      assertThat(pool.published().scopesOpen()).isEqualTo(1);
    }
  }
}
