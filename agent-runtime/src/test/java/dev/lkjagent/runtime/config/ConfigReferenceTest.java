package dev.lkjagent.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Run with {@code -Dlkjagent.update=true} to write the page anew. */
class ConfigReferenceTest {
  @Test
  void documentationOfTheConfigurationIsWhatTheCodeSays() throws IOException {
    Path page = top().resolve("docs/configuration.md");
    String generated = ConfigReference.markdown();
    if (Boolean.getBoolean("lkjagent.update")) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, generated);
    }
    assertThat(page).exists();
    assertThat(Files.readString(page))
        .as("docs/configuration.md; run this test with -Dlkjagent.update=true")
        .isEqualTo(generated);
  }

  @Test
  void everyKeyStandsInTheDocumentation() {
    String page = ConfigReference.markdown();
    for (EffectiveSetting setting : new ConfigLoader().load().settings()) {
      assertThat(page).contains("| `" + setting.path() + "` |");
    }
    assertThat(page)
        .contains("`llm.body`", "`agent.state`", "`agent.budget.slots`", "`evaluation_log_`");
  }

  private static Path top() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(directory.resolve("agent-runtime"))) {
      directory = directory.getParent();
    }
    return directory;
  }
}
