package dev.lkjagent.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.config.ConfigLoader;
import dev.lkjagent.runtime.config.LlmConfig;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.Models;
import dev.lkjagent.runtime.store.SqliteStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Row A12: any OpenAI-compatible server, chosen by the scheme of {@code llm.endpoint}; a whole
 * agent on SQLite asks a real server on loopback. {@link TransportTest} has the row's TLS.
 */
@Timeout(60)
class A12ModelEndpointTest {
  private static final FakeAnswer DONE =
      FakeAnswer.text(
          "<agent><next_state>finished</next_state><action><type>finish</type>"
              + "<value>done</value></action></agent>");

  private final FakeOpenAiServer server = FakeOpenAiServer.start();
  private final List<AgentEvent> events = new ArrayList<>();

  @TempDir Path folder;

  @AfterEach
  void close() {
    server.close();
  }

  private static LlmConfig config(String endpoint, String... settings) {
    ConfigLoader loader =
        new ConfigLoader().set("llm.endpoint=" + endpoint).set("llm.retry.base_pause_ms=1");
    for (String setting : settings) {
      loader.set(setting);
    }
    return loader.load().config().llm();
  }

  private void withAgent(LlmConfig config, Consumer<Agent> use) {
    try (Model model = Models.of(config);
        SqliteStore store = SqliteStore.open(folder.resolve("a12.db"));
        AgentHost host = AgentHost.builder().model(model).store(store).build()) {
      use.accept(host.agent("ada").listener(events::add).start());
    }
  }

  private static FaultCode code(RunResult result) {
    return Objects.requireNonNull(result.fault(), result::toString).code();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aServerIsAskedAsTheConfigurationSaysInPiecesOrWhole(boolean stream) throws Exception {
    server.answer(DONE);
    withAgent(
        config(server.url(), "llm.stream=" + stream, "llm.model=m-1"),
        agent -> assertThat(agent.run("go").orThrow()).isEqualTo("done"));
    String body = server.takeRequest().body();
    assertThat(body).contains("\"stream\":" + stream).contains("\"model\":\"m-1\"");
  }

  @Test
  void whatMayPassIsTriedAgainAsTheServerAsksAndTold() {
    server.answer(
        FakeAnswer.error(429, "slow down").header("Retry-After", "0"),
        FakeAnswer.error(503, "loading"),
        DONE);
    withAgent(
        config(server.url()), agent -> assertThat(agent.run("go").orThrow()).isEqualTo("done"));
    assertThat(events)
        .filteredOn(AgentEvent.Retried.class::isInstance)
        .extracting(event -> ((AgentEvent.Retried) event).because().code())
        .containsExactly(FaultCode.MODEL_RATE_LIMITED, FaultCode.MODEL_SERVER_ERROR);
  }

  @Test
  void anErrorThatLastsIsAFaultAndTheAgentGoesOnWhenItIsMended() {
    server.answer(FakeAnswer.error(401, "no such key"), DONE);
    withAgent(
        config(server.url()),
        agent -> {
          RunResult refused = agent.run("go");
          assertThat(code(refused)).isEqualTo(FaultCode.MODEL_UNAUTHORIZED);
          Fault fault = Objects.requireNonNull(refused.fault());
          assertThat(fault.toString()).contains("no such key");
          assertThat(agent.resume(1).orThrow()).isEqualTo("done");
        });
  }

  @Test
  void aServerThatSaysNothingIsAFaultAfterTheTimeOut() {
    server.answer(FakeAnswer.text("x").disconnectAt(0).hang());
    withAgent(
        config(server.url(), "llm.timeout.first_byte_ms=50", "llm.retry.max_attempts=1"),
        agent -> assertThat(code(agent.run("go"))).isEqualTo(FaultCode.MODEL_TIMEOUT));
  }

  @Test
  void theDefaultNeedsNoServerAndSaysThatItIsNoLanguageModel() {
    LlmConfig config = new ConfigLoader().load().config().llm();
    try (Model model = Models.of(config)) {
      assertThat(model.isLanguageModel()).isFalse();
      assertThat(model.description()).contains("not a language model");
    }
    withAgent(
        config, agent -> assertThat(agent.run("go").orThrow()).contains("not a language model"));
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aSchemeThatNobodyKnowsIsRefusedBeforeAnythingRuns() {
    LlmConfig config = new ConfigLoader().load().config().llm().withEndpoint("gopher://host/1");
    assertThatThrownBy(() -> Models.of(config).close())
        .isInstanceOfSatisfying(
            FaultException.class,
            e -> assertThat(e.fault().code()).isEqualTo(FaultCode.CONFIG_INVALID))
        .hasMessageContaining("gopher");
  }
}
