package dev.lkjagent.examples.badmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.examples.Started;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.model.RulesModel;
import dev.lkjagent.testkit.LkjAgentTest;
import dev.lkjagent.testkit.Stage;
import dev.lkjagent.testkit.server.FakeAnswer;
import dev.lkjagent.testkit.server.FakeOpenAiServer;
import java.util.List;
import org.junit.jupiter.api.Test;

@LkjAgentTest
final class BadModelTest {
  @Test
  void noMistakeEndsTheAgentAndEachLeavesItsTrace(Stage stage) {
    Damage damage = new Damage();
    Agent agent =
        BadModel.configure(stage.agent("bad-model", new RulesModel(new BadModelRules())))
            .listener(damage)
            .start();
    agent.run("Note every cycle.");
    stage.expectAnyFault();
    stage
        .assertThat(agent)
        .finished("That was all.")
        .tookAtMostCycles(Mistake.values().length + 1)
        .replaysTheSame()
        .matchesGolden();
    assertThat(damage.rows())
        .filteredOn(row -> row.verdict() != Damage.Verdict.FINE)
        .as("JSON is as good as XML")
        .hasSize(Mistake.values().length - 2);
    List<Damage.Verdict> verdicts = damage.rows().stream().map(Damage.Row::verdict).toList();
    assertThat(verdicts.get(Mistake.CUT_OFF.ordinal())).isEqualTo(Damage.Verdict.REFUSED);
    assertThat(verdicts.get(Mistake.TALK.ordinal())).isEqualTo(Damage.Verdict.MENDED);
    assertThat(verdicts.get(Mistake.NO_SUCH_ACTION.ordinal())).isEqualTo(Damage.Verdict.TOLD);
  }

  @Test
  void theSampleEndsWithATable() {
    Started started = Started.with("run", "bad-model");
    assertThat(started.status()).as(started.err()).isZero();
    assertThat(started.out())
        .contains("not a language model")
        .contains("the run  FINISHED after cycle 17");
    assertThat(started.out().lines())
        .containsSequence("    1  fine      no mistake, for comparison")
        .containsSequence(
            "   11  told      a state that does not exist", "                 UNKNOWN_STATE")
        .containsSequence(
            "   14  refused   removes what is not there", "                 NOTHING_THERE")
        .containsSequence(
            "   15  refused   40 actions in one reply", "                 TOO_MANY_ACTIONS")
        .containsSequence("   16  refused   a megabyte of talk", "                 REPLY_TOO_LARGE")
        .containsSequence("   17  fine      its own reply", "")
        .contains("replies  3 fine, 5 mended, 2 told, 7 refused");
  }

  @Test
  void theTableTellsWhatWasMended() {
    assertThat(Started.with("run", "bad-model").out().lines())
        .containsSequence(
            "    2  mended    thoughts, talk and a fence around the block",
            "                 LEADING_TEXT, THINK_BLOCK, CODE_FENCE")
        .containsSequence(
            "    3  fine      JSON in the place of XML",
            "    4  mended    JSON as in a program: comments, single quotes, commas",
            "                 COMMENT, QUOTE_STYLE, BARE_KEY, EXTRA_COMMA")
        .containsSequence(
            "   10  mended    bytes that are no text", "                 INVALID_UTF8");
  }

  @Test
  void atAnEndpointTheTableShowsTheMistakesOfTheModelThere() {
    try (FakeOpenAiServer server = FakeOpenAiServer.start()) {
      server.otherwise(FakeAnswer.text("I have noted it for you."));
      Started started =
          Started.with("run", "bad-model", "--ask=Note it.", "--endpoint=" + server.url());
      assertThat(started.status()).as("mistakes are what was asked for").isZero();
      assertThat(started.out())
          .contains("the run  FAILED after cycle 20")
          .contains("replies  20 refused")
          .doesNotContain("not a language model");
      assertThat(started.out().lines().filter(line -> line.endsWith("refused   its own reply")))
          .hasSize(20);
      assertThat(server.requests().get(0).message(-1)).contains("Note it.");
    }
  }

  @Test
  void theConfigurationCountsHereToo() {
    Started started = Started.with("run", "bad-model", "--set=agent.iterate.max_iterations=3");
    assertThat(started.status()).as(started.err()).isZero();
    assertThat(started.out()).contains("the run  FAILED after cycle 3");
  }

  @Test
  void aFaultThatHappensTwiceInACycleIsNamedOnce() {
    Damage damage = new Damage();
    for (FaultCode code :
        List.of(FaultCode.UNKNOWN_ACTION, FaultCode.NO_TAGS, FaultCode.UNKNOWN_ACTION)) {
      damage.on(new AgentEvent.Faulted("a", 1, code.with("again")));
    }
    damage.on(new AgentEvent.Committed("a", 1, "thinking", "thinking", 5, 1, 0, 0));
    assertThat(damage.rows())
        .containsExactly(new Damage.Row(1, Damage.Verdict.REFUSED, "UNKNOWN_ACTION, NO_TAGS"));
  }
}
