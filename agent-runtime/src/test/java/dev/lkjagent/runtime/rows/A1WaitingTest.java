package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static dev.lkjagent.runtime.rows.Stage.untilFinished;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.OneReply;
import dev.lkjagent.runtime.SetClock;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.store.Due;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that waits for a time, and agents whose memory is parked. */
final class A1WaitingTest {
  private static final Instant START = SetClock.START;

  @TempDir Path dir;
  private final SetClock clock = new SetClock();

  private AgentHost host(Store store, Model model) {
    return AgentHost.builder().store(store).model(model).clock(clock).pool(Stage.POOL).build();
  }

  @Test
  void anAgentThatWaitsForATimeGoesOnThenAndNotBefore() {
    try (Store store = SqliteStore.open(dir.resolve("agents.db"));
        AgentHost host =
            host(store, Stage.script(reply("executing", act("wait", "", "600")), finish("late")))) {
      Agent agent = host.agent("ada").start();
      assertThat(agent.run("t").status()).isEqualTo(RunResult.Status.WAITING);
      clock.set(START.plusSeconds(599));
      host.lookAtClock();
      assertThat(agent.resume().status()).isEqualTo(RunResult.Status.WAITING);
      assertThat(agent.status().cycle()).isEqualTo(1);
      assertThat(host.due(9)).isEmpty();
      assertThat(agent.park()).isTrue();
      clock.set(START.plusSeconds(600));
      assertThat(host.due(9)).extracting(Due::agent).containsExactly("ada");
      host.lookAtClock();
      untilFinished(agent);
      assertThat(agent.resume().text()).isEqualTo("late");
      assertThat(agent.replay().difference()).isEmpty();
      assertThat(agent.replay().cycles()).isEqualTo(2);
    }
  }

  @Test
  void nothingButItsTimeWakesAnAgentAndOnlyTheLastOneItSet() {
    try (Store store = SqliteStore.open(dir.resolve("agents.db"));
        AgentHost host =
            host(
                store,
                Stage.script(
                    reply("executing", act("wait", "", "600")),
                    reply("executing", act("wait", "", "3600")),
                    finish("late")))) {
      Agent agent = host.agent("ada").start();
      assertThat(agent.run("t").status()).isEqualTo(RunResult.Status.WAITING);
      agent.send("bob", "not yet, wait for an hour");
      assertThat(agent.resume().status()).isEqualTo(RunResult.Status.WAITING);
      for (int seconds : new int[] {600, 3599}) {
        clock.set(START.plusSeconds(seconds));
        host.lookAtClock();
        for (int i = 0; i < 100; i++) { // what it may have been woken to do comes after one of them
          assertThat(agent.status().cycle()).isEqualTo(2);
        }
      }
      clock.set(START.plusSeconds(3600));
      host.lookAtClock();
      untilFinished(agent);
    }
  }

  /** One scope, and an agent in it that can't be parked, for it waits for a decision. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void whatHappensToAParkedAgentWaitsUntilThePoolHasRoom(int letters) {
    try (Store store = SqliteStore.open(dir.resolve("agents.db"));
        AgentHost host =
            AgentHost.builder()
                .store(store)
                .model(
                    Stage.script(
                        reply("executing", act("wait", "", "600")),
                        reply("executing", act("publish", "", "post")),
                        finish("published"),
                        finish("late")))
                .clock(clock)
                .pool(Stage.poolForOneAgent())
                .build()) {
      Agent ada = host.agent("ada").start();
      assertThat(ada.run("t").status()).isEqualTo(RunResult.Status.WAITING);
      assertThat(ada.park()).isTrue();
      Agent bob = host.agent("bob").action(new A15MessagesTest.Publish()).start();
      assertThat(bob.run("t").status()).isEqualTo(RunResult.Status.NEEDS_APPROVAL);

      for (int i = 0; i < letters; i++) {
        ada.send("eve", "letter " + i);
      }
      clock.set(START.plusSeconds(600));
      host.lookAtClock();
      assertThatThrownBy(ada::workingMemory).hasMessageContaining("scopes");
      assertThat(ada.isParked()).isTrue();

      bob.approve(bob.approvals().get(0));
      assertThat(bob.resume().text()).isEqualTo("published");
      clock.set(START.plusSeconds(602));
      host.lookAtClock();
      untilFinished(ada);
      assertThat(ada.resume().text()).isEqualTo("late");
      assertThat(ada.workingMemory())
          .filteredOn(entry -> entry.value().startsWith("letter "))
          .hasSize(letters);
    }
  }

  @Test
  void theTimeSurvivesARestart() {
    Path file = dir.resolve("agents.db");
    try (Store store = SqliteStore.open(file);
        AgentHost host =
            host(store, Stage.script(reply("thinking", act("wait", "", "2030-01-31T09:00:00Z"))))) {
      assertThat(host.agent("ada").start().run("t").status()).isEqualTo(RunResult.Status.WAITING);
    }
    try (Store store = SqliteStore.open(file);
        AgentHost host = host(store, Stage.script(finish("again")))) {
      Agent agent = host.agent("ada").start();
      assertThat(agent.resume().status()).isEqualTo(RunResult.Status.WAITING);
      clock.set(START.plusSeconds(3600));
      host.lookAtClock();
      untilFinished(agent);
      assertThat(agent.resume().text()).isEqualTo("again");
    }
  }

  @Test
  void aTimeThatIsNoneIsAFaultThatTheModelSees() {
    try (Stage stage =
        new Stage(dir, reply("thinking", act("wait", "", "tomorrow")), finish("ok"))) {
      assertThat(stage.agent().run("t").text()).isEqualTo("ok");
      assertThat(stage.lastPrompt()).contains("neither a number of seconds");
    }
  }

  @Test
  void aParkedAgentTakesNothingOfThePoolAndGoesOnAsItWas() {
    try (Stage stage =
        new Stage(
            dir,
            reply("executing", act("memory_add", "a", "one & <two>")),
            reply("executing", act("memory_add", "b", "three")),
            finish("ok"))) {
      int scopes = stage.host.poolReports().get(0).scopesOpen();
      Agent agent = stage.agent();
      agent.send("task", "t");
      agent.step();
      assertThat(stage.host.poolReports().get(0).scopesOpen()).isEqualTo(scopes + 1);
      String memory = agent.workingMemory().toString();
      String status = agent.status().toString();
      assertThat(agent.park()).isTrue();
      assertThat(stage.host.poolReports().get(0).scopesOpen()).isEqualTo(scopes);
      assertThat(agent.isParked()).isTrue();
      assertThat(agent.workingMemory().toString()).isEqualTo(memory);
      assertThat(agent.isParked()).isFalse();
      assertThat(agent.park()).isTrue();
      assertThat(agent.status().toString()).isEqualTo(status);
      assertThat(agent.park()).isTrue();
      agent.send("bob", "hello");
      assertThat(agent.resume().text()).isEqualTo("ok");
      assertThat(agent.replay().difference()).isEmpty();
    }
  }

  @Test
  void idleAgentsAreParkedByTimeAndByNumber() {
    try (Store store = SqliteStore.open(dir.resolve("agents.db"));
        AgentHost host =
            AgentHost.builder()
                .store(store)
                .model(Stage.script(reply("waiting"), reply("waiting"), reply("waiting")))
                .clock(clock)
                .pool(Stage.POOL)
                .maxActive(2)
                .idle(Duration.ofSeconds(30))
                .build()) {
      Agent ada = host.agent("ada").start();
      Agent bob = host.agent("bob").start();
      ada.run("t");
      bob.run("t");
      assertThat(ada.isParked()).isFalse();
      Agent eve = host.agent("eve").start();
      eve.run("t");
      assertThat(ada.isParked()).isTrue();
      assertThat(bob.isParked()).isFalse();
      clock.set(START.plusSeconds(31));
      host.lookAtClock();
      assertThat(bob.isParked()).isTrue();
      assertThat(eve.isParked()).isTrue();
    }
  }

  @Test
  void moreAgentsThanThePoolHasScopesForTakeTurnsInIt() {
    try (Store store = SqliteStore.open(dir.resolve("agents.db"));
        AgentHost host =
            AgentHost.builder()
                .store(store)
                .model(new OneReply(reply("waiting")))
                .pool(Stage.POOL.toBuilder().scopes(4).build())
                .build()) {
      List<Agent> agents = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        agents.add(host.agent("agent" + i).start());
        assertThat(agents.get(i).run("t" + i).status()).isEqualTo(RunResult.Status.WAITING);
      }
      for (int i = 0; i < 12; i++) {
        assertThat(agents.get(i).workingMemory().get(0).value()).isEqualTo("t" + i);
      }
    }
  }
}
