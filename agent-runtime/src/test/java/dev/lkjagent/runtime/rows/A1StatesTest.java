package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.state.AgentState;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A1StatesTest {
  @TempDir Path dir;

  @Test
  void anUnknownNextStateLeadsToThinkingAndTheModelIsTold() {
    try (Stage stage = new Stage(dir, reply("dreaming"), finish("ok"))) {
      assertThat(stage.agent().run("t").text()).isEqualTo("ok");
      assertThat(stage.prompts.get(1))
          .contains("<state name=\"thinking\"")
          .contains("no state \"dreaming\"");
    }
  }

  @Test
  void commandingIsExecutingAndAnAbsentStateFollowsTheCircle() {
    try (Stage stage =
        new Stage(
            dir,
            reply("commanding"),
            "<agent><thinking_log>x</thinking_log></agent>",
            finish("ok"))) {
      stage.agent().run("t");
      assertThat(stage.seen(AgentEvent.Committed.class))
          .extracting(AgentEvent.Committed::to)
          .containsExactly("executing", "evaluating", "finished");
    }
  }

  @Test
  void aWaitingAgentIsWokenByAMessageAndAFinishedOneByATask() {
    try (Stage stage = new Stage(dir, reply("waiting"), finish("one"), finish("two"))) {
      Agent agent = stage.agent();
      assertThat(agent.run("t").status()).isEqualTo(RunResult.Status.WAITING);
      assertThat(agent.resume().status()).isEqualTo(RunResult.Status.WAITING);
      agent.send("bob", "wake < up");
      assertThat(agent.resume().text()).isEqualTo("one");
      assertThat(stage.lastPrompt()).contains("<message from=\"bob\">wake &lt; up</message>");
      assertThat(agent.run("t").text()).isEqualTo("one");
      assertThat(agent.run("another").text()).isEqualTo("two");
    }
  }

  @Test
  void aStateOfOnesOwnHasAPromptAndCode() {
    AgentState drawing =
        new AgentState() {
          @Override
          public String name() {
            return "drawing";
          }

          @Override
          public String description() {
            return "to draw";
          }

          @Override
          public String prompt() {
            return "Take the pencil.";
          }

          @Override
          public String next(String proposed, long cycle) {
            return "evaluating";
          }
        };
    try (Stage stage = new Stage(dir, reply("drawing"), reply("executing"), finish("ok"))) {
      stage.agent(b -> b.state(drawing)).run("t");
      assertThat(stage.prompts.get(1)).contains("Take the pencil.");
      assertThat(stage.prompts.get(2)).contains("<state name=\"evaluating\"");
    }
  }
}
