package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.PoolReport;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.SetClock;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent goes from one worker to another between two cycles, and nothing else is different. */
final class MovingAgentsTest {
  private static final int AGENTS = 5;
  private static final int WORKERS = 3;
  private static final int CYCLES = 40;

  @TempDir Path dir;

  private static String[] replies(int agent) {
    String[] replies = new String[CYCLES];
    for (int i = 0; i < CYCLES - 1; i++) {
      replies[i] =
          reply(
              "thinking",
              act("memory_add", "note" + i, "agent " + agent + " cycle " + i),
              act("storage_save", "kept" + i % 7, "agent " + agent + " cycle " + i));
    }
    replies[CYCLES - 1] = finish("done by " + agent);
    return replies;
  }

  private static AgentHost host(Store store) {
    return AgentHost.builder()
        .store(store)
        .model(Stage.script(finish("nobody")))
        .workers(WORKERS)
        .pool(PoolSpec.SMALL.toBuilder().tier(256, 512).tier(4096, 128).build())
        .build();
  }

  private static Agent agent(AgentHost host, int number) {
    return host.agent("ada" + number).model(Stage.script(replies(number))).start();
  }

  /** The trace hashes of a run of all agents; what moves them does so until all have finished. */
  private List<String> hashes(String file, boolean moved) {
    List<String> hashes = new ArrayList<>();
    try (SqliteStore store = SqliteStore.open(dir.resolve(file));
        AgentHost host = host(store)) {
      List<Agent> agents = new ArrayList<>();
      List<CompletableFuture<RunResult>> runs = new ArrayList<>();
      for (int i = 0; i < AGENTS; i++) {
        agents.add(agent(host, i));
        runs.add(agents.get(i).start("count"));
      }
      Random random = new Random(5);
      CompletableFuture<Void> all =
          CompletableFuture.allOf(runs.toArray(CompletableFuture[]::new))
              .orTimeout(4, TimeUnit.MINUTES);
      while (moved && !all.isDone()) {
        int to = random.nextInt(WORKERS);
        assertThat(host.move("ada" + random.nextInt(AGENTS), to).join()).isEqualTo(to);
      }
      all.join();
      for (int i = 0; i < AGENTS; i++) {
        assertThat(runs.get(i).join().text()).isEqualTo("done by " + i);
        assertThat(agents.get(i).replay().difference()).isEmpty();
        hashes.add(agents.get(i).status().traceHash());
      }
      host.close();
      assertThat(host.poolReports()).hasSize(WORKERS).allMatch(PoolReport::clean);
    }
    return hashes;
  }

  @Test
  void agentsThatMoveWhileTheyRunEndWithTheTraceOfThoseThatStay() {
    assertThat(hashes("moved.db", true)).isEqualTo(hashes("stayed.db", false));
  }

  @Test
  void everyMessageToAnAgentThatMovesIsReadOnceInItsOrder() {
    int letters = 30;
    String[] replies = new String[200];
    for (int i = 0; i < replies.length; i++) {
      replies[i] = reply("waiting");
    }
    try (SqliteStore store = SqliteStore.open(dir.resolve("agents.db"));
        AgentHost host = host(store)) {
      Agent agent =
          host.agent("ada")
              .model(Stage.script(replies))
              .limits(Limits.DEFAULT.withRepetition(1000, 5))
              .start();
      agent.run("read");
      for (int i = 0; i < letters; i++) {
        CompletableFuture<Integer> move = host.move("ada", i % WORKERS);
        agent.send("bob", "letter " + i);
        if (i % 3 == 0) {
          assertThat(move.join()).isEqualTo(i % WORKERS);
        }
      }
      while (agent.status().messages() > 0) {
        Thread.onSpinWait();
      }
      List<String> read =
          agent.workingMemory().stream()
              .map(MemoryEntry::value)
              .filter(value -> value.startsWith("letter "))
              .toList();
      List<String> sent = new ArrayList<>();
      for (int i = 0; i < letters; i++) {
        sent.add("letter " + i);
      }
      assertThat(read).isEqualTo(sent);
    }
  }

  @Test
  void anAgentAtRestMovesAtOnceAndGoesOnThere() {
    try (SqliteStore store = SqliteStore.open(dir.resolve("agents.db"));
        AgentHost host = host(store)) {
      Agent agent = agent(host, 0);
      agent.send("task", "count");
      agent.resume(3);
      List<MemoryEntry> before = agent.workingMemory();
      for (int to : new int[] {1, 2, 0, 0}) {
        assertThat(agent.park()).isEqualTo(to != 2);
        assertThat(host.move("ada0", to).join()).isEqualTo(to);
        assertThat(host.workerOf("ada0")).isEqualTo(to);
        assertThat(agent.workingMemory()).isEqualTo(before);
        if (to == 1) {
          agent.send("bob", "not read yet");
        } else if (to == 2) {
          agent.step();
          before = agent.workingMemory();
        }
      }
      assertThat(agent.resume().text()).isEqualTo("done by 0");
      assertThatThrownBy(() -> host.move("ada0", WORKERS))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> host.move("eve", 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"eve\"");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAgentThatWaitsForATimeWakesWhereItWentTo(boolean parked) {
    SetClock clock = new SetClock();
    try (SqliteStore store = SqliteStore.open(dir.resolve("agents.db"));
        AgentHost host =
            AgentHost.builder()
                .store(store)
                .model(Stage.script(reply("executing", act("wait", "", "600")), finish("late")))
                .workers(2)
                .clock(clock)
                .pool(Stage.POOL)
                .build()) {
      Agent agent = host.agent("ada").start();
      assertThat(agent.run("t").status()).isEqualTo(RunResult.Status.WAITING);
      assertThat(!parked || agent.park()).isTrue();
      int to = 1 - host.workerOf("ada");
      assertThat(host.move("ada", to).join()).isEqualTo(to);
      clock.jump(Duration.ofMinutes(10));
      host.lookAtClock();
      Stage.untilFinished(agent);
      assertThat(host.workerOf("ada")).isEqualTo(to);
    }
  }

  @Test
  void anAgentThatFindsNoRoomWhereItWentToStaysParkedAndGoesOnWhenThereIsSome() {
    try (SqliteStore store = SqliteStore.open(dir.resolve("agents.db"));
        AgentHost host =
            AgentHost.builder()
                .store(store)
                .model(Stage.script(finish("nobody")))
                .workers(2)
                .pool(Stage.poolForOneAgent())
                .build()) {
      Agent bob =
          host.agent("bob")
              .model(Stage.script(reply("executing", act("publish", "", "p")), finish("free")))
              .action(new A15MessagesTest.Publish())
              .start();
      assertThat(bob.run("t").status()).isEqualTo(RunResult.Status.NEEDS_APPROVAL);
      int full = host.workerOf("bob");
      Agent ada = agent(host, 0);
      ada.send("task", "count");
      ada.resume(3);
      host.move("ada0", 1 - full).join();
      List<MemoryEntry> before = ada.workingMemory();

      assertThat(host.move("ada0", full).join()).isEqualTo(full);
      assertThatThrownBy(ada::resume).hasMessageContaining("scopes");
      assertThat(ada.isParked()).isTrue();

      bob.approve(bob.approvals().get(0));
      assertThat(bob.resume().text()).isEqualTo("free");
      assertThat(ada.workingMemory()).isEqualTo(before);
      assertThat(ada.resume().text()).isEqualTo("done by 0");
      assertThat(ada.replay().difference()).isEmpty();
    }
  }
}
