package dev.lkjagent.runtime.model;

/** What a {@link ReplySink} wants after a piece of a reply. */
public enum Demand {
  /** Go on. */
  MORE,

  /** The piece was taken; hold the rest back until {@link ModelCall#resume} is called. */
  LATER,

  /**
   * The reply is long enough: deliver no more text, only the usage if it comes soon, then the end.
   */
  ENOUGH
}
