package dev.lkjagent.runtime.action;

/** What an action does to the world outside, and so what may happen to it after a crash. */
public enum Effect {
  /** Nothing. It may run any number of times. */
  PURE,

  /**
   * Something that doing it again does not change, given the key of the call. After a crash it runs
   * again with the same key.
   */
  IDEMPOTENT,

  /**
   * Something that must not happen twice. After a crash between its start and the end of the cycle
   * it does not run again; the model is told that its outcome is unknown.
   */
  ONCE
}
