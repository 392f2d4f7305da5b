package dev.lkjagent.cli.command;

import dev.lkjagent.memory.Handles;
import dev.lkjagent.memory.PoolSpec;

/**
 * How large a pool is made for a text, within what one pool can have. A value.
 *
 * @param bytes bytes of the largest text
 * @param editable whether trees are also mapped to another form, which takes room of its own
 */
record PoolSize(int bytes, boolean editable) {
  private static final int SMALLEST = 1 << 14;

  /** More document nodes than these a pool can not have. */
  private static final int MOST_DOCUMENT_NODES = 1 << 27;

  /** Four tiers leave 22 of a handle's 24 bits to the slots of each. */
  private static final int MOST_SLOTS = 1 << 22;

  /** The longest text in bytes that a pool can be made for. */
  static int mostBytes(boolean editable) {
    return editable ? 1 << 28 : PoolSpec.MAX_SLOT_BYTES;
  }

  /** From this size on a larger pool has no more document nodes. */
  static int mostUseful() {
    return 2 * MOST_DOCUMENT_NODES;
  }

  /** The size that has room for a text, or the largest there is. */
  static PoolSize atLeast(long bytes, boolean editable) {
    long wanted = Math.min(Math.max(bytes, SMALLEST), mostBytes(editable));
    return new PoolSize(1 << Long.SIZE - Long.numberOfLeadingZeros(wanted - 1), editable);
  }

  /** How many nodes a document may have, names included. */
  int documentNodes() {
    return Math.min(bytes / 2, MOST_DOCUMENT_NODES);
  }

  /** The pool of this size. */
  PoolSpec spec() {
    PoolSpec.Builder spec =
        PoolSpec.builder()
            .tier(bytes, editable ? 3 : 1)
            .documentNodes(documentNodes())
            .scopes(1)
            .nodes(0)
            .names(0)
            .indexEntries(0);
    if (editable) {
      spec.tier(16, Math.min(bytes / 16, MOST_SLOTS))
          .tier(256, bytes / 256 + 64)
          .tier(4096, bytes / 4096 + 16)
          .nodes(Math.min(bytes / 4, Handles.MAX_SLOTS))
          .names(4096)
          .indexEntries(4096);
    }
    return spec.build();
  }
}
