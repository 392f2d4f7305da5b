package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.config.Config;
import dev.lkjagent.runtime.config.ConfigLoader;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Assembly;
import dev.lkjagent.runtime.loop.RunResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A9ConfigurationTest {
  @TempDir Path dir;

  @Test
  void limitsAndPromptsOfAConfigurationReachThePrompt() {
    String json =
        "{\"agent\":{\"iterate\":{\"max_iterations\":2},\"state\":{\"base\":{\"prompt\":{\"role\":\"You are Ada.\"}},"
            + "\"thinking\":{\"prompt\":{\"purpose\":\"Think of numbers.\"}}}}}";
    Config config =
        new ConfigLoader().json(json.getBytes(StandardCharsets.UTF_8), "test.json").load().config();
    try (Stage stage = new Stage(dir, reply("thinking"), reply("executing"), finish("x"))) {
      RunResult result = stage.agent(b -> Assembly.of(config).configure(b)).run("t");
      assertThat(result.fault().code()).isEqualTo(FaultCode.LIMIT_CYCLES);
      assertThat(stage.prompts.get(0))
          .contains("<purpose>Think of numbers.</purpose>")
          .contains("of=\"2\"");
    }
  }
}
