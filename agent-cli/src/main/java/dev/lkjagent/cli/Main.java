package dev.lkjagent.cli;

import dev.lkjagent.cli.command.ChatCommand;
import dev.lkjagent.cli.command.CheckCommand;
import dev.lkjagent.cli.command.CompletionCommand;
import dev.lkjagent.cli.command.ConfigCommand;
import dev.lkjagent.cli.command.ConvertCommand;
import dev.lkjagent.cli.command.DoctorCommand;
import dev.lkjagent.cli.command.ExportCommand;
import dev.lkjagent.cli.command.ForkCommand;
import dev.lkjagent.cli.command.ImportCommand;
import dev.lkjagent.cli.command.InspectCommand;
import dev.lkjagent.cli.command.PoolCommand;
import dev.lkjagent.cli.command.ReplayCommand;
import dev.lkjagent.cli.command.RewindCommand;
import dev.lkjagent.cli.command.RunCommand;
import dev.lkjagent.cli.command.SamplesCommand;
import dev.lkjagent.cli.shell.ClassPath;
import dev.lkjagent.cli.shell.CommandFactory;
import dev.lkjagent.cli.shell.CommandFailure;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Failures;
import dev.lkjagent.cli.shell.SharedOptions;
import dev.lkjagent.cli.shell.StandardStreams;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.cli.shell.Version;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: finds the command, gives it a terminal, and turns its end into an exit code. */
@Command(
    name = "lkjagent",
    description = "Runs, inspects and repairs agents whose memory is engineered.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    subcommands = {
      RunCommand.class,
      SamplesCommand.class,
      ChatCommand.class,
      InspectCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      ReplayCommand.class,
      ForkCommand.class,
      RewindCommand.class,
      PoolCommand.class,
      ConfigCommand.class,
      DoctorCommand.class,
      CheckCommand.class,
      ConvertCommand.class,
      CompletionCommand.class,
      HelpCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lkjagent run librarian",
      "  lkjagent samples",
      "  lkjagent inspect librarian",
      "  lkjagent doctor",
      "  lkjagent help doctor",
      "  lkjagent --version"
    })
public final class Main {
  private static final String WHOLE_NUMBER = "is not a whole number, or too large";

  @Mixin private final SharedOptions shared = new SharedOptions();

  private Main() {}

  /**
   * Runs the command line and ends the process.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    StandardStreams streams = new StandardStreams();
    Terminal terminal = streams.terminal(environment);
    int status = run(terminal, environment, args);
    System.exit(streams.end(terminal, status));
  }

  /**
   * Runs the command line inside this process.
   *
   * @param terminal where the command writes
   * @param environment the environment's variables
   * @param args the command and its options
   * @return the exit status
   */
  public static int run(Terminal terminal, Map<String, String> environment, String... args) {
    int status = commandLine(terminal, environment).execute(args);
    terminal.out().flush();
    terminal.err().flush();
    return status;
  }

  static CommandLine commandLine(Terminal terminal, Map<String, String> environment) {
    Main main = new Main();
    boolean debug = "1".equals(environment.get("LKJAGENT_DEBUG"));
    CommandLine line = new CommandLine(main, new CommandFactory(terminal));
    line.setOut(terminal.out())
        .setErr(terminal.err())
        .setUsageHelpWidth(terminal.width())
        .setAbbreviatedSubcommandsAllowed(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(terminal.hasColours() ? Ansi.ON : Ansi.OFF))
        .setExitCodeExceptionMapper(thrown -> ExitCode.INTERNAL.number())
        .setParameterExceptionHandler((mistake, args) -> usage(mistake, terminal))
        .setExecutionExceptionHandler(
            (thrown, command, parsed) ->
                Failures.report(thrown, terminal, debug || main.shared.stackTrace()).number())
        .setExecutionStrategy(
            parsed -> {
              String level = main.shared.logLevel();
              System.setProperty("lkjagent.log.level", level);
              System.setProperty("lkjagent.log.results", level.equals("WARN") ? "DENY" : "NEUTRAL");
              try {
                ClassPath.extend(main.shared.classPath(environment));
              } catch (CommandFailure e) {
                return Failures.report(e, terminal, debug || main.shared.stackTrace()).number();
              }
              boolean bare =
                  !parsed.hasSubcommand()
                      && !parsed.isUsageHelpRequested()
                      && !parsed.isVersionHelpRequested();
              if (bare) {
                parsed.commandSpec().commandLine().usage(terminal.err());
                return ExitCode.USAGE.number();
              }
              return new RunLast().execute(parsed);
            });
    line.getCommandSpec().usageMessage().exitCodeListHeading("%nExit codes:%n");
    line.getCommandSpec().usageMessage().exitCodeList(exitCodes());
    return line;
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> list = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.values()) {
      list.put(String.format("%3d", code.number()), code.meaning());
    }
    return list;
  }

  /**
   * What to tell of a mistake: an unknown option rather than the argument that is missing beside
   * it, which the option's writer may have meant to give.
   */
  private static ParameterException foremost(ParameterException mistake) {
    CommandLine command = mistake.getCommandLine();
    if (!(mistake instanceof MissingParameterException)) {
      return mistake;
    }
    List<String> unknown = command.getUnmatchedArguments();
    if (!command.getCommandSpec().unmatchedArgsBindings().isEmpty()) {
      unknown = RunCommand.unknownOptions(unknown);
    }
    return unknown.isEmpty() ? mistake : new UnmatchedArgumentException(command, unknown);
  }

  private static int usage(ParameterException first, Terminal terminal) {
    ParameterException mistake = foremost(first);
    CommandLine command = mistake.getCommandLine();
    PrintWriter err = terminal.err();
    String problem =
        Objects.toString(mistake.getMessage(), "the arguments are wrong")
            .replaceFirst("is not an? (int|long)$", WHOLE_NUMBER);
    err.println(terminal.red("error:") + " " + problem);
    if (!UnmatchedArgumentException.printSuggestions(mistake, err)) {
      err.println(
          "See: " + command.getCommandSpec().qualifiedName() + " --help for what it takes.");
    }
    return ExitCode.USAGE.number();
  }
}
