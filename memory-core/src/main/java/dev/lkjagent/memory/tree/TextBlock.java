package dev.lkjagent.memory.tree;

import dev.lkjagent.memory.Handles;
import dev.lkjagent.memory.MemoryPool;

/**
 * The slot in which the long texts of a tree lie side by side as they were loaded. It goes back to
 * the pool with the last of them.
 */
final class TextBlock {
  private final MemoryPool pool;
  private long slot = Handles.NIL;
  private int texts;

  TextBlock(MemoryPool pool) {
    this.pool = pool;
  }

  /**
   * Takes over a slot with texts; without any it is returned at once. The block was closed or
   * forgotten before.
   */
  void open(long withTexts, int count) {
    slot = withTexts;
    texts = count;
    if (count == 0) {
      close();
    }
  }

  /** Answers the handle of the slot, {@link Handles#NIL} if there is none. */
  long slot() {
    return slot;
  }

  /** Forgets the slot: the pool has taken it back. */
  void forget() {
    slot = Handles.NIL;
    texts = 0;
  }

  /** Notes that there is one text less. */
  void drop() {
    if (--texts == 0) {
      close();
    }
  }

  /** Returns the slot with all texts that are left, if there is one. */
  void close() {
    if (slot != Handles.NIL) {
      pool.free(slot);
      slot = Handles.NIL;
    }
  }
}
