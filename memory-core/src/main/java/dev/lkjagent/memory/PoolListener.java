package dev.lkjagent.memory;

/**
 * Hears when a pool's state changes in a way that somebody should know.
 *
 * <p>Calls come on the pool's thread, in the middle of an operation: a listener takes notes and
 * returns; it neither uses the pool nor throws.
 */
public interface PoolListener {
  /** Hears nothing. */
  PoolListener NONE = new PoolListener() {};

  /**
   * A tier, the nodes or a budget refused a request for the first time since it was opened or had
   * {@link #recovered}. Further refusals are counted and not reported.
   *
   * @param shortage what ran out, and who asked; valid during the call only
   */
  default void exhausted(Shortage shortage) {}

  /**
   * An eighth of what had run out is free again.
   *
   * @param shortage what had run out; valid during the call only
   */
  default void recovered(Shortage shortage) {}

  /**
   * The pool was closed.
   *
   * @param report what had not been returned
   */
  default void closed(LeakReport report) {}
}
