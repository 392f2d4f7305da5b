package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.ActionCall;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.action.Param;
import dev.lkjagent.runtime.action.Tool;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.memory.MemoryEntry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class A3ActionsTest {
  @TempDir Path dir;

  /** Tools for the tests. */
  public static final class Sums {
    @Tool(value = "adds", effect = Effect.PURE)
    public int addUp(@Param("numbers") List<Integer> numbers) {
      return numbers.stream().mapToInt(Integer::intValue).sum();
    }
  }

  @Test
  void aCycleReadsItsOwnWritesToStorage() {
    try (Stage stage =
        new Stage(
            dir,
            reply("thinking", act("memory_add", "x, y", "seven"), act("storage_save", "y,x", "")),
            reply(
                "thinking",
                act("storage_save", "x,y", "eight"),
                act("storage_load", "x", ""),
                act("storage_search", "", "eight"),
                act("storage_remove", "x,y", ""),
                act("storage_load", "x", "")),
            finish("ok"))) {
      Agent agent = stage.agent();
      agent.run("t");
      assertThat(stage.outcomes().get(3)).isEqualTo("storage_load [x]: loaded 1 entry: x,y");
      assertThat(stage.outcomes().get(4)).contains("1 hit; [x,y] 5 bytes: eight");
      assertThat(stage.outcomes().get(6)).contains("failed: storage has no entry");
      assertThat(agent.workingMemory())
          .filteredOn(e -> e.tags().equals("x,y"))
          .extracting(MemoryEntry::value)
          .containsExactly("eight");
    }
  }

  @Test
  void removingWhatIsNotThereIsAFaultThatTheModelSees() {
    try (Stage stage =
        new Stage(
            dir, reply("thinking", act("working_memory_remove", "ghost", "")), finish("ok"))) {
      Agent agent = stage.agent();
      agent.run("t");
      assertThat(agent.status().faults()).isEqualTo(1);
      assertThat(stage.prompts.get(1)).contains("[ghost]: failed: working memory has no entry");
    }
  }

  @Test
  void methodsAreToolsAndTheirErrorsAreTold() {
    try (Stage stage =
        new Stage(
            dir,
            reply(
                "thinking",
                act("add_up", "", "{\"numbers\":[3,4]}"),
                act("add_up", "", "{\"numbers\":\"x\"}"),
                act("fly", "", "")),
            finish("ok"))) {
      stage.agent(b -> b.tools(new Sums())).run("t");
      assertThat(stage.outcomes().get(0)).isEqualTo("add_up: 7");
      assertThat(stage.outcomes().get(1))
          .contains("failed: add_up: the parameter numbers does not take");
      assertThat(stage.outcomes().get(2)).contains("there is no action \"fly\"");
    }
  }

  /** An action that says of its parameters what the test wants. */
  private record Vague(String parametersSchema) implements Action {
    @Override
    public String name() {
      return "vague";
    }

    @Override
    public String description() {
      return "does something";
    }

    @Override
    public ActionResult run(ActionCall call) {
      return ActionResult.done("done");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{\"type\":", "{} {", "7"})
  void anActionWhoseParametersAreNoSchemaIsRefusedByItsName(String schema) {
    try (Stage stage = new Stage(dir, finish("ok"))) {
      assertThatThrownBy(() -> stage.agent(b -> b.action(new Vague(schema))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the parameters of action \"vague\" are no JSON Schema");
    }
  }
}
