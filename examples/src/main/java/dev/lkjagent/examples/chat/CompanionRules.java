package dev.lkjagent.examples.chat;

import dev.lkjagent.examples.shared.TellingWords;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.rules.Prompt;
import dev.lkjagent.runtime.rules.PromptRuleSet;
import java.util.List;

/**
 * {@code rules:chat}: keeps what it is told, and quotes it when asked. It understands nothing: a
 * sentence that ends with a question mark is a search, any other is something to keep. Not a
 * language model, and it says so.
 */
public final class CompanionRules implements PromptRuleSet {
  private static final String HONEST =
      "I am fixed rules, not a language model: I keep what you tell me and quote it when you ask."
          + " For a real conversation start me with --endpoint URL.";

  /** Called by {@link java.util.ServiceLoader}. */
  public CompanionRules() {}

  @Override
  public String name() {
    return "chat";
  }

  @Override
  public String description() {
    return "fixed rules that keep sentences and quote them";
  }

  @Override
  public AgentReply answer(Prompt prompt) {
    List<Prompt.Message> inbox = prompt.inbox();
    if (!inbox.isEmpty()) {
      return hear(inbox.get(inbox.size() - 1).text());
    }
    if (!prompt.lastOutcome().startsWith("storage_search")) {
      return say(HONEST);
    }
    List<Prompt.Search> searches = prompt.searches();
    List<Prompt.Hit> hits =
        searches.isEmpty() ? List.of() : searches.get(searches.size() - 1).hits();
    return say(
        hits.isEmpty() ? "You have not told me that." : "You told me: " + hits.get(0).beginning());
  }

  private static AgentReply hear(String said) {
    List<String> words = new TellingWords(said).list();
    if (said.endsWith("?") && !words.isEmpty()) {
      return AgentReply.to("thinking")
          .think("I look for " + said)
          .action("storage_search", String.join(" | ", words), "");
    }
    return words.size() < 2
        ? say(HONEST)
        : AgentReply.to("waiting")
            .action("storage_save", "told," + String.join(",", words), said)
            .action("reply", "", "I will remember that. (Rules, not a language model.)");
  }

  private static AgentReply say(String text) {
    return AgentReply.to("waiting").action("reply", "", text);
  }
}
