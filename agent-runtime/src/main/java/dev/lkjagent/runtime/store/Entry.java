package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.memory.TagSet;

/**
 * An entry of storage.
 *
 * @param tags its name
 * @param value its value
 * @param time when it was written, in milliseconds since the epoch
 */
public record Entry(TagSet tags, Bytes value, long time) {}
