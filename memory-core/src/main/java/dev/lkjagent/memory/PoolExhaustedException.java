package dev.lkjagent.memory;

/** What was asked for is not left, in the pool or in the budget. Nothing was changed. */
public final class PoolExhaustedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Status status;

  /**
   * Creates the error.
   *
   * @param status why
   * @param message which limit was met, what was asked, by whom, and the way out
   */
  public PoolExhaustedException(Status status, String message) {
    super(message);
    this.status = status;
  }

  /**
   * Answers why nothing was left.
   *
   * @return the status that the quiet form of the operation answers
   */
  public Status status() {
    return status;
  }
}
