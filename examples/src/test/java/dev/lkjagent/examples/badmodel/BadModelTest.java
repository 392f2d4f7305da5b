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
        .contains("a megabyte of talk", "refused", "REPLY_TOO_LARGE")
        .contains("the run  FINISHED after cycle 17");
  }
}
