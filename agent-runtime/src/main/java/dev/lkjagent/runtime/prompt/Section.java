package dev.lkjagent.runtime.prompt;

/** A part of a prompt with a rule of its own for what leaves it when the prompt is too large. */
public enum Section {
  /** Role, contract, states and actions: the first message. */
  SYSTEM(Overflow.KEEP),
  /** The entries of working memory. */
  MEMORY(Overflow.OMIT_OLDEST),
  /** What the agent thought in the last cycles. */
  THINKING(Overflow.OMIT_OLDEST),
  /** How it judged them. */
  EVALUATION(Overflow.OMIT_OLDEST),
  /** What came of its actions. */
  EXECUTION(Overflow.OMIT_OLDEST_BUT_ONE),
  /** Messages that it has not seen yet. */
  INBOX(Overflow.DEFER_NEWEST),
  /** The state that it is in, and what that asks for. */
  STATE(Overflow.KEEP);

  /** What leaves a section when the prompt does not fit. */
  public enum Overflow {
    /** Nothing does. */
    KEEP,
    /** The oldest items that are not pinned, one by one. */
    OMIT_OLDEST,
    /** The same, but the last item stays. */
    OMIT_OLDEST_BUT_ONE,
    /** The newest items wait for a later prompt; the first one stays. */
    DEFER_NEWEST
  }

  private final Overflow overflow;

  Section(Overflow overflow) {
    this.overflow = overflow;
  }

  /**
   * What leaves this section when the prompt does not fit.
   *
   * @return its rule
   */
  public Overflow overflow() {
    return overflow;
  }
}
