package dev.lkjagent.cli.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.cli.command.Finding.Level;
import dev.lkjagent.cli.shell.ConfigOptions;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.cli.shell.Version;
import dev.lkjagent.runtime.config.LlmConfig;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.Models;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says whether this machine, and an endpoint, are fit for agents. */
@Command(
    name = "doctor",
    description = "Checks Java, memory, disk, the store's driver, and an endpoint.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent doctor",
      "  lkjagent doctor --store /var/lib/agents",
      "  lkjagent doctor --endpoint http://localhost:1234/v1/chat/completions",
      "  lkjagent doctor --endpoint https://api.example.com/v1 --model small --try",
      "  lkjagent doctor --json",
      "",
      "The endpoint is the one of the configuration; a key for it is read from the variable",
      "that llm.api_key_env names (LKJAGENT_API_KEY).",
      "Ends with 0 if nothing is broken, with 1 if something is."
    })
public final class DoctorCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      description = "The folder that is to hold the store (default: here).")
  private Path store = Path.of("");

  @Mixin private final ConfigOptions config = new ConfigOptions();

  @Option(
      names = "--try",
      description = "Ask the endpoint for three short replies, to see what it supports.")
  private boolean ask;

  @Option(names = "--json", description = "Write one JSON object, for scripts.")
  private boolean json;

  /**
   * The command.
   *
   * @param terminal takes the table
   */
  public DoctorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>(Machine.examine(store));
    findings.addAll(model());
    if (json) {
      writeJson(findings);
    } else {
      writeTable(findings);
    }
    boolean broken = findings.stream().anyMatch(finding -> finding.level() == Level.BROKEN);
    return (broken ? ExitCode.NO : ExitCode.OK).number();
  }

  /** The endpoint that the options, the environment or a file name. */
  private List<Finding> model() {
    LlmConfig llm;
    try {
      llm = config.load(System.getenv()).config().llm();
    } catch (FaultException e) {
      return List.of(
          Finding.broken("config", e.fault().message(), "lkjagent config shows all keys."));
    }
    String endpoint = llm.endpoint();
    if (endpoint.startsWith("rules:embedded")) {
      return List.of();
    }
    if (endpoint.matches("(?i)https?:.*")) {
      terminal.progress("asking " + endpoint);
      return new EndpointExamination(this::settings).examine(ask);
    }
    try (Model model = Models.of(endpoint, llm, System::getenv)) {
      return List.of(Finding.ok("endpoint", model.description()));
    } catch (FaultException e) {
      return List.of(
          Finding.broken(
              "endpoint",
              e.fault().message(),
              "An endpoint looks like http://localhost:1234/v1/chat/completions."));
    }
  }

  /** The settings, with others in the place of some; nothing is asked for twice. */
  private LlmConfig settings(Map<String, String> others) {
    config.set("llm.retry.max_attempts", "1", "doctor");
    others.forEach((key, value) -> config.set(key, value, "doctor"));
    return config.load(System.getenv()).config().llm();
  }

  private void writeTable(List<Finding> findings) {
    PrintWriter out = terminal.out();
    for (Finding finding : findings) {
      String mark = String.format("%-7s", finding.level().word());
      String coloured =
          switch (finding.level()) {
            case OK -> terminal.green(mark);
            case WARNING -> terminal.yellow(mark);
            case BROKEN -> terminal.red(mark);
          };
      String indent = " ".repeat(17);
      out.print(coloured + " " + String.format("%-9s", finding.subject()));
      out.println(Paragraph.wrap(finding.text(), indent, terminal.columns()));
      if (finding.wayOut() != null) {
        out.println(indent + Paragraph.wrap(finding.wayOut(), indent, terminal.columns()));
      }
    }
  }

  private void writeJson(List<Finding> findings) {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    root.put("version", Version.lkjagent());
    root.put("ok", findings.stream().noneMatch(finding -> finding.level() == Level.BROKEN));
    ArrayNode list = root.putArray("findings");
    for (Finding finding : findings) {
      ObjectNode node = list.addObject();
      node.put("subject", finding.subject());
      node.put("level", finding.level().word());
      node.put("text", finding.text());
      node.put("wayOut", finding.wayOut());
    }
    terminal.out().println(root.toPrettyString());
  }
}
