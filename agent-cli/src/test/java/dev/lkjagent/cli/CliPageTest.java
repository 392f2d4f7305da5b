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
    assertThat(rows("\\| `[a-z]+( [A-Z ]+)?` \\|.*").stream().map(row -> row.split("[` ]+")[1]))
        .containsExactlyInAnyOrderElementsOf(commands);
  }

  private static List<String> rows(String pattern) throws IOException {
    return Files.readAllLines(PAGE).stream().filter(line -> line.matches(pattern)).toList();
  }
}
