package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.loop.AgentTemplate;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Talks to an agent. */
@Command(
    name = "chat",
    description = "Talks to an agent, which remembers across restarts.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent chat",
      "  lkjagent chat --endpoint http://localhost:1234/v1/chat/completions --model small",
      "  lkjagent chat < questions.txt",
      "",
      "/help lists what can be typed besides messages. Without an endpoint, fixed rules",
      "answer, which are no language model and say so."
    })
public final class ChatCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "AGENT",
      defaultValue = "chat",
      description = "Which agent (default: ${DEFAULT-VALUE}).")
  private String named = "chat";

  @Mixin private final AgentOptions options = new AgentOptions();

  /**
   * The command.
   *
   * @param terminal takes what is said
   */
  public ChatCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Catalogue catalogue = new Catalogue();
    AgentTemplate template = catalogue.template(named).orElseThrow(() -> catalogue.unknown(named));
    Interruption interruption = new Interruption(terminal);
    try (interruption) {
      return new Conversation(terminal, options, template, interruption).run(null, false).number();
    } catch (RuntimeException e) {
      if (interruption.isRunning()) {
        return ExitCode.INTERRUPTED.number();
      }
      throw e;
    }
  }
}
