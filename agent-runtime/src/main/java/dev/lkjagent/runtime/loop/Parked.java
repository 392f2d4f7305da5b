package dev.lkjagent.runtime.loop;

import org.jspecify.annotations.Nullable;

/**
 * An agent at rest, outside the pool: one array with its counters and the image of its memory.
 *
 * @param bytes the counters and behind them the image
 * @param headBytes how many bytes the counters have
 * @param state the number of its state
 * @param version its version in the store
 * @param incarnation its line of cycles
 * @param cycle its last cycle
 * @param allowed how many cycles it may still begin by itself
 * @param due when it goes on by itself
 * @param rest how it came to rest, null if it never did
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record Parked(
    byte[] bytes,
    int headBytes,
    int state,
    long version,
    long incarnation,
    long cycle,
    long allowed,
    long due,
    @Nullable RunResult rest) {}
