package dev.lkjagent.runtime.model;

import static dev.lkjagent.runtime.model.CollectingSink.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.config.Config;
import dev.lkjagent.runtime.config.LlmConfig;
import dev.lkjagent.runtime.fault.FaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
  private static Model open(String endpoint) {
    LlmConfig config = Config.defaults().llm();
    return Models.of(endpoint, config, name -> null);
  }

  @Test
  void defaultNeedsNoNetworkAndIsNoLanguageModel() {
    try (Model model = Models.of(Config.defaults().llm())) {
      assertThat(model.isLanguageModel()).isFalse();
      assertThat(ask(model, "?").text()).contains("not a language model");
    }
  }

  @Test
  void schemeChoosesTheModel(@TempDir Path dir) throws Exception {
    Path script = dir.resolve("a+b.txt");
    Files.writeString(script, "=== reply\nhello");
    assertThat(open("RULES:embedded")).isInstanceOf(RulesModel.class);
    assertThat(open("script:" + script)).isInstanceOf(ScriptModel.class);
    assertThat(open("https://example.com/v1")).isInstanceOf(HttpModel.class);
    Path recordings = dir.resolve("x+y");
    try (Model model = open("record:" + recordings + "+script:" + script)) {
      assertThat(ask(model, "?").text()).isEqualTo("hello");
      assertThat(model.description()).contains("record:", "x+y", "script:");
    }
    assertThat(ask(open("replay:" + recordings), "?").text()).isEqualTo("hello");
  }

  @Test
  void wrongEndpointNamesWhatIsKnown() {
    assertWrong(
        "gopher://x",
        "the scheme \"gopher\" is unknown",
        "http://HOST/…, https://HOST/…, rules:NAME");
    assertWrong("localhost", "has no scheme", "script:FILE");
    assertWrong("rules:librariann", "no rule set is named \"librariann\"", "embedded");
    assertWrong("record:dir", "record:DIR+ENDPOINT");
    assertWrong("record:dir+gopher:x", "record:DIR+ENDPOINT");
    assertWrong("script:/no/such/file", "/no/such/file", "cannot be read");
  }

  private static void assertWrong(String endpoint, String... says) {
    assertThatThrownBy(() -> open(endpoint))
        .isInstanceOf(FaultException.class)
        .hasMessageContainingAll(says);
  }
}
