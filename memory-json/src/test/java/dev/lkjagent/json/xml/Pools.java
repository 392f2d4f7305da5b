package dev.lkjagent.json.xml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Scope;

/** Pools that fit the tests, and what is checked after each. */
final class Pools {
  private Pools() {}

  /** Some megabytes, with one slot of 2 MiB for the larger documents. */
  static MemoryPool open() {
    return MemoryPool.open(
        PoolSpec.builder()
            .tier(16, 40_000)
            .tier(256, 6_000)
            .tier(4_096, 512)
            .tier(65_536, 32)
            .tier(1 << 21, 6)
            .nodes(90_000)
            .documentNodes(1 << 19)
            .names(1_024)
            .indexEntries(1_024)
            .scopes(16)
            .build());
  }

  static void assertNothingIsLeft(Scope scope) {
    assertThat(scope.usedBytes()).as("bytes left in %s", scope).isZero();
    assertThat(scope.usedNodes()).as("nodes left in %s", scope).isZero();
    assertThat(scope.usedDocumentNodes()).as("document nodes left in %s", scope).isZero();
  }
}
