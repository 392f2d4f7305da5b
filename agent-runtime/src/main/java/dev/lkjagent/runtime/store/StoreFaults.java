package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The faults that every store answers in the same words, and how to get at one. */
public final class StoreFaults {
  private StoreFaults() {}

  /**
   * Waits for a stage, for code that may block.
   *
   * @param stage what a store answered
   * @param <T> what it completes with
   * @return that
   * @throws FaultException if it completes with a fault
   */
  public static <T> T join(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof FaultException fault) {
        throw new FaultException(fault.fault(), fault);
      }
      throw e;
    }
  }

  /**
   * The fault behind what a stage completed with.
   *
   * @param failure what {@code whenComplete} was given
   * @return its fault, or {@code INTERNAL} if it is not one of a store's
   */
  public static Fault of(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof FaultException fault
        ? fault.fault()
        : FaultCode.INTERNAL.with("the store failed: " + cause);
  }

  static Fault noSuchAgent(String agent) {
    return FaultCode.NO_SUCH_AGENT.with(
        "the store has no agent \"" + agent + "\": create it, or list the agents that it has");
  }

  static Fault nameTaken(String agent) {
    return FaultCode.AGENT_NAME_TAKEN.with(
        "the store has an agent \"" + agent + "\" already: load it, or choose another name");
  }

  static Fault noSuchCycle(String agent, long cycle, long earliest, long latest) {
    return FaultCode.NO_SUCH_CYCLE.with(
        "agent \""
            + agent
            + "\" has no cycle "
            + cycle
            + ": it can go back to "
            + earliest
            + " to "
            + latest);
  }

  static Fault conflict(String agent, long expected, long actual) {
    return FaultCode.STORE_CONFLICT.with(
        "agent \""
            + agent
            + "\" has version "
            + actual
            + " in the store, the change was made for version "
            + expected
            + ": another host or a rewind moved it; load the agent again");
  }

  static Fault noSuchMessage(String agent, long id) {
    return FaultCode.NOTHING_THERE.with(
        "no message "
            + id
            + " waits for agent \""
            + agent
            + "\": it was consumed, or sent to another");
  }

  static Fault noSuchIntent(String agent, long cycle, int ordinal, String wanted) {
    return FaultCode.NOTHING_THERE.with(
        "agent \"" + agent + "\" has no call " + cycle + "." + ordinal + " that " + wanted);
  }

  static Fault callTaken(String agent, long cycle, int ordinal) {
    return FaultCode.STORE_REFUSED.with(
        "agent \""
            + agent
            + "\" has announced a call "
            + cycle
            + "."
            + ordinal
            + " before: ordinals of a"
            + " cycle are given once");
  }

  static Fault badTags(String agent, String tags) {
    return FaultCode.STORE_REFUSED.with(
        "a change of agent \""
            + agent
            + "\" names an entry \""
            + tags
            + "\", which is not in canonical form: use Tags.normalize");
  }

  static Fault cycleDoesNotFollow(String agent, long cycle, long last) {
    return FaultCode.STORE_REFUSED.with(
        "a change of agent \""
            + agent
            + "\" is for cycle "
            + cycle
            + ", but the last that ended is "
            + last
            + ": cycles follow one another");
  }
}
