package dev.lkjagent.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void progressIsPlainLinesWhereNobodyWatches() {
    Terminal terminal = terminal(Terminal.Sight.NONE);
    terminal.progress("cycle 1");
    terminal.progress("cycle 2");
    terminal.out().print("done");
    assertThat(err.toString().lines()).containsExactly("cycle 1", "cycle 2");
    assertThat(out.toString()).isEqualTo("done");
  }

  @Test
  void progressOnATerminalIsOneLineThatIsGoneBeforeTheResult() {
    Terminal terminal = terminal(Terminal.Sight.PLAIN);
    terminal.progress("x".repeat(200));
    terminal.progress("short");
    assertThat(err.toString()).doesNotContain("\n").doesNotContain("x".repeat(Terminal.COLUMNS));
    assertThat(screen()).isEqualTo("short");
    terminal.out().print("done");
    assertThat(screen()).isEmpty();
  }

  @Test
  void linesAreCutBeforeAPersonOnly() {
    String line = "x".repeat(200);
    for (Terminal.Sight seen : List.of(Terminal.Sight.RESULT, Terminal.Sight.COLOURS)) {
      assertThat(terminal(seen).cut(line)).hasSize(Terminal.COLUMNS).endsWith("x…");
    }
    for (Terminal.Sight piped : List.of(Terminal.Sight.NONE, Terminal.Sight.PROGRESS)) {
      assertThat(terminal(piped).cut(line)).isEqualTo(line);
      assertThat(terminal(piped).cut("a\u001b[31m")).isEqualTo("a\uFFFD[31m");
    }
  }

  @Test
  void linesKeepToTheWidthOfTheTerminal() {
    String line = "x".repeat(200);
    assertThat(wide(100).cut(line)).hasSize(100);
    assertThat(wide(20).cut(line)).as("too narrow to be read").hasSize(Terminal.NARROWEST);
    assertThat(wide(500).cut(line)).as("too wide to be read").hasSize(Terminal.WIDEST);
    Terminal terminal = wide(100);
    terminal.progress(line);
    assertThat(screen()).isEqualTo("x".repeat(99));
    terminal.out().print("done");
    assertThat(screen()).isEmpty();
  }

  private Terminal wide(int columns) {
    return new Terminal(
        new PrintWriter(out), new PrintWriter(err), Terminal.Sight.PLAIN, null, columns);
  }

  /** What a terminal shows of the line after all carriage returns. */
  private String screen() {
    StringBuilder line = new StringBuilder();
    int column = 0;
    for (char c : err.toString().toCharArray()) {
      if (c == '\r') {
        column = 0;
      } else {
        line.replace(column, Math.min(column + 1, line.length()), String.valueOf(c));
        column++;
      }
    }
    return line.toString().stripTrailing();
  }

  private Terminal terminal(Terminal.Sight sight) {
    return new Terminal(new PrintWriter(out), new PrintWriter(err), sight);
  }
}
