package dev.lkjagent.runtime.fault;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that went wrong: immutable, free of secrets, fit for a prompt, a journal and a
 * terminal.
 *
 * @param code the kind of fault, to count and to decide on
 * @param message what happened, where, and the way out, in one or two sentences
 * @param offset the byte of the input (a reply, a file) at which it was noticed, or {@link
 *     #NO_OFFSET}
 * @param detail an excerpt or a longer explanation for people, bounded by whoever made it; null if
 *     none
 */
public record Fault(FaultCode code, String message, long offset, @Nullable String detail) {
  /** The offset of a fault that has no place in an input. */
  public static final long NO_OFFSET = -1;

  /**
   * Checks that code and message are there.
   *
   * @param code the kind of fault, to count and to decide on
   * @param message what happened, where, and the way out, in one or two sentences
   * @param offset the byte of the input (a reply, a file) at which it was noticed, or {@link
   *     #NO_OFFSET}
   * @param detail an excerpt or a longer explanation for people, bounded by whoever made it; null
   *     if none
   */
  public Fault {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(message, "message");
  }

  /**
   * The same fault, with a place in the input.
   *
   * @param at the byte at which it was noticed
   * @return a copy with that offset
   */
  public Fault at(long at) {
    return new Fault(code, message, at, detail);
  }

  /**
   * The same fault, with an explanation.
   *
   * @param explanation an excerpt or a longer explanation for people
   * @return a copy with that detail
   */
  public Fault withDetail(String explanation) {
    return new Fault(code, message, offset, explanation);
  }

  /**
   * This fault as an exception, for a method that has no other way to answer.
   *
   * @return a new exception that carries this fault
   */
  public FaultException asException() {
    return new FaultException(this);
  }

  /** The code and the message, and the offset if there is one; without the detail. */
  @Override
  public String toString() {
    return offset == NO_OFFSET
        ? code + ": " + message
        : code + " at byte " + offset + ": " + message;
  }
}
