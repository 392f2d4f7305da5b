package dev.lkjagent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.cli.shell.Terminal;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person sees keeps to the width of a terminal and is text alone. */
final class WidthTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run long-haul --heap=here --cycles=100 --agents=2",
        "run triage-team --yes",
        "run crash-resume --kills=1 --cycles=20",
        "run bad-model",
      })
  void aSampleKeepsToEightyColumns(String command) {
    String store = " --store=" + folder.resolve("sample.db");
    keepsTo80(command + (command.contains("bad-model") ? "" : store), "");
  }

  @Test
  void whatIsSaidInAConversationKeepsToEightyColumns() {
    keepsTo80(
        "chat --store=" + folder.resolve("chat.db"),
        "My boat lies at the old pier behind the mill.\n/memory\n/search boat\n/help\n/undo\n/no\n");
  }

  @Test
  void aRunAndEverythingThatLooksIntoItKeepsToEightyColumns() {
    String store = " --store=" + folder.resolve("a.db");
    keepsTo80("run librarian" + store, "");
    keepsTo80("run librarian" + store, "");
    for (String command :
        new String[] {
          "inspect librarian",
          "inspect librarian --last 30",
          "inspect librarian --at 12",
          "inspect librarian --text hives",
          "replay librarian",
          "fork librarian second",
          "rewind librarian 5 --yes",
          "inspect",
        }) {
      keepsTo80(command + store, "");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "samples",
        "samples librarian",
        "samples long-haul",
        "samples triage-team",
        "samples crash-resume",
        "samples bad-model",
        "samples chat",
        "pool",
        "config",
      })
  void whatIsKnownBeforeARunKeepsToEightyColumns(String command) {
    keepsTo80(command, "");
  }

  private static void keepsTo80(String command, String typed) {
    Started started = Started.typing(typed, command.split(" "));
    assertThat(started.status()).as(started.err()).isZero();
    assertThat((started.out() + started.err()).lines())
        .as(command)
        .isNotEmpty()
        .allMatch(line -> line.codePointCount(0, line.length()) <= Terminal.COLUMNS)
        .noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
  }
}
