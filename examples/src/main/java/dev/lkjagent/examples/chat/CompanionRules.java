package dev.lkjagent.examples.chat;

import dev.lkjagent.runtime.model.RuleSet;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.rules.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code rules:chat}: keeps what it is told, and quotes it when asked. It understands nothing: a
 * sentence that ends with a question mark is a search, any other is something to keep. Not a
 * language model, and it says so.
 */
public final class CompanionRules implements RuleSet {
  private static final Pattern HIT =
      Pattern.compile("\\[([^\\]]+)\\] \\d+ bytes: (.*?)(?=; \\[|$)");
  private static final Set<String> IDLE =
      Set.of(
          ("what where when which whose does that this with have your about from mine know remember"
                  + " tell who how why the and are was were you did has for can is")
              .split(" "));
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
  public Rules open() {
    return (request, reply) -> reply.append(answer(Prompt.of(request)).toString());
  }

  private static AgentReply answer(Prompt prompt) {
    List<Prompt.Message> inbox = prompt.inbox();
    if (!inbox.isEmpty()) {
      return hear(inbox.get(inbox.size() - 1).text());
    }
    if (!prompt.lastOutcome().startsWith("storage_search")) {
      return say(HONEST);
    }
    Matcher hit = HIT.matcher(prompt.lastOutcome());
    return say(hit.find() ? "You told me: " + hit.group(2).strip() : "You have not told me that.");
  }

  private static AgentReply hear(String said) {
    List<String> words = words(said);
    if (said.endsWith("?") && !words.isEmpty()) {
      List<String> alternatives = words.stream().map(word -> "told," + word).toList();
      return AgentReply.to("thinking")
          .think("I look for " + said)
          .action("storage_search", String.join(" | ", alternatives), "");
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

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
      if (word.length() > 2 && !IDLE.contains(word) && !words.contains(word)) {
        words.add(word);
      }
    }
    return words;
  }
}
