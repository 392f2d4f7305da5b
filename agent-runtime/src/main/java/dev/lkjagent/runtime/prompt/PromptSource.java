package dev.lkjagent.runtime.prompt;

import dev.lkjagent.runtime.memory.WorkingMemory;

/** What a prompt is made of: the present mind of an agent. */
public interface PromptSource {
  /**
   * The first message, the same in every cycle.
   *
   * @return UTF-8
   */
  byte[] system();

  /**
   * What the agent has in mind.
   *
   * @return its working memory
   */
  WorkingMemory memory();

  /**
   * The messages that it has not seen.
   *
   * @return its inbox
   */
  Inbox inbox();

  /**
   * The name of the state that it is in.
   *
   * @return UTF-8
   */
  byte[] stateName();

  /**
   * What that state asks for.
   *
   * @return UTF-8
   */
  byte[] statePrompt();

  /**
   * The number of this cycle.
   *
   * @return from 1
   */
  long cycle();

  /**
   * The number of the last cycle that it may have.
   *
   * @return a number, 0 for no limit
   */
  long lastCycle();

  /**
   * What a byte is taken for at present.
   *
   * @return the estimator that has learnt from this agent's endpoint
   */
  TokenEstimator estimator();
}
