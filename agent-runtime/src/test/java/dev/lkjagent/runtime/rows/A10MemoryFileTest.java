package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lkjagent.runtime.config.Config;
import dev.lkjagent.runtime.config.ConfigLoader;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentStatus;
import dev.lkjagent.runtime.loop.Assembly;
import dev.lkjagent.runtime.loop.MemoryFile;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.model.Conformance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A10MemoryFileTest {
  @TempDir Path dir;

  @Test
  void aFileAsTheOriginalWroteItIsImportedRunAndExported() {
    String json =
        "{\"working_memory\":{\"todo\":\"Add characters\",\"thinking_log_00\":\"Alice matters.\"},"
            + "\"storage\":{\"fantasy,plot\":\"The letter\"},\"state\":\"evaluating\",\"iteration\":7}";
    try (Stage stage =
        new Stage(dir, reply("thinking", act("storage_load", "plot", "")), finish("ok"))) {
      MemoryFile.importAgent(stage.store, "ada", json.getBytes(StandardCharsets.UTF_8), 1);
      Agent agent = stage.agent();
      assertThat(agent.status())
          .extracting(AgentStatus::state, AgentStatus::cycle)
          .containsExactly("evaluating", 7L);
      assertThat(agent.status().version()).as("one commit").isEqualTo(1);
      agent.resume();
      assertThat(agent.replay().difference()).isEmpty();
      assertThat(agent.replay().cycles()).isEqualTo(2);
      assertThat(stage.prompts.get(0))
          .contains("<item>Alice matters.</item>")
          .contains("<entry tags=\"todo\">");
      String out = new String(MemoryFile.export(stage.store, agent), StandardCharsets.UTF_8);
      assertThat(out)
          .contains("\"todo\"")
          .contains("\"fantasy,plot\" : \"The letter\"")
          .contains("\"iteration\" : 9");
    }
  }

  private static final String THINKS =
      "<agent><next_state>%s</next_state><thinking_log>%s</thinking_log></agent>";

  /** A file of the original system: the one given with the data, or what such a one looks like. */
  private static byte[] original(String name, String otherwise) throws IOException {
    Path file = Conformance.data().resolveSibling("original").resolve(name);
    return Files.exists(file)
        ? Files.readAllBytes(file)
        : otherwise.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] originalMemory() throws IOException {
    return original(
        "memory.json",
        "{\"working_memory\":{\"todo\":\"Add characters until 10\",\"thinking_log_00\":\"Alice may"
            + " matter more than Bob.\"},\"storage\":{\"fantasy,plot\":\"The letter in the attic starts"
            + " the journey.\"},\"state\":\"thinking\"}");
  }

  private static List<String> thoughts(Agent agent) {
    return agent.workingMemory().stream()
        .filter(entry -> entry.kind() == EntryKind.THINKING)
        .map(entry -> entry.tags() + ": " + entry.value())
        .toList();
  }

  @Test
  void theOriginalsFilesGoOnAndAThoughtComesBehindThoseThatWereImported() throws IOException {
    Config config =
        new ConfigLoader()
            .json(
                original(
                    "config.json",
                    "{\"version\":\"1.0.0\",\"agent\":{\"thinking_log\":{\"enable\":true,\"max_entries\":10,"
                        + "\"key_prefix\":\"thinking_log_\"},\"iterate\":{\"enable\":true,"
                        + "\"max_iterations\":1000}}}"),
                "config.json")
            .load()
            .config();
    try (Stage stage =
        new Stage(dir, THINKS.formatted("executing", "Bob has a secret."), finish("ok"))) {
      MemoryFile.importAgent(stage.store, "ada", originalMemory(), 1);
      Agent agent = stage.agent(b -> Assembly.of(config).configure(b));
      assertThat(agent.resume().text()).isEqualTo("ok");
      assertThat(stage.prompts.get(0)).contains("of=\"1000\"");
      assertThat(thoughts(agent))
          .containsExactly(
              "thinking_log_00: Alice may matter more than Bob.",
              "thinking_log_01: Bob has a secret.");
      assertThat(agent.replay().difference()).isEmpty();
    }
  }

  @Test
  void logsRotateOldestFirstAcrossAnExportAndAnImport() {
    String[] thinking = new String[10];
    for (int i = 0; i < 9; i++) {
      thinking[i] = THINKS.formatted("executing", "thought " + i);
    }
    thinking[9] = finish("ok");
    MemoryLimits three = MemoryLimits.DEFAULT.withLogs(3, 3, 3);
    byte[] file;
    try (Stage stage = new Stage(dir, thinking)) {
      Agent agent = stage.agent(b -> b.memory(three));
      agent.send("task", "t");
      agent.resume(5);
      file = MemoryFile.export(stage.store, agent);
      MemoryFile.importAgent(stage.store, "copy", file, 1);
      Agent copy = stage.host.agent("copy").memory(three).start();
      assertThat(copy.resume().text()).isEqualTo("ok");
      assertThat(thoughts(copy))
          .containsExactly(
              "thinking_log_06: thought 6",
              "thinking_log_07: thought 7",
              "thinking_log_08: thought 8");
    }
  }

  @Test
  void logsUnderPrefixesOfTheirOwnComeBackAsLogs() {
    MemoryLimits own =
        new MemoryLimits(
            4096,
            3072,
            8192,
            new MemoryLimits.Log(10, "mused_"),
            new MemoryLimits.Log(10, "judged_"),
            new MemoryLimits.Log(10, "did_"));
    String foreign = "{\"working_memory\":{\"mused_07\":\"I was.\",\"todo\":\"Live.\"}}";
    try (Stage stage =
        new Stage(
            dir,
            THINKS.formatted("executing", "I am."),
            THINKS.formatted("finished", "I will be."),
            finish("x"))) {
      byte[] bytes = foreign.getBytes(StandardCharsets.UTF_8);
      MemoryFile.importAgent(stage.store, "ada", bytes, 1, own);
      Agent agent = stage.agent(b -> b.memory(own));
      agent.step();
      assertThat(thoughts(agent)).containsExactly("mused_07: I was.", "mused_08: I am.");
      MemoryFile.importAgent(stage.store, "copy", MemoryFile.export(stage.store, agent), 1);
      Agent copy = stage.host.agent("copy").memory(own).start();
      copy.step();
      assertThat(thoughts(copy))
          .containsExactly("mused_07: I was.", "mused_08: I am.", "mused_09: I will be.");
    }
  }

  @Test
  void pinsCountersAndTheResultComeBackWithAFile() {
    try (Stage stage =
        new Stage(
            dir,
            reply(
                "executing", act("memory_add", "plot", "A letter."), act("no_such_action", "", "")),
            finish("done"))) {
      Agent agent = stage.agent();
      agent.send("bob", "hello");
      assertThat(agent.run("t").text()).isEqualTo("done");
      AgentStatus before = agent.status();
      assertThat(before.faults()).isEqualTo(1);
      MemoryFile.importAgent(stage.store, "copy", MemoryFile.export(stage.store, agent), 1);
      Agent copy = stage.host.agent("copy").start();
      assertThat(copy.status())
          .usingRecursiveComparison()
          .ignoringFields("agent", "version", "traceHash", "slotBytes")
          .isEqualTo(before);
      assertThat(copy.workingMemory())
          .extracting(MemoryEntry::tags, MemoryEntry::value, MemoryEntry::kind, MemoryEntry::pinned)
          .containsExactlyElementsOf(
              agent.workingMemory().stream()
                  .map(e -> tuple(e.tags(), e.value(), e.kind(), e.pinned()))
                  .toList());
      assertThat(copy.workingMemory()).anyMatch(MemoryEntry::pinned);
      assertThat(copy.resume().text()).isEqualTo("done");
    }
  }
}
