package dev.lkjagent.runtime.loop;

/**
 * A call that waits for a person.
 *
 * @param cycle the cycle whose reply asks for it
 * @param ordinal the number of the action in that reply
 * @param action the name of the action
 * @param request what is to be done
 */
public record Approval(long cycle, int ordinal, String action, String request) {}
