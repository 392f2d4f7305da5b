package dev.lkjagent.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.cli.shell.CommandFailure;
import dev.lkjagent.cli.shell.ConfigOptions;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Failures;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.loop.Assembly;
import dev.lkjagent.runtime.loop.MemoryFile;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.SavedAgent;
import dev.lkjagent.runtime.store.AgentInfo;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an agent of a memory file. */
@Command(
    name = "import",
    description = "Makes an agent of a memory file, which goes on where the file says.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent import memory.json story",
      "  lkjagent import memory.json story --store agents.db",
      "  lkjagent import memory.json story --config config.json",
      "",
      "The file is a JSON object with working_memory and storage (tags and texts), state",
      "and iteration, each of which may be missing. Files that the original system wrote",
      "are read too. An agent of that name must not be there yet.",
      "",
      "Keys that begin with the key_prefix of a log (agent.thinking_log.key_prefix and its",
      "like in the configuration) become items of that log."
    })
public final class ImportCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "FILE", description = "The memory file.")
  private Path file = Path.of("");

  @Parameters(index = "1", paramLabel = "AGENT", description = "The name of the new agent.")
  private String agent = "";

  @Mixin private final StoreOption store = new StoreOption();

  @Mixin private final ConfigOptions config = new ConfigOptions();

  @Option(names = "--json", description = "Write one JSON object, for scripts.")
  private boolean json;

  /**
   * The command.
   *
   * @param terminal takes the outcome
   */
  public ImportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  private byte[] read() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.INPUT,
          "the memory file " + file + " " + Failures.reason(e) + ".",
          "Check its name and that it may be read.",
          e);
    }
  }

  @Override
  public Integer call() throws IOException {
    byte[] memory = read();
    MemoryLimits logs = new Assembly(config.load(System.getenv())).memory(MemoryLimits.DEFAULT);
    Path target = store.fileToWrite(agent);
    try (Store open = SqliteStore.open(target)) {
      MemoryFile.importAgent(open, agent, memory, System.currentTimeMillis(), logs);
      SavedAgent saved = SavedAgent.read(open, agent, Store.LATEST);
      long entries =
          StoreFaults.join(open.agents()).stream()
              .filter(info -> info.name().equals(agent))
              .mapToLong(AgentInfo::entries)
              .sum();
      if (json) {
        ObjectNode root = InspectJson.of(saved.status(), target);
        root.put("memoryEntries", saved.memory().size()).put("storageEntries", entries);
        terminal.out().println(root.toPrettyString());
        return ExitCode.OK.number();
      }
      terminal
          .out()
          .println(
              agent
                  + ", "
                  + saved.status().state()
                  + " after cycle "
                  + saved.status().cycle()
                  + ": "
                  + InspectText.count(saved.memory().size(), "entry", "entries")
                  + " in working memory, "
                  + entries
                  + " in storage");
    } catch (FaultException e) {
      FaultCode code = e.fault().code();
      if (code == FaultCode.CONFIG_INVALID || code == FaultCode.NO_TAGS) {
        throw new CommandFailure(
            ExitCode.INPUT,
            file + " cannot be imported: " + e.fault().message() + ".",
            "Repair the file; nothing was imported.",
            e);
      }
      throw e;
    }
    return ExitCode.OK.number();
  }
}
