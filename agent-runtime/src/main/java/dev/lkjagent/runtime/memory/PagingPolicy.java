package dev.lkjagent.runtime.memory;

/**
 * Chooses what leaves working memory when it is full and the model did not make room itself. Called
 * on the agent's worker; it must not allocate.
 */
public interface PagingPolicy {
  /**
   * Chooses the entry that is to be moved to storage next.
   *
   * @param memory what the agent has in mind; only to be read
   * @param cycle the present cycle
   * @return the index of an entry whose {@link EntryKind#paged() kind is paged} and that is not
   *     pinned; {@link WorkingMemory#NONE} if nothing may leave
   */
  int choose(WorkingMemory memory, int cycle);
}
