package dev.lkjagent.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.json.lenient.RepairCode;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.testkit.LkjAgentTest;
import dev.lkjagent.testkit.Stage;
import dev.lkjagent.testkit.Trace;
import java.util.List;
import org.junit.jupiter.api.Test;
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
}
