package dev.lkjagent.json.xml;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The test data that others wrote, read where it lies. */
final class Conformance {
  private Conformance() {}

  /** Answers a path below the data, or skips the test. */
  static Path path(String below) {
    String given = System.getProperty("lkjagent.conformance");
    Path found = null;
    if (given != null) {
      found = Path.of(given);
    } else {
      for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
        Path shared = at.resolve("shared/conformance");
        if (Files.isDirectory(shared)) {
          found = shared;
          break;
        }
      }
    }
    assumeTrue(
        found != null && Files.isDirectory(found),
        "no conformance data: set -Dlkjagent.conformance=DIRECTORY");
    return found.resolve(below);
  }

  static List<JsonNode> rows(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      rows.add(mapper.readTree(line));
    }
    return rows;
  }
}
