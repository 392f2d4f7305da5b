package dev.lkjagent.runtime.store;

/**
 * An image of an agent's whole memory at the end of a cycle.
 *
 * @param version the version of the commit that it came with; later deltas apply on top of it
 * @param cycle that commit's cycle
 * @param image the image
 */
public record Checkpoint(long version, long cycle, Bytes image) {}
