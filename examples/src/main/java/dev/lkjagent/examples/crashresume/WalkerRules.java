package dev.lkjagent.examples.crashresume;

import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplyText;
import dev.lkjagent.runtime.model.RuleSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code rules:crash-resume}: walks on and on. Not a language model. */
public final class WalkerRules implements RuleSet {
  private static final Pattern CYCLE =
      Pattern.compile("<state name=\"[a-z_]+\" cycle=\"(\\d+)\" of=\"(\\d+)\"");

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
  public Rules open() {
    return WalkerRules::answer;
  }

  private static void answer(ModelRequest request, ReplyText reply) {
    Matcher found = CYCLE.matcher(request.text(request.messageCount() - 1));
    if (!found.find() || found.group(1).equals(found.group(2))) {
      reply.append("<agent><action><type>finish</type><value>I am there.</value></action></agent>");
      return;
    }
    long cycle = Long.parseLong(found.group(1));
    reply.append("<agent><next_state>executing</next_state><thinking_log>Step ").append(cycle);
    reply.append("</thinking_log><action><type>walk</type><value>{\"steps\":").append(cycle);
    reply.append("}</value></action><action><type>working_memory_add</type><tags>place,p");
    reply.append(cycle % 9).append("</tags><value>after step ").append(cycle);
    reply.append("</value></action>");
    if (cycle % 3 == 0) {
      reply.append("<action><type>storage_save</type><tags>well,w").append(cycle);
      reply.append("</tags><value>a well at step ").append(cycle).append("</value></action>");
    }
    reply.append("</agent>");
  }
}
