package dev.lkjagent.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.loop.AgentTemplate;
import dev.lkjagent.runtime.program.Program;
import dev.lkjagent.runtime.program.ProgramOption;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what can be run. */
@Command(
    name = "samples",
    description = "Lists the agents and programs that can be run by name.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent samples",
      "  lkjagent samples librarian",
      "  lkjagent samples --json",
      "  lkjagent samples --class-path my-agents.jar",
      "",
      "Agents of your own are found the same way: docs/cli.md says how."
    })
public final class SamplesCommand implements Callable<Integer> {
  private static final int NAME_WIDTH = 14;

  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      completionCandidates = Catalogue.Names.class,
      description = "Show this one and its options.")
  private String name = "";

  @Option(names = "--json", description = "Write one JSON array, for scripts.")
  private boolean json;

  /**
   * The command.
   *
   * @param terminal takes the list
   */
  public SamplesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Catalogue catalogue = new Catalogue();
    List<String[]> shown =
        catalogue.all().stream().filter(row -> name.isEmpty() || row[0].equals(name)).toList();
    if (shown.isEmpty() && !name.isEmpty()) {
      throw catalogue.unknown(name);
    }
    if (json) {
      writeJson(catalogue, shown);
    } else {
      write(catalogue, shown);
    }
    return ExitCode.OK.number();
  }

  private void write(Catalogue catalogue, List<String[]> shown) {
    PrintWriter out = terminal.out();
    for (String[] row : shown) {
      line(out, terminal.bold(String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", row[0])), row[1]);
      if (!name.isEmpty()) {
        for (ProgramOption option : options(catalogue, row[0])) {
          String written =
              option.name() + (option.valueName() == null ? "" : " " + option.valueName());
          String standard = option.standard().isEmpty() ? "" : " (" + option.standard() + ")";
          line(
              out,
              String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", "  " + written),
              option.description() + standard);
        }
        catalogue
            .template(name)
            .ifPresent(agent -> line(out, pad("  model"), agent.endpoint() + " unless named"));
        catalogue
            .template(name)
            .ifPresent(agent -> line(out, pad("  is asked"), agent.defaultQuestion()));
      }
    }
    out.println();
    out.println("Run one with: lkjagent run NAME");
  }

  private static String pad(String text) {
    return String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s", text);
  }

  private void line(PrintWriter out, String first, String text) {
    out.println(first + " " + Paragraph.wrap(text, " ".repeat(NAME_WIDTH + 1), terminal.columns()));
  }

  private static List<ProgramOption> options(Catalogue catalogue, String name) {
    return catalogue.program(name).map(Program::options).orElse(List.of());
  }

  private void writeJson(Catalogue catalogue, List<String[]> shown) {
    ArrayNode list = new ObjectMapper().createArrayNode();
    for (String[] row : shown) {
      ObjectNode node = list.addObject().put("name", row[0]).put("description", row[1]);
      node.put("kind", catalogue.template(row[0]).isPresent() ? "agent" : "program");
      catalogue
          .template(row[0])
          .map(AgentTemplate::endpoint)
          .ifPresent(endpoint -> node.put("endpoint", endpoint));
      ArrayNode options = node.putArray("options");
      for (ProgramOption option : options(catalogue, row[0])) {
        options
            .addObject()
            .put("name", option.name())
            .put("value", option.valueName())
            .put("default", option.standard())
            .put("description", option.description());
      }
    }
    terminal.out().println(list.toPrettyString());
  }
}
