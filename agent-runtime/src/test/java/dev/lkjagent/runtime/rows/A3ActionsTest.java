package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.ActionCall;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.action.Param;
import dev.lkjagent.runtime.action.Tool;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.model.ForwardingModel;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import dev.lkjagent.runtime.model.ToolCall;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /** What a model that may call tools was offered, and what it says. */
  private static class Caller extends ForwardingModel {
    final List<String> offered = new ArrayList<>();

    Caller(Script script) {
      super(new ScriptModel(script));
    }

    @Override
    public boolean takesTools() {
      return true;
    }

    @Override
    public ModelCall start(ModelRequest request, ReplySink sink) {
      offered.add(StandardCharsets.UTF_8.decode(request.tools()).toString());
      return super.start(request, sink);
    }
  }

  @Test
  void toolsStandInThePromptAndAreOfferedToModelsThatCallThem() throws Exception {
    Caller model =
        new Caller(
            Script.builder("caller")
                .reply("")
                .tool(new ToolCall("call_1", "add_up", "{\"numbers\":[3,4]}"))
                .reply(finish("seven"))
                .build());
    try (Stage stage = new Stage(dir, model)) {
      List<String> system = new ArrayList<>();
      stage
          .agent(
              b ->
                  b.tools(new Sums())
                      .listener(
                          event -> {
                            if (event instanceof AgentEvent.Prompted prompted) {
                              system.add(prompted.request().text(0));
                            }
                          }))
          .run("t");
      assertThat(system.get(0)).contains("add_up", "adds", "numbers");
      JsonNode function = null;
      for (JsonNode tool : new ObjectMapper().readTree(model.offered.get(0))) {
        assertThat(tool.path("type").asText()).isEqualTo("function");
        if (tool.at("/function/name").asText().equals("add_up")) {
          function = tool.path("function");
        }
      }
      assertThat(function).isNotNull();
      assertThat(function.path("description").asText()).isEqualTo("adds");
      assertThat(function.at("/parameters/properties/numbers/items/type").asText())
          .isEqualTo("integer");
      assertThat(stage.outcomes()).contains("add_up: 7");
      assertThat(stage.lastPrompt()).as("the result is fed back").contains("add_up: 7");
    }
  }

  @Test
  void modelsThatTakeNoToolsFindThemInThePromptAlone() {
    Caller model =
        new Caller(Script.builder("mute").reply(finish("ok")).build()) {
          @Override
          public boolean takesTools() {
            return false;
          }
        };
    try (Stage stage = new Stage(dir, model)) {
      stage.agent(b -> b.tools(new Sums())).run("t");
      assertThat(model.offered).containsExactly("");
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
