package dev.lkjagent.testkit.model;

import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplyText;
import dev.lkjagent.runtime.model.RuleSet;
import dev.lkjagent.runtime.model.RulesModel;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.rules.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Rules that answer by what the prompt says: the first whose condition holds.
 *
 * <pre>
 *   Model model =
 *       PromptRules.of("weather")
 *           .when(prompt -&gt; !prompt.inbox().isEmpty(), AgentReply.to("executing"))
 *           .when(
 *               prompt -&gt; prompt.state().equals("executing"),
 *               AgentReply.to("evaluating").action("weather", "", "Bergen"))
 *           .otherwise(prompt -&gt; AgentReply.to("finished").finish(prompt.lastOutcome()))
 *           .model();
 * </pre>
 *
 * <p>A prompt for which no rule holds is a fault {@link
 * dev.lkjagent.runtime.fault.FaultCode#RULES_FAILED} that shows its end. Conditions and answers are
 * called on workers, possibly by several at a time.
 */
public final class PromptRules {
  private static final int SHOWN_CHARS = 600;

  private final String name;
  private final List<Rule> rules = new ArrayList<>();

  private record Rule(Predicate<Prompt> condition, Function<Prompt, AgentReply> answer) {}

  private PromptRules(String name) {
    this.name = name;
  }

  /**
   * Begins a set of rules.
   *
   * @param name what messages call it
   * @return a set without rules
   */
  public static PromptRules of(String name) {
    return new PromptRules(Objects.requireNonNull(name, "name"));
  }

  /**
   * Adds a rule.
   *
   * @param condition for which prompts
   * @param answer makes the reply
   * @return this
   */
  public PromptRules when(Predicate<Prompt> condition, Function<Prompt, AgentReply> answer) {
    rules.add(new Rule(condition, answer));
    return this;
  }

  /**
   * Adds a rule whose reply is always the same.
   *
   * @param condition for which prompts
   * @param reply the reply
   * @return this
   */
  public PromptRules when(Predicate<Prompt> condition, AgentReply reply) {
    return when(condition, prompt -> reply);
  }

  /**
   * Adds the rule for all prompts that are left.
   *
   * @param answer makes the reply
   * @return this
   */
  public PromptRules otherwise(Function<Prompt, AgentReply> answer) {
    return when(prompt -> true, answer);
  }

  /**
   * The rules so far as a model.
   *
   * @return a model
   */
  public RulesModel model() {
    return new RulesModel(new Fixed(name, List.copyOf(rules)));
  }

  private record Fixed(String name, List<Rule> rules) implements RuleSet {
    @Override
    public String description() {
      return rules.size() + " rules of a test";
    }

    @Override
    public Rules open() {
      return this::answer;
    }

    private void answer(ModelRequest request, ReplyText out) {
      Prompt prompt = Prompt.of(request);
      for (Rule rule : rules) {
        if (rule.condition().test(prompt)) {
          out.append(rule.answer().apply(prompt).toString());
          return;
        }
      }
      throw new IllegalStateException(
          "none of "
              + rules.size()
              + " rules holds for the prompt that ends: "
              + prompt.end(SHOWN_CHARS));
    }
  }
}
