package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.CommandFailure;
import dev.lkjagent.cli.shell.ConfigOptions;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.memory.PoolReport;
import dev.lkjagent.runtime.config.LlmConfig;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.AgentStatus;
import dev.lkjagent.runtime.loop.AgentTemplate;
import dev.lkjagent.runtime.loop.Assembly;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.Models;
import dev.lkjagent.runtime.store.AgentInfo;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs an agent that comes with the program, or goes on with it. */
@Command(
    name = "run",
    description = "Runs an agent until it has finished, and goes on where an earlier run stopped.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent run librarian",
      "  lkjagent run librarian --input notes --ask \"Who built the clock?\"",
      "  lkjagent run librarian --fresh",
      "  lkjagent run librarian --endpoint http://localhost:1234/v1/chat/completions --model small",
      "",
      "Ctrl-C ends a run after its last finished cycle; the same command goes on from there."
    })
public final class RunCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "AGENT", description = "Which agent, for example librarian.")
  private String agentName = "";

  @Option(
      names = "--input",
      paramLabel = "DIR",
      description = "The folder that it works on (default: the agent's own example).")
  private @Nullable Path input;

  @Option(
      names = "--ask",
      paramLabel = "TEXT",
      description = "What it is asked (default: the agent's own example).")
  private @Nullable String question;

  @Option(names = "--fresh", description = "Forget what it did before, and start over.")
  private boolean fresh;

  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Option(names = "--model", paramLabel = "NAME", description = "The model at the endpoint.")
  private @Nullable String modelName;

  @Option(
      names = "--store",
      paramLabel = "FILE",
      description = "Where it is kept (default: .lkjagent/AGENT.db in your home folder).")
  private @Nullable Path storeFile;

  /**
   * The command.
   *
   * @param terminal takes progress and the result
   */
  public RunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    AgentTemplate template = template();
    String asked = question == null ? template.defaultQuestion() : question;
    if (modelName != null) {
      options.set("llm.model", modelName, "--model");
    }
    Assembly assembly = new Assembly(options.load(System.getenv()));
    LlmConfig llm = assembly.config().llm();
    String endpoint = assembly.isSet("llm.endpoint") ? llm.endpoint() : template.endpoint();
    String named = assembly.config().agent().name();
    String name = named.isEmpty() ? template.name() : named;
    try (Model model = Models.of(endpoint, llm, System::getenv);
        Store store = assembly.store(storeFile())) {
      if (fresh && StoreFaults.join(store.load(name)).isPresent()) {
        StoreFaults.join(store.delete(name));
      }
      RunProgress progress = new RunProgress(terminal);
      AgentHost host = assembly.host().store(store).model(model).build();
      Thread onInterrupt = new Thread(() -> interrupted(host, store), "lkjagent-interrupt");
      RunResult result;
      AgentStatus status;
      try {
        AgentBuilder builder = host.agent(name).listener(progress);
        template.configure(builder, input);
        Agent agent = assembly.configure(builder).start();
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        result = agent.run(asked);
        status = agent.status();
      } finally {
        host.close();
        unhook(onInterrupt);
      }
      show(name, model, store, progress, result, status, host.poolReports());
      if (result.fault() != null) {
        throw CommandFailure.of(result.fault());
      }
      return ExitCode.OK.number();
    }
  }

  private static void unhook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      // The hook runs and closes everything itself.
      return;
    }
  }

  /** Lets the cycle under way end or be undone, and gives the store back. */
  private void interrupted(AgentHost host, Store store) {
    host.close();
    store.close();
    terminal
        .err()
        .println("Interrupted. What was committed is kept; the same command goes on from there.");
    terminal.err().flush();
  }

  private AgentTemplate template() {
    List<AgentTemplate> known =
        ServiceLoader.load(AgentTemplate.class).stream().map(ServiceLoader.Provider::get).toList();
    return known.stream()
        .filter(template -> template.name().equals(agentName))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE,
                    "There is no agent \"" + agentName + "\".",
                    "Known are: "
                        + known.stream().map(AgentTemplate::name).collect(Collectors.joining(", "))
                        + "."));
  }

  private Path storeFile() throws IOException {
    Path file =
        storeFile == null
            ? Path.of(System.getProperty("user.home"), ".lkjagent", agentName + ".db")
            : storeFile.toAbsolutePath();
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return file;
  }

  private void show(
      String name,
      Model model,
      Store store,
      RunProgress progress,
      RunResult result,
      AgentStatus status,
      List<PoolReport> pools) {
    PrintWriter out = terminal.out();
    if (result.status() == RunResult.Status.FINISHED) {
      out.println(result.text());
      out.println();
    }
    long stored =
        StoreFaults.join(store.agents()).stream()
            .filter(info -> info.name().equals(name))
            .mapToLong(AgentInfo::entries)
            .sum();
    row(out, "agent", name + ", " + describe(result, progress));
    row(out, "model", model.description());
    row(out, "cycles", progress.cycles() + " in this run, " + status.cycle() + " in all");
    row(out, "states", progress.path());
    row(
        out,
        "entries",
        status.entries()
            + " in working memory, "
            + stored
            + " in storage, "
            + progress.pagedOut()
            + " moved there by the policy");
    row(
        out,
        "tokens",
        String.format(
            Locale.ROOT,
            "%,d in prompts, %,d in replies (estimated where not counted)",
            status.promptTokens(),
            status.replyTokens()));
    row(
        out,
        "bytes",
        String.format(
            Locale.ROOT,
            "%,d of slots for its mind, %,d in the store's file",
            status.slotBytes(),
            storeBytes()));
    row(out, "faults", Long.toString(status.faults()));
    row(out, "trace", status.traceHash().substring(0, 32));
    for (PoolReport pool : pools) {
      out.println();
      out.println(
          terminal.bold(pool.clean() ? "pool at the end: nothing is missing" : "the pool leaks"));
      out.print(pool);
    }
    out.flush();
  }

  private static String describe(RunResult result, RunProgress progress) {
    return switch (result.status()) {
      case FINISHED -> progress.cycles() == 0 ? "had finished this task before" : "finished";
      case WAITING -> "waits for a message";
      case NEEDS_APPROVAL -> "waits for an approval";
      case STOPPED -> "stopped";
      case FAILED -> "failed";
    };
  }

  private void row(PrintWriter out, String name, String text) {
    out.println(terminal.bold(String.format(Locale.ROOT, "%-9s", name)) + text);
  }

  private long storeBytes() {
    try {
      Path file = storeFile();
      Path log = file.resolveSibling(file.getFileName() + "-wal");
      return Files.size(file) + (Files.exists(log) ? Files.size(log) : 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
