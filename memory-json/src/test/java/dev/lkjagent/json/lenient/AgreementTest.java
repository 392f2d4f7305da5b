package dev.lkjagent.json.lenient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How often we make of broken output what other projects make of it. */
class AgreementTest {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final Lenient lenient = new Lenient();

  @Test
  void mostOpinionsOfOtherProjectsAreShared() throws IOException {
    Path directory = Corpora.llmRepair();
    assumeTrue(Files.isDirectory(directory), "no conformance data at " + directory);
    Map<String, int[]> byOrigin = new TreeMap<>();
    StringBuilder differences = new StringBuilder();
    for (Path file : Corpora.files(directory)) {
      String origin = file.getFileName().toString().replace(".jsonl", "");
      int[] counts = byOrigin.computeIfAbsent(origin, o -> new int[2]);
      for (String line : Files.readAllLines(file)) {
        JsonNode row = MAPPER.readTree(line);
        if (!row.has("input")) {
          continue;
        }
        counts[1]++;
        String seen = verdict(row);
        if (seen == null) {
          counts[0]++;
        } else {
          differences
              .append(origin)
              .append(": ")
              .append(row.path("input"))
              .append('\n')
              .append(seen)
              .append('\n');
        }
      }
    }
    StringBuilder table = new StringBuilder();
    byOrigin.forEach(
        (origin, counts) ->
            table.append(String.format("%-24s %3d of %3d%n", origin, counts[0], counts[1])));
    System.out.println(table);
    Files.writeString(Path.of("target/lenient-differences.txt"), differences);
    int[] ours = byOrigin.get("json_repair");
    int[] theirs = byOrigin.get("jsonrepair_js");
    assertThat(100.0 * (ours[0] + theirs[0]) / (ours[1] + theirs[1]))
        .as("agreement with json_repair and jsonrepair, in percent%n%s", table)
        .isGreaterThanOrEqualTo(90);
  }

  @Test
  void plainJsonIsWhatJacksonReads() throws IOException {
    Path directory = Corpora.llmRepair();
    assumeTrue(Files.isDirectory(directory), "no conformance data at " + directory);
    int plain = 0;
    for (String input : Corpora.inputs(directory)) {
      JsonNode expected;
      try {
        expected =
            MAPPER
                .readerFor(JsonNode.class)
                .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .readValue(input);
      } catch (JsonProcessingException e) {
        continue;
      }
      if (expected.isMissingNode()) {
        continue;
      }
      plain++;
      lenient.read(ReplyForm.ANY, input.getBytes(StandardCharsets.UTF_8));
      assertThat(same(lenient.tree(), expected)).as(input + " read as " + lenient.tree()).isTrue();
      assertThat(lenient.parser().repairs().toString()).as(input).isEmpty();
    }
    assertThat(plain).isGreaterThan(50);
  }

  /** Null if we agree, else what we made of it. */
  private String verdict(JsonNode row) {
    byte[] input = row.path("input").asText().getBytes(StandardCharsets.UTF_8);
    LenientParser.Progress progress = lenient.read(ReplyForm.ANY, input);
    boolean tree = progress == LenientParser.Progress.COMPLETE;
    boolean wantsError =
        row.path("expect").asText().equals("error") || row.path("no_json").asBoolean();
    String seen =
        tree
            ? lenient.tree() + " " + lenient.parser().repairs()
            : lenient.parser().fault().toString();
    if (wantsError) {
      return tree ? "  wanted an error, we read " + seen : null;
    }
    if (!row.has("output")) {
      return "  no value given; we read " + seen;
    }
    JsonNode wanted = row.get("output");
    if (tree && same(lenient.tree(), wanted)) {
      return null;
    }
    return "  wanted " + wanted + "\n  we saw " + seen;
  }

  static boolean same(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    if (a.isObject() && b.isObject()) {
      if (a.size() != b.size()) {
        return false;
      }
      for (Iterator<String> names = a.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (!b.has(name) || !same(a.get(name), b.get(name))) {
          return false;
        }
      }
      return true;
    }
    if (a.isArray() && b.isArray()) {
      List<JsonNode> left = new ArrayList<>();
      a.forEach(left::add);
      if (a.size() != b.size()) {
        return false;
      }
      for (int i = 0; i < left.size(); i++) {
        if (!same(left.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    return a.equals(b);
  }
}
