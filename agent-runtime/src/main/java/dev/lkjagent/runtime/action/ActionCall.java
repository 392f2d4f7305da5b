package dev.lkjagent.runtime.action;

/**
 * One call of an action: copies of what the model wrote.
 *
 * @param agent who calls
 * @param incarnation in which of the agent's lines of cycles: 0 for the first, and another one
 *     whenever the agent went back, or was deleted and made again
 * @param cycle in which cycle
 * @param ordinal the number of the action in the reply, from 0
 * @param action the name of the action
 * @param tags the tags as the model wrote them, may be empty
 * @param value the value as the model wrote it, may be empty
 */
public record ActionCall(
    String agent,
    long incarnation,
    long cycle,
    int ordinal,
    String action,
    String tags,
    String value) {
  /**
   * What names this call, and no other one of any agent in the store; the same when the call is
   * repeated after a crash. An agent that was rewound, or deleted and made again, numbers its
   * cycles from there anew; its incarnation, which is another one then, tells the calls apart.
   *
   * @return agent, cycle and ordinal, and behind an {@code @} the incarnation unless it is 0
   */
  public String key() {
    return agent + "/" + cycle + "/" + ordinal + (incarnation == 0 ? "" : "@" + incarnation);
  }
}
