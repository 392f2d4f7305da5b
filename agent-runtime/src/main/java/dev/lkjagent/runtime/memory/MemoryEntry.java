package dev.lkjagent.runtime.memory;

/**
 * An entry of working memory as people and listeners see it: a copy.
 *
 * @param tags its name, in canonical form
 * @param value its text
 * @param kind what it is
 * @param pinned whether paging must leave it
 * @param writtenCycle the cycle in which it was written
 * @param readCycle the cycle in which an action last asked for it
 */
public record MemoryEntry(
    String tags, String value, EntryKind kind, boolean pinned, int writtenCycle, int readCycle) {}
