package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.AgentListener;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.SqliteOptions;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What can go wrong around an agent: each is a fault that names what is wrong and the way out,
 * nothing that was acknowledged is lost, and the agent goes on.
 */
final class FaultsTest {
  private static final String FILE = "agents.db";

  @TempDir Path dir;
  private Path file = Path.of("");

  @BeforeEach
  void nameFile() {
    file = dir.resolve(FILE);
  }

  /** Goes on by a millisecond each time it is asked, and jumps when it is told to. */
  private static final class JumpingClock extends Clock implements AgentListener {
    private final Map<Long, Duration> jumps;
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");

    /** Jumps in the middle of cycles of the agent that it listens to. */
    JumpingClock(Map<Long, Duration> jumps) {
      this.jumps = jumps;
    }

    @Override
    public synchronized void on(AgentEvent event) {
      if (event instanceof AgentEvent.Prompted prompted) {
        now = now.plus(jumps.getOrDefault(prompted.cycle(), Duration.ZERO));
      }
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public synchronized Instant instant() {
      now = now.plusMillis(1);
      return now;
    }
  }

  private static AgentHost host(Store store, Model model) {
    return host(store, Clock.systemUTC(), model);
  }

  private static AgentHost host(Store store, Clock clock, Model model) {
    return AgentHost.builder().store(store).clock(clock).model(model).pool(Stage.POOL).build();
  }

  /** Replies that each keep a note in memory and an entry in storage, and a last one. */
  private static String[] work(int cycles, int bytes) {
    String[] replies = new String[cycles + 1];
    for (int i = 0; i < cycles; i++) {
      replies[i] =
          reply(
              "executing",
              act("memory_add", "note" + i, "remembered " + i),
              act("storage_save", "kept" + i, ("stored " + i + " ").repeat(bytes / 9)));
    }
    replies[cycles] = finish("done");
    return replies;
  }

  private static Map<String, String> stored(Store store, String agent) {
    Map<String, String> all = new TreeMap<>();
    StoreFaults.join(
        store.entries(
            Space.of(agent),
            Store.LATEST,
            entry -> all.put(entry.tags().canonical(), entry.value().utf8())));
    return all;
  }

  private static Fault faultOf(RunResult result) {
    assertThat(result.status()).isEqualTo(RunResult.Status.FAILED);
    assertThat(result.fault()).isNotNull();
    return result.fault();
  }

  @Test
  void anAgentWithTheNameOfAnotherIsRefusedAndTheFirstGoesOn() {
    try (Stage stage = new Stage(dir, work(2, 20))) {
      Agent first = stage.agent();
      first.send("task", "t");
      first.step();
      assertThatThrownBy(stage::agent)
          .isInstanceOf(FaultException.class)
          .hasMessageContaining("AGENT_NAME_TAKEN")
          .hasMessageContaining("\"ada\"")
          .hasMessageContaining("close it first, or take another name");
      assertThatThrownBy(() -> first.fork(1, "ada")).hasMessageContaining("AGENT_NAME_TAKEN");
      assertThat(first.resume().text()).isEqualTo("done");
      assertThat(stored(stage.store, "ada")).containsKeys("kept0", "kept1");
      first.close();
      assertThat(stage.agent().status().cycle()).isEqualTo(3);
    }
  }

  @Test
  void aSecondHostOfAStoreIsRefusedUntilTheFirstIsGone() {
    try (Stage stage = new Stage(dir, work(2, 20))) {
      Agent agent = stage.agent();
      agent.send("task", "t");
      agent.step();
      assertThatThrownBy(() -> SqliteStore.open(file))
          .isInstanceOf(FaultException.class)
          .hasMessageContaining("STORE_LEASED")
          .hasMessageContaining(file.toString())
          .hasMessageContaining("stop that process");
      assertThat(agent.resume().text()).isEqualTo("done");
    }
    try (Stage stage = new Stage(dir, finish("again"))) {
      assertThat(stage.agent().status().cycle()).isEqualTo(3);
    }
  }

  @Test
  void ofTwoHostsOnOneStoreOneIsRefusedUndoesItsCycleAndTakesUpWhatTheOtherDid() {
    try (SqliteStore store = SqliteStore.open(file);
        AgentHost left = host(store, Stage.script(work(3, 20)));
        AgentHost right =
            host(
                store,
                Stage.script(
                    reply("executing", act("memory_add", "r", "r")),
                    reply("executing", act("memory_add", "r", "r")),
                    finish("right")))) {
      Agent one = left.agent("ada").start();
      Agent other = right.agent("ada").start();
      one.send("bob", "hello");
      one.step();
      one.step();
      other.send("bob", "second letter");
      RunResult refused = other.resume();
      assertThat(faultOf(refused).code()).isEqualTo(FaultCode.STORE_CONFLICT);
      assertThat(faultOf(refused).message())
          .contains("\"ada\" has version 2", "made for version 0", "load the agent again");
      assertThat(other.workingMemory()).isEmpty();
      assertThat(other.status().cycle()).isZero();
      assertThat(other.resume().text()).isEqualTo("right");
      assertThat(other.status().cycle()).isEqualTo(4);
      assertThat(other.workingMemory())
          .extracting(MemoryEntry::value)
          .contains("remembered 0", "remembered 1", "r", "hello", "second letter");
      assertThat(stored(store, "ada")).containsOnlyKeys("kept0", "kept1");
      assertThat(faultOf(one.resume()).code()).isEqualTo(FaultCode.STORE_CONFLICT);
    }
  }

  @Test
  void aHostThatLostItsStoreIsToldAndTheOtherGoesOnFromWhatWasAcknowledged() {
    Clock here = Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC);
    Clock ahead = Clock.offset(here, Duration.ofMinutes(1));
    try (SqliteStore lost = SqliteStore.open(file, SqliteOptions.DEFAULT.withClock(here));
        AgentHost late = host(lost, Stage.script(work(9, 20)))) {
      Agent agent = late.agent("ada").start();
      agent.send("task", "t");
      agent.step();
      List<MemoryEntry> before = agent.workingMemory();
      try (SqliteStore taken = SqliteStore.open(file, SqliteOptions.DEFAULT.withClock(ahead));
          AgentHost next = host(taken, Stage.script(finish("taken over")))) {
        Fault fault = faultOf(agent.resume());
        assertThat(fault.code()).isEqualTo(FaultCode.STORE_LEASED);
        assertThat(fault.message()).contains(file.toString(), "epoch 2", "this host had 1");
        assertThat(agent.workingMemory()).isEqualTo(before);
        Agent again = next.agent("ada").start();
        assertThat(again.workingMemory()).isEqualTo(before);
        assertThat(again.resume().text()).isEqualTo("taken over");
        assertThat(stored(taken, "ada")).containsOnlyKeys("kept0");
      }
    }
  }

  @Test
  void aClockThatJumpsChangesNoTraceAndLosesNothing() {
    List<String> hashes = new ArrayList<>();
    for (Map<Long, Duration> jumps :
        List.of(
            Map.<Long, Duration>of(),
            Map.of(2L, Duration.ofDays(400), 3L, Duration.ofDays(-4_000)))) {
      Path own = dir.resolve("clock" + hashes.size() + ".db");
      JumpingClock clock = new JumpingClock(jumps);
      try (SqliteStore store = SqliteStore.open(own, SqliteOptions.DEFAULT.withClock(clock));
          AgentHost host = host(store, clock, Stage.script(work(3, 20)))) {
        Agent agent = host.agent("ada").listener(clock).start();
        assertThat(agent.run("t").text()).isEqualTo("done");
        hashes.add(agent.status().traceHash());
        assertThat(agent.replay().difference()).isEmpty();
        assertThat(stored(store, "ada")).hasSize(3);
      }
    }
    assertThat(hashes.get(1)).isEqualTo(hashes.get(0));
  }

  @Test
  void aClockThatJumpsBeyondTheTimeOfARunIsAFaultAndTheAgentGoesOnWithMoreTime() {
    JumpingClock clock = new JumpingClock(Map.of(4L, Duration.ofDays(1)));
    try (SqliteStore store = SqliteStore.open(file);
        AgentHost host = host(store, clock, Stage.script(work(9, 20)))) {
      Agent agent =
          host.agent("ada").limits(Limits.DEFAULT.withWallMillis(60_000)).listener(clock).start();
      RunResult result = agent.run("t");
      assertThat(faultOf(result).code()).isEqualTo(FaultCode.LIMIT_TIME);
      assertThat(faultOf(result).message()).contains("of 60000 ms", "raise Limits.wallMillis");
      assertThat(result.cycle()).isEqualTo(4);
      assertThat(stored(store, "ada")).hasSize(4);
      agent.close();
      assertThat(host.agent("ada").start().resume().text()).isEqualTo("done");
      assertThat(stored(store, "ada")).hasSize(9);
    }
  }

  @Test
  void aFullDiskUndoesTheCycleAndTheAgentGoesOnWhenThereIsRoom() {
    SqliteOptions small = SqliteOptions.DEFAULT.withMaxBytes(600_000);
    long acknowledged;
    try (SqliteStore store = SqliteStore.open(file, small);
        AgentHost host = host(store, Stage.script(work(60, 20_000)))) {
      Agent agent = host.agent("ada").start();
      agent.send("task", "fill it");
      List<MemoryEntry> before = List.of();
      RunResult result = agent.step();
      while (result.status() == RunResult.Status.STOPPED) {
        before = agent.workingMemory();
        agent.send("bob", "x");
        result = agent.step();
      }
      assertThat(faultOf(result).code()).isEqualTo(FaultCode.STORE_FULL);
      assertThat(faultOf(result).message())
          .contains(file.toString(), "600000 bytes", "raise it, or trim and delete agents");
      acknowledged = result.cycle();
      assertThat(acknowledged).isBetween(5L, 30L);
      assertThat(agent.workingMemory()).isEqualTo(before);
      assertThat(agent.status().messages()).isEqualTo(1);
      assertThat(stored(store, "ada")).hasSize((int) acknowledged);
    }
    try (SqliteStore store = SqliteStore.open(file);
        AgentHost host = host(store, Stage.script(finish("went on")))) {
      Agent agent = host.agent("ada").start();
      assertThat(agent.status().cycle()).isEqualTo(acknowledged);
      assertThat(agent.status().messages()).isEqualTo(1);
      assertThat(agent.resume().text()).isEqualTo("went on");
      assertThat(agent.status().messages()).isZero();
      assertThat(stored(store, "ada")).hasSize((int) acknowledged);
      assertThat(StoreFaults.join(store.verify())).isEmpty();
    }
  }

  @Test
  void aStoreFileDeletedUnderTheRunIsToldAndTheAgentGoesOnFromTheRescuedOne() throws Exception {
    Path rescued = dir.resolve(FILE + ".rescued-1");
    List<MemoryEntry> before;
    try (SqliteStore store = SqliteStore.open(file);
        AgentHost host = host(store, Stage.script(work(9, 20)))) {
      Agent agent = host.agent("ada").start();
      agent.send("task", "t");
      agent.resume(3);
      before = agent.workingMemory();
      Files.delete(file);
      Fault fault = faultOf(agent.resume());
      assertThat(fault.code()).isEqualTo(FaultCode.STORE_DELETED);
      assertThat(fault.message())
          .contains(file.toString(), rescued.toString(), "put it in the place of the store");
      assertThat(agent.workingMemory()).isEqualTo(before);
    }
    Files.move(rescued, file);
    try (Stage stage = new Stage(dir, finish("went on"))) {
      Agent agent = stage.agent();
      assertThat(agent.status().cycle()).isEqualTo(3);
      assertThat(agent.workingMemory()).isEqualTo(before);
      assertThat(agent.resume().text()).isEqualTo("went on");
      assertThat(stored(stage.store, "ada")).containsOnlyKeys("kept0", "kept1", "kept2");
    }
  }

  @Test
  void anAgentDeletedUnderTheRunIsToldAndItsSuccessorIsNotTouched() {
    try (SqliteStore store = SqliteStore.open(file);
        AgentHost old = host(store, Stage.script(work(9, 20)));
        AgentHost fresh = host(store, Stage.script(work(2, 20)))) {
      Agent agent = old.agent("ada").start();
      agent.send("task", "t");
      agent.resume(2);
      StoreFaults.join(store.delete("ada"));
      assertThat(faultOf(agent.resume()).code()).isEqualTo(FaultCode.NO_SUCH_AGENT);
      agent.close();
      Agent stale = old.agent("ada").start();
      StoreFaults.join(store.delete("ada"));
      Agent successor = fresh.agent("ada").start();
      assertThat(faultOf(stale.resume()).code()).isEqualTo(FaultCode.STORE_CONFLICT);
      assertThat(stored(store, "ada")).isEmpty();
      assertThat(successor.resume().text()).isEqualTo("done");
      assertThat(stored(store, "ada")).containsOnlyKeys("kept0", "kept1");
    }
  }
}
