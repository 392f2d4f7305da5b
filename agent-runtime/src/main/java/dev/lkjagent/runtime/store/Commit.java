package dev.lkjagent.runtime.store;

/**
 * One commit of an agent, as it was journalled.
 *
 * @param version the agent's version after it
 * @param cycle the cycle that it belongs to
 * @param ends whether the cycle ended with it; if not, it holds the reply and the intents of a
 *     cycle that went on
 * @param state the agent's state after it
 * @param head what the loop keeps beside memory, as it encoded it
 * @param due when the agent is due next, {@link Change#NEVER} if it waits for something else
 * @param wake what else makes it due, see {@link Change#wake}
 * @param time when it was made, in milliseconds since the epoch
 * @param delta what changed in working memory, as the loop encoded it
 * @param record the journal record
 */
public record Commit(
    long version,
    long cycle,
    boolean ends,
    String state,
    Bytes head,
    long due,
    int wake,
    long time,
    Bytes delta,
    Bytes record) {}
