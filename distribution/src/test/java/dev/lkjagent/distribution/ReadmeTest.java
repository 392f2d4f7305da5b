package dev.lkjagent.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What README.md tells people to paste is what the build compiles as a project from outside ({@code
 * src/it/outside}).
 */
class ReadmeTest {
  private static final Path TOP = Path.of(System.getProperty("lkjagent.project"));
  private static final Path OUTSIDE = TOP.resolve("distribution/src/it/outside");

  @Test
  void everyDependencySnippetIsPartOfTheProjectFromOutside() throws IOException {
    String pom = flat(Files.readString(OUTSIDE.resolve("pom.xml")));
    List<String> snippets = blocks("xml");
    assertThat(snippets).isNotEmpty();
    assertThat(snippets)
        .allSatisfy(
            snippet ->
                assertThat(pom)
                    .as("copy the snippet into %s/pom.xml, so that it is compiled", OUTSIDE)
                    .contains(flat(snippet)));
  }

  @Test
  void everyJavaSnippetIsPartOfTheProjectFromOutside() throws IOException {
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.walk(OUTSIDE.resolve("src/main/java"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sources.append(flat(Files.readString(file))).append('\n');
      }
    }
    List<String> snippets = blocks("java");
    assertThat(snippets).isNotEmpty();
    assertThat(snippets)
        .allSatisfy(
            snippet ->
                assertThat(sources.toString())
                    .as("copy the snippet into a class of %s, so that it is compiled", OUTSIDE)
                    .contains(flat(snippet)));
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("^```" + language + "\\R(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL)
        .matcher(Files.readString(TOP.resolve("README.md")))
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  private static String flat(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
