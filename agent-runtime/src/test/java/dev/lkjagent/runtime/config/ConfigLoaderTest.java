package dev.lkjagent.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
  /** A file with every key that the original system's file has. */
  static final String ORIGINAL_SHAPE =
      """
      {
        "version": "1.0.0",
        "llm": { "endpoint": "http://localhost:9/v1/chat/completions", "model": "m", "temperature": 0.25 },
        "agent": {
          "thinking_log": { "enable": true, "max_entries": 3, "key_prefix": "t_" },
          "paging_limit": { "enable": true, "max_tokens": 100 },
          "hard_limit": { "enable": false, "max_tokens": 200 },
          "iterate": { "enable": true, "max_iterations": 7 },
          "state": {
            "base": { "prompt": { "role": "R", "instructions": "I" } },
            "thinking": { "prompt": { "state_description": { "thinking": "a", "executing": "b" },
              "output_example_case1": { "agent": { "next_state": "executing", "thinking_log": "l" } } } },
            "executing": { "prompt": { "available_actions": { "storage_save": "s" } } },
            "paging": { "prompt": { "purpose": "p", "strategy": "q" } }
          }
        }
      }
      """;

  @Test
  void fileOfTheOriginalSystemLoadsUnchanged() {
    Config config = json(ORIGINAL_SHAPE).load().config();
    assertThat(config.llm().endpoint()).isEqualTo("http://localhost:9/v1/chat/completions");
    assertThat(config.llm().model()).isEqualTo("m");
    assertThat(config.llm().temperature()).isEqualTo(0.25);
    assertThat(config.agent().thinkingLog()).isEqualTo(new AgentConfig.MemoryLog(true, 3, "t_"));
    assertThat(config.agent().pagingLimit().maxTokens()).isEqualTo(100);
    assertThat(config.agent().hardLimit().enable()).isFalse();
    assertThat(config.agent().iterate().maxIterations()).isEqualTo(7);
    assertThat(config.agent().state()).containsOnlyKeys("base", "thinking", "executing", "paging");
    assertThat(config.agent().state().get("base"))
        .isEqualTo(Map.of("prompt", Map.of("role", "R", "instructions", "I")));
  }

  @Test
  void policiesForFaultsAreReadFromAllSourcesAndWrongOnesNameTheirPlace() {
    Map<String, String> policies =
        json("{\"agent\": {\"faults\": {\"policy\": {\"NO_TAGS\": \"stop\"}}}}")
            .environment(Map.of("LKJAGENT_CFG_agent__faults__policy__ACTION_TIMEOUT", "stop"))
            .set("agent.faults.policy={\"MODEL_FILTERED\": \"retry\"}")
            .load()
            .config()
            .agent()
            .faults()
            .policy();
    assertThat(policies)
        .containsOnly(
            Map.entry("NO_TAGS", "stop"),
            Map.entry("ACTION_TIMEOUT", "stop"),
            Map.entry("MODEL_FILTERED", "retry"));
    assertThatThrownBy(
            () ->
                json("""
                        {"agent": {"faults": {"policy": {
                          "ACTION_TIMOUT": "stop",
                          "STORE_UNAVAILABLE": "retry",
                          "NO_TAGS": "STOP",
                          "NOTHING_THERE": 7}}}}""")
                    .set("agent.faults.policy.NOTHING_THERE=stop")
                    .load())
        .hasMessageContaining("3 errors")
        .hasMessageContaining(
            ":2:20: agent.faults.policy.ACTION_TIMOUT names no kind of fault;"
                + " did you mean ACTION_TIMEOUT?")
        .hasMessageContaining(
            "agent.faults.policy.STORE_UNAVAILABLE is refused: STORE_UNAVAILABLE takes stop only,"
                + " not retry: the store cannot be read or written")
        .hasMessageContaining(
            "agent.faults.policy.NO_TAGS is \"STOP\" and must be one of retry, tell_model, page,"
                + " stop");
    assertThatThrownBy(
            () -> json("{\"agent\": {\"faults\": {\"policy\": {\"NO_TAGS\": 7}}}}").load())
        .hasMessageContaining("agent.faults.policy.NO_TAGS is 7 and must be a text");
  }

  @Test
  void emptySourcesGiveTheDefaults() {
    Config config = Config.defaults();
    assertThat(config.llm().endpoint()).isEqualTo("rules:embedded");
    assertThat(config.agent().pagingLimit().maxTokens()).isEqualTo(4096);
    assertThat(config.agent().hardLimit().maxTokens()).isEqualTo(8192);
    assertThat(config.agent().evaluationLog().keyPrefix()).isEqualTo("evaluation_log_");
    assertThat(config.agent().executionLog().keyPrefix()).isEqualTo("execution_log_");
    assertThat(config.pool().tiers())
        .extracting(tier -> (long) tier.bytes() * tier.count())
        .containsOnly(16L << 20)
        .hasSize(5);
    assertThat(json("{}").load().config()).isEqualTo(config);
  }

  @Test
  void flagsGoBeforeVariablesVariablesBeforeTheFileAndTheFileBeforeDefaults() {
    ConfigLoader loader =
        json("{\"llm\":{\"model\":\"file\",\"temperature\":1,\"system_role\":\"user\"}}")
            .set("llm.model=flag")
            .environment(
                Map.of(
                    "LKJAGENT_CFG_llm__model", "variable",
                    "LKJAGENT_CFG_llm__temperature", "0.5",
                    "PATH", "x"));
    LoadedConfig loaded = loader.load();
    assertThat(loaded.config().llm().model()).isEqualTo("flag");
    assertThat(loaded.config().llm().temperature()).isEqualTo(0.5);
    assertThat(loaded.config().llm().systemRole()).isEqualTo("user");
    assertThat(origin(loaded, "llm.model")).isEqualTo("flag --set llm.model");
    assertThat(origin(loaded, "llm.temperature"))
        .isEqualTo("variable LKJAGENT_CFG_llm__temperature");
    assertThat(origin(loaded, "llm.system_role")).startsWith("test.json:1:");
    assertThat(origin(loaded, "llm.stream")).isEqualTo("default");
  }

  @Test
  void upperCaseVariablesFindTheirKeys() {
    ConfigLoader loader =
        new ConfigLoader()
            .environment(
                Map.of(
                    "LKJAGENT_CFG_LLM__MODEL", "m",
                    "LKJAGENT_CFG_AGENT__STATE__Base__prompt__role", "R"));
    Config config = loader.load().config();
    assertThat(config.llm().model()).isEqualTo("m");
    assertThat(config.agent().state())
        .isEqualTo(Map.of("Base", Map.of("prompt", Map.of("role", "R"))));
  }

  @Test
  void everyKeyCanBeSetByFlagAndByVariable() {
    for (EffectiveSetting setting : new ConfigLoader().load().settings()) {
      String value =
          setting.value().startsWith("\"")
              ? setting.value().substring(1, setting.value().length() - 1)
              : setting.value();
      LoadedConfig byFlag = new ConfigLoader().set(setting.path() + "=" + value).load();
      assertThat(origin(byFlag, setting.path())).isEqualTo("flag --set " + setting.path());
      String name = "LKJAGENT_CFG_" + setting.path().replace(".", "__");
      LoadedConfig byVariable = new ConfigLoader().environment(Map.of(name, value)).load();
      assertThat(origin(byVariable, setting.path())).isEqualTo("variable " + name);
      assertThat(byFlag.config()).isEqualTo(Config.defaults()).isEqualTo(byVariable.config());
    }
  }

  @Test
  void listsObjectsAndQuotedSegmentsCanBeSetByFlag() {
    Config config =
        new ConfigLoader()
            .set("pool.tiers=[{\"bytes\":32,\"count\":5}]")
            .set("agent.budget.slots.32=4")
            .set("agent.budget={\"nodes\":9}")
            .set("agent.state.base.prompt.\"a.b\"=text [not json")
            .set("llm.body={\"top_p\":0.5}")
            .load()
            .config();
    assertThat(config.pool().tiers()).containsExactly(new PoolConfig.Tier(32, 5));
    assertThat(config.agent().budget().slots()).isEqualTo(Map.of("32", 4));
    assertThat(config.agent().budget().nodes()).isEqualTo(9);
    assertThat(config.agent().state().get("base"))
        .isEqualTo(Map.of("prompt", Map.of("a.b", "text [not json")));
    assertThat(config.llm().body()).isEqualTo(Map.of("top_p", 0.5));
  }

  @Test
  void unknownKeyNamesItsPathItsPlaceAndWhatWasMeant() {
    assertWrong(
        json("{\n  \"agent\": {\n    \"paging_limit\": {\"max_token\": 5}\n  }\n}"),
        "test.json:3:22: agent.paging_limit.max_token is not a known key",
        "did you mean agent.paging_limit.max_tokens?");
    assertWrong(
        new ConfigLoader().set("llm.modle=x"), "flag --set llm.modle", "did you mean llm.model?");
    assertWrong(
        new ConfigLoader().environment(Map.of("LKJAGENT_CFG_llm__temprature", "1")),
        "variable LKJAGENT_CFG_llm__temprature",
        "did you mean llm.temperature?");
    assertWrong(
        new ConfigLoader().set("llm.max_iterations=1"),
        "did you mean agent.iterate.max_iterations?");
    assertWrong(new ConfigLoader().set("zzzzzz=1"), "known here are version, llm, agent");
  }

  @Test
  void illTypedValueNamesWhatWasFoundAndWhatIsExpected() {
    assertWrong(
        json("{\"agent\":{\"iterate\":{\"max_iterations\":\"many\"}}}"),
        "test.json:1:39: agent.iterate.max_iterations is the string \"many\" and must be a whole number");
    assertWrong(json("{\"llm\":{\"stream\":1}}"), "llm.stream is 1 and must be true or false");
    assertWrong(json("{\"llm\":{\"model\":null}}"), "llm.model is null", "leave the key out");
    assertWrong(json("{\"llm\":[]}"), "llm is an array and must be an object");
    assertWrong(json("{\"llm\":{\"model\":{}}}"), "llm.model is an object and must be a string");
    assertWrong(json("[]"), "is an array and must be an object");
    assertWrong(json("{\"pool\":{\"tiers\":{}}}"), "pool.tiers is an object and must be an array");
    assertWrong(json("{\"pool\":{\"tiers\":[{\"bytes\":1}]}}"), "pool.tiers[0] lacks count");
    assertWrong(
        json("{\"agent\":{\"budget\":{\"slots\":{\"16\":1.5}}}}"), "agent.budget.slots.16 is 1.5");
    assertWrong(new ConfigLoader().set("llm.temperature=warm"), "llm.temperature is \"warm\"");
    assertWrong(new ConfigLoader().set("llm=x"), "llm is \"x\" and must be an object");
    assertWrong(new ConfigLoader().set("noequals"), "not of the form a.b=c");
  }

  @Test
  void valueOutOfRangeNamesTheRange() {
    assertWrong(new ConfigLoader().set("llm.temperature=2.5"), "2.5 and must lie between 0 and 2");
    assertWrong(
        new ConfigLoader().set("agent.budget.nodes=3000000000"), "between 0 and 2147483647");
    assertWrong(
        new ConfigLoader().set("store.kind=sqllite"),
        "one of sqlite, memory; did you mean sqlite?");
  }

  @Test
  void contradictionsBetweenKeysAreNamed() {
    assertWrong(
        new ConfigLoader().set("agent.paging_limit.max_tokens=9000"),
        "flag --set agent.paging_limit.max_tokens",
        "agent.hard_limit.max_tokens (8192)");
    assertWrong(
        new ConfigLoader().set("agent.thinking_log.key_prefix=A b"), "is \"A b\"; take lower-case");
    assertWrong(
        new ConfigLoader().set("llm.retry.max_pause_ms=1"), "llm.retry.base_pause_ms is 500");
    assertWrong(
        new ConfigLoader().set("pool.tiers=[{\"bytes\":9,\"count\":1},{\"bytes\":9,\"count\":1}]"),
        "sizes must ascend");
    assertWrong(new ConfigLoader().set("agent.budget.slots.17=1"), "names no size of pool.tiers");
    assertWrong(
        new ConfigLoader().set("llm.body={\"messages\":[]}"), "llm.body.messages is written by");
    assertWrong(
        new ConfigLoader().set("agent.state.base=text"), "agent.state.base must be an object");
    assertWrong(new ConfigLoader().set("version=2.0"), "understands version 1");
  }

  @Test
  void malformedFileNamesTheLine(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("broken.json");
    Files.writeString(file, "{\n \"llm\": {,}\n}");
    assertWrong(new ConfigLoader().file(file), "broken.json:2:", "not JSON");
    assertWrong(new ConfigLoader().file(dir.resolve("absent.json")), "absent.json: does not exist");
    assertWrong(json(""), "there is no JSON value");
    assertWrong(json("{} {}"), "test.json:1:4: text follows");
    assertWrong(
        json("{\"llm\":{},\n\"llm\":{}}"),
        "test.json:2:1: llm is set a second time",
        "test.json:1:2");
    assertWrong(
        json("{\"agent\":{\"state\":" + "[".repeat(5000) + "]".repeat(5000) + "}}"), "not JSON");
  }

  @Test
  void allErrorsAreReportedAtOnce() {
    assertWrong(
        new ConfigLoader().set("llm.modl=x").set("store.kid=y"),
        "2 errors",
        "llm.model?",
        "store.kind?");
  }

  @Test
  void keysPutIntoTheWrongPlaceAreRefusedAndNeverShown() {
    String secret = "sk-1234567890abcdef";
    for (ConfigLoader loader :
        List.of(
            new ConfigLoader().set("llm.api_key=" + secret),
            new ConfigLoader().set("llm.api_key_env=" + secret),
            new ConfigLoader().set("llm.api_key_header=Bearer " + secret),
            json("{\"llm\":{\"api_key\":\"" + secret + "\"}}"),
            new ConfigLoader().set("llm.endpoint=https://me:" + secret + "@host/v1"))) {
      assertThatThrownBy(loader::load)
          .isInstanceOf(FaultException.class)
          .hasMessageContaining("llm.api_key_env")
          .hasMessageNotContaining(secret);
    }
  }

  @Test
  void secretsInEffectiveValuesAreMasked() {
    String secret = "0123456789abcdef";
    LoadedConfig loaded =
        new ConfigLoader()
            .set("llm.endpoint=https://host/v1/chat/completions?api-version=2&api-key=" + secret)
            .set("llm.body.auth_token=" + secret)
            .load();
    assertThat(loaded.settings().toString())
        .doesNotContain(secret)
        .contains("api-version=2", "api-key=***");
    assertThat(loaded.config().llm().body()).containsEntry("auth_token", secret);
  }

  private static ConfigLoader json(String text) {
    return new ConfigLoader().json(text.getBytes(StandardCharsets.UTF_8), "test.json");
  }

  private static String origin(LoadedConfig loaded, String path) {
    return loaded.settings().stream()
        .filter(setting -> setting.path().equals(path))
        .findFirst()
        .orElseThrow()
        .origin()
        .toString();
  }

  private static void assertWrong(ConfigLoader loader, String... says) {
    assertThatThrownBy(loader::load)
        .isInstanceOf(FaultException.class)
        .hasMessageContainingAll(says)
        .extracting(e -> ((FaultException) e).fault().code())
        .isEqualTo(FaultCode.CONFIG_INVALID);
  }
}
