package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every code, error and message of the module stands in a golden file: somebody has read it. */
class GoldenMessagesTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Path GOLDEN = Path.of("src/test/resources/dev/lkjagent/memory/golden");
  private static final Pattern ERROR = Pattern.compile("(new \\w+(Exception|Error)|wrong)\\(");

  /** Files, and messages, that no golden file can have. */
  private static final Map<String, String> UNSAID =
      Map.of(
          "Invariants.java", "proofs of invariants, which only damage refutes: InvariantsTest",
          "NameTable.java", "the same",
          "Accounts.java", "the same",
          "TapeBlocks.java: document nodes at ", "the same",
          "TapeBlocks.java: : not true that ", "the same",
          "Watch.java", "needs a slot written after it was freed: CheckLevelTest",
          "PoolIds.java", "needs all pools that a handle can name: PoolContractTest",
          "Bytes.java", "needs an image of 2 GiB",
          "PooledRope.java:  B fits no string", "needs a rope of 2 GiB");

  private static String all() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path file : filesBelow(GOLDEN, ".txt")) {
      all.append(Files.readString(file));
    }
    return all.toString();
  }

  private static List<Path> filesBelow(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(suffix)).sorted().toList();
    }
  }

  @Test
  void everyCodeStandsInAGoldenFile() throws IOException {
    String all = all();
    for (Status status : Status.values()) {
      if (status != Status.OK) {
        assertThat(all).containsPattern("\\b" + status + ":");
      }
    }
  }

  @Test
  void everyErrorOfTheModuleStandsInAGoldenFile() throws IOException {
    String all = all();
    List<Path> errors = filesBelow(SOURCES, "Exception.java");
    assertThat(errors).hasSizeGreaterThan(4);
    for (Path error : errors) {
      String name = error.getFileName().toString().replace(".java", "");
      assertThat(all).containsPattern("(?m)^  " + name + "[:,]");
    }
  }

  @Test
  void everyMessageStandsInAGoldenFile() throws IOException {
    String all = all();
    TreeSet<String> unread = new TreeSet<>();
    TreeSet<String> stale = new TreeSet<>(UNSAID.keySet());
    for (Path source : filesBelow(SOURCES, ".java")) {
      String file = source.getFileName().toString();
      for (String part : messages(Files.readString(source))) {
        String entry = file + ": " + part;
        if (UNSAID.containsKey(file) || UNSAID.containsKey(entry)) {
          stale.remove(file);
          stale.remove(entry);
        } else if (!all.contains(part)) {
          unread.add(entry);
        }
      }
    }
    assertThat(unread).isEmpty();
    assertThat(stale).as("entries that nothing needs").isEmpty();
  }

  /** The constant parts of the messages of all errors that are made in a source. */
  private static List<String> messages(String source) {
    List<String> parts = new ArrayList<>();
    Matcher error = ERROR.matcher(source);
    while (error.find()) {
      int open = 1;
      int at = error.end();
      for (; open > 0; at++) {
        char c = source.charAt(at);
        if (c == '"') {
          int end = endOfLiteral(source, at);
          String literal = source.substring(at + 1, end).translateEscapes();
          Stream.of(literal.split("%[,0-9]*[a-z]"))
              .filter(part -> part.strip().length() > 3)
              .forEach(parts::add);
          at = end;
        } else {
          open += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        if (c == '\'') {
          at = source.indexOf('\'', source.charAt(at + 1) == '\\' ? at + 3 : at + 2);
        }
      }
    }
    return parts;
  }

  private static int endOfLiteral(String source, int quote) {
    int end = quote + 1;
    while (source.charAt(end) != '"') {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    return end;
  }
}
