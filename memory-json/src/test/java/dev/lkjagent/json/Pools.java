package dev.lkjagent.json;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;

/** Pools for tests. */
final class Pools {
  /** Holds the largest of the benchmark documents, as a document and as an editable tree. */
  static final PoolSpec WIDE =
      PoolSpec.builder()
          .tier(16, 1 << 12)
          .tier(64, 1 << 15)
          .tier(256, 1 << 14)
          .tier(4096, 1 << 12)
          .tier(65_536, 16)
          .tier(1 << 20, 4)
          .tier(4 << 20, 4)
          .nodes(200_000)
          .documentNodes(2_600_000)
          .names(16_384)
          .indexEntries(4096)
          .scopes(16)
          .build();

  /** Holds a document of some 100 KB, as a document and as an editable tree. */
  static final PoolSpec NARROW =
      PoolSpec.builder()
          .tier(16, 16)
          .tier(64, 512)
          .tier(256, 512)
          .tier(4096, 512)
          .tier(1 << 18, 4)
          .nodes(2_000)
          .documentNodes(300_000)
          .names(1_024)
          .indexEntries(64)
          .scopes(4)
          .build();

  private Pools() {}

  /** Fails if something is still taken from a pool, or if it is inconsistent; closes it. */
  static void closeEmpty(MemoryPool pool) {
    pool.verify();
    var root = pool.root();
    if (root.usedBytes() != 0 || root.usedNodes() != 0 || root.usedDocumentNodes() != 0) {
      throw new AssertionError(
          "still taken: "
              + root.usedBytes()
              + " B, "
              + root.usedNodes()
              + " nodes, "
              + root.usedDocumentNodes()
              + " document nodes");
    }
    pool.close();
  }
}
