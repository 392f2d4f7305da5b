package dev.lkjagent.runtime.store;

/**
 * An agent and when it is due.
 *
 * @param agent its name
 * @param time when, in milliseconds since the epoch
 */
public record Due(String agent, long time) {}
