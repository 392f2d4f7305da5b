package dev.lkjagent.runtime.store;

/**
 * A call to the outside that an agent has announced: asked of a person, or about to be made. It is
 * kept under (cycle, ordinal) until a commit closes it with its outcome.
 *
 * @param incarnation the incarnation in which it was announced, see {@link Snapshot}
 * @param cycle the cycle whose reply asked for the call
 * @param ordinal the number of the action in that reply
 * @param status how far it has come
 * @param request what is to be done, as the loop encoded it
 * @param note what the person who decided said, empty if nobody did
 * @param time when the status last changed, in milliseconds since the epoch
 */
public record Intent(
    long incarnation,
    long cycle,
    int ordinal,
    Status status,
    Bytes request,
    String note,
    long time) {
  /** How far a call has come. */
  public enum Status {
    /** A person must approve it first. */
    ASKED,
    /** A person approved it; it was not made yet. */
    APPROVED,
    /** A person denied it; the agent was not told yet. */
    DENIED,
    /**
     * It was about to be made, and no outcome is known. Found after a crash, it must not be made
     * again if it was declared {@code ONCE}.
     */
    OPEN
  }
}
