package dev.lkjagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.cli.shell.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/cli.md names every command and every exit code, and no others. */
class CliPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("lkjagent.project"), "docs", "cli.md");

  @Test
  void everyExitCodeIsDocumented() throws IOException {
    List<String> rows = rows("\\| \\d+ \\|.*");
    assertThat(rows).hasSameSizeAs(ExitCode.values());
    for (ExitCode code : ExitCode.values()) {
      assertThat(rows).anyMatch(row -> row.startsWith("| " + code.number() + " | "));
    }
  }

  @Test
  void everyCommandIsDocumented() throws IOException {
    List<String> commands =
        MainTest.commands()
            .map(command -> command.getCommandName())
            .filter(name -> !name.equals("lkjagent"))
            .toList();
    assertThat(commandRows().stream().map(row -> row.split("[` ]+")[1]))
        .containsExactlyInAnyOrderElementsOf(commands);
  }

  @Test
  void everyCommandThatWritesJsonSaysSo() throws IOException {
    List<String> commands =
        MainTest.commands()
            .filter(command -> command.getCommandSpec().optionsMap().containsKey("--json"))
            .map(command -> command.getCommandName())
            .filter(name -> !name.equals("check")) // where it says what the files are
            .toList();
    assertThat(
            commandRows().stream()
                .filter(row -> row.endsWith("| yes |"))
                .map(row -> row.split("[` ]+")[1]))
        .containsExactlyInAnyOrderElementsOf(commands);
  }

  /** The rows of the table at the page's beginning. */
  private static List<String> commandRows() throws IOException {
    return Files.readAllLines(PAGE).stream()
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| `"))
        .toList();
  }

  private static List<String> rows(String pattern) throws IOException {
    return Files.readAllLines(PAGE).stream().filter(line -> line.matches(pattern)).toList();
  }
}
