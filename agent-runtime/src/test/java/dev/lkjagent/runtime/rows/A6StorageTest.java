package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.memory.MemoryEntry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A6StorageTest {
  @TempDir Path dir;

  @Test
  void storageAndMemorySurviveARestart() {
    try (Stage stage =
        new Stage(
            dir,
            reply(
                "thinking",
                act("storage_save", "kept", "for good"),
                act("memory_add", "note", "here")))) {
      stage.agent().step();
      Agent agent = stage.host.agent("bea").model(Stage.script(finish("x"))).start();
      agent.send("me", "hi");
      assertThat(agent.step().text()).isEqualTo("x");
    }
    try (Stage stage =
        new Stage(dir, reply("thinking", act("storage_load", "kept", "")), finish("ok"))) {
      Agent agent = stage.agent();
      assertThat(agent.status().cycle()).isEqualTo(1);
      agent.resume();
      assertThat(agent.workingMemory()).extracting(MemoryEntry::value).contains("for good", "here");
    }
  }
}
