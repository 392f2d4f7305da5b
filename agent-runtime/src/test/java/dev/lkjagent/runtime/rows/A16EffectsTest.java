package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.ActionCall;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.loop.RunResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A16EffectsTest {
  @TempDir Path dir;

  /** Counts its effects outside of the agent, and holds the process before the commit. */
  static final class Lever implements Action {
    final Effect effect;
    final List<String> log;
    final CountDownLatch pulled = new CountDownLatch(1);
    final CountDownLatch held;

    Lever(Effect effect, List<String> log, boolean holds) {
      this.effect = effect;
      this.log = log;
      held = new CountDownLatch(holds ? 1 : 0);
    }

    @Override
    public String name() {
      return "pull";
    }

    @Override
    public String description() {
      return "pulls";
    }

    @Override
    public Effect effect() {
      return effect;
    }

    @Override
    public ActionResult run(ActionCall call) throws Exception {
      log.add(call.key());
      pulled.countDown();
      held.await();
      return ActionResult.done("pulled");
    }
  }

  private List<String> crashBetweenEffectAndCommit(Effect effect, List<String> outcomes)
      throws Exception {
    List<String> log = new CopyOnWriteArrayList<>();
    Lever first = new Lever(effect, log, true);
    try (Stage stage = new Stage(dir, reply("executing", act("pull", "", "")))) {
      CompletableFuture<RunResult> run = stage.agent(b -> b.action(first)).start("t");
      first.pulled.await();
      assertThat(run).isNotDone();
    }
    first.held.countDown();
    String[] second =
        effect == Effect.PURE
            ? new String[] {reply("executing", act("pull", "", "")), finish("ok")}
            : new String[] {finish("ok")};
    try (Stage stage = new Stage(dir, second)) {
      assertThat(stage.agent(b -> b.action(new Lever(effect, log, false))).resume().text())
          .isEqualTo("ok");
      outcomes.addAll(stage.outcomes());
    }
    return log;
  }

  @Test
  void anIdempotentActionRunsAgainUnderTheSameKey() throws Exception {
    List<String> outcomes = new ArrayList<>();
    assertThat(crashBetweenEffectAndCommit(Effect.IDEMPOTENT, outcomes))
        .containsExactly("ada/1/0", "ada/1/0");
    assertThat(outcomes).contains("pull: pulled");
  }

  @Test
  void anActionDeclaredOnceIsNeverRepeatedAndTheModelIsTold() throws Exception {
    List<String> outcomes = new ArrayList<>();
    assertThat(crashBetweenEffectAndCommit(Effect.ONCE, outcomes)).containsExactly("ada/1/0");
    assertThat(outcomes.get(0)).contains("outcome unknown");
  }

  @Test
  void aPureActionIsAskedForAnew() throws Exception {
    List<String> outcomes = new ArrayList<>();
    assertThat(crashBetweenEffectAndCommit(Effect.PURE, outcomes)).hasSize(2);
  }
}
