package dev.lkjagent.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.cli.Session;
import dev.lkjagent.cli.shell.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands write with --json has the members that docs/cli.md lists, in their order. */
class JsonForScriptsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PAGE =
      Path.of(System.getProperty("lkjagent.project"), "docs", "cli.md");

  @TempDir private Path folder;

  private Session session(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--json", "--store", folder.resolve("noter.db").toString()));
    return Session.run(all.toArray(String[]::new));
  }

  private JsonNode json(String... arguments) throws IOException {
    Session session = session(arguments);
    assertThat(session.status()).as(session.err()).isZero();
    return JSON.readTree(session.out());
  }

  /** The members that every object begins with, then those of a command. */
  private static List<String> documented(String command) throws IOException {
    List<String> members = new ArrayList<>();
    List<String> section =
        Files.readAllLines(PAGE).stream()
            .dropWhile(line -> !line.equals("## JSON for scripts"))
            .skip(1)
            .takeWhile(line -> !line.startsWith("## "))
            .toList();
    section.stream()
        .filter(line -> line.matches("\\| `[a-zA-Z]+` \\| [^`].*"))
        .forEach(line -> members.add(line.split("`", 3)[1]));
    String row =
        section.stream()
            .filter(line -> line.startsWith("| `" + command + "` | `"))
            .findFirst()
            .orElseThrow();
    Pattern.compile("`([^`]+)`")
        .matcher(row.replaceAll("\\([^)]*\\)", ""))
        .results()
        .skip(1)
        .map((MatchResult name) -> name.group(1))
        .forEach(members::add);
    return members;
  }

  private static void hasTheMembersOf(String command, JsonNode root) throws IOException {
    List<String> names = new ArrayList<>();
    root.fieldNames().forEachRemaining(names::add);
    assertThat(names).containsExactlyElementsOf(documented(command));
    assertThat(root.path("trace").asText()).matches("[0-9a-f]{64}");
    assertThat(Path.of(root.path("store").asText())).exists();
  }

  @Test
  void aRunTellsItsResultAndWhereTheAgentStands() throws IOException {
    JsonNode run = json("run", "noter");
    hasTheMembersOf("run", run);
    assertThat(run.path("name").asText()).isEqualTo("noter");
    assertThat(run.path("status").asText()).isEqualTo("finished");
    assertThat(run.path("result").asText()).isEqualTo("noted");
    assertThat(run.path("state").asText()).isEqualTo("finished");
    assertThat(run.path("cycle").asInt()).isEqualTo(3);
    assertThat(run.path("cycles").asInt()).isEqualTo(3);
    assertThat(run.path("languageModel").isBoolean()).isTrue();
    assertThat(run.path("languageModel").asBoolean()).isFalse();
    assertThat(run.path("fault").isNull()).isTrue();
    JsonNode now = json("inspect", "noter");
    hasTheMembersOf("inspect", now);
    for (String same :
        new String[] {"name", "store", "version", "promptTokens", "replyTokens", "trace"}) {
      assertThat(run.path(same)).as(same).isEqualTo(now.path(same));
    }
    assertThat(run.path("promptTokens").asLong()).isPositive();
    assertThat(json("run", "noter").path("cycles").asInt()).as("it had finished").isZero();
  }

  @Test
  void aRunThatFailsTellsWhyAndEndsWithItsCode() throws IOException {
    Session limited = session("run", "noter", "--set=agent.iterate.max_iterations=2");
    assertThat(limited.status()).isEqualTo(ExitCode.LIMIT.number());
    assertThat(limited.err()).contains("error: ").doesNotContain("\tat ");
    JsonNode run = JSON.readTree(limited.out());
    hasTheMembersOf("run", run);
    assertThat(run.path("status").asText()).isEqualTo("failed");
    assertThat(run.path("result").isNull()).isTrue();
    assertThat(run.path("fault").path("code").asText()).isEqualTo("LIMIT_CYCLES");
    assertThat(limited.err()).contains(run.path("fault").path("message").asText());
    assertThat(run.path("cycles").asInt()).isEqualTo(2);
    assertThat(run.path("faults").asInt()).isEqualTo(1);
  }

  @Test
  void aRunWhoseModelIsNotThereIsToldThoughNoCycleWasRun() throws IOException {
    Session failed =
        session(
            "run", "noter", "--endpoint=http://127.0.0.1:9/v1", "--set=llm.retry.max_attempts=1");
    assertThat(failed.status()).isEqualTo(ExitCode.MODEL.number());
    JsonNode run = JSON.readTree(failed.out());
    hasTheMembersOf("run", run);
    assertThat(run.path("fault").path("code").asText()).isEqualTo("MODEL_UNREACHABLE");
    assertThat(run.path("cycles").asInt()).isZero();
  }

  @Test
  void whatWritesNoJsonSaysSo() {
    Session program = session("run", "greeter", "--ask=you");
    assertThat(program.status()).isEqualTo(ExitCode.USAGE.number());
    assertThat(program.err()).contains("greeter does not take \"--json\"");
    assertThat(program.out()).isEmpty();
  }

  @Test
  void forkRewindAndImportTellWhereTheAgentStandsAfterwards() throws IOException {
    json("run", "noter");
    JsonNode fork = json("fork", "noter", "early", "--at", "2");
    hasTheMembersOf("fork", fork);
    assertThat(fork.path("name").asText()).isEqualTo("early");
    assertThat(fork.path("parent").asText()).isEqualTo("noter");
    assertThat(fork.path("parentCycle").asInt()).isEqualTo(2);
    assertThat(fork.path("cycle").asInt()).isEqualTo(2);
    assertThat(fork.path("state").asText()).isEqualTo("evaluating");

    JsonNode back = json("rewind", "noter", "1", "--yes");
    hasTheMembersOf("rewind", back);
    assertThat(back.path("cycle").asInt()).isEqualTo(1);
    assertThat(back.path("state").asText()).isEqualTo("executing");
    assertThat(back.path("lost").asInt()).isEqualTo(2);
    assertThat(back.path("calls").asInt()).isEqualTo(1);
    assertThat(back.path("sharedSpaces").isArray()).isTrue();

    Path file = folder.resolve("memory.json");
    Files.writeString(
        file,
        "{\"working_memory\":{\"a\":\"1\",\"b\":\"2\"},\"storage\":{\"c\":\"3\"},\"iteration\":7}");
    JsonNode imported = json("import", file.toString(), "story");
    hasTheMembersOf("import", imported);
    assertThat(imported.path("name").asText()).isEqualTo("story");
    assertThat(imported.path("memoryEntries").asInt()).isEqualTo(2);
    assertThat(imported.path("storageEntries").asInt()).isEqualTo(1);
  }

  @Test
  void aRewindThatNobodyAgreesToWritesNothing() throws IOException {
    json("run", "noter");
    Session asked = session("rewind", "noter", "1");
    assertThat(asked.status()).isEqualTo(ExitCode.NO.number());
    assertThat(asked.out()).isEmpty();
    assertThat(json("inspect", "noter").path("cycle").asInt()).isEqualTo(3);
  }
}
