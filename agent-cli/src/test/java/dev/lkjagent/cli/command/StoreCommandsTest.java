package dev.lkjagent.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.cli.Session;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that look into a store or change it, over an agent that has run three cycles. */
class StoreCommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Path store;

  @BeforeEach
  void runAnAgent() {
    store = folder.resolve("noter.db");
    Session session = Session.run("run", "noter", "--store", store.toString());
    assertThat(session.status()).as(session.err()).isZero();
  }

  private Session run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--store", store.toString()));
    return Session.run(all.toArray(String[]::new));
  }

  private JsonNode json(String... arguments) throws IOException {
    Session session = run(arguments);
    assertThat(session.status()).as(session.err()).isZero();
    return JSON.readTree(session.out());
  }

  @Test
  void inspectShowsMemoryAsATreeAndStorage() {
    Session session = Session.look("inspect", "noter", "--store", store.toString());
    assertThat(session.status()).as(session.err()).isZero();
    assertThat(session.out())
        .contains("noter, finished after cycle 3")
        .contains("├─ notes")
        .contains("sky, cycle 1, read in 2: The sky is blue — mostly.")
        .contains("task, pinned")
        .contains("└─ execution log")
        .contains("1 entry, 27 bytes");
    assertThat(session.out().lines()).allMatch(line -> line.length() <= Terminal.COLUMNS);
  }

  @Test
  void inspectListsAgentsAndCycles() {
    assertThat(run("inspect").out()).contains("noter, finished after cycle 3, 1 entry");
    String cycles = run("inspect", "noter", "--last", "2").out();
    assertThat(cycles)
        .doesNotContain("cycle 1 ->")
        .contains("cycle 2 -> evaluating")
        .contains("answered  action 1: ding")
        .contains("<next_state>finished</next_state>");
  }

  @Test
  void inspectShowsAnEarlierCycle() throws IOException {
    JsonNode then = json("inspect", "noter", "--at", "1", "--json");
    assertThat(then.path("state").asText()).isEqualTo("executing");
    assertThat(then.path("storage")).isEmpty();
    assertThat(then.path("workingMemory").findValuesAsText("tags")).contains("sky", "task");
    JsonNode now = json("inspect", "noter", "--json");
    assertThat(now.path("storage").findValuesAsText("value"))
        .containsExactly("The sky is blue — mostly.");
    assertThat(now.path("cycles").findValuesAsText("cycle")).contains("1", "2", "3");
    assertThat(run("inspect", "noter", "--at", "9").err()).contains("no cycle 9");
  }

  @Test
  void inspectSearchesByTagsAndWords() {
    assertThat(run("inspect", "noter", "--text", "blue").out()).contains("sky, 27 bytes");
    assertThat(run("inspect", "noter", "--tags", "Sky").out()).contains("The sky is blue");
    Session nothing = run("inspect", "noter", "--text", "green");
    assertThat(nothing.status()).isEqualTo(ExitCode.NO.number());
    assertThat(nothing.err()).contains("Nothing in the space of agent \"noter\"");
  }

  @Test
  void anExportThatCannotBeWrittenLeavesTheOldFile() throws IOException {
    Path target = Files.writeString(folder.resolve("memory.json"), "old");
    Files.createDirectories(folder.resolve("memory.json.part/in-the-way"));
    Session session = run("export", "noter", "--to", target.toString());
    assertThat(session.status()).isEqualTo(ExitCode.INPUT.number());
    assertThat(target).hasContent("old");
  }

  @Test
  void controlCharactersOfAnAgentNeverReachTheTerminal() {
    assertThat(Terminal.cut("a\u001b[2Jb\u0007", Terminal.COLUMNS)).isEqualTo("a\uFFFD[2Jb\uFFFD");
    assertThat(Terminal.cut("x".repeat(200), Terminal.COLUMNS))
        .hasSize(Terminal.COLUMNS)
        .endsWith("…");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "export"})
  void anAgentThatIsNotThereIsNamed(String command) {
    Session session = run(command, "nobody");
    assertThat(session.status()).isNotZero();
    assertThat(session.err()).contains("nobody").doesNotContain("\tat ").doesNotContain("defect");
  }

  @Test
  void aStoreThatIsNotThereIsNamedAndNotMade() {
    Path missing = folder.resolve("missing.db");
    for (String command : List.of("inspect", "export", "replay")) {
      Session session = Session.run(command, "noter", "--store", missing.toString());
      assertThat(session.status()).isEqualTo(ExitCode.INPUT.number());
      assertThat(session.err()).contains("there is no store " + missing);
    }
    assertThat(missing).doesNotExist();
  }

  @Test
  void readingCommandsWorkBesideARunningHostAndWritingOnesSayWhoHasIt() {
    try (Store host = SqliteStore.open(store)) {
      assertThat(run("inspect", "noter").status()).isZero();
      assertThat(run("export", "noter").status()).isZero();
      assertThat(run("replay", "noter").status()).isZero();
      for (String[] command :
          new String[][] {
            {"fork", "noter", "copy"},
            {"rewind", "noter", "1", "--yes"},
            {"import", write("{}").toString(), "new"},
            {"run", "noter"}
          }) {
        Session session = run(command);
        assertThat(session.status()).isEqualTo(ExitCode.STORE.number());
        assertThat(session.err())
            .contains("is in use by process " + ProcessHandle.current().pid())
            .doesNotContain("\tat ");
      }
    }
    assertThat(run("inspect").out()).contains("cycle 3").doesNotContain("copy");
  }

  @Test
  void whatIsExportedIsImportedAgain() throws IOException {
    Path file = folder.resolve("memory.json");
    Session exported = run("export", "noter", "--to", file.toString());
    assertThat(exported.err()).contains("Written: " + file);
    Session imported = run("import", file.toString(), "twin");
    assertThat(imported.out())
        .startsWith("twin, finished after cycle 3: ")
        .contains("1 entry in working memory, 1 in storage".substring(8));
    assertThat(run("export", "twin").out()).isEqualTo(Files.readString(file));
    assertThat(json("inspect", "twin", "--json").path("workingMemory"))
        .hasSameSizeAs(json("inspect", "noter", "--json").path("workingMemory"));
  }

  @Test
  void aFileOfTheOriginalSystemIsImported() throws IOException {
    Path file =
        write(
            """
            {"working_memory": {"todo": "Write.", "thinking_log_00": "Hm.", "Alice, About": "tall"},
             "storage": {"fantasy,plot": "The letter."}, "state": "commanding"}""");
    assertThat(run("import", file.toString(), "story").out())
        .contains("story, commanding after cycle 1: 3 entries in working memory, 1 in storage");
    JsonNode story = json("inspect", "story", "--json");
    assertThat(story.path("workingMemory").findValuesAsText("tags"))
        .containsExactly("todo", "thinking_log_00", "about,alice");
    assertThat(story.path("workingMemory").findValuesAsText("kind"))
        .containsExactly("note", "thinking", "note");
  }

  @Test
  void logsOfAFileAreKnownByThePrefixesOfTheConfiguration() throws IOException {
    Path file =
        write(
            """
            {"working_memory": {"mused_07": "Hm.", "judged_3": "Good.", "thinking_log_00": "A note."}}""");
    Session imported =
        run(
            "import",
            file.toString(),
            "story",
            "--set",
            "agent.thinking_log.key_prefix=mused_",
            "--set",
            "agent.evaluation_log.key_prefix=judged_");
    assertThat(imported.status()).as(imported.err()).isZero();
    JsonNode story = json("inspect", "story", "--json");
    assertThat(story.path("workingMemory").findValuesAsText("tags"))
        .containsExactly("mused_07", "judged_3", "thinking_log_00");
    assertThat(story.path("workingMemory").findValuesAsText("kind"))
        .containsExactly("thinking", "evaluation", "note");
    assertThat(run("export", "story").out()).contains("\"thinking\" : 8", "\"evaluation\" : 4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"working_memory\":",
        "{\"storage\": []}",
        "{\"storage\": {\"?!\": \"no tag\"}}",
        "{\"working_memory\": {\"a\": \"\u0001\"}"
      })
  void aFileThatIsNoMemoryIsRefusedAndNothingImported(String text) throws IOException {
    Session session = run("import", write(text).toString(), "broken");
    assertThat(session.status()).isEqualTo(ExitCode.INPUT.number());
    assertThat(session.err()).contains("cannot be imported").contains("nothing was imported");
    assertThat(run("inspect").out()).doesNotContain("broken");
  }

  @Test
  void anImportNeverReplacesAnAgent() throws IOException {
    Session session = run("import", write("{}").toString(), "noter");
    assertThat(session.status()).isEqualTo(ExitCode.STORE.number());
    assertThat(session.err()).contains("has an agent \"noter\" already");
    assertThat(run("inspect").out()).contains("noter, finished after cycle 3");
  }

  @Test
  void aForkIsAnAgentOfItsOwn() throws IOException {
    Session session = run("fork", "noter", "early", "--at", "1");
    assertThat(session.out()).contains("early is noter as it was after cycle 1");
    assertThat(session.err()).contains("lkjagent run noter --name early");
    assertThat(run("run", "noter", "--name", "early").status()).isZero();
    assertThat(json("inspect", "early", "--json").path("cycle").asInt()).isEqualTo(3);
    assertThat(run("inspect").out()).contains("forked from noter at cycle 1");
    assertThat(run("fork", "noter", "early").err()).contains("early");
  }

  @Test
  void aRewindSaysWhatStaysAndAsksFirst() throws IOException {
    Session asked = Session.type("n\n", "rewind", "noter", "1", "--store", store.toString());
    assertThat(asked.status()).isEqualTo(ExitCode.NO.number());
    assertThat(asked.err())
        .contains("from cycle 3 to cycle 1; 2 cycles are lost")
        .contains("effects outside: 1 call of its tools; what they did stays done")
        .contains("shared spaces: the store has none")
        .contains("Nothing was changed.");
    assertThat(run("inspect").out()).contains("after cycle 3");
    Session agreed = Session.type("y\n", "rewind", "noter", "1", "--store", store.toString());
    assertThat(agreed.out()).contains("noter, executing after cycle 1");
    assertThat(json("inspect", "noter", "--json").path("storage")).isEmpty();
    assertThat(run("rewind", "noter", "2", "--yes").err()).contains("no cycle 2");
  }

  @Test
  void aReplayComesOutAlikeAndTellsIfNot() throws IOException {
    JsonNode report = json("replay", "noter", "--json");
    assertThat(report.path("same").asBoolean()).isTrue();
    assertThat(report.path("cycles").asInt()).isEqualTo(3);
    assertThat(report.path("trace").asText())
        .isEqualTo(json("inspect", "noter", "--json").path("trace").asText());
    Session other = run("replay", "noter", "--set", "agent.iterate.max_iterations=7");
    assertThat(other.status()).isEqualTo(ExitCode.NO.number());
    assertThat(other.out()).contains("cycle 1: the trace hash differs");
  }

  private Path write(String text) {
    try {
      return Files.writeString(folder.resolve("file.json"), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
