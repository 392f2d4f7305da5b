package dev.lkjagent.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/testing.md shows is part of tests that the build compiles and runs. */
class TestingPageTest {
  private static final Path TOP = Path.of(System.getProperty("lkjagent.project"));

  @Test
  void everyJavaSnippetIsPartOfATestThatRuns() throws IOException {
    StringBuilder sources = new StringBuilder();
    for (String module : List.of("examples", "agent-testkit")) {
      try (Stream<Path> files = Files.walk(TOP.resolve(module).resolve("src/test/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          sources.append(flat(Files.readString(file))).append('\n');
        }
      }
    }
    assertThat(blocks("java"))
        .hasSizeGreaterThan(5)
        .allSatisfy(
            snippet ->
                assertThat(sources.toString())
                    .as(
                        "copy the snippet of docs/testing.md from a test of examples or agent-testkit")
                    .contains(flat(snippet)));
  }

  @Test
  void theTraceShownIsAGoldenFile() throws IOException {
    List<String> golden = new ArrayList<>();
    try (Stream<Path> files = Files.walk(TOP.resolve("agent-testkit/src/test/resources/golden"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        golden.add(Files.readString(file).strip());
      }
    }
    assertThat(golden).contains(blocks("text").get(0).strip());
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("^```" + language + "\\R(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL)
        .matcher(Files.readString(TOP.resolve("docs/testing.md")))
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  private static String flat(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
