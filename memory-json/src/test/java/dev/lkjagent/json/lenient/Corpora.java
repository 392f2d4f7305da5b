package dev.lkjagent.json.lenient;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where broken replies are found: those that others collected, read in place, and our own. */
final class Corpora {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Corpora() {}

  static Path llmRepair() {
    String given = System.getProperty("lkjagent.conformance");
    if (given != null) {
      return Path.of(given, "llm-repair");
    }
    Path path = Path.of("../../shared/conformance/llm-repair");
    return Files.isDirectory(path) ? path : Path.of("../shared/conformance/llm-repair");
  }

  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(f -> f.toString().endsWith(".jsonl"))
          .sorted()
          .collect(Collectors.toList());
    }
  }

  /** Every reply there is: ours, and those that others collected if they are here. */
  static Set<String> replies() throws IOException {
    Set<String> replies = new LinkedHashSet<>();
    for (JsonNode row : own()) {
      replies.add(row.get("reply").asText());
    }
    if (Files.isDirectory(llmRepair())) {
      replies.addAll(inputs(llmRepair()));
    }
    return replies;
  }

  /** The rows of our own corpus. */
  static List<JsonNode> own() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    try (InputStream stream = Corpora.class.getResourceAsStream("replies.jsonl")) {
      for (String line : new String(stream.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.isBlank()) {
          rows.add(MAPPER.readTree(line));
        }
      }
    }
    return rows;
  }

  /** Every input that others collected, chunks put together. */
  static Set<String> inputs(Path directory) throws IOException {
    Set<String> inputs = new LinkedHashSet<>();
    for (Path file : files(directory)) {
      for (String line : Files.readAllLines(file)) {
        JsonNode row = MAPPER.readTree(line);
        if (row.has("input")) {
          inputs.add(row.get("input").asText());
        } else {
          List<String> chunks = new ArrayList<>();
          row.path("chunks").forEach(chunk -> chunks.add(chunk.asText()));
          inputs.add(String.join("", chunks));
        }
      }
    }
    return inputs;
  }
}
