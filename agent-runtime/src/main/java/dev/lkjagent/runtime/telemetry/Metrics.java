package dev.lkjagent.runtime.telemetry;

import dev.lkjagent.runtime.fault.FaultCode;

/**
 * Counts what happens. Called on workers, so an implementation must be quick and safe for threads.
 */
public interface Metrics {
  /** Counts nothing. */
  Metrics NONE = new Metrics() {};

  /**
   * A cycle is durable.
   *
   * @param agent whose
   * @param cycle its number
   * @param promptBytes the length of the prompt
   * @param replyBytes the length of the reply
   */
  default void cycle(String agent, long cycle, int promptBytes, int replyBytes) {}

  /**
   * Something went wrong.
   *
   * @param code what
   */
  default void fault(FaultCode code) {}

  /**
   * An entry left working memory for storage.
   *
   * @param bytes how large it is
   */
  default void paged(int bytes) {}
}
