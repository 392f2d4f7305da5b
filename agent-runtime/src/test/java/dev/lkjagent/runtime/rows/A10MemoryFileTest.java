package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentStatus;
import dev.lkjagent.runtime.loop.MemoryFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
}
