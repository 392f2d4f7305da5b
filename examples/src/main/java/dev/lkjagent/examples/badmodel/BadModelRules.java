package dev.lkjagent.examples.badmodel;

import dev.lkjagent.runtime.model.RuleSet;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.rules.Prompt;

/** {@code rules:bad-model}: one {@link Mistake} per cycle, then the end. Not a language model. */
public final class BadModelRules implements RuleSet {
  /** Called by {@link java.util.ServiceLoader}. */
  public BadModelRules() {}

  @Override
  public String name() {
    return "bad-model";
  }

  @Override
  public String description() {
    return "fixed replies, nearly all wrong";
  }

  @Override
  public Rules open() {
    return (request, reply) -> {
      int mistake = (int) Prompt.of(request).cycle() - 1;
      if (mistake < Mistake.values().length) {
        reply.append(Mistake.values()[mistake].reply);
      } else {
        reply.append(AgentReply.empty().finish("That was all.").toString());
      }
    };
  }
}
