package dev.lkjagent.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.lkjagent.cli.shell.ConfigOptions;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.config.EffectiveSetting;
import dev.lkjagent.runtime.config.Origin;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the configuration that is in effect, and where each value came from. */
@Command(
    name = "config",
    description = "Prints the configuration in effect, and where each value came from.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent config",
      "  lkjagent config llm",
      "  lkjagent config --changed --config agent.json --set llm.model=qwen3",
      "  lkjagent config --json",
      "",
      "Variables named LKJAGENT_CFG_a__b set the key a.b. What looks like a secret",
      "is not shown. docs/configuration.md describes every key."
    })
public final class ConfigCommand implements Callable<Integer> {
  private static final int ORIGIN_COLUMN = 50;

  private final Terminal terminal;

  @Mixin private final ConfigOptions options = new ConfigOptions();

  @Option(names = "--changed", description = "Only what is not the built-in default.")
  private boolean changed;

  @Option(names = "--json", description = "Write one JSON array, for scripts.")
  private boolean json;

  @Parameters(
      arity = "0..1",
      paramLabel = "KEY",
      description = "Only this key, or what lies below it.")
  private String below = "";

  /**
   * The command.
   *
   * @param terminal takes the listing
   */
  public ConfigCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    List<EffectiveSetting> shown =
        options.load(System.getenv()).settings().stream().filter(this::isAskedFor).toList();
    if (json) {
      writeJson(shown);
    } else {
      shown.forEach(this::writeLine);
    }
    if (shown.isEmpty() && !changed) {
      terminal.err().println("There is no key " + below + "; lkjagent config lists them all.");
      return ExitCode.NO.number();
    }
    return ExitCode.OK.number();
  }

  private boolean isAskedFor(EffectiveSetting setting) {
    boolean inside =
        below.isEmpty() || setting.path().equals(below) || setting.path().startsWith(below + ".");
    return inside && !(changed && setting.origin().source() == Origin.Source.DEFAULT);
  }

  /** The origin stands behind the value if there is room, and under it otherwise. */
  private void writeLine(EffectiveSetting setting) {
    String line = setting.path() + " = " + setting.value().replace("},{", "}, {");
    String origin = setting.origin().toString();
    String told =
        setting.origin().source() == Origin.Source.DEFAULT ? origin : terminal.green(origin);
    int column = Math.max(ORIGIN_COLUMN, line.length() + 2);
    if (column + origin.length() <= terminal.columns()) {
      terminal.out().println(line + " ".repeat(column - line.length()) + told);
    } else {
      terminal.out().println(Paragraph.wrap(line, "    ", terminal.columns()));
      terminal
          .out()
          .println(
              " ".repeat(Math.max(4, Math.min(ORIGIN_COLUMN, terminal.columns() - origin.length())))
                  + told);
    }
  }

  private void writeJson(List<EffectiveSetting> shown) throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ArrayNode list = mapper.createArrayNode();
    for (EffectiveSetting setting : shown) {
      list.addObject()
          .put("key", setting.path())
          .put("source", setting.origin().source().name().toLowerCase(java.util.Locale.ROOT))
          .put("place", setting.origin().place())
          .set("value", mapper.readTree(setting.value()));
    }
    terminal.out().println(list.toPrettyString());
  }
}
