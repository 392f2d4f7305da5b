package dev.lkjagent.runtime.loop;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended, or why it does not go on.
 *
 * @param status which
 * @param text what the agent answered; empty if it did not finish
 * @param fault what stopped it; null unless the status is {@link Status#FAILED}
 * @param state the state that it is in
 * @param cycle its last cycle
 */
public record RunResult(
    Status status, String text, @Nullable Fault fault, String state, long cycle) {
  /** The ways in which a run comes to rest. */
  public enum Status {
    /** The agent finished its task. */
    FINISHED,
    /** It waits for a message. */
    WAITING,
    /** It waits for a person to approve an action. */
    NEEDS_APPROVAL,
    /** It was told to stop, and can go on. */
    STOPPED,
    /** A fault or a limit stopped it; it can go on when the cause is gone. */
    FAILED
  }

  /**
   * This result, or an exception if a fault stopped the run that the caller did not expect.
   *
   * @param expected faults that are none, such as the limit of cycles of a run that has no end
   * @return this
   * @throws dev.lkjagent.runtime.fault.FaultException if another fault or limit stopped it
   */
  public RunResult orThrowUnless(FaultCode... expected) {
    if (fault != null && !List.of(expected).contains(fault.code())) {
      throw fault.asException();
    }
    return this;
  }

  /**
   * The answer, or an exception.
   *
   * @return what the agent answered
   * @throws dev.lkjagent.runtime.fault.FaultException if a fault or a limit stopped it
   * @throws IllegalStateException if it did not finish for another reason
   */
  public String orThrow() {
    if (fault != null) {
      throw fault.asException();
    }
    if (status != Status.FINISHED) {
      throw new IllegalStateException("the run did not finish: " + status + " in state " + state);
    }
    return text;
  }
}
