package dev.lkjagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  @Test
  void versionNamesTheProgramAndItsJava() {
    Session session = Session.run("--version");
    assertThat(session.status()).isZero();
    assertThat(session.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("lkjagent \\d+\\.\\d+\\.\\d+.*"),
            line -> assertThat(line).contains(System.getProperty("java.version")));
  }

  @Test
  void withoutCommandTheHelpGoesToTheErrorStream() {
    Session session = Session.run();
    assertThat(session.status()).isEqualTo(ExitCode.USAGE.number());
    assertThat(session.out()).isEmpty();
    assertThat(session.err()).startsWith("Usage: lkjagent");
  }

  @Test
  void aMistypedCommandIsAnsweredWithTheLikelyOne() {
    Session session = Session.run("doctro");
    assertThat(session.status()).isEqualTo(ExitCode.USAGE.number());
    assertThat(session.out()).isEmpty();
    assertThat(session.err()).contains("'doctro'").contains("doctor").doesNotContain("\tat ");
  }

  @Test
  void aMissingValueIsNamedWithTheWayToTheHelp() {
    Session session = Session.run("doctor", "--endpoint");
    assertThat(session.status()).isEqualTo(ExitCode.USAGE.number());
    assertThat(session.err()).contains("--endpoint").contains("lkjagent doctor --help");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void anUnknownOptionIsNamedEvenWhereAnArgumentIsMissingToo(CommandLine command) {
    String name = command.getCommandName();
    Session session =
        name.equals("lkjagent") ? Session.run("--bogus") : Session.run(name, "--bogus");
    assertThat(session.status()).isEqualTo(ExitCode.USAGE.number());
    assertThat(session.err())
        .startsWith("error: ")
        .contains("--bogus")
        .contains("--help")
        .doesNotContain("Missing required");
  }

  @Test
  void anUnknownOptionOfARunIsNamedBeforeTheNameIsLookedAt() {
    for (String[] command :
        new String[][] {
          {"run", "--bogus", "value"}, {"run", "greeter", "--bogus"}, {"run", "noter", "--bogus"}
        }) {
      Session session = Session.run(command);
      assertThat(session.status()).isEqualTo(ExitCode.USAGE.number());
      assertThat(session.err()).startsWith("error: ").contains("--bogus").contains("--help");
      assertThat(session.err()).doesNotContain("no agent").doesNotContain("Missing required");
    }
    assertThat(Session.run("run", "--loud").err())
        .as("a program takes it")
        .contains("Missing required parameter: 'NAME'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"export", "import memory.json", "fork a", "rewind a", "replay", "run"})
  void anArgumentThatIsMissingIsNamed(String command) {
    Session session = Session.run(command.split(" "));
    assertThat(session.status()).isEqualTo(ExitCode.USAGE.number());
    assertThat(session.err()).contains("Missing required parameter").contains("--help");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rewind librarian ten",
        "inspect librarian --limit=1e3",
        "inspect librarian --last=99999999999"
      })
  void whatIsNoNumberIsToldWithoutTheNameOfAType(String command) {
    Session session = Session.run(command.split(" "));
    assertThat(session.status()).isEqualTo(ExitCode.USAGE.number());
    assertThat(session.err()).contains("' is not a whole number, or too large").contains("--help");
  }

  @Test
  void everyExitCodeIsInTheHelp() {
    String help = Session.run("--help").out();
    for (ExitCode code : ExitCode.values()) {
      assertThat(help).containsPattern(" " + code.number() + " +" + code.meaning());
    }
  }

  @Test
  void coloursAppearOnATerminalOnly() {
    assertThat(Session.watch("--help").out()).contains("\u001b[");
    assertThat(Session.run("--help").out()).doesNotContain("\u001b[");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasAHelpOfEightyColumnsWithExamples(CommandLine command) {
    String help = command.getUsageMessage();
    assertThat(help.lines()).allMatch(line -> line.length() <= Terminal.COLUMNS);
    assertThat(help).contains("Examples:");
    assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleInTheHelpParses(String example) {
    line().parseArgs(arguments(example));
  }

  /**
   * Takes a line apart as a shell does: quoted words are one, and a redirection is not an argument.
   */
  private static String[] arguments(String example) {
    return Pattern.compile("\"([^\"]*)\"|(\\S+)")
        .matcher(example.replaceFirst(" [<>|] .*", ""))
        .results()
        .skip(1)
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .toArray(String[]::new);
  }

  static Stream<CommandLine> commands() {
    return Stream.concat(
        Stream.of(line()),
        line().getSubcommands().values().stream()
            .filter(command -> !command.getCommandName().equals("help")));
  }

  static List<String> examples() {
    return commands()
        .flatMap(command -> Stream.of(command.getCommandSpec().usageMessage().footer()))
        .filter(text -> text.startsWith("  lkjagent "))
        .toList();
  }

  private static CommandLine line() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    return Main.commandLine(new Terminal(nowhere, nowhere, Terminal.Sight.NONE), Map.of());
  }
}
