package dev.lkjagent.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the comparison runs, and what it says of what it measured. */
class CompareTest {
  @TempDir Path folder = Path.of("");
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private int run(String... args) {
    return Compare.run(args, new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void contestIsForkedAndItsLinesAndPageAreWritten() throws IOException {
    Path page = folder.resolve("page.md");
    int code = run("--smoke", "--only", "^path.chat", "--report", page.toString());
    assertThat(code).isBetween(0, 1);
    assertThat(lines())
        .hasSize(3)
        .allMatch(l -> l.matches("path\\.chat\\.\\S+(\t[^\t]+){5}\t(ok|short)"));
    assertThat(Files.readString(page))
        .contains(
            "smoke", "| path.chat.vs.Jackson |", "PathBenchmark.path |", "What is not compared");
  }

  @Test
  void wrongUsageIsRefusedAndNothingIsPrinted() {
    assertThat(run("--fast")).isEqualTo(2);
    assertThat(run("--only")).isEqualTo(2);
    assertThat(run("--only", "(")).isEqualTo(2);
    assertThat(run("--only", "no such figure")).isEqualTo(2);
    assertThat(lines()).isEmpty();
  }

  @Test
  void everyFigureHasItsContestants() throws Exception {
    Set<String> present = new HashSet<>();
    for (String name : Group.NAMES) {
      try (Group group = Group.open(name)) {
        group.contestants().forEach(c -> present.add(c.id()));
      }
    }
    for (Figure figure : Figures.ALL) {
      assertThat(present).contains(figure.ours());
      if (!figure.peerName().equals("simdjson-java")) {
        assertThat(present).contains(figure.peer());
      }
      assertThat(Group.NAMES).contains(Group.of(figure.metric()));
    }
  }
}
