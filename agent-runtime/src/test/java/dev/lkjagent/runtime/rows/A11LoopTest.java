package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.OneReply;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.ActionCall;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A11LoopTest {
  @TempDir Path dir;

  @Test
  void cyclesTimeAndTokensLimitARun() {
    String[] replies = new String[10];
    for (int i = 0; i < 10; i++) {
      replies[i] = "<agent><thinking_log>" + i + "</thinking_log></agent>";
    }
    try (Stage stage = new Stage(dir, replies)) {
      Agent agent = stage.agent(b -> b.limits(Limits.DEFAULT.withCycles(2)));
      assertThat(agent.run("t").fault().code()).isEqualTo(FaultCode.LIMIT_CYCLES);
      agent.close();
      Agent again = stage.agent(b -> b.limits(Limits.DEFAULT.withCycles(0).withTokens(1)));
      assertThat(again.resume().fault().code()).isEqualTo(FaultCode.LIMIT_TOKENS);
      assertThat(again.status().cycle()).isEqualTo(2);
    }
  }

  @Test
  void oneStepIsOneCycleAndARunGoesOnFromThere() {
    try (Stage stage = new Stage(dir, reply("executing"), reply("evaluating"), finish("ok"))) {
      Agent agent = stage.agent();
      agent.send("task", "t");
      assertThat(agent.step().status()).isEqualTo(RunResult.Status.STOPPED);
      assertThat(agent.status().cycle()).isEqualTo(1);
      assertThat(agent.resume().text()).isEqualTo("ok");
    }
  }

  /** A model that never answers its first call. */
  private static final class Mute extends OneReply {
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch cancelled = new CountDownLatch(1);

    Mute(String later) {
      super(later);
    }

    @Override
    public ModelCall start(ModelRequest request, ReplySink sink) {
      if (asked.getCount() == 0) {
        return super.start(request, sink);
      }
      asked.countDown();
      return new ModelCall() {
        @Override
        public void cancel() {
          cancelled.countDown();
        }

        @Override
        public void resume() {}
      };
    }
  }

  @Test
  void stopDoesNotWaitForTheModelAndTheCycleIsAskedAgain() throws Exception {
    Mute model = new Mute(finish("ok"));
    try (Stage stage = new Stage(dir, model)) {
      Agent agent = stage.agent();
      CompletableFuture<RunResult> run = agent.start("t");
      model.asked.await();
      agent.stop();
      assertThat(run.get().status()).isEqualTo(RunResult.Status.STOPPED);
      model.cancelled.await();
      assertThat(agent.status().cycle()).isZero();
      assertThat(agent.resume().text()).isEqualTo("ok");
      assertThat(stage.prompts).hasSize(2);
      assertThat(stage.prompts.get(1)).isEqualTo(stage.prompts.get(0));
      assertThat(agent.replay().difference()).isEmpty();
    }
  }

  @Test
  void anAgentThatRepeatsItselfIsStopped() {
    String[] replies = new String[9];
    Arrays.fill(replies, reply("executing", act("storage_search", "x", "")));
    try (Stage stage = new Stage(dir, replies)) {
      RunResult result = stage.agent(b -> b.limits(Limits.DEFAULT.withRepetition(3, 9))).run("t");
      assertThat(result.fault().code()).isEqualTo(FaultCode.REPEATED_ACTION);
      assertThat(result.cycle()).isEqualTo(4);
    }
  }

  @Test
  void aToolThatSleepsDelaysNobody() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(1);
    Action slow =
        new Action() {
          @Override
          public String name() {
            return "sleep";
          }

          @Override
          public String description() {
            return "sleeps";
          }

          @Override
          public Effect effect() {
            return Effect.PURE;
          }

          @Override
          public ActionResult run(ActionCall call) throws Exception {
            inside.countDown();
            held.await();
            return ActionResult.done("awake");
          }
        };
    try (Stage stage = new Stage(dir, reply("executing", act("sleep", "", "")), finish("slept"))) {
      Agent sleeper = stage.agent(b -> b.action(slow));
      CompletableFuture<RunResult> asleep = sleeper.start("t");
      inside.await();
      Agent quick =
          stage
              .host
              .agent("quick")
              .model(Stage.script(reply("executing"), finish("quick")))
              .start();
      assertThat(quick.run("t").text()).isEqualTo("quick");
      assertThat(asleep).isNotDone();
      held.countDown();
      assertThat(asleep.get().text()).isEqualTo("slept");
    }
  }
}
