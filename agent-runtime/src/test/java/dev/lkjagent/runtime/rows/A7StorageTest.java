package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.memory.PagingPolicy;
import dev.lkjagent.runtime.memory.TagSet;
import dev.lkjagent.runtime.memory.WorkingMemory;
import dev.lkjagent.runtime.store.Entry;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.StoreFaults;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where entries go that are paged out, and that they can be had back. */
final class A7StorageTest {
  private static final Space TEAM = Space.shared("team");

  @TempDir Path dir;

  /** Pages out whatever has one of these tag sets, as soon as the state is paging. */
  private static PagingPolicy evicting(String... tags) {
    Set<String> leaving = Set.of(tags);
    return (memory, cycle) -> {
      for (int i = 0; i < memory.count(); i++) {
        if (memory.kind(i) != EntryKind.EXECUTION && leaving.contains(memory.entry(i).tags())) {
          return i;
        }
      }
      return WorkingMemory.NONE;
    };
  }

  /** An agent that pages out when the model says that it wants to. */
  private static Agent agent(Stage stage, String name, String space, String... replies) {
    var builder =
        stage
            .host
            .agent(name)
            .listener(stage.events::add)
            .paging(evicting("todo"))
            .memory(MemoryLimits.of(1, 8000))
            .model(Stage.script(replies));
    return (space.isEmpty() ? builder : builder.storage(space)).start();
  }

  /** An agent that loads what bob has saved for the team, pages it out and loads it again. */
  private static Agent reader(Stage stage) {
    agent(stage, "bob", "team", reply("thinking", act("storage_save", "todo", "b")), finish("x"))
        .run("t");
    return agent(
        stage,
        "ada",
        "team",
        reply("thinking", act("storage_load", "todo", "")),
        reply("paging"),
        reply("finished", act("storage_load", "todo", ""), act("finish", "", "ok")));
  }

  private static Optional<String> stored(Stage stage, Space space, String tags) {
    return StoreFaults.join(stage.store.get(space, TagSet.of(tags)))
        .map(Entry::value)
        .map(value -> value.utf8());
  }

  private static Optional<String> remembered(Agent agent, String tags) {
    return agent.workingMemory().stream()
        .filter(entry -> entry.tags().equals(tags))
        .map(MemoryEntry::value)
        .findFirst();
  }

  @Test
  void whatTwoAgentsOfATeamPageOutUnderTheSameTagsIsKeptForEach() {
    try (Stage stage = new Stage(dir)) {
      for (String name : new String[] {"ada", "bob"}) {
        agent(
                stage,
                name,
                "team",
                reply("thinking", act("memory_add", "todo", "of " + name)),
                reply("thinking"),
                finish("ok"))
            .run("t");
      }
      assertThat(stored(stage, TEAM, "todo")).isEmpty();
      assertThat(stored(stage, Space.of("ada"), "todo")).contains("of ada");
      assertThat(stored(stage, Space.of("bob"), "todo")).contains("of bob");
    }
  }

  @Test
  void anAgentOfATeamLoadsAndFindsWhatItPagedOutBesideWhatTheTeamHas() {
    try (Stage stage = new Stage(dir)) {
      agent(
              stage,
              "bob",
              "team",
              reply("thinking", act("storage_save", "todo,team", "buy milk for all")),
              finish("ok"))
          .run("t");
      Agent ada =
          agent(
              stage,
              "ada",
              "team",
              reply("thinking", act("memory_add", "todo", "buy bread")),
              reply("paging"),
              reply("thinking", act("storage_search", "todo", "")),
              reply("thinking", act("storage_search", "", "bread")),
              reply("finished", act("storage_load", "todo", ""), act("finish", "", "ok")));
      ada.run("t");
      assertThat(stage.outcomes())
          .anySatisfy(line -> assertThat(line).contains("2 hits").contains("[team,todo]"))
          .anySatisfy(line -> assertThat(line).contains("1 hit").contains("buy bread"));
      assertThat(remembered(ada, "todo")).contains("buy bread");
      assertThat(remembered(ada, "team,todo")).contains("buy milk for all");
      assertThat(ada.replay().same()).as(ada.replay().difference()).isTrue();
    }
  }

  @Test
  void savingForTheTeamTakesThePlaceOfWhatWasPagedOutUnderTheSameTags() {
    try (Stage stage = new Stage(dir)) {
      Agent ada =
          agent(
              stage,
              "ada",
              "team",
              reply("thinking", act("memory_add", "todo", "old")),
              reply("paging"),
              reply(
                  "finished",
                  act("storage_save", "todo", "new"),
                  act("storage_load", "todo", ""),
                  act("finish", "", "ok")));
      ada.run("t");
      assertThat(stored(stage, TEAM, "todo")).contains("new");
      assertThat(stored(stage, Space.of("ada"), "todo")).isEmpty();
      assertThat(remembered(ada, "todo")).contains("new");
    }
  }

  @Test
  void aLoadedEntryWhoseRowIsGoneIsSavedWhenItIsPagedOut() {
    try (Stage stage = new Stage(dir)) {
      agent(
              stage,
              "ada",
              "",
              reply("thinking", act("storage_save", "todo", "kept")),
              reply("thinking", act("storage_load", "todo", ""), act("storage_remove", "todo", "")),
              reply("paging"),
              reply("thinking"),
              finish("ok"))
          .run("t");
      assertThat(stored(stage, Space.of("ada"), "todo")).contains("kept");
    }
  }

  @Test
  void aLoadedEntryThatIsStillStoredIsNotWrittenAgain() {
    try (Stage stage = new Stage(dir)) {
      Agent ada = reader(stage);
      ada.run("t");
      assertThat(stored(stage, Space.of("ada"), "todo")).isEmpty();
      assertThat(remembered(ada, "todo")).contains("b");
    }
  }

  @Test
  void aLoadedEntryThatATeammateRemovedIsSavedWhenItIsPagedOut() {
    try (Stage stage = new Stage(dir)) {
      Agent ada = reader(stage);
      ada.send("x", "t");
      ada.step();
      assertThat(remembered(ada, "todo")).contains("b");
      agent(stage, "eve", "team", reply("thinking", act("storage_remove", "todo", "")), finish("x"))
          .run("t");
      ada.resume();
      assertThat(stored(stage, Space.of("ada"), "todo")).contains("b");
      assertThat(remembered(ada, "todo")).contains("b");
      assertThat(ada.replay().same()).as(ada.replay().difference()).isTrue();
    }
  }

  @Test
  void aLoadedEntryThatATeammateReplacedIsSavedBesideTheNewOneWhenItIsPagedOut() {
    try (Stage stage = new Stage(dir)) {
      Agent ada = reader(stage);
      ada.send("x", "t");
      ada.step();
      agent(stage, "eve", "team", reply("thinking", act("storage_save", "todo", "e")), finish("x"))
          .run("t");
      ada.resume();
      assertThat(stored(stage, TEAM, "todo")).contains("e");
      assertThat(stored(stage, Space.of("ada"), "todo")).isEmpty();
      assertThat(remembered(ada, "todo")).as("what the team has is seen").contains("e");
      assertThat(remembered(ada, "earlier,todo")).as("and nothing is lost").contains("b");
      assertThat(ada.replay().difference()).isEmpty();
    }
  }

  /**
   * An agent that loads two entries, and in its second cycle pages one out and loads both again.
   */
  private static Agent shortOfMemory(Stage stage) {
    String[] second = new String[15];
    for (int i = 0; i < 14; i++) {
      second[i] = act("memory_add", "filler" + i, "x".repeat(3000));
    }
    second[14] = act("storage_load", "todo", "");
    return stage
        .host
        .agent("ada")
        .listener(stage.events::add)
        .storage("team")
        .paging(evicting("todo"))
        .memory(MemoryLimits.of(0, 1 << 20))
        .budget(Budget.builder().bytes(56 << 10).build())
        .pressureMark(0)
        .model(
            Stage.script(
                reply("thinking", act("storage_load", "todo", "")),
                reply("thinking", second),
                finish("ok")))
        .start();
  }

  private static void save(Stage stage, String name, String... actions) {
    agent(stage, name, "team", reply("thinking", actions), finish("x")).run("t");
  }

  @Test
  void whatWasPagedOutInACycleIsLoadedInItAsStorageHasIt() {
    try (Stage stage = new Stage(dir)) {
      save(stage, "bob", act("storage_save", "todo", "b"), act("storage_save", "todo,x", "bx"));
      Agent ada = shortOfMemory(stage);
      assertThat(ada.run("t").text()).isEqualTo("ok");
      assertThat(stage.seen(AgentEvent.PagedOut.class))
          .extracting(AgentEvent.PagedOut::tags)
          .contains("todo");
      assertThat(stage.outcomes().stream().filter(line -> line.startsWith("storage_load")))
          .as("in the order of storage, as before")
          .hasSize(2)
          .containsOnly("storage_load [todo]: loaded 2 entries: todo,x; todo");
      assertThat(ada.replay().difference()).isEmpty();
    }
  }

  @Test
  void whatWasPagedOutInACycleIsLoadedInItBesideWhatATeammatePutInItsPlace() {
    try (Stage stage = new Stage(dir)) {
      save(stage, "bob", act("storage_save", "todo", "b"));
      Agent ada = shortOfMemory(stage);
      ada.send("x", "t");
      ada.step();
      save(stage, "eve", act("storage_save", "todo", "e"));
      assertThat(ada.resume().text()).isEqualTo("ok");
      assertThat(stage.outcomes())
          .contains("storage_load [todo]: loaded 2 entries: earlier,todo; todo");
      assertThat(stored(stage, TEAM, "todo")).contains("e");
      assertThat(stored(stage, Space.of("ada"), "earlier,todo")).contains("b");
      assertThat(ada.replay().difference()).isEmpty();
    }
  }
}
