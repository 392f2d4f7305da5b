package dev.lkjagent.runtime.state;

/** A state that is configuration only. */
record PlainState(String name, String description, String prompt, Effect effect)
    implements AgentState {}
