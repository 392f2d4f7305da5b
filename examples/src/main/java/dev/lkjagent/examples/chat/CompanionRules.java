package dev.lkjagent.examples.chat;

import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplyText;
import dev.lkjagent.runtime.model.RuleSet;
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
  private static final Pattern MESSAGE =
      Pattern.compile("<message from=\"[^\"]*\"[^>]*>(.*?)</message>", Pattern.DOTALL);
  private static final Pattern OUTCOME = Pattern.compile("<item>(.*?)</item>", Pattern.DOTALL);
  private static final Pattern HIT =
      Pattern.compile("\\[([^\\]]+)\\] \\d+ bytes: (.*?)(?=; \\[|$)");
  private static final Set<String> IDLE =
      Set.of(
          "what",
          "where",
          "when",
          "which",
          "whose",
          "does",
          "that",
          "this",
          "with",
          "have",
          "your",
          "about",
          "from",
          "mine",
          "know",
          "remember",
          "tell",
          "who",
          "how",
          "why",
          "the",
          "and",
          "are",
          "was",
          "were",
          "you",
          "did",
          "has",
          "for",
          "can",
          "is");
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
    return CompanionRules::answer;
  }

  private static void answer(ModelRequest request, ReplyText reply) {
    String prompt = request.text(request.messageCount() - 1);
    String said = last(MESSAGE, section(prompt, "inbox"));
    String outcome = last(OUTCOME, section(prompt, "execution_log"));
    if (!said.isEmpty()) {
      hear(said.strip(), reply);
    } else if (outcome.startsWith("storage_search")) {
      Matcher hit = HIT.matcher(outcome);
      say(
          reply,
          hit.find() ? "You told me: " + hit.group(2).strip() : "You have not told me that.");
    } else {
      say(reply, HONEST);
    }
  }

  private static void hear(String said, ReplyText reply) {
    List<String> words = words(said);
    if (said.endsWith("?") && !words.isEmpty()) {
      reply
          .append("<agent><next_state>thinking</next_state><thinking_log>I look for ")
          .append(escaped(said))
          .append("</thinking_log><action><type>storage_search</type><tags>")
          .append(String.join(" | ", words.stream().map(word -> "told," + word).toList()))
          .append("</tags></action></agent>");
    } else if (words.size() < 2) {
      say(reply, HONEST);
    } else {
      reply
          .append("<agent><next_state>waiting</next_state><action><type>storage_save</type><tags>")
          .append("told,")
          .append(String.join(",", words))
          .append("</tags><value>")
          .append(escaped(said))
          .append("</value></action><action><type>reply</type><value>")
          .append("I will remember that. (Rules, not a language model.)")
          .append("</value></action></agent>");
    }
  }

  private static void say(ReplyText reply, String text) {
    reply
        .append("<agent><next_state>waiting</next_state><action><type>reply</type><value>")
        .append(escaped(text))
        .append("</value></action></agent>");
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

  private static String section(String text, String name) {
    int from = text.indexOf("<" + name + ">\n");
    int to = text.indexOf("</" + name + ">\n");
    return from < 0 || to < from ? "" : text.substring(from, to);
  }

  private static String last(Pattern pattern, String text) {
    String found = "";
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found = matcher.group(1);
    }
    return found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
