package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.ChildJvm;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.journal.JournalReader;
import dev.lkjagent.runtime.journal.Kind;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.rows.EffectsHost.Hold;
import dev.lkjagent.runtime.store.AgentInfo;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an action declares about its effect holds when the process is killed: between the effect and
 * the commit, between the intent and the effect, and at any other point.
 */
final class A16EffectsTest {
  private static final int KILLS = 8;
  private static final String UNKNOWN = "outcome unknown";

  @TempDir Path dir;

  /** What was seen of one agent from outside of its store: by the world, and by the model. */
  private record Seen(List<String> pulled, List<String> prompts, List<String> outcomes) {}

  /**
   * Kills a host where it holds still in its first cycle, and lets another go on to the end, whose
   * model says "anew" if it is asked about that cycle once more.
   */
  private Seen killAndGoOn(Effect effect, Hold hold, boolean askedAnew) throws Exception {
    String name = EffectsHost.nameOf(effect);
    List<String> log = new ArrayList<>();
    Process host =
        ChildJvm.start(
            EffectsHost.class, dir.resolve("agents.db").toString(), hold.name(), effect.name());
    try (BufferedReader said = host.inputReader()) {
      for (String line = said.readLine(); !line.equals("held"); line = said.readLine()) {
        log.add(line);
      }
    } finally {
      host.destroyForcibly().waitFor();
    }
    assertThat(log.get(1)).startsWith("asked " + name);
    String[] replies =
        askedAnew
            ? new String[] {reply("executing", act("pull", "", "anew")), finish("ok")}
            : new String[] {finish("ok")};
    try (Stage stage = new Stage(dir, replies)) {
      var builder = stage.host.agent(name).listener(stage.events::add);
      builder.action(new EffectsHost.Pull(effect, Hold.NOWHERE, log::add));
      assertThat(builder.start().resume().text()).isEqualTo("ok");
      List<String> pulled = log.stream().filter(line -> line.startsWith("pulled")).toList();
      return new Seen(pulled, List.copyOf(stage.prompts), stage.outcomes());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_EFFECT", "AFTER_EFFECT"})
  void anIdempotentActionRunsAgainUnderTheSameKeyAndTheModelIsNotAskedAgain(Hold hold)
      throws Exception {
    Seen seen = killAndGoOn(Effect.IDEMPOTENT, hold, false);
    assertThat(seen.pulled).hasSize(hold == Hold.AFTER_EFFECT ? 2 : 1);
    assertThat(new HashSet<>(seen.pulled)).hasSize(1);
    assertThat(seen.pulled.get(0)).startsWith("pulled idempotent/1/0 ");
    assertThat(seen.prompts).hasSize(1);
    assertThat(seen.prompts.get(0)).contains("pull: " + "pulled ").doesNotContain(UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_EFFECT", "AFTER_EFFECT"})
  void anActionDeclaredOnceIsNeverRepeatedAndTheModelIsTold(Hold hold) throws Exception {
    Seen seen = killAndGoOn(Effect.ONCE, hold, false);
    assertThat(seen.pulled).hasSize(hold == Hold.AFTER_EFFECT ? 1 : 0);
    assertThat(seen.outcomes.get(0)).contains(UNKNOWN);
    assertThat(seen.prompts).hasSize(1);
    assertThat(seen.prompts.get(0)).contains(UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_EFFECT", "AFTER_EFFECT"})
  void aPureActionIsAskedForAnew(Hold hold) throws Exception {
    Seen seen = killAndGoOn(Effect.PURE, hold, true);
    assertThat(seen.pulled).hasSize(hold == Hold.AFTER_EFFECT ? 2 : 1);
    assertThat(seen.pulled.get(seen.pulled.size() - 1)).isEqualTo("pulled pure/1/0 anew");
    assertThat(seen.prompts).hasSize(2);
  }

  @Test
  void theCallsOfAnAgentThatWentBackOrWasMadeAnewHaveKeysOfTheirOwn() {
    List<String> log = new ArrayList<>();
    String pull = reply("executing", act("pull", "", "x"));
    try (Stage stage = new Stage(dir, pull, pull, pull, pull, pull, pull)) {
      EffectsHost.Pull action =
          new EffectsHost.Pull(Effect.IDEMPOTENT, EffectsHost.Hold.NOWHERE, log::add);
      Agent agent = stage.agent(b -> b.action(action));
      agent.send("task", "t");
      agent.resume(2);
      agent.rewind(1);
      agent.step();
      agent.rewind(1);
      assertThat(agent.park()).isTrue();
      agent.step();
      agent.fork(1, "eve");
      try (Agent eve = stage.host.agent("eve").action(action).start()) {
        eve.step();
      }
      agent.close();
      StoreFaults.join(stage.store.delete("ada"));
      Agent next = stage.agent(b -> b.action(action));
      next.send("task", "t");
      next.step();
    }
    List<String> keys =
        log.stream().filter(s -> s.startsWith("pulled")).map(s -> s.split(" ")[1]).toList();
    assertThat(keys).hasSize(6).doesNotHaveDuplicates().startsWith("ada/1/0", "ada/2/0");
    assertThat(keys).filteredOn(key -> key.startsWith("ada/2/0@")).hasSize(2);
    assertThat(keys).contains("eve/2/0");
    assertThat(keys.get(5)).startsWith("ada/1/0@");
  }

  /**
   * Three agents, one of each kind, in hosts that are killed at any moment. Values name replies, so
   * a key that stands with two values would name two calls.
   */
  @Test
  void whatActionsDeclareHoldsHoweverOftenTheHostIsKilled() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String file = dir.resolve("agents.db").toString();
    Map<String, List<String>> valuesByKey = new TreeMap<>();
    for (int kill = 0; kill < KILLS; kill++) {
      Process host =
          ChildJvm.start(
              EffectsHost.class, file, Hold.NOWHERE.name(), "PURE", "IDEMPOTENT", "ONCE");
      try (BufferedReader said = host.inputReader()) {
        int lines = 1 + random.nextInt(120);
        String line = "";
        for (int i = 0; i < lines && line != null; i++) {
          line = said.readLine();
          note(line, valuesByKey);
        }
        host.toHandle().destroyForcibly();
        while ((line = said.readLine()) != null) {
          note(line, valuesByKey);
        }
      } finally {
        host.destroyForcibly().waitFor();
      }
    }
    try (SqliteStore store = SqliteStore.open(Path.of(file))) {
      List<AgentInfo> agents = StoreFaults.join(store.agents());
      assertThat(agents).hasSize(3).allMatch(agent -> agent.cycle() > KILLS);
      for (AgentInfo agent : agents) {
        check(agent, results(store, agent.name()), valuesByKey, "seed " + seed);
      }
    }
  }

  /** Notes the effect that a line tells of, if it does. */
  private static void note(String line, Map<String, List<String>> valuesByKey) {
    String[] words = line == null ? new String[0] : line.split(" ");
    if (words.length == 3 && words[0].equals("pulled")) {
      valuesByKey.computeIfAbsent(words[1], key -> new ArrayList<>()).add(words[2]);
    }
  }

  private static void check(
      AgentInfo agent, Map<Long, String> results, Map<String, List<String>> log, String when) {
    boolean once = agent.name().equals(EffectsHost.nameOf(Effect.ONCE));
    boolean pure = agent.name().equals(EffectsHost.nameOf(Effect.PURE));
    log.forEach(
        (key, values) -> {
          if (key.startsWith(agent.name() + "/") && !pure) {
            assertThat(new HashSet<>(values)).as("%s, %s", key, when).hasSize(1);
            assertThat(values.size()).as("%s, %s", key, when).isLessThanOrEqualTo(once ? 1 : KILLS);
          }
        });
    for (long cycle = 1; cycle <= agent.cycle(); cycle++) {
      String key = agent.name() + "/" + cycle + "/0";
      List<String> values = log.getOrDefault(key, List.of());
      String result = results.getOrDefault(cycle, "none");
      if (once && result.startsWith(UNKNOWN)) {
        continue;
      }
      assertThat(values).as("%s, %s", key, when).isNotEmpty();
      assertThat(result)
          .as("%s, %s", key, when)
          .isEqualTo("pulled " + values.get(values.size() - 1));
    }
  }

  /** What the journal says that came of the action in each cycle. */
  private static Map<Long, String> results(SqliteStore store, String agent) {
    Map<Long, String> results = new HashMap<>();
    JournalReader reader = new JournalReader();
    for (Commit commit : StoreFaults.join(store.commits(agent, 0, Integer.MAX_VALUE))) {
      byte[] record = commit.record().toArray();
      assertThat(reader.open(record, 0, record.length)).isEqualTo(JournalReader.OK);
      for (Kind kind = reader.next(); kind != null; kind = reader.next()) {
        if (kind == Kind.RESULT) {
          results.put(commit.cycle(), reader.text(2));
        }
      }
    }
    return results;
  }
}
