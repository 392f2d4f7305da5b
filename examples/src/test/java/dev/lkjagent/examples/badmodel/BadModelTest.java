package dev.lkjagent.examples.badmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.examples.Started;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.model.RulesModel;
import dev.lkjagent.testkit.LkjAgentTest;
import dev.lkjagent.testkit.Stage;
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
}
