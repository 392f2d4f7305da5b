package dev.lkjagent.memory;

/**
 * The outcome of an operation that may fail for an expected reason.
 *
 * <p>Operations on the hot path answer a {@code long} or {@code int}: a value that is not negative,
 * or the {@link #code()} of one of these. {@link #of(long)} turns the answer into a status.
 */
public enum Status {
  /** It was done. */
  OK(0, "done"),
  /** No slot of a tier that fits is left in the pool. */
  TIER_EXHAUSTED(-1, "the tier has no slot left"),
  /** The scope, or one that it lives in, has reached its limit. */
  BUDGET_EXCEEDED(-2, "the budget is used up"),
  /** No node is left. */
  NODES_EXHAUSTED(-3, "no node is left"),
  /** The text is longer than the largest tier, or than a rope may be. */
  TOO_LARGE(-4, "the text is longer than the largest tier, or than a rope may be"),
  /** There is nothing at that place. */
  NOT_FOUND(-5, "there is nothing at that place"),
  /** The value is not of the kind that was asked for. */
  WRONG_KIND(-6, "the value is of another kind"),
  /** All scopes that the spec reserves are open. */
  SCOPES_EXHAUSTED(-7, "all scopes are open"),
  /** The text is not what its form demands. */
  MALFORMED(-8, "the text is malformed");

  private static final Status[] BY_CODE = new Status[values().length];

  static {
    for (Status status : values()) {
      BY_CODE[-status.code] = status;
    }
  }

  private final int code;
  private final String meaning;

  Status(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /**
   * Answers the status behind the answer of an operation.
   *
   * @param answer what the operation answered
   * @return {@link #OK} for anything that is not negative
   * @throws IllegalArgumentException if no status has that code
   */
  public static Status of(long answer) {
    if (answer >= 0) {
      return OK;
    }
    if (answer <= -BY_CODE.length) {
      throw new IllegalArgumentException("no status has the code " + answer);
    }
    return BY_CODE[(int) -answer];
  }

  /**
   * Answers the number that stands for this status in an answer.
   *
   * @return 0 for {@link #OK}, else a negative number that never changes
   */
  public int code() {
    return code;
  }

  /**
   * Says what the status means, as the end of a sentence.
   *
   * @return a few words in lower case
   */
  public String meaning() {
    return meaning;
  }
}
