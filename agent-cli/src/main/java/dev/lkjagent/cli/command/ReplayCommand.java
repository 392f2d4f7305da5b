package dev.lkjagent.cli.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.AgentTemplate;
import dev.lkjagent.runtime.loop.Assembly;
import dev.lkjagent.runtime.loop.ReplayReport;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.Models;
import dev.lkjagent.runtime.store.Store;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs an agent's journal again and compares. */
@Command(
    name = "replay",
    description = "Runs an agent's journal again, beside it, and says whether all came out alike.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent replay librarian",
      "  lkjagent replay librarian --store agents.db --input notes",
      "  lkjagent replay librarian --json",
      "",
      "Replies, answers of actions and messages come from the journal; no model is asked",
      "and no action is run. Give the options that the run had: they are part of the",
      "prompts. Ends with 1 if a cycle took another course."
    })
public final class ReplayCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      paramLabel = "AGENT",
      completionCandidates = Catalogue.Names.class,
      description = "Which agent, by the name that run takes.")
  private String named = "";

  @Mixin private final AgentOptions options = new AgentOptions();

  @Option(names = "--json", description = "Write one JSON object, for scripts.")
  private boolean json;

  /**
   * The command.
   *
   * @param terminal takes the verdict
   */
  public ReplayCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Catalogue catalogue = new Catalogue();
    AgentTemplate template = catalogue.template(named).orElseThrow(() -> catalogue.unknown(named));
    Assembly assembly = new Assembly(options.load());
    String name = options.agentName(assembly, template.name());
    ReplayReport report;
    try (Model model =
            Models.of(
                options.endpoint(assembly, template), assembly.config().llm(), System::getenv);
        Store store = options.store().openToLook(template.name());
        AgentHost host = assembly.host().workers(1).store(store).model(model).build()) {
      AgentBuilder builder = host.agent(name);
      template.configure(builder, options.input());
      Agent agent = assembly.configure(builder).start();
      terminal.progress("replaying " + agent.status().cycle() + " cycles of " + name);
      report = agent.replay();
    }
    if (json) {
      terminal
          .out()
          .println(
              JsonNodeFactory.instance
                  .objectNode()
                  .put("same", report.same())
                  .put("cycles", report.cycles())
                  .put("difference", report.difference())
                  .put("trace", report.traceHash())
                  .toPrettyString());
    } else if (report.same()) {
      terminal.out().println(report.cycles() + " cycles, all the same");
      terminal.out().println("trace " + report.traceHash());
    } else {
      terminal.out().println(report.cycles() + " cycles the same, then " + report.difference());
    }
    return (report.same() ? ExitCode.OK : ExitCode.NO).number();
  }
}
