package dev.lkjagent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The outputs that the documentation shows are those of the program. */
final class DocumentedOutputTest {
  private static final Path PROJECT = Path.of(System.getProperty("lkjagent.project"));

  @TempDir Path folder;

  private Started librarian(String command) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.add("--store=" + folder.resolve("librarian.db"));
    Started started = Started.with(arguments.toArray(String[]::new));
    assertThat(started.status()).as(started.err()).isZero();
    return started;
  }

  /** The lines of the block of a page that begins with a line. */
  private static List<String> block(String page, String beginning) throws IOException {
    List<String> lines = Files.readAllLines(PROJECT.resolve(page));
    int from = 0;
    while (!(lines.get(from).startsWith("```") && lines.get(from + 1).startsWith(beginning))) {
      from++;
    }
    int to = from + 1;
    while (!lines.get(to).equals("```")) {
      to++;
    }
    return lines.subList(from + 1, to);
  }

  /** Lines without what is different at every run: times, places, sizes of files, hashes. */
  private static List<String> lasting(List<String> lines) {
    return lines.stream()
        .map(line -> line.replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d", "TIME"))
        .map(line -> line.replaceAll("\\b[0-9a-f]{32}\\b", "HASH"))
        .map(line -> line.replaceAll("^store     .*", "store"))
        .filter(line -> !line.matches(" {10}\\S*(, )?([\\d,]+ )?bytes"))
        .toList();
  }

  @Test
  void theFirstRunPrintsWhatTheReadmeShows() throws IOException {
    Started run = librarian("run librarian");
    List<String> printed = new ArrayList<>(run.err().lines().toList());
    printed.addAll(run.out().lines().toList());
    int at = 0;
    for (String line : block("README.md", "cycle 11 ")) {
      if (!line.equals("…")) {
        int found = printed.subList(at, printed.size()).indexOf(line);
        assertThat(found).as("%s is not printed, or not in this order", line).isNotNegative();
        at += found + 1;
      }
    }
  }

  @Test
  void inspectPrintsWhatItsPageShows() throws IOException {
    librarian("run librarian");
    List<String> shown = block("docs/cli.md", "$ ./lkjagent inspect librarian --limit 3");
    Started inspected = librarian("inspect librarian --limit 3");
    assertThat(lasting(inspected.out().lines().toList()))
        .containsExactlyElementsOf(lasting(shown.subList(1, shown.size())));
  }

  @Test
  void doctorLooksAtWhatItsPageShows() throws IOException {
    String printed = Started.with("doctor", "--store", folder.toString()).out();
    List<String> shown = block("docs/cli.md", "$ ./lkjagent doctor");
    assertThat(subjects(shown)).isEqualTo(subjects(Arrays.asList(printed.split("\n"))));
  }

  private static List<String> subjects(List<String> lines) {
    return lines.stream()
        .filter(line -> line.matches("(ok|warning|broken) .*"))
        .map(line -> line.substring(8, 17).strip())
        .toList();
  }
}
