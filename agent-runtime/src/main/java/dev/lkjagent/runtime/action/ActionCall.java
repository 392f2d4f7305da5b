package dev.lkjagent.runtime.action;

/**
 * One call of an action: copies of what the model wrote.
 *
 * @param agent who calls
 * @param cycle in which cycle
 * @param ordinal the number of the action in the reply, from 0
 * @param action the name of the action
 * @param tags the tags as the model wrote them, may be empty
 * @param value the value as the model wrote it, may be empty
 */
public record ActionCall(
    String agent, long cycle, int ordinal, String action, String tags, String value) {
  /**
   * What names this call in the agent's life; the same when the call is repeated after a crash. An
   * agent that was rewound, or deleted and made again, numbers its cycles from there anew, so its
   * later calls may have keys that earlier ones had.
   *
   * @return agent, cycle and ordinal
   */
  public String key() {
    return agent + "/" + cycle + "/" + ordinal;
  }
}
