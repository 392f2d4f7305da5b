package dev.lkjagent.testkit.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.json.lenient.RepairCode;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.model.Demand;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.ForwardingModel;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.model.ToolCall;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.testkit.Heard;
import dev.lkjagent.testkit.LkjAgentTest;
import dev.lkjagent.testkit.Stage;
import dev.lkjagent.testkit.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@LkjAgentTest
final class ChaoticModelTest {
  private static final Limits PATIENT =
      Limits.DEFAULT.withCycles(60).withRepetition(Integer.MAX_VALUE, Integer.MAX_VALUE);

  private static Model counting() {
    return PromptRules.of("counting")
        .otherwise(
            prompt ->
                AgentReply.to("executing")
                    .think("Cycle " + prompt.cycle())
                    .action("working_memory_add", "n", "n" + prompt.cycle()))
        .model();
  }

  private static Agent run(Stage stage, String name, ChaoticModel.Builder chaos) {
    Agent agent = stage.agent(name, stage.chaotic(chaos)).limits(PATIENT).start();
    agent.run("count");
    return agent;
  }

  @ParameterizedTest
  @EnumSource(Chaos.class)
  void everyWayIsSurvivedAndSeen(Chaos how, Stage stage) {
    stage.expectAnyFault();
    Agent agent = run(stage, "ada", ChaoticModel.around(counting()).seed(1).rate(how, 0.5));
    stage.assertThat(agent).failed(FaultCode.LIMIT_CYCLES).replaysTheSame();
    Trace trace = stage.trace(agent);
    assertThat(trace.cycles()).hasSize(60);
    List<FaultCode> faults = trace.faults().stream().map(f -> f.code()).toList();
    switch (how) {
      case EMPTY -> stage.assertThat(agent).hadFault(FaultCode.REPLY_WITHOUT_BLOCK);
      case TRUNCATED -> stage.assertThat(agent).hadFault(FaultCode.REPLY_TRUNCATED);
      case OVERSIZED -> stage.assertThat(agent).hadFault(FaultCode.REPLY_TOO_LARGE);
      case WRONG_STATE -> stage.assertThat(agent).hadFault(FaultCode.UNKNOWN_STATE);
      case MALFORMED ->
          assertThat(trace.cycles())
              .anyMatch(cycle -> !cycle.repairs().isEmpty() || !cycle.faults().isEmpty());
      case SLOW -> assertThat(faults).containsExactly(FaultCode.LIMIT_CYCLES);
      case REPEATED ->
          assertThat(trace.acts())
              .filteredOn(act -> act.value().equals("n1"))
              .hasSizeGreaterThan(1);
    }
    assertThat(trace.acts()).filteredOn(act -> !act.failed()).hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theSameSeedSpoilsTheSameCalls(long seed, Stage stage) {
    stage.expectAnyFault();
    Agent one = run(stage, "one", ChaoticModel.around(counting()).seed(seed).everyWay(0.7));
    Agent two = run(stage, "two", ChaoticModel.around(counting()).seed(seed).everyWay(0.7));
    Agent other = run(stage, "three", ChaoticModel.around(counting()).seed(seed + 9).everyWay(0.7));
    assertThat(stage.trace(two).toString().replace("two", "one"))
        .isEqualTo(stage.trace(one).toString());
    assertThat(stage.trace(other).toString().replace("three", "one"))
        .isNotEqualTo(stage.trace(one).toString());
  }

  @Test
  void withoutChaosNothingIsSpoiled(Stage stage) {
    ChaoticModel model = stage.chaotic(ChaoticModel.around(counting()).everyWay(0));
    Agent agent = stage.agent("ada", model).limits(PATIENT).start();
    agent.run("count");
    stage.assertThat(agent).hadFaults(FaultCode.LIMIT_CYCLES);
    assertThat(model.spoiled()).isEmpty();
    assertThat(stage.trace(agent).cycles())
        .allSatisfy(cycle -> assertThat(cycle.repairs()).doesNotContain(RepairCode.values()));
  }

  @Test
  void sharesOfMoreThanAllAreRefused() {
    assertThatThrownBy(
            () -> ChaoticModel.around(counting()).rate(Chaos.EMPTY, 0.7).rate(Chaos.SLOW, 0.4))
        .hasMessageContaining("SLOW 0.4");
  }

  @Test
  void aShareIsANumberFromZero() {
    assertThatThrownBy(() -> ChaoticModel.around(counting()).rate(Chaos.EMPTY, -0.1))
        .hasMessageContaining("EMPTY -0.1");
    assertThatThrownBy(() -> ChaoticModel.around(counting()).rate(Chaos.EMPTY, Double.NaN))
        .hasMessageContaining("EMPTY NaN");
  }

  @Test
  void everyWayTakesThePlaceOfTheSharesBefore() throws InterruptedException {
    try (ChaoticModel model =
        ChaoticModel.around(Scripted.replies().finish("ok").model())
            .rate(Chaos.EMPTY, 1)
            .everyWay(0)
            .build()) {
      assertThat(Heard.ask(model, "t").text()).contains("ok");
    }
  }

  @Test
  @ResourceLock(Resources.SYSTEM_PROPERTIES)
  void theSeedOfThePropertyIsTakenWhereNoneIsSet() {
    System.setProperty(ChaoticModel.PROPERTY, "77");
    try {
      assertThat(ChaoticModel.around(counting()).build().seed()).isEqualTo(77);
      assertThat(ChaoticModel.around(counting()).seed(1).build().seed()).isEqualTo(1);
    } finally {
      System.clearProperty(ChaoticModel.PROPERTY);
    }
  }

  /** Says all that a model can say, and notes what is asked of the call. */
  private static Model talkative(List<String> asked) {
    return new ForwardingModel(Scripted.replies().model()) {
      @Override
      public ModelCall start(ModelRequest request, ReplySink sink) {
        sink.retrying(FaultCode.MODEL_RATE_LIMITED.with("too many"), 1, 250);
        byte[] text = "<agent><action><type>x</type></action></agent>".getBytes(UTF_8);
        sink.text(text, 0, text.length);
        sink.toolCall(new ToolCall("id", "name", "{}"));
        sink.usage(1, 2, 3, 4);
        sink.done(FinishReason.TOOL_CALLS);
        return new ModelCall() {
          @Override
          public void cancel() {
            asked.add("cancel");
          }

          @Override
          public void resume() {
            asked.add("resume");
          }
        };
      }
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = Chaos.class,
      names = {"WRONG_STATE", "SLOW", "OVERSIZED", "REPEATED"})
  void whatAReplyBringsBesideItsTextComesThrough(Chaos how) throws InterruptedException {
    List<String> asked = new ArrayList<>();
    try (ChaoticModel model =
        ChaoticModel.around(talkative(asked)).seed(3).rate(how, 1).oversize(10).build()) {
      Heard heard = Heard.ask(model, "t");
      assertThat(heard.text()).contains("<type>x</type></action></agent>");
      if (how == Chaos.WRONG_STATE) {
        assertThat(heard.text()).containsPattern("^<agent><next_state>state_\\d+</next_state>");
      }
      assertThat(heard.tools).containsExactly(new ToolCall("id", "name", "{}"));
      assertThat(heard.usage).containsExactly(1L, 2L, 3L, 4L);
      assertThat(heard.pauses).containsExactly(250L);
      assertThat(heard.finish).isEqualTo(FinishReason.TOOL_CALLS);
      heard.call.resume();
      heard.call.cancel();
      assertThat(asked).containsExactly("resume", "cancel");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Chaos.class,
      names = {"SLOW", "OVERSIZED"})
  void aSinkThatHasEnoughHearsNoMore(Chaos how) throws InterruptedException {
    try (ChaoticModel model =
        ChaoticModel.around(talkative(new ArrayList<>())).seed(3).rate(how, 1).build()) {
      Heard heard = new Heard();
      heard.wants = all -> Demand.ENOUGH;
      heard.start(model, "t").await();
      assertThat(heard.finish).isEqualTo(FinishReason.ENOUGH);
      assertThat(heard.pieces).hasValue(1);
    }
  }

  @Test
  void aSlowReplyThatIsCancelledSaysNoMore() throws InterruptedException {
    try (ChaoticModel model =
        ChaoticModel.around(Scripted.replies().finish("word ".repeat(500)).times(2).model())
            .rate(Chaos.SLOW, 1)
            .pause(Duration.ofMillis(5))
            .build()) {
      Heard cancelled = new Heard().start(model, "t");
      cancelled.call.cancel();
      // Both drip from the same thread: what the first had left to say would come before.
      Heard.ask(model, "t");
      assertThat(cancelled.ends).hasValue(0);
    }
  }

  @Test
  void aFaultOfTheModelComesThrough() throws InterruptedException {
    try (ChaoticModel model =
        ChaoticModel.around(Scripted.replies().fault(FaultCode.MODEL_FILTERED).model())
            .rate(Chaos.MALFORMED, 1)
            .build()) {
      assertThat(Heard.ask(model, "t").fault.code()).isEqualTo(FaultCode.MODEL_FILTERED);
    }
  }
}
