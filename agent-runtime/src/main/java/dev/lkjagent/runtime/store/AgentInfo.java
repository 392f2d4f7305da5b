package dev.lkjagent.runtime.store;

import org.jspecify.annotations.Nullable;

/**
 * An agent as a list shows it.
 *
 * @param name its name
 * @param version its version
 * @param cycle its last cycle that ended
 * @param state its state, empty before the first commit
 * @param due when it is due, {@link Change#NEVER} if it waits for something else
 * @param messages how many messages wait for it
 * @param asked how many of its calls wait for a person's decision
 * @param entries how many entries its own storage has
 * @param created when it was created, in milliseconds since the epoch
 * @param parent the agent that it was forked from, or null
 * @param parentCycle the cycle at which it was forked
 */
public record AgentInfo(
    String name,
    long version,
    long cycle,
    String state,
    long due,
    int messages,
    int asked,
    long entries,
    long created,
    @Nullable String parent,
    long parentCycle) {}
