package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.CommandFailure;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
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
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
      "  lkjagent run librarian --ask \"Who built the clock?\"",
      "  lkjagent run librarian --fresh --input notes --ask \"Who keeps the keys?\"",
      "  lkjagent run librarian --json",
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

  @Option(
      names = "--json",
      description = "Write one JSON object, for scripts; for agents that are given a task.")
  private boolean json;

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
        if (json && template.get().isConversation()) {
          throw new CommandFailure(
              ExitCode.USAGE,
              named + " is talked to, and --json is for agents that are given a task.",
              "Leave it out; lkjagent inspect " + named + " --json shows what became of it.");
        }
        return (template.get().isConversation()
                ? new Conversation(terminal, options, template.get(), interruption)
                    .run(question, fresh)
                : run(template.get(), interruption))
            .number();
      }
      if (json) {
        rest.add("--json"); // which a program may take, too
      }
      Program program = catalogue.program(named).orElseThrow(() -> unknown(catalogue));
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

  /**
   * The options among arguments that no program of the class path takes.
   *
   * @param arguments what is left of a command line, without the options of every run
   * @return those that begin with a dash and are nowhere declared
   */
  public static List<String> unknownOptions(List<String> arguments) {
    Catalogue catalogue;
    try {
      catalogue = new Catalogue();
    } catch (CommandFailure brokenClassPath) {
      return List.of();
    }
    return arguments.stream()
        .filter(given -> given.startsWith("-") && !catalogue.takes(given.split("=", 2)[0]))
        .toList();
  }

  /** A name that is none may be the value of an option that is none. */
  private RuntimeException unknown(Catalogue catalogue) {
    List<String> options = unknownOptions(rest);
    return options.isEmpty()
        ? catalogue.unknown(named)
        : new UnmatchedArgumentException(spec.commandLine(), options);
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
      RunReport report = new RunReport(model, file, progress, result, status, host.poolReports());
      if (json) {
        terminal.out().println(report.json().toPrettyString());
      } else if (result.fault() == null || progress.cycles() > 0) {
        // Of a run that did nothing there is nothing to show but why.
        report.show(terminal, store);
      }
      if (result.fault() != null) {
        throw CommandFailure.of(result.fault());
      }
      return ExitCode.OK;
    }
  }
}
