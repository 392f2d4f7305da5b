package dev.lkjagent.memory;

/** How much a pool proves while it runs. Each level includes those before it. */
public enum CheckLevel {
  /**
   * Always on: generations, pool ids, bounds of slots, the owning thread. Costs a few instructions.
   */
  STANDARD,
  /**
   * Freed slots are overwritten, and found untouched when they are taken again. Costs time in
   * proportion to the bytes.
   */
  DEBUG,
  /**
   * The invariants of slots, free lists, blocks and accounts are proven after every operation.
   * Costs time in proportion to the pool: for small pools in tests.
   */
  PARANOID
}
