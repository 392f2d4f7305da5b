package dev.lkjagent.benchmarks;

import dev.lkjagent.memory.PoolSpec;

/** The pools that the benchmarks use. */
final class Specs {
  /** Room for documents of up to 4 MiB with half a million nodes, and for their owned forms. */
  static final PoolSpec LARGE =
      PoolSpec.builder()
          .tier(16, 1 << 20)
          .tier(256, 1 << 16)
          .tier(4096, 1 << 12)
          .tier(65_536, 256)
          .tier(1 << 20, 16)
          .tier(1 << 22, 4)
          .nodes(1 << 20)
          .documentNodes(1 << 21)
          .names(16_384)
          .indexEntries(65_536)
          .scopes(64)
          .build();

  private Specs() {}
}
