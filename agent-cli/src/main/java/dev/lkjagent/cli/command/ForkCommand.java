package dev.lkjagent.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.loop.SavedAgent;
import dev.lkjagent.runtime.store.Snapshot;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a second agent of what an agent was. */
@Command(
    name = "fork",
    description = "Makes a second agent of what an agent is, or was at the end of a cycle.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent fork librarian librarian-2",
      "  lkjagent fork librarian early --at 12",
      "",
      "The new agent stands in the same store and has working memory, storage, waiting",
      "messages and open calls of its own. Spaces that agents share are not copied.",
      "lkjagent run AGENT --name NEW goes on with it. The store must not be in use."
    })
public final class ForkCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "AGENT", description = "Which agent.")
  private String agent = "";

  @Parameters(index = "1", paramLabel = "NEW", description = "The name of the new one.")
  private String name = "";

  @Mixin private final StoreOption store = new StoreOption();

  @Option(
      names = "--at",
      paramLabel = "CYCLE",
      description = "As it was at the end of this cycle (default: as it is).")
  private long at = Store.LATEST;

  @Option(names = "--json", description = "Write one JSON object, for scripts.")
  private boolean json;

  /**
   * The command.
   *
   * @param terminal takes the outcome
   */
  public ForkCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Store open = store.openToWrite(agent)) {
      Snapshot fork = StoreFaults.join(open.fork(agent, at, name, System.currentTimeMillis()));
      if (json) {
        SavedAgent saved = SavedAgent.read(open, name, Store.LATEST);
        ObjectNode root = InspectJson.of(saved.status(), store.file(agent));
        root.put("parent", agent).put("parentCycle", fork.cycle());
        terminal.out().println(root.toPrettyString());
        return ExitCode.OK.number();
      }
      terminal.out().println(name + " is " + agent + " as it was after cycle " + fork.cycle());
      terminal.err().println("Go on with it: lkjagent run " + agent + " --name " + name);
    }
    return ExitCode.OK.number();
  }
}
