package dev.lkjagent.runtime.loop;

/**
 * How much of an agent's mind a prompt shows.
 *
 * @param pagingTokens the estimate of a prompt from which the agent pages; 0 for never
 * @param targetTokens the estimate that paging has to reach
 * @param hardTokens the estimate, with its margin, that no prompt passes
 * @param thinking the log of thoughts
 * @param evaluation the log of judgements
 * @param execution the log of outcomes
 */
public record MemoryLimits(
    int pagingTokens,
    int targetTokens,
    int hardTokens,
    Log thinking,
    Log evaluation,
    Log execution) {
  /**
   * Paging from 4,096 tokens down to 3,072, at most 8,192; ten thoughts and judgements, twenty
   * outcomes.
   */
  public static final MemoryLimits DEFAULT = of(4096, 8192);

  /**
   * A log in working memory.
   *
   * @param maxEntries how many items it keeps; 0 switches it off
   * @param keyPrefix what the tags of its items begin with
   */
  public record Log(int maxEntries, String keyPrefix) {
    /**
     * Checks the values.
     *
     * @param maxEntries how many items it keeps
     * @param keyPrefix what the tags of its items begin with: lower-case letters, digits,
     *     underscores
     */
    public Log {
      if (maxEntries < 0 || !keyPrefix.matches("[a-z0-9_]{1,100}")) {
        throw new IllegalArgumentException(
            "a log keeps 0 or more entries (not "
                + maxEntries
                + ") under a prefix of lower-case letters,"
                + " digits and underscores (not \""
                + keyPrefix
                + "\")");
      }
    }
  }

  /**
   * Checks the values.
   *
   * @param pagingTokens the estimate from which the agent pages
   * @param targetTokens the estimate that paging has to reach
   * @param hardTokens the estimate that no prompt passes
   * @param thinking the log of thoughts
   * @param evaluation the log of judgements
   * @param execution the log of outcomes
   */
  public MemoryLimits {
    if (pagingTokens < 0
        || targetTokens < 0
        || targetTokens > pagingTokens
        || hardTokens < 1
        || pagingTokens > hardTokens) {
      throw new IllegalArgumentException(
          "0 <= targetTokens <= pagingTokens <= hardTokens must hold; they are "
              + targetTokens
              + ", "
              + pagingTokens
              + ", "
              + hardTokens);
    }
  }

  /**
   * The default logs with other limits; paging goes down to three quarters.
   *
   * @param pagingTokens the estimate from which the agent pages; 0 for never
   * @param hardTokens the estimate that no prompt passes
   * @return the limits
   */
  public static MemoryLimits of(int pagingTokens, int hardTokens) {
    return new MemoryLimits(
        pagingTokens,
        pagingTokens - pagingTokens / 4,
        hardTokens,
        new Log(10, "thinking_log_"),
        new Log(10, "evaluation_log_"),
        new Log(20, "execution_log_"));
  }

  /**
   * The same limits with another goal of paging.
   *
   * @param tokens the estimate that paging has to reach
   * @return the limits
   */
  public MemoryLimits withTarget(int tokens) {
    return new MemoryLimits(pagingTokens, tokens, hardTokens, thinking, evaluation, execution);
  }

  /**
   * The same limits with longer or shorter logs.
   *
   * @param thoughts how many thoughts are kept; 0 switches a log off
   * @param judgements how many judgements
   * @param outcomes how many outcomes
   * @return the limits
   */
  public MemoryLimits withLogs(int thoughts, int judgements, int outcomes) {
    return new MemoryLimits(
        pagingTokens,
        targetTokens,
        hardTokens,
        new Log(thoughts, thinking.keyPrefix()),
        new Log(judgements, evaluation.keyPrefix()),
        new Log(outcomes, execution.keyPrefix()));
  }
}
