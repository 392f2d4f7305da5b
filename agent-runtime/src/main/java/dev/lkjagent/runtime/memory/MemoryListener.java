package dev.lkjagent.runtime.memory;

/**
 * Hears how working memory changed, once the change is durable. Called on the agent's worker: it
 * must not block and can't touch the memory.
 */
public interface MemoryListener {
  /**
   * An entry was written, or replaced.
   *
   * @param entry a copy
   */
  default void entryWritten(MemoryEntry entry) {}

  /**
   * An entry left working memory, and nothing took its place.
   *
   * @param entry a copy
   */
  default void entryRemoved(MemoryEntry entry) {}
}
