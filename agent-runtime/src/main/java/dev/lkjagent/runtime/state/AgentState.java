package dev.lkjagent.runtime.state;

/** A state that an agent can be in. Implementations are immutable and shared by agents. */
public interface AgentState {
  /** What a state does with a run. */
  enum Effect {
    /** The next cycle follows at once. */
    GO_ON,
    /** The run is suspended until a message, a decision or a time. */
    SUSPEND,
    /** The run is over. */
    END
  }

  /**
   * The name that replies use.
   *
   * @return lower-case letters, digits and underscores
   */
  String name();

  /**
   * When a model should choose this state, in a line of every prompt.
   *
   * @return a sentence
   */
  String description();

  /**
   * What prompts say while the agent is in this state.
   *
   * @return instructions, may be empty
   */
  String prompt();

  /**
   * What the state does with a run that enters it.
   *
   * @return to go on, unless overridden
   */
  default Effect effect() {
    return Effect.GO_ON;
  }

  /**
   * Chooses the state that follows this one.
   *
   * @param proposed the name of the state that the model asks for; it exists
   * @param cycle the number of the cycle that ends
   * @return the name of the state to enter; an unknown one leads to thinking
   */
  default String next(String proposed, long cycle) {
    return proposed;
  }

  /**
   * A state without code of its own.
   *
   * @param name the name that replies use
   * @param description when a model should choose it
   * @param prompt what prompts say while the agent is in it
   * @return the state
   */
  static AgentState of(String name, String description, String prompt) {
    return new PlainState(name, description, prompt, Effect.GO_ON);
  }
}
