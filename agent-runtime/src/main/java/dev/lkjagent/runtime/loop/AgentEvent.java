package dev.lkjagent.runtime.loop;

import dev.lkjagent.json.lenient.RepairCode;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.prompt.PromptLedger;
import java.util.List;

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
   * @param ledger what each section took, and what was left out; lent to the listener for the time
   *     of the call
   * @param request the prompt itself; lent likewise
   */
  record Prompted(
      String agent,
      long cycle,
      String state,
      int bytes,
      int tokens,
      PromptLedger ledger,
      ModelRequest request)
      implements AgentEvent {}

  /**
   * The model had to be asked again; told when it has answered, before {@link Replied}.
   *
   * @param agent whose
   * @param cycle in which cycle
   * @param attempt the number of the attempt that failed, from 1
   * @param pauseMillis the pause before the next one
   * @param because why it failed
   */
  record Retried(String agent, long cycle, int attempt, long pauseMillis, Fault because)
      implements AgentEvent {}

  /**
   * Memory is nearly full: what is in use passed the pressure mark, or a change found no room.
   *
   * @param agent whose
   * @param cycle in which cycle
   * @param bytes how much is in use, or was asked for
   * @param what what is nearly full
   */
  record Pressed(String agent, long cycle, long bytes, String what) implements AgentEvent {}

  /**
   * A reply was read.
   *
   * @param agent whose
   * @param cycle in which cycle
   * @param bytes its length, as far as it was read
   * @param actions how many actions it asks for
   * @param repairs what had to be mended to read it, each once
   */
  record Replied(String agent, long cycle, int bytes, int actions, List<RepairCode> repairs)
      implements AgentEvent {
    /**
     * Copies the list.
     *
     * @param agent whose
     * @param cycle in which cycle
     * @param bytes its length, as far as it was read
     * @param actions how many actions it asks for
     * @param repairs what had to be mended to read it, each once
     */
    public Replied {
      repairs = List.copyOf(repairs);
    }
  }

  /**
   * An action ran.
   *
   * @param agent whose
   * @param cycle in which cycle
   * @param ordinal its number in the reply
   * @param type which action, as the reply names it
   * @param tags its tags, as the reply writes them
   * @param value its value
   * @param failed whether a {@link Faulted} came before for it
   * @param outcome the line that the model is shown
   */
  record Acted(
      String agent,
      long cycle,
      int ordinal,
      String type,
      String tags,
      String value,
      boolean failed,
      String outcome)
      implements AgentEvent {}

  /**
   * Something went wrong: in an action or a reply, at the model or the store, or with a limit.
   * Attempts that a model repeated by itself are told by {@link Retried} alone.
   *
   * @param agent whose
   * @param cycle in which cycle, or behind which if it lies between two
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
