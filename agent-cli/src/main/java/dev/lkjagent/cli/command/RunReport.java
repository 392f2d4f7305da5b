package dev.lkjagent.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.memory.PoolReport;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.loop.AgentStatus;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.store.AgentInfo;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What a run came to, for people and for scripts. */
record RunReport(
    Model model,
    Path file,
    RunProgress progress,
    RunResult result,
    AgentStatus status,
    List<PoolReport> pools) {

  /** The object that {@code run --json} writes. */
  ObjectNode json() {
    boolean finished = result.status() == RunResult.Status.FINISHED;
    ObjectNode root =
        InspectJson.of(status, file)
            .put("status", result.status().name().toLowerCase(Locale.ROOT))
            .put("result", finished ? result.text() : null)
            .put("cycles", progress.cycles())
            .put("model", model.description())
            .put("languageModel", model.isLanguageModel());
    Fault fault = result.fault();
    if (fault == null) {
      root.putNull("fault");
    } else {
      root.putObject("fault").put("code", fault.code().name()).put("message", fault.message());
    }
    return root;
  }

  /** Writes the answer and a table. */
  void show(Terminal terminal, Store store) {
    PrintWriter out = terminal.out();
    if (result.status() == RunResult.Status.FINISHED) {
      out.println(Paragraph.lines(result.text(), terminal.columns()));
      out.println();
    }
    long stored =
        StoreFaults.join(store.agents()).stream()
            .filter(info -> info.name().equals(status.agent()))
            .mapToLong(AgentInfo::entries)
            .sum();
    row(terminal, "agent", status.agent() + ", " + describe());
    row(terminal, "model", model.description());
    row(terminal, "cycles", progress.cycles() + " in this run, " + status.cycle() + " in all");
    row(terminal, "states", progress.path());
    row(
        terminal,
        "entries",
        status.entries()
            + " in working memory, "
            + stored
            + " in storage, "
            + progress.pagedOut()
            + " moved there by the policy");
    row(
        terminal,
        "tokens",
        String.format(
            Locale.ROOT,
            "%,d in prompts, %,d in replies (estimated where not counted)",
            status.promptTokens(),
            status.replyTokens()));
    row(
        terminal,
        "bytes",
        String.format(
            Locale.ROOT,
            "%,d of slots for its mind, %,d in the store's file",
            status.slotBytes(),
            storeBytes()));
    row(terminal, "faults", Long.toString(status.faults()));
    row(terminal, "trace", status.traceHash().substring(0, 32));
    for (PoolReport pool : pools) {
      out.println();
      out.println(
          terminal.bold(pool.clean() ? "pool at the end: nothing is missing" : "the pool leaks"));
      out.print(pool);
    }
    out.flush();
  }

  private String describe() {
    return switch (result.status()) {
      case FINISHED -> progress.cycles() == 0 ? "had finished this task before" : "finished";
      case WAITING -> "waits for a message";
      case NEEDS_APPROVAL -> "waits for an approval";
      case STOPPED -> "stopped";
      case FAILED -> "failed";
    };
  }

  private static void row(Terminal terminal, String name, String text) {
    terminal
        .out()
        .println(
            terminal.bold(String.format(Locale.ROOT, "%-9s", name))
                + Paragraph.wrap(text, " ".repeat(9), terminal.columns()));
  }

  private long storeBytes() {
    try {
      return StoreFile.bytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
