package dev.lkjagent.runtime.loop;

/**
 * What a run may take. 0 stands for no limit where nothing else is said.
 *
 * @param cycles cycles of one run
 * @param wallMillis time in which one run's cycles are under way
 * @param tokens tokens of one run's prompts and replies
 * @param sameActions how often in a row the same actions may be asked for with the same outcome; at
 *     least 1
 * @param faultsInRow how many cycles in a row may have a fault; at least 1
 * @param actionsPerReply how many actions a reply may ask for; at least 1
 * @param modelAttempts how often a cycle asks a model that fails in a way that may pass; at least
 *     1, which is the default, because models over HTTP try again themselves as {@code llm.retry}
 *     says, with the pauses that the server asks for. More is for models that don't, and multiplies
 * @param retryPauseMillis the pause before the second attempt; it doubles from attempt to attempt
 *     up to a minute, and half of each is random
 * @param replyBytes how long a reply may be; at least 1
 * @param outcomeBytes how much of what an action answers the model is shown; at least 64
 * @param actionMillis how long an action may take
 */
public record Limits(
    long cycles,
    long wallMillis,
    long tokens,
    int sameActions,
    int faultsInRow,
    int actionsPerReply,
    int modelAttempts,
    long retryPauseMillis,
    int replyBytes,
    int outcomeBytes,
    long actionMillis) {
  /** A thousand cycles, three repetitions, five faults in a row, sixteen actions a reply. */
  public static final Limits DEFAULT = new Limits(1000, 0, 0, 3, 5, 16, 1, 500, 1 << 20, 4096, 0);

  /**
   * Checks the values.
   *
   * @param cycles cycles of one run
   * @param wallMillis time of one run
   * @param tokens tokens of one run
   * @param sameActions repetitions
   * @param faultsInRow cycles with faults
   * @param actionsPerReply actions
   * @param modelAttempts attempts
   * @param retryPauseMillis the first pause
   * @param replyBytes the length of a reply
   * @param outcomeBytes the length of an outcome
   * @param actionMillis time of an action
   */
  public Limits {
    require("cycles", cycles, 0);
    require("wallMillis", wallMillis, 0);
    require("tokens", tokens, 0);
    require("sameActions", sameActions, 1);
    require("faultsInRow", faultsInRow, 1);
    require("actionsPerReply", actionsPerReply, 1);
    require("modelAttempts", modelAttempts, 1);
    require("retryPauseMillis", retryPauseMillis, 0);
    require("replyBytes", replyBytes, 1);
    require("outcomeBytes", outcomeBytes, 64);
    require("actionMillis", actionMillis, 0);
  }

  private static void require(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "Limits." + name + " is at least " + least + "; not " + value);
    }
  }

  /**
   * The same with another limit of cycles.
   *
   * @param count cycles of one run, 0 for no limit
   * @return a copy
   */
  public Limits withCycles(long count) {
    return new Limits(
        count,
        wallMillis,
        tokens,
        sameActions,
        faultsInRow,
        actionsPerReply,
        modelAttempts,
        retryPauseMillis,
        replyBytes,
        outcomeBytes,
        actionMillis);
  }

  /**
   * The same with another limit of time.
   *
   * @param millis time of one run, 0 for no limit
   * @return a copy
   */
  public Limits withWallMillis(long millis) {
    return new Limits(
        cycles,
        millis,
        tokens,
        sameActions,
        faultsInRow,
        actionsPerReply,
        modelAttempts,
        retryPauseMillis,
        replyBytes,
        outcomeBytes,
        actionMillis);
  }

  /**
   * The same with another limit of tokens.
   *
   * @param count tokens of one run, 0 for no limit
   * @return a copy
   */
  public Limits withTokens(long count) {
    return new Limits(
        cycles,
        wallMillis,
        count,
        sameActions,
        faultsInRow,
        actionsPerReply,
        modelAttempts,
        retryPauseMillis,
        replyBytes,
        outcomeBytes,
        actionMillis);
  }

  /**
   * The same with other limits of repetition.
   *
   * @param actions how often the same actions may be asked for
   * @param faults how many cycles in a row may have a fault
   * @return a copy
   */
  public Limits withRepetition(int actions, int faults) {
    return new Limits(
        cycles,
        wallMillis,
        tokens,
        actions,
        faults,
        actionsPerReply,
        modelAttempts,
        retryPauseMillis,
        replyBytes,
        outcomeBytes,
        actionMillis);
  }

  /**
   * The same with other limits of attempts at the model.
   *
   * @param attempts how often it is asked
   * @param pauseMillis the first pause
   * @return a copy
   */
  public Limits withModelAttempts(int attempts, long pauseMillis) {
    return new Limits(
        cycles,
        wallMillis,
        tokens,
        sameActions,
        faultsInRow,
        actionsPerReply,
        attempts,
        pauseMillis,
        replyBytes,
        outcomeBytes,
        actionMillis);
  }

  /**
   * The same with another limit of time for an action.
   *
   * @param millis time of an action, 0 for no limit
   * @return a copy
   */
  public Limits withActionMillis(long millis) {
    return new Limits(
        cycles,
        wallMillis,
        tokens,
        sameActions,
        faultsInRow,
        actionsPerReply,
        modelAttempts,
        retryPauseMillis,
        replyBytes,
        outcomeBytes,
        millis);
  }
}
