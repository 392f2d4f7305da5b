package dev.lkjagent.memory;

/** How much a pool proves while it runs. Each level includes those before it. */
public enum CheckLevel {
  /**
   * Always on: generations, pool ids, bounds of slots, and the owning thread, except where a node
   * of a document is read by its handle. Costs a few instructions.
   */
  STANDARD,
  /**
   * Freed slots are overwritten, and found untouched when they are taken again; reading a node of a
   * document checks the owning thread, too. Costs time in proportion to the bytes.
   */
  DEBUG,
  /**
   * The invariants of slots, free lists, blocks and accounts are proven whenever a slot, a node or
   * a block is taken or freed, and all that {@link MemoryPool#verify()} proves, links, names and
   * the index of members among it, after every edit of an editable tree, unless a reclaimer makes
   * it. Costs time in proportion to the pool: for small pools in tests.
   */
  PARANOID
}
