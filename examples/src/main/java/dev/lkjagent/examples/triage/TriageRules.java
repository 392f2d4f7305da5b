package dev.lkjagent.examples.triage;

import dev.lkjagent.runtime.model.RuleSet;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.rules.Prompt;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** {@code rules:triage-team}: plays all three parts by key words. Not a language model. */
public final class TriageRules implements RuleSet {
  private static final Pattern HITS = Pattern.compile("^\\[[^\\]]*\\]: (\\d+) hit");
  private static final Pattern NAME = Pattern.compile("\\] \\d+ bytes: (\\S+)");
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
  public Rules open() {
    return (request, reply) -> reply.append(answer(Prompt.of(request)).toString());
  }

  private static AgentReply answer(Prompt prompt) {
    AgentReply reply = AgentReply.to("executing");
    if (prompt.system().contains("You are the sorter")) {
      return sort(prompt.outcomes(), reply);
    }
    return prompt.system().contains("You are the clerk")
        ? refund(prompt.outcomes(), reply)
        : report(prompt.outcomes(), reply);
  }

  private static AgentReply sort(List<String> log, AgentReply reply) {
    List<String> read = those(log, "read_ticket: ");
    List<String> list = those(log, "list_tickets: ");
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

  private static AgentReply refund(List<String> log, AgentReply reply) {
    List<String> searches = those(log, "storage_search ");
    List<String> outcomes = log.stream().filter(line -> line.startsWith("refund")).toList();
    List<String> tickets =
        searches.stream()
            .flatMap(found -> NAME.matcher(found).results())
            .map(name -> name.group(1))
            .toList();
    if (searches.isEmpty()) {
      return reply.action("storage_search", "ticket,refund", "");
    }
    if (outcomes.isEmpty() && !tickets.isEmpty()) {
      tickets.forEach(ticket -> reply.action("refund", "", ticket));
      return reply;
    }
    int made = 0;
    for (int i = 0; i < Math.min(outcomes.size(), tickets.size()); i++) {
      boolean done = outcomes.get(i).startsWith("refund: refunded");
      made += done ? 1 : 0;
      String how = done ? "refunded" : "refused";
      reply.action("storage_save", "outcome," + how + "," + tickets.get(i), outcomes.get(i));
    }
    return reply.action("finish", "", "refunded " + made + " of " + tickets.size());
  }

  private static AgentReply report(List<String> log, AgentReply reply) {
    List<String> searches = those(log, "storage_search ");
    if (searches.size() < 4) {
      for (String tag : List.of("ticket", "urgent", "refunded", "refused")) {
        reply.action("storage_search", tag, "");
      }
      return reply;
    }
    Object[] counts =
        searches.stream()
            .map(HITS::matcher)
            .map(hits -> hits.find() ? hits.group(1) : "0")
            .toArray();
    return reply.action(
        "finish",
        "",
        String.format(
            Locale.ROOT,
            "{\"tickets\": %s, \"urgent\": %s, \"refunded\": %s, \"refused\": %s}",
            counts));
  }

  private static List<String> those(List<String> log, String beginning) {
    return log.stream()
        .filter(line -> line.startsWith(beginning))
        .map(line -> line.substring(beginning.length()))
        .toList();
  }
}
