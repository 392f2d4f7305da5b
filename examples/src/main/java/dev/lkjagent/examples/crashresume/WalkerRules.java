package dev.lkjagent.examples.crashresume;

import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.rules.Prompt;
import dev.lkjagent.runtime.rules.PromptRuleSet;

/**
 * {@code rules:crash-resume}: walks on and on, until its cycles are spent. Not a language model.
 */
public final class WalkerRules implements PromptRuleSet {
  /** Called by {@link java.util.ServiceLoader}. */
  public WalkerRules() {}

  @Override
  public String name() {
    return "crash-resume";
  }

  @Override
  public String description() {
    return "rules that walk";
  }

  @Override
  public AgentReply answer(Prompt prompt) {
    long step = prompt.cycle();
    AgentReply reply =
        AgentReply.to("executing")
            .think("Step " + step)
            .action("walk", "", "{\"steps\":" + step + "}")
            .action("working_memory_add", "place,p" + step % 9, "after step " + step);
    return step % 3 == 0
        ? reply.action("storage_save", "well,w" + step, "a well at step " + step)
        : reply;
  }
}
