package dev.lkjagent.runtime.loop;

/**
 * Where an agent stands.
 *
 * @param agent its name
 * @param state the state that it is in
 * @param cycle its last cycle
 * @param version its version in the store
 * @param entries how many entries working memory has beside logs
 * @param logEntries how many items its logs have
 * @param slotBytes the bytes of all slots that its memory takes in the pool
 * @param promptTokens tokens of all prompts so far
 * @param replyTokens tokens of all replies so far
 * @param faults how many faults it has had
 * @param messages how many messages it has not seen
 * @param traceHash the hash of its run so far, 64 hexadecimal digits
 */
public record AgentStatus(
    String agent,
    String state,
    long cycle,
    long version,
    int entries,
    int logEntries,
    long slotBytes,
    long promptTokens,
    long replyTokens,
    long faults,
    int messages,
    String traceHash) {}
