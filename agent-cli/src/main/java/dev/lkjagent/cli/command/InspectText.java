package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.loop.AgentStatus;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.store.AgentInfo;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.Entry;
import dev.lkjagent.runtime.store.Hit;
import dev.lkjagent.runtime.store.SearchPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a store holds, for people. */
final class InspectText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final Terminal terminal;
  private final PrintWriter out;
  private final int limit;

  InspectText(Terminal terminal, int limit) {
    this.terminal = terminal;
    this.out = terminal.out();
    this.limit = limit;
  }

  void show(Map<Path, List<AgentInfo>> agents, Map<Path, List<String>> spaces) {
    if (agents.isEmpty()) {
      out.println("There is no store in " + StoreOption.home() + ".");
      out.println("One begins to exist with the first run; --store FILE names another.");
    }
    for (Map.Entry<Path, List<AgentInfo>> store : agents.entrySet()) {
      out.println(terminal.bold(store.getKey().toString()));
      for (AgentInfo info : store.getValue()) {
        out.println(
            terminal.cut(
                "  "
                    + info.name()
                    + ", "
                    + state(info.state())
                    + " after cycle "
                    + info.cycle()
                    + ", "
                    + count(info.entries(), "entry", "entries")
                    + waits(info)
                    + fork(info)));
      }
      for (String space : spaces.getOrDefault(store.getKey(), List.of())) {
        out.println(terminal.cut("  shared space " + space));
      }
      if (store.getValue().isEmpty()) {
        out.println("  no agents");
      }
    }
  }

  private static String state(String state) {
    return state.isEmpty() ? "new" : state;
  }

  private static String waits(AgentInfo info) {
    return (info.messages() == 0 ? "" : ", " + count(info.messages(), "message", "messages"))
        + (info.asked() == 0 ? "" : ", " + count(info.asked(), "call", "calls") + " to approve");
  }

  private static String fork(AgentInfo info) {
    return info.parent() == null
        ? ""
        : ", forked from " + info.parent() + " at cycle " + info.parentCycle();
  }

  static String count(long number, String one, String many) {
    return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
  }

  void show(InspectCommand.View view, boolean cycles) throws IOException {
    AgentStatus status = view.saved().status();
    row("agent", status.agent() + ", " + status.state() + " after cycle " + status.cycle());
    row(
        "store",
        view.file() + String.format(Locale.ROOT, ", %,d bytes", StoreFile.bytes(view.file())));
    row("created", time(view.info().created()) + fork(view.info()));
    row(
        "waiting",
        count(view.saved().inbox().size(), "message", "messages")
            + ", "
            + count(view.saved().intents().size(), "open call", "open calls"));
    row(
        "tokens",
        String.format(
            Locale.ROOT,
            "%,d in prompts, %,d in replies, %s",
            status.promptTokens(),
            status.replyTokens(),
            count(status.faults(), "fault", "faults")));
    row("trace", status.traceHash().substring(0, 32));
    if (cycles) {
      view.commits().forEach(this::show);
      return;
    }
    tree(view.saved().memory());
    out.println();
    long bytes = view.storage().stream().mapToLong(entry -> entry.value().size()).sum();
    out.println(
        terminal.bold("storage")
            + "   "
            + count(view.storage().size(), "entry", "entries")
            + String.format(Locale.ROOT, ", %,d bytes", bytes));
    for (Entry entry : view.storage().subList(0, Math.min(limit, view.storage().size()))) {
      entry(entry.tags().canonical(), entry.value().size(), entry.value().utf8());
    }
    if (view.storage().size() > limit) {
      out.println(
          "  … and " + (view.storage().size() - limit) + " more: raise --limit, or search.");
    }
  }

  private void tree(List<MemoryEntry> memory) {
    long bytes = memory.stream().mapToLong(entry -> entry.value().length()).sum();
    out.println();
    out.println(
        terminal.bold("memory")
            + "    "
            + count(memory.size(), "entry", "entries")
            + String.format(Locale.ROOT, ", %,d characters", bytes));
    List<EntryKind> kinds = new ArrayList<>();
    for (EntryKind kind : EntryKind.values()) {
      if (memory.stream().anyMatch(entry -> entry.kind() == kind)) {
        kinds.add(kind);
      }
    }
    for (int k = 0; k < kinds.size(); k++) {
      boolean lastKind = k == kinds.size() - 1;
      EntryKind kind = kinds.get(k);
      List<MemoryEntry> entries = memory.stream().filter(e -> e.kind() == kind).toList();
      out.println((lastKind ? "└─ " : "├─ ") + name(kind) + " " + entries.size());
      for (int i = 0; i < entries.size(); i++) {
        MemoryEntry entry = entries.get(i);
        String stem = lastKind ? "   " : "│  ";
        String branch = i == entries.size() - 1 ? "└─ " : "├─ ";
        String marks =
            (entry.pinned() ? ", pinned" : "")
                + ", cycle "
                + entry.writtenCycle()
                + (entry.readCycle() > entry.writtenCycle()
                    ? ", read in " + entry.readCycle()
                    : "");
        out.println(
            terminal.cut(stem + branch + entry.tags() + marks + ": " + oneLine(entry.value())));
      }
    }
  }

  private static String name(EntryKind kind) {
    return switch (kind) {
      case NOTE -> "notes";
      case LOADED -> "loaded from storage";
      case MESSAGE -> "messages";
      case THINKING -> "thinking log";
      case EVALUATION -> "evaluation log";
      case EXECUTION -> "execution log";
    };
  }

  private void show(Commit commit) {
    out.println();
    out.println(
        terminal.bold("cycle " + commit.cycle())
            + (commit.ends() ? " -> " + commit.state() : ", announced before it acted")
            + ", "
            + time(commit.time()));
    for (JournalItem item : JournalItem.of(commit)) {
      String name = item.name();
      for (String line : item.text().lines().toList()) {
        out.println(terminal.cut(String.format(Locale.ROOT, "  %-9s %s", name, line)));
        name = "";
      }
    }
  }

  void show(SearchPage page) {
    for (Hit hit : page.hits()) {
      entry(hit.tags().canonical(), hit.sizeBytes(), hit.snippet());
    }
    if (page.hasMore()) {
      out.println("  " + page.total() + " in all; --limit shows more.");
    }
  }

  private void entry(String tags, int bytes, String value) {
    out.println(terminal.cut(String.format(Locale.ROOT, "  %s, %,d bytes", tags, bytes)));
    out.println(terminal.cut("    " + oneLine(value)));
  }

  private void row(String name, String text) {
    out.println(
        terminal.bold(String.format(Locale.ROOT, "%-9s", name))
            + " "
            + Paragraph.wrap(text, " ".repeat(10), terminal.columns()));
  }

  static String time(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()));
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
