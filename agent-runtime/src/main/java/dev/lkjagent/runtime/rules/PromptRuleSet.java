package dev.lkjagent.runtime.rules;

import dev.lkjagent.runtime.model.RuleSet;

/**
 * A {@link RuleSet} that reads its prompts taken apart and writes its replies part by part. Named
 * in {@code META-INF/services} as every set of rules is.
 */
public interface PromptRuleSet extends RuleSet {
  /**
   * Answers one prompt. Called on agents' workers, by several at a time; the reply is a function of
   * the prompt alone.
   *
   * @param prompt what a model would see
   * @return the reply
   */
  AgentReply answer(Prompt prompt);

  @Override
  default Rules open() {
    return (request, reply) -> reply.append(answer(Prompt.of(request)).toString());
  }
}
