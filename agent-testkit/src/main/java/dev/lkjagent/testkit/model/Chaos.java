package dev.lkjagent.testkit.model;

/** What a {@link ChaoticModel} does to a reply. */
public enum Chaos {
  /** Breaks its markup: a tag is dropped, doubled or misspelt, or bytes become others. */
  MALFORMED,
  /** Cuts it off at any byte, as a limit of tokens does. */
  TRUNCATED,
  /** Delivers it in small pieces with pauses, from another thread. */
  SLOW,
  /** Says nothing. */
  EMPTY,
  /** Talks for longer than the limit before the reply comes. */
  OVERSIZED,
  /** Names a state that does not exist. */
  WRONG_STATE,
  /** Gives the reply before it once more. */
  REPEATED
}
