package dev.lkjagent.runtime.model;

/** Who speaks in a message of a {@link ModelRequest}. */
public enum Role {
  /** Instructions: what changes least, and therefore comes first. */
  SYSTEM,

  /** What the agent is told in this turn. */
  USER,

  /** What the model replied earlier. */
  ASSISTANT,

  /** A tool call that the model made earlier: the text is its arguments. */
  TOOL_CALL,

  /** What a tool answered: the text goes with the id of its call. */
  TOOL_RESULT
}
