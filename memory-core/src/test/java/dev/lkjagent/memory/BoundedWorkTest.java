package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A scope that runs into its limit again and again does not make the others pay. */
class BoundedWorkTest {
  private static final int AGENTS = 2000;

  private static MemoryPool host(List<Scope> agents) {
    MemoryPool pool =
        MemoryPool.open(
            PoolSpec.builder().tier(16, 16).tier(64, 8192).scopes(AGENTS + 3).build(),
            PoolOptions.builder().exhaustion(ExhaustionPolicy.FAIL).build());
    Scope host = pool.root().open("host", Budget.UNLIMITED);
    for (int i = 0; i < AGENTS; i++) {
      agents.add(host.open("a" + i, Budget.UNLIMITED));
    }
    return pool;
  }

  @Test
  void repeatedRefusalsVisitTheOthersOnce() {
    List<Scope> agents = new ArrayList<>();
    try (MemoryPool pool = host(agents)) {
      Scope greedy = agents.get(0);
      while (greedy.tryAllocate(1) > 0) {
        assertThat(greedy.isOpen()).isTrue();
      }
      long visits = pool.accounts.visits();
      for (int i = 0; i < 100_000; i++) {
        assertThat(greedy.tryAllocate(1)).isNegative();
      }
      assertThat(pool.accounts.visits()).isEqualTo(visits);
      pool.verify();
    }
  }

  @Test
  void hoveringAtTheLimitVisitsNoMoreAccountsThanThereWereOperations() {
    List<Scope> agents = new ArrayList<>();
    try (MemoryPool pool = host(agents)) {
      long[] held = new long[64];
      int operations = 0;
      for (int i = 0; i < 200_000; i++) {
        int at = (i * 7 + i / 13) & 63;
        if (held[at] > 0) {
          pool.free(held[at]);
          held[at] = 0;
        } else {
          held[at] = agents.get(i % AGENTS).tryAllocate(1);
        }
        operations++;
      }
      assertThat(pool.accounts.visits()).isLessThan(2L * operations + 2L * AGENTS);
      pool.verify();
    }
  }

  @Test
  void aScopeAtItsOwnLimitLeavesTheCreditOfOthersAlone() {
    List<Scope> agents = new ArrayList<>();
    try (MemoryPool pool = host(agents)) {
      Scope neighbour = agents.get(1);
      pool.free(neighbour.allocate(60));
      int tier = 1;
      int credit = pool.accounts.credit[neighbour.account() * pool.accounts.units + tier];
      Scope greedy = agents.get(0).open("greedy", Budget.builder().slots(64, 3).build());
      for (int i = 0; i < 1000; i++) {
        greedy.tryAllocate(60);
      }
      assertThat(greedy.usedBytes()).isEqualTo(3 * 64);
      assertThat(pool.accounts.credit[neighbour.account() * pool.accounts.units + tier])
          .isEqualTo(credit)
          .isPositive();
    }
  }
}
