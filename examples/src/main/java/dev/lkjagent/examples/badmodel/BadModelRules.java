package dev.lkjagent.examples.badmodel;

import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplyText;
import dev.lkjagent.runtime.model.RuleSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code rules:bad-model}: one {@link Mistake} per cycle, then the end. Not a language model. */
public final class BadModelRules implements RuleSet {
  private static final Pattern CYCLE = Pattern.compile("<state name=\"[a-z_]+\" cycle=\"(\\d+)\"");

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
    return BadModelRules::answer;
  }

  private static void answer(ModelRequest request, ReplyText reply) {
    Matcher cycle = CYCLE.matcher(request.text(request.messageCount() - 1));
    int number = cycle.find() ? Integer.parseInt(cycle.group(1)) : Integer.MAX_VALUE;
    if (number <= Mistake.values().length) {
      reply.append(Mistake.values()[number - 1].reply);
    } else {
      reply.append(
          "<agent><action><type>finish</type><value>That was all.</value></action></agent>");
    }
  }
}
