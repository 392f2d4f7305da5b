package dev.lkjagent.runtime.prompt;

/**
 * Guesses how many tokens a text has from its bytes: a quarter of them at first, then what the
 * endpoint counted. Whole numbers only, so that a replay computes the same.
 */
public final class TokenEstimator {
  /** Where the ratio begins: one token for four bytes. */
  public static final int INITIAL = 1 << 14;

  private static final int ONE = 1 << 16;
  private static final int LOWEST = ONE / 16;
  private static final int HIGHEST = ONE;
  private static final int WEIGHT = 4;
  private static final int MARGIN_DIVISOR = 10;

  private int ratio = INITIAL;

  /** Makes an estimator that has seen no usage. */
  public TokenEstimator() {}

  /**
   * Goes on from an earlier estimator.
   *
   * @param tokensPerByte what its {@link #ratio()} was
   */
  public void ratio(int tokensPerByte) {
    ratio = Math.min(HIGHEST, Math.max(LOWEST, tokensPerByte));
  }

  /**
   * How many tokens a byte is taken for.
   *
   * @return a number of 65,536ths
   */
  public int ratio() {
    return ratio;
  }

  /**
   * Estimates a text.
   *
   * @param bytes its length
   * @return tokens, rounded up
   */
  public int tokens(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, (bytes * ratio + ONE - 1) / ONE);
  }

  /**
   * How large a text may be so that it stays within a limit even if the estimate is a tenth too
   * low.
   *
   * @param limit tokens
   * @return bytes
   */
  public long bytesWithin(int limit) {
    return ((long) limit - limit / MARGIN_DIVISOR) * ONE / ratio;
  }

  /**
   * Learns from what the endpoint counted.
   *
   * @param bytes the length of the prompt
   * @param tokens how many tokens the endpoint says it had; anything below 1 is no information
   */
  public void observe(long bytes, long tokens) {
    if (bytes > 0 && tokens > 0) {
      long seen = tokens * ONE / bytes;
      ratio((int) (ratio + (Math.min(seen, HIGHEST) - ratio) / WEIGHT));
    }
  }

  /** Learns that a prompt was longer than it was taken for: a fifth is added. */
  public void tooLow() {
    ratio(ratio + ratio / 5);
  }
}
