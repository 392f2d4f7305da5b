package dev.lkjagent.runtime.store;

/**
 * A message in an agent's inbox, there until a commit consumes it.
 *
 * @param id its number, unique in the store and rising with time of arrival
 * @param from who sent it
 * @param text what it says, UTF-8
 * @param time when it was sent, in milliseconds since the epoch
 */
public record Message(long id, String from, Bytes text, long time) {}
