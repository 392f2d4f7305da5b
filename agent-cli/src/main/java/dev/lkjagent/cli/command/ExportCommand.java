package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.loop.MemoryFile;
import dev.lkjagent.runtime.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes an agent as a memory file. */
@Command(
    name = "export",
    description = "Writes an agent as a memory file: working memory, storage, state, iteration.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent export librarian > memory.json",
      "  lkjagent export librarian --to memory.json",
      "  lkjagent export librarian --at 12",
      "",
      "It works beside a host that runs the agent. lkjagent import reads the file."
    })
public final class ExportCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "AGENT", description = "Which agent.")
  private String agent = "";

  @Mixin private final StoreOption store = new StoreOption();

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Write to this file (default: the standard output).")
  private @Nullable Path target;

  @Option(
      names = "--at",
      paramLabel = "CYCLE",
      description = "As it was at the end of this cycle; 0 is before the first.")
  private long at = Store.LATEST;

  /**
   * The command.
   *
   * @param terminal takes the file
   */
  public ExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    byte[] file;
    try (Store open = store.openToLook(agent)) {
      file = MemoryFile.export(open, agent, at);
    }
    if (target == null) {
      terminal.out().print(new String(file, StandardCharsets.UTF_8));
    } else {
      WholeFile.write(target, file);
      terminal.err().println("Written: " + target + ", " + file.length + " bytes.");
    }
    return ExitCode.OK.number();
  }
}
