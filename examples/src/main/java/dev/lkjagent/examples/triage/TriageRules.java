package dev.lkjagent.examples.triage;

import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.rules.Prompt;
import dev.lkjagent.runtime.rules.PromptRuleSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** {@code rules:triage-team}: plays all three parts by key words. Not a language model. */
public final class TriageRules implements PromptRuleSet {
  private static final Pattern REFUND = Pattern.compile("refund|money back");

  /** Called by {@link java.util.ServiceLoader}. */
  public TriageRules() {}

  @Override
  public String name() {
    return "triage-team";
  }

  @Override
  public String description() {
    return "fixed rules that match words";
  }

  @Override
  public AgentReply answer(Prompt prompt) {
    AgentReply reply = AgentReply.to("executing");
    if (prompt.system().contains("You are the sorter")) {
      return sort(prompt, reply);
    }
    return prompt.system().contains("You are the clerk")
        ? refund(prompt, reply)
        : report(prompt, reply);
  }

  private static AgentReply sort(Prompt prompt, AgentReply reply) {
    List<String> read = prompt.outcomes("read_ticket");
    List<String> list = prompt.outcomes("list_tickets");
    if (list.isEmpty() && read.isEmpty()) {
      return reply.action("list_tickets", "", "");
    }
    if (read.isEmpty()) {
      list.get(0).lines().forEach(ticket -> reply.action("read_ticket", "", ticket));
      return reply;
    }
    for (String ticket : read) {
      String text = ticket.toLowerCase(Locale.ROOT);
      String kind =
          REFUND.matcher(text).find() ? "refund" : text.contains("urgent") ? "urgent" : "question";
      reply.action("storage_save", "ticket," + kind + "," + ticket.split(" ", 2)[0], ticket);
    }
    return reply.action("finish", "", "sorted " + read.size() + " tickets");
  }

  private static AgentReply refund(Prompt prompt, AgentReply reply) {
    List<Prompt.Search> searches = prompt.searches();
    if (searches.isEmpty()) {
      return reply.action("storage_search", "ticket,refund", "");
    }
    List<String> tickets =
        searches.get(0).hits().stream().map(hit -> hit.beginning().split(" ", 2)[0]).toList();
    List<String> outcomes = prompt.outcomes("refund");
    if (outcomes.isEmpty() && !tickets.isEmpty()) {
      tickets.forEach(ticket -> reply.action("refund", "", ticket));
      return reply;
    }
    int made = 0;
    for (int i = 0; i < Math.min(outcomes.size(), tickets.size()); i++) {
      boolean done = outcomes.get(i).startsWith("refunded");
      made += done ? 1 : 0;
      String how = done ? "refunded" : "refused";
      reply.action("storage_save", "outcome," + how + "," + tickets.get(i), outcomes.get(i));
    }
    return reply.action("finish", "", "refunded " + made + " of " + tickets.size());
  }

  private static AgentReply report(Prompt prompt, AgentReply reply) {
    List<Prompt.Search> searches = prompt.searches();
    if (searches.size() < 4) {
      for (String tag : List.of("ticket", "urgent", "refunded", "refused")) {
        reply.action("storage_search", tag, "");
      }
      return reply;
    }
    return reply.action(
        "finish",
        "",
        String.format(
            Locale.ROOT,
            "{\"tickets\": %s, \"urgent\": %s, \"refunded\": %s, \"refused\": %s}",
            searches.stream().map(Prompt.Search::total).toArray()));
  }
}
