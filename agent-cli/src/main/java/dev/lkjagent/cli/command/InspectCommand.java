package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.CommandFailure;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.loop.SavedAgent;
import dev.lkjagent.runtime.store.AgentInfo;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.Entry;
import dev.lkjagent.runtime.store.Query;
import dev.lkjagent.runtime.store.SearchPage;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a store holds, beside whoever writes to it. */
@Command(
    name = "inspect",
    description = "Shows what a store holds: agents, memory, storage, cycles. Changes nothing.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent inspect",
      "  lkjagent inspect librarian",
      "  lkjagent inspect librarian --at 12",
      "  lkjagent inspect librarian --last 5",
      "  lkjagent inspect librarian --tags note --text \"first hives\"",
      "  lkjagent inspect --store team.db --shared tickets",
      "  lkjagent inspect librarian --json",
      "",
      "It works beside a host that runs the agent, and shows its last commit.",
      "Ends with 1 if a search finds nothing."
    })
public final class InspectCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "AGENT",
      description = "Which agent (default: list them all).")
  private @Nullable String agent;

  @Mixin private final StoreOption store = new StoreOption();

  @Option(
      names = "--at",
      paramLabel = "CYCLE",
      description = "As it was at the end of this cycle; 0 is before the first.")
  private long at = Store.LATEST;

  @Option(
      names = "--last",
      paramLabel = "N",
      description = "Show its last N cycles: what came from outside and what was done.")
  private int last;

  @Option(names = "--tags", paramLabel = "TAGS", description = "Search: all of these tags.")
  private @Nullable String tags;

  @Option(names = "--text", paramLabel = "WORDS", description = "Search: all of these words.")
  private @Nullable String text;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Show at most so many entries of storage (default: ${DEFAULT-VALUE}).")
  private int limit = 20;

  @Option(
      names = "--shared",
      paramLabel = "SPACE",
      description = "Look into a shared space of the store, in the place of an agent.")
  private @Nullable String shared;

  @Option(names = "--json", description = "Write one JSON object with everything, for scripts.")
  private boolean json;

  /**
   * The command.
   *
   * @param terminal takes what is shown
   */
  public InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** What an agent is found in and what was asked of it. */
  record View(
      Path file, AgentInfo info, SavedAgent saved, List<Entry> storage, List<Commit> commits) {}

  @Override
  public Integer call() throws IOException {
    if (limit < 1 || last < 0 || at < Store.LATEST) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--limit is at least 1, --last and --at are at least 0.",
          "See: lkjagent inspect --help.");
    }
    if (shared != null) {
      return lookIntoSharedSpace(shared).number();
    }
    if (agent == null) {
      return list().number();
    }
    try (Store open = store.openToLook(agent)) {
      AgentInfo info = info(open, agent);
      if (tags != null || text != null) {
        return search(open, Space.of(agent)).number();
      }
      List<Entry> entries = new ArrayList<>();
      var unused = StoreFaults.join(open.entries(Space.of(agent), at, entries::add));
      SavedAgent saved = SavedAgent.read(open, agent, at);
      long end = saved.status().cycle();
      long from = Math.max(1, json && last == 0 ? 1 : end - last + 1);
      List<Commit> commits =
          from > end
              ? List.of()
              : StoreFaults.join(open.commits(agent, from, (int) (end - from + 1)));
      View view = new View(store.file(agent), info, saved, entries, commits);
      if (json) {
        terminal.out().println(InspectJson.of(view).toPrettyString());
      } else {
        new InspectText(terminal, limit).show(view, last > 0);
      }
    }
    return ExitCode.OK.number();
  }

  private AgentInfo info(Store open, String name) {
    List<AgentInfo> all = StoreFaults.join(open.agents());
    return all.stream()
        .filter(info -> info.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.INPUT,
                    "the store " + store.file(name) + " has no agent \"" + name + "\".",
                    all.isEmpty()
                        ? "It has none at all."
                        : "It has "
                            + String.join(", ", all.stream().map(AgentInfo::name).toList())
                            + "."));
  }

  private ExitCode lookIntoSharedSpace(String name) {
    if (!store.isGiven() && agent == null) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--shared needs a store.",
          "Name it with --store FILE, or an agent whose store it is.");
    }
    try (Store open = store.openToLook(agent == null ? name : agent)) {
      List<String> spaces = StoreFaults.join(open.sharedSpaces());
      if (!spaces.contains(name)) {
        throw new CommandFailure(
            ExitCode.INPUT,
            "the store has no shared space \"" + name + "\" with anything in it.",
            spaces.isEmpty() ? "It has none." : "It has " + String.join(", ", spaces) + ".");
      }
      return search(open, Space.shared(name));
    }
  }

  private ExitCode search(Store open, Space space) {
    if (at != Store.LATEST) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "a search looks at storage as it is now.",
          "Leave --at out, or --tags and --text.");
    }
    Query query = Query.EVERYTHING.page(0, limit);
    query = tags == null ? query : query.all(tags);
    query = text == null ? query : query.text(text);
    SearchPage page = StoreFaults.join(open.search(space, query));
    if (json) {
      terminal.out().println(InspectJson.of(page).toPrettyString());
    } else {
      new InspectText(terminal, limit).show(page);
    }
    if (page.hits().isEmpty()) {
      terminal.err().println("Nothing in the " + space + " is like that.");
      return ExitCode.NO;
    }
    return ExitCode.OK;
  }

  /** Lists the agents of one store, or of all in the home folder. */
  private ExitCode list() throws IOException {
    Map<Path, List<AgentInfo>> agents = new LinkedHashMap<>();
    Map<Path, List<String>> spaces = new LinkedHashMap<>();
    for (Path file : files()) {
      try (Store open = new StoreOption(file).openToLook("")) {
        agents.put(file, StoreFaults.join(open.agents()));
        spaces.put(file, StoreFaults.join(open.sharedSpaces()));
      } catch (FaultException e) {
        if (store.isGiven()) {
          throw e;
        }
        terminal.err().println("warning: " + e.fault().message());
      }
    }
    if (json) {
      terminal.out().println(InspectJson.of(agents, spaces).toPrettyString());
    } else {
      new InspectText(terminal, limit).show(agents, spaces);
    }
    return ExitCode.OK;
  }

  private List<Path> files() throws IOException {
    if (store.isGiven()) {
      return List.of(store.file(""));
    }
    if (!Files.isDirectory(StoreOption.home())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(StoreOption.home())) {
      return files.filter(file -> file.toString().endsWith(".db")).sorted().toList();
    }
  }
}
