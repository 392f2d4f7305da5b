package dev.lkjagent.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.config.ConfigLoader;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.fault.FaultPolicy;
import dev.lkjagent.runtime.model.ForwardingModel;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.Models;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssemblyTest {
  private static Assembly assembly(String... settings) {
    ConfigLoader loader = new ConfigLoader();
    for (String setting : settings) {
      loader.set(setting);
    }
    return new Assembly(loader.load());
  }

  @Test
  void defaultsOfTheConfigurationAreThoseOfTheCode() {
    Assembly all =
        assembly(
            new ConfigLoader()
                .load().settings().stream()
                    .map(s -> s.path() + "=" + s.value().replaceAll("^\"|\"$", ""))
                    .toArray(String[]::new));
    assertThat(all.limits(Limits.DEFAULT)).isEqualTo(Limits.DEFAULT);
    assertThat(all.memory(MemoryLimits.DEFAULT)).isEqualTo(MemoryLimits.DEFAULT);
    assertThat(all.pool().tiers()).isEqualTo(PoolSpec.DEFAULT.tiers());
    assertThat(all.pool().nodes()).isEqualTo(PoolSpec.DEFAULT.nodes());
  }

  @Test
  void whatIsNotSetStaysAsTheCodeSays() {
    Limits code = new Limits(1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 11);
    MemoryLimits memory = MemoryLimits.of(100, 200);
    assertThat(assembly().limits(code)).isEqualTo(code);
    assertThat(assembly().memory(memory)).isEqualTo(memory);
  }

  @Test
  void whatIsSetGoesBeforeTheCode() {
    Assembly set =
        assembly(
            "agent.iterate.max_iterations=7",
            "agent.iterate.max_seconds=2",
            "agent.iterate.max_tokens=30",
            "agent.iterate.max_repeats=0",
            "agent.faults.max_in_row=9",
            "agent.faults.model_attempts=6",
            "agent.actions.max_per_reply=2",
            "agent.actions.timeout_ms=50",
            "llm.retry.base_pause_ms=3",
            "llm.limits.max_reply_bytes=4096");
    assertThat(set.limits(Limits.DEFAULT))
        .isEqualTo(new Limits(7, 2000, 30, Integer.MAX_VALUE, 9, 2, 6, 3, 4096, 4096, 50));
    assertThat(assembly("agent.iterate.enable=false").limits(Limits.DEFAULT).cycles()).isZero();
  }

  @Test
  void memoryIsAsSet() {
    MemoryLimits set =
        assembly(
                "agent.paging_limit.max_tokens=1000",
                "agent.paging_limit.target_percent=50",
                "agent.hard_limit.enable=false",
                "agent.thinking_log.enable=false",
                "agent.execution_log.key_prefix=x_")
            .memory(MemoryLimits.DEFAULT);
    assertThat(set.pagingTokens()).isEqualTo(1000);
    assertThat(set.targetTokens()).isEqualTo(500);
    assertThat(set.hardTokens()).isEqualTo(Integer.MAX_VALUE);
    assertThat(set.thinking().maxEntries()).isZero();
    assertThat(set.execution()).isEqualTo(new MemoryLimits.Log(20, "x_"));
    assertThat(set.evaluation()).isEqualTo(MemoryLimits.DEFAULT.evaluation());
  }

  @Test
  void limitThatIsSetAgainstTheCodesOtherLimitStillHolds() {
    MemoryLimits small = MemoryLimits.of(100, 200);
    assertThat(assembly("agent.paging_limit.max_tokens=4000").memory(small).hardTokens())
        .isEqualTo(4000);
    MemoryLimits large = MemoryLimits.of(50_000, 60_000);
    MemoryLimits cut = assembly("agent.hard_limit.max_tokens=5000").memory(large);
    assertThat(List.of(cut.pagingTokens(), cut.targetTokens(), cut.hardTokens()))
        .containsExactly(5000, 5000, 5000);
  }

  @Test
  void storeAndPoolAreAsSet(@TempDir Path dir) {
    try (Store store = assembly("store.kind=memory").store(dir.resolve("x.db"))) {
      assertThat(store).isInstanceOf(InMemoryStore.class);
    }
    Path file = dir.resolve("named.db");
    try (Store store = assembly("store.file=" + file).store(dir.resolve("x.db"))) {
      assertThat(store).isInstanceOf(SqliteStore.class);
      assertThat(file).exists();
      assertThat(dir.resolve("x.db")).doesNotExist();
    }
    PoolSpec pool = assembly("pool.tiers=[{\"bytes\":64,\"count\":10}]", "pool.nodes=99").pool();
    assertThat(pool.tiers()).containsExactly(new PoolSpec.Tier(64, 10));
    assertThat(pool.nodes()).isEqualTo(99);
    assertThat(pool.documentNodes()).isEqualTo(PoolSpec.DEFAULT.documentNodes());
    assertThat(pool.scopes()).isEqualTo(PoolSpec.DEFAULT.scopes());
  }

  @Test
  void promptsOfAConfigurationReachTheModel() {
    Assembly assembly =
        assembly(
            "agent.state.base.prompt={\"role\":\"You are Ada.\",\"instructions\":\"Be brief.\","
                + "\"style\":\"dry\"}",
            "agent.state.thinking.prompt.example.agent.next_state=executing");
    StringBuilder prompts = new StringBuilder();
    Script script =
        Script.builder("s")
            .reply("<agent><action><type>finish</type><value>ok</value></action></agent>")
            .build();
    Model model = new ScriptModel(script);
    Model listening =
        new ForwardingModel(model) {
          @Override
          public ModelCall start(ModelRequest request, ReplySink sink) {
            for (int i = 0; i < request.messageCount(); i++) {
              prompts.append(request.text(i)).append('\n');
            }
            return super.start(request, sink);
          }
        };
    try (Store store = new InMemoryStore();
        AgentHost host =
            assembly.host().pool(PoolSpec.SMALL).model(listening).store(store).build()) {
      RunResult result = assembly.configure(host.agent("ada")).start().run("say ok");
      assertThat(result.text()).isEqualTo("ok");
    }
    assertThat(prompts.toString())
        .contains(
            "You are Ada.",
            "Be brief.",
            "<style>dry</style>",
            "<example>\n  <agent>\n    <next_state>executing</next_state>\n  </agent>\n</example>");
  }

  @Test
  void policiesForFaultsOfAConfigurationGoBeforeTheCodesAndTheOthersStay() {
    Assembly assembly = assembly("agent.faults.policy.NOTHING_THERE=stop");
    Script script =
        Script.builder("s")
            .reply("<agent><action><type>fly</type></action></agent>")
            .reply("<agent><action><type>memory_remove</type><tags>a</tags></action></agent>")
            .reply("<agent><action><type>fly</type></action></agent>")
            .build();
    try (Store store = new InMemoryStore();
        AgentHost host =
            assembly
                .host()
                .pool(PoolSpec.SMALL)
                .model(new ScriptModel(script))
                .store(store)
                .build()) {
      Agent agent =
          assembly
              .configure(
                  host.agent("ada")
                      .onFault(FaultCode.NOTHING_THERE, FaultPolicy.TELL_MODEL)
                      .onFault(FaultCode.MODEL_UNREACHABLE, FaultPolicy.STOP))
              .start();
      RunResult result = agent.run("t");
      assertThat(result.fault()).extracting(Fault::code).isEqualTo(FaultCode.NOTHING_THERE);
      assertThat(result.cycle()).isEqualTo(2);
    }
  }

  @Test
  void stateThatNoReplyCanNameIsAnError() {
    Assembly assembly = assembly("agent.state.Big One.prompt=x");
    try (Store store = new InMemoryStore();
        Model model = Models.of(assembly.config().llm());
        AgentHost host = assembly.host().pool(PoolSpec.SMALL).model(model).store(store).build()) {
      AgentBuilder agent = host.agent("a");
      assertThatThrownBy(() -> assembly.configure(agent))
          .isInstanceOf(FaultException.class)
          .hasMessageContaining("agent.state.Big One");
    }
  }

  @Test
  void treeOfPromptsIsWrittenAsXml() {
    assertThat(PromptTree.text("as it is < &")).isEqualTo("as it is < &");
    assertThat(PromptTree.text(Map.of("a b", List.of(1L, "x<y"))))
        .isEqualTo("<entry name=\"a b\">\n  <item>1</item>\n  <item>x&lt;y</item>\n</entry>\n");
  }
}
