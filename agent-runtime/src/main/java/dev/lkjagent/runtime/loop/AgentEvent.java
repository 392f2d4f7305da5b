package dev.lkjagent.runtime.loop;

import dev.lkjagent.runtime.fault.Fault;

/** Something that happened in a cycle. Events exist only where somebody listens. */
public sealed interface AgentEvent {
  /**
   * Whose event it is.
   *
   * @return the agent's name
   */
  String agent();

  /**
   * In which cycle it happened.
   *
   * @return the cycle's number
   */
  long cycle();

  /**
   * A prompt was rendered and goes to the model.
   *
   * @param agent whose
   * @param cycle in which cycle
   * @param state the state that the agent is in
   * @param bytes the length of the prompt
   * @param tokens its estimate
   */
  record Prompted(String agent, long cycle, String state, int bytes, int tokens)
      implements AgentEvent {}

  /**
   * A reply was read.
   *
   * @param agent whose
   * @param cycle in which cycle
   * @param bytes its length, as far as it was read
   * @param actions how many actions it asks for
   */
  record Replied(String agent, long cycle, int bytes, int actions) implements AgentEvent {}

  /**
   * An action ran.
   *
   * @param agent whose
   * @param cycle in which cycle
   * @param ordinal its number in the reply
   * @param outcome the line that the model is shown
   */
  record Acted(String agent, long cycle, int ordinal, String outcome) implements AgentEvent {}

  /**
   * Something went wrong.
   *
   * @param agent whose
   * @param cycle in which cycle
   * @param fault what
   */
  record Faulted(String agent, long cycle, Fault fault) implements AgentEvent {}

  /**
   * An entry left working memory for storage because memory was full.
   *
   * @param agent whose
   * @param cycle in which cycle
   * @param tags the entry's tags
   * @param bytes how large it is
   */
  record PagedOut(String agent, long cycle, String tags, int bytes) implements AgentEvent {}

  /**
   * The agent said something.
   *
   * @param agent whose
   * @param cycle in which cycle
   * @param text what it said
   */
  record Said(String agent, long cycle, String text) implements AgentEvent {}

  /**
   * A cycle is durable.
   *
   * @param agent whose
   * @param cycle which
   * @param from the state that it began in
   * @param to the state that follows
   * @param promptTokens tokens of the prompt, counted by the endpoint or estimated
   * @param replyTokens tokens of the reply, counted by the endpoint or estimated
   * @param entries how many entries working memory has, logs included
   * @param writes how many writes to storage the cycle made
   */
  record Committed(
      String agent,
      long cycle,
      String from,
      String to,
      long promptTokens,
      long replyTokens,
      int entries,
      int writes)
      implements AgentEvent {}

  /**
   * An action waits for a person.
   *
   * @param agent whose
   * @param cycle in which cycle
   * @param ordinal its number in the reply
   * @param request what is to be done
   */
  record ApprovalWanted(String agent, long cycle, int ordinal, String request)
      implements AgentEvent {}

  /**
   * The run came to rest.
   *
   * @param agent whose
   * @param cycle in which cycle
   * @param result how
   */
  record Rested(String agent, long cycle, RunResult result) implements AgentEvent {}
}
