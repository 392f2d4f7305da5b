package dev.lkjagent.examples.triage;

import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplyText;
import dev.lkjagent.runtime.model.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code rules:triage-team}: plays all three parts by key words. Not a language model. */
public final class TriageRules implements RuleSet {
  private static final Pattern ITEM = Pattern.compile("<item>(.*?)</item>", Pattern.DOTALL);
  private static final Pattern HITS =
      Pattern.compile("^storage_search \\[([^\\]]*)\\]: (\\d+) hit");
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
    return TriageRules::answer;
  }

  private static void answer(ModelRequest request, ReplyText reply) {
    List<String> log = new ArrayList<>();
    Matcher item = ITEM.matcher(request.text(request.messageCount() - 1));
    while (item.find()) {
      log.add(item.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
    }
    String role = request.text(0);
    reply.append("<agent><next_state>executing</next_state>");
    if (role.contains("You are the sorter")) {
      sort(log, reply);
    } else if (role.contains("You are the clerk")) {
      refund(log, reply);
    } else {
      report(log, reply);
    }
    reply.append("</agent>");
  }

  private static void sort(List<String> log, ReplyText reply) {
    List<String> read = those(log, "read_ticket: ");
    List<String> list = those(log, "list_tickets: ");
    if (list.isEmpty() && read.isEmpty()) {
      act(reply, "list_tickets", "", "");
    } else if (read.isEmpty()) {
      list.get(0).lines().forEach(ticket -> act(reply, "read_ticket", "", ticket));
    } else {
      for (String ticket : read) {
        String text = ticket.toLowerCase(Locale.ROOT);
        String kind =
            REFUND.matcher(text).find()
                ? "refund"
                : text.contains("urgent") ? "urgent" : "question";
        act(reply, "storage_save", "ticket," + kind + "," + ticket.split(" ", 2)[0], ticket);
      }
      act(reply, "finish", "", "sorted " + read.size() + " tickets");
    }
  }

  private static void refund(List<String> log, ReplyText reply) {
    List<String> tickets = new ArrayList<>();
    for (String line : log) {
      Matcher name = NAME.matcher(line);
      while (line.startsWith("storage_search") && name.find()) {
        tickets.add(name.group(1));
      }
    }
    List<String> outcomes = log.stream().filter(line -> line.startsWith("refund")).toList();
    if (log.stream().noneMatch(line -> line.startsWith("storage_search"))) {
      act(reply, "storage_search", "ticket,refund", "");
    } else if (outcomes.isEmpty() && !tickets.isEmpty()) {
      tickets.forEach(ticket -> act(reply, "refund", "", ticket));
    } else {
      int made = 0;
      for (int i = 0; i < Math.min(outcomes.size(), tickets.size()); i++) {
        boolean done = outcomes.get(i).startsWith("refund: refunded");
        made += done ? 1 : 0;
        String how = done ? "refunded" : "refused";
        act(reply, "storage_save", "outcome," + how + "," + tickets.get(i), outcomes.get(i));
      }
      act(reply, "finish", "", "refunded " + made + " of " + tickets.size());
    }
  }

  private static void report(List<String> log, ReplyText reply) {
    String[] wanted = {"ticket", "urgent", "refunded", "refused"};
    List<String> counts = new ArrayList<>();
    for (String line : log) {
      Matcher hits = HITS.matcher(line);
      if (hits.find()) {
        counts.add(hits.group(2));
      } else if (line.startsWith("storage_search")) {
        counts.add("0");
      }
    }
    if (counts.size() < wanted.length) {
      for (String tag : wanted) {
        act(reply, "storage_search", tag, "");
      }
      return;
    }
    act(
        reply,
        "finish",
        "",
        String.format(
            Locale.ROOT,
            "{\"tickets\": %s, \"urgent\": %s, \"refunded\": %s, \"refused\": %s}",
            counts.toArray()));
  }

  private static List<String> those(List<String> log, String beginning) {
    return log.stream()
        .filter(line -> line.startsWith(beginning))
        .map(line -> line.substring(beginning.length()))
        .toList();
  }

  private static void act(ReplyText reply, String type, String tags, String value) {
    reply.append("<action><type>" + type + "</type>");
    if (!tags.isEmpty()) {
      reply.append("<tags>" + tags + "</tags>");
    }
    if (!value.isEmpty()) {
      reply.append(
          "<value>" + value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
      reply.append("</value>");
    }
    reply.append("</action>");
  }
}
