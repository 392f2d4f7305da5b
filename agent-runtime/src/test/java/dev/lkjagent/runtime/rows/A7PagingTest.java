package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A7PagingTest {
  @TempDir Path dir;

  private static String[] notes(int count) {
    String[] replies = new String[count];
    for (int i = 0; i < count; i++) {
      replies[i] = reply("thinking", act("memory_add", "note" + i, ("n" + i + " ").repeat(150)));
    }
    return replies;
  }

  @Test
  void whatThePolicyEvictsIsInStorageAndNothingIsLost() {
    try (Stage stage = new Stage(dir, notes(24))) {
      Agent agent =
          stage.agent(
              b -> b.memory(MemoryLimits.of(1500, 3000)).limits(Limits.DEFAULT.withCycles(24)));
      agent.run("t");
      assertThat(stage.seen(AgentEvent.PagedOut.class)).isNotEmpty();
      assertThat(stage.seen(AgentEvent.Committed.class))
          .extracting(AgentEvent.Committed::to)
          .contains("paging");
      Set<String> known = new HashSet<>();
      agent.workingMemory().forEach(e -> known.add(e.tags()));
      StoreFaults.join(
          stage.store.entries(Space.of("ada"), Store.LATEST, e -> known.add(e.tags().canonical())));
      for (int i = 0; i < 24; i++) {
        assertThat(known).contains("note" + i);
      }
      assertThat(stage.seen(AgentEvent.Prompted.class))
          .allSatisfy(p -> assertThat(p.tokens()).isLessThanOrEqualTo(3000));
    }
  }

  @Test
  void pagingGoesOnUntilTheTargetIsReached() {
    try (Stage stage = new Stage(dir, notes(16))) {
      MemoryLimits logs = MemoryLimits.DEFAULT;
      MemoryLimits limits =
          new MemoryLimits(2500, 1500, 4000, logs.thinking(), logs.evaluation(), logs.execution());
      stage.agent(b -> b.memory(limits).limits(Limits.DEFAULT.withCycles(16))).run("t");
      List<Integer> afterPaging = new ArrayList<>();
      boolean paged = false;
      for (AgentEvent event : stage.events) {
        if (event instanceof AgentEvent.Committed committed) {
          paged = committed.from().equals("paging");
        } else if (paged && event instanceof AgentEvent.Prompted prompted) {
          afterPaging.add(prompted.tokens());
        }
      }
      assertThat(afterPaging).isNotEmpty().allMatch(tokens -> tokens <= 1500 + 100);
    }
  }

  private static String[] bigNotes(int count) {
    String[] replies = new String[count];
    for (int i = 0; i < count; i++) {
      replies[i] = reply("thinking", act("memory_add", "note" + i, ("n" + i + " ").repeat(450)));
    }
    return replies;
  }

  @Test
  void aMemoryThatPassesItsPressureMarkIsPagedThoughItsPromptIsShort() {
    int budget = 96 << 10;
    try (Stage stage = new Stage(dir, bigNotes(40))) {
      Agent agent =
          stage.agent(
              b ->
                  b.memory(MemoryLimits.of(100_000, 200_000))
                      .budget(Budget.builder().bytes(budget).build())
                      .pressureMark(60)
                      .limits(Limits.DEFAULT.withCycles(40)));
      agent.run("t");
      assertThat(stage.seen(AgentEvent.Pressed.class))
          .isNotEmpty()
          .allSatisfy(pressed -> assertThat(pressed.what()).isEqualTo("PRESSURE_MARK"))
          .allSatisfy(pressed -> assertThat(pressed.bytes()).isGreaterThan(budget * 45 / 100));
      assertThat(stage.seen(AgentEvent.Committed.class))
          .extracting(AgentEvent.Committed::to)
          .contains("paging");
      assertThat(agent.status().slotBytes()).isLessThan(budget * 70 / 100);
      Set<String> known = new HashSet<>();
      agent.workingMemory().forEach(e -> known.add(e.tags()));
      StoreFaults.join(
          stage.store.entries(Space.of("ada"), Store.LATEST, e -> known.add(e.tags().canonical())));
      for (int i = 0; i < 40; i++) {
        assertThat(known).contains("note" + i);
      }
    }
  }

  @Test
  void anAgentWithoutABudgetPagesWhenThePoolPassesTheMark() {
    try (Stage stage = new Stage(dir, bigNotes(60))) {
      stage
          .agent(
              b ->
                  b.memory(MemoryLimits.of(100_000, 200_000))
                      .pressureMark(10)
                      .limits(Limits.DEFAULT.withCycles(60)))
          .run("t");
      assertThat(stage.seen(AgentEvent.Pressed.class)).isNotEmpty();
      assertThat(stage.seen(AgentEvent.PagedOut.class)).isNotEmpty();
    }
  }

  @Test
  void aMemoryWithoutAMarkIsNotPagedForWhatItTakes() {
    try (Stage stage = new Stage(dir, bigNotes(20))) {
      stage
          .agent(
              b ->
                  b.memory(MemoryLimits.of(100_000, 200_000))
                      .budget(Budget.builder().bytes(96 << 10).build())
                      .pressureMark(0)
                      .limits(Limits.DEFAULT.withCycles(14)))
          .run("t");
      assertThat(stage.seen(AgentEvent.Pressed.class)).isEmpty();
    }
  }

  @Test
  void pinnedEntriesStay() {
    String[] replies = notes(12);
    replies[1] = reply("thinking", act("working_memory_pin", "note0", ""));
    try (Stage stage = new Stage(dir, replies)) {
      Agent agent =
          stage.agent(
              b -> b.memory(MemoryLimits.of(1500, 3000)).limits(Limits.DEFAULT.withCycles(12)));
      agent.run("t");
      assertThat(agent.workingMemory()).extracting(MemoryEntry::tags).contains("note0");
      assertThat(stage.seen(AgentEvent.PagedOut.class)).isNotEmpty();
    }
  }

  @Test
  void aContextThatIsTooLongIsPagedAndRetriedOnce() {
    Script script =
        Script.builder("long")
            .fault(FaultCode.CONTEXT_TOO_LONG.with("too long"))
            .reply(finish("ok"))
            .build();
    try (Stage stage = new Stage(dir, new ScriptModel(script))) {
      assertThat(stage.agent().run("t").text()).isEqualTo("ok");
      assertThat(stage.prompts).hasSize(2);
    }
  }

  @Test
  void aPromptThatCannotFitIsAFaultThatNamesTheEntry() {
    String big = "z".repeat(9000);
    try (Stage stage =
        new Stage(
            dir,
            reply("thinking", act("memory_add", "big", big), act("working_memory_pin", "big", "")),
            finish("x"))) {
      RunResult result = stage.agent(b -> b.memory(MemoryLimits.of(1500, 2000))).run("t");
      assertThat(result.fault()).isNotNull();
      assertThat(result.fault().code()).isEqualTo(FaultCode.PROMPT_TOO_LARGE);
      assertThat(result.fault().message()).contains("\"big\"");
    }
  }
}
