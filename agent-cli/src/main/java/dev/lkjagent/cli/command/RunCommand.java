package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.CommandFailure;
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
import dev.lkjagent.runtime.program.Program;
import dev.lkjagent.runtime.store.AgentInfo;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs an agent or a program by its name. */
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
      "  lkjagent run long-haul --cycles 20000",
      "",
      "lkjagent samples lists what can be run; lkjagent samples NAME shows the options",
      "that a program takes besides these. Ctrl-C ends a run after its last finished",
      "cycle; the same command goes on from there."
    })
public final class RunCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      completionCandidates = Catalogue.Names.class,
      description = "Which agent or program, as in librarian.")
  private String named = "";

  @Option(
      names = "--ask",
      paramLabel = "TEXT",
      description = "What it is asked (default: its own example).")
  private @Nullable String question;

  @Option(names = "--fresh", description = "Forget what it did before, and start over.")
  private boolean fresh;

  @Mixin private final AgentOptions options = new AgentOptions();

  @Unmatched private List<String> rest = new ArrayList<>();

  /**
   * The command.
   *
   * @param terminal takes progress and the result
   */
  public RunCommand(Terminal terminal) {
    this.terminal = terminal;
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() throws Exception {
    if (question != null && question.isBlank()) {
      throw new CommandFailure(
          ExitCode.USAGE, "--ask has no text.", "Write a question, or leave the option out.");
    }
    Catalogue catalogue = new Catalogue();
    Optional<AgentTemplate> template = catalogue.template(named);
    Interruption interruption = new Interruption(terminal);
    try (interruption) {
      if (template.isPresent()) {
        if (!rest.isEmpty()) {
          throw new UnmatchedArgumentException(spec.commandLine(), rest);
        }
        return (template.get().isConversation()
                ? new Conversation(terminal, options, template.get(), interruption)
                    .run(question, fresh)
                : run(template.get(), interruption))
            .number();
      }
      Program program = catalogue.program(named).orElseThrow(() -> catalogue.unknown(named));
      ProgramStart start =
          new ProgramStart(
              program,
              terminal,
              new Assembly(options.load()),
              options.store(),
              options.input(),
              question,
              fresh,
              rest,
              interruption);
      List<String> javaOptions = program.javaOptions(start);
      if (!javaOptions.isEmpty() && !JavaProcess.isInside()) {
        List<String> original = spec.root().commandLine().getParseResult().originalArgs();
        return JavaProcess.run(javaOptions, original, interruption);
      }
      program.run(start);
      return ExitCode.OK.number();
    } catch (Exception e) {
      if (interruption.isRunning()) {
        return ExitCode.INTERRUPTED.number();
      }
      throw e;
    }
  }

  private ExitCode run(AgentTemplate template, Interruption interruption) throws IOException {
    Assembly assembly = new Assembly(options.load());
    LlmConfig llm = assembly.config().llm();
    String name = options.agentName(assembly, template.name());
    Path file = options.store().fileToWrite(template.name());
    try (Model model = Models.of(options.endpoint(assembly, template), llm, System::getenv);
        Store store = interruption.closes(assembly.store(file))) {
      if (fresh && StoreFaults.join(store.load(name)).isPresent()) {
        StoreFaults.join(store.delete(name));
      }
      RunProgress progress = new RunProgress(terminal);
      RunResult result;
      AgentStatus status;
      AgentHost host = interruption.closes(assembly.host().store(store).model(model).build());
      try (host) {
        AgentBuilder builder = host.agent(name).listener(progress);
        template.configure(builder, options.input());
        Agent agent = assembly.configure(builder).start();
        result = agent.run(question == null ? template.defaultQuestion() : question);
        status = agent.status();
      }
      if (interruption.isRunning()) {
        return ExitCode.INTERRUPTED;
      }
      // Of a run that did nothing there is nothing to show but why.
      if (result.fault() == null || progress.cycles() > 0) {
        show(name, model, store, file, progress, result, status, host.poolReports());
      }
      if (result.fault() != null) {
        throw CommandFailure.of(result.fault());
      }
      return ExitCode.OK;
    }
  }

  private void show(
      String name,
      Model model,
      Store store,
      Path file,
      RunProgress progress,
      RunResult result,
      AgentStatus status,
      List<PoolReport> pools) {
    PrintWriter out = terminal.out();
    if (result.status() == RunResult.Status.FINISHED) {
      out.println(Paragraph.lines(result.text(), terminal.columns()));
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
            storeBytes(file)));
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
    out.println(
        terminal.bold(String.format(Locale.ROOT, "%-9s", name))
            + Paragraph.wrap(text, " ".repeat(9), terminal.columns()));
  }

  private static long storeBytes(Path file) {
    try {
      return StoreFile.bytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
