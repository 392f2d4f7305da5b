package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Writes the script that lets a shell complete commands, options and names. */
@Command(
    name = "completion",
    description = "Writes a script that lets bash and zsh complete what is typed.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent completion",
      "  lkjagent completion > ~/.local/share/bash-completion/completions/lkjagent",
      "",
      "For one session: source <(./lkjagent completion). In zsh, first:",
      "autoload -U +X bashcompinit && bashcompinit"
    })
public final class CompletionCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  /**
   * The command.
   *
   * @param terminal takes the script
   */
  public CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() {
    CommandSpec all = spec.root();
    terminal.out().print(AutoComplete.bash(all.name(), all.commandLine()));
    return ExitCode.OK.number();
  }
}
