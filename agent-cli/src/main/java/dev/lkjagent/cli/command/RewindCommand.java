package dev.lkjagent.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.loop.SavedAgent;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.Snapshot;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an agent what it was. */
@Command(
    name = "rewind",
    description = "Makes an agent what it was at the end of an earlier cycle, for good.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent rewind librarian 12",
      "  lkjagent rewind librarian 0 --yes",
      "",
      "Memory, its own storage and its journal go back; messages that it has read since",
      "wait again. What does not go back: spaces that agents share, and whatever its",
      "actions did outside. The later cycles are lost: lkjagent fork keeps them under",
      "another name. The store must not be in use."
    })
public final class RewindCommand implements Callable<Integer> {
  private static final int PAGE = 256;

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "AGENT", description = "Which agent.")
  private String agent = "";

  @Parameters(
      index = "1",
      paramLabel = "CYCLE",
      description = "To the end of which cycle; 0 is before the first.")
  private long cycle;

  @Mixin private final StoreOption store = new StoreOption();

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Option(names = "--json", description = "Write one JSON object, for scripts.")
  private boolean json;

  /**
   * The command.
   *
   * @param terminal asks, and takes the outcome
   */
  public RewindCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    try (Store open = store.openToWrite(agent)) {
      SavedAgent now = SavedAgent.read(open, agent, Store.LATEST);
      SavedAgent then = SavedAgent.read(open, agent, cycle);
      long lost = now.status().cycle() - then.status().cycle();
      long outside = answers(open, then.status().cycle() + 1, now.status().cycle());
      List<String> shared = StoreFaults.join(open.sharedSpaces());
      tell(now, then, lost, outside, shared);
      if (!yes && !confirmed()) {
        terminal.err().println("Nothing was changed.");
        return ExitCode.NO.number();
      }
      Snapshot back = StoreFaults.join(open.rewind(agent, cycle));
      if (json) {
        SavedAgent saved = SavedAgent.read(open, agent, Store.LATEST);
        ObjectNode root = InspectJson.of(saved.status(), store.file(agent));
        root.put("lost", lost).put("calls", outside);
        shared.forEach(root.putArray("sharedSpaces")::add);
        terminal.out().println(root.toPrettyString());
        return ExitCode.OK.number();
      }
      terminal
          .out()
          .println(
              agent
                  + ", "
                  + (back.state().isEmpty() ? "new" : back.state())
                  + " after cycle "
                  + back.cycle());
    }
    return ExitCode.OK.number();
  }

  private boolean confirmed() throws IOException {
    @Nullable String answer = terminal.ask("Go back? [y/N] ");
    return answer != null && List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
  }

  /** How many answers of users' actions stand in the journal of some cycles. */
  private long answers(Store open, long from, long to) {
    long found = 0;
    for (long at = from; at <= to; at += PAGE) {
      int size = (int) Math.min(PAGE, to - at + 1);
      for (Commit commit : StoreFaults.join(open.commits(agent, at, size))) {
        found +=
            JournalItem.of(commit).stream()
                .filter(item -> item.name().equals("answered") || item.name().equals("failed"))
                .count();
      }
    }
    return found;
  }

  private void tell(SavedAgent now, SavedAgent then, long lost, long outside, List<String> shared) {
    PrintWriter err = terminal.err();
    err.println(
        agent
            + " goes back from cycle "
            + now.status().cycle()
            + " to cycle "
            + then.status().cycle()
            + "; "
            + InspectText.count(lost, "cycle is", "cycles are")
            + " lost.");
    err.println("Not undone, whatever happened since:");
    err.println(
        outside == 0
            ? "  effects outside: no action of its own tools was made"
            : "  effects outside: "
                + InspectText.count(outside, "call", "calls")
                + " of its tools; what they did stays done");
    err.println(
        shared.isEmpty()
            ? "  shared spaces: the store has none"
            : "  shared spaces: " + String.join(", ", shared) + " stay as they are");
  }
}
