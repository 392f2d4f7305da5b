package dev.lkjagent.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.RecordingModel;
import dev.lkjagent.runtime.model.ReplayModel;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.rules.Prompt;
import dev.lkjagent.testkit.Heard;
import dev.lkjagent.testkit.LkjAgentTest;
import dev.lkjagent.testkit.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@LkjAgentTest
final class ScriptedTest {
  @Test
  void textsAreEscapedAndComeBackAsTheyWere(Stage stage) {
    String odd = "a < b && c > \"d\" <![CDATA[ ]]> </value>";
    Agent agent =
        stage
            .agent(
                "ada",
                Scripted.replies().think(odd).action("memory_add", "x", odd).finish(odd).model())
            .start();
    agent.run("t");
    stage.assertThat(agent).finished(odd).remembers("x", odd).did("memory_add", "x", odd);
  }

  @Test
  void repliesAreChosenByThePromptAndRepeated(Stage stage) {
    Agent agent =
        stage
            .agent(
                "ada",
                Scripted.replies()
                    .finish("done")
                    .when("<item>working_memory_add [n2]")
                    .action("memory_add", "n2", "2")
                    .next("thinking")
                    .when("tags=\"n1\"")
                    .raw("<agent><action><type>memory_add</type><tags>n1</tags><value>1</value>")
                    .cutOff()
                    .action("memory_add", "n1", "1")
                    .next("executing")
                    .usage(1000, 10)
                    .chunks(3)
                    .model())
            .start();
    agent.run("t");
    stage
        .assertThat(agent)
        .finished("done")
        .hadFaults(FaultCode.REPLY_TRUNCATED)
        .wentThrough("thinking", "executing", "executing", "thinking", "finished");
    assertThat(stage.trace(agent).cycles().get(1).promptTokens()).isEqualTo(1000);
  }

  @Test
  void faultsAreScriptedLikeReplies(Stage stage) {
    Agent agent =
        stage
            .agent("ada", Scripted.replies().fault(FaultCode.MODEL_FILTERED).finish("ok").model())
            .start();
    agent.run("t");
    stage.assertThat(agent).finished("ok").hadFault(FaultCode.MODEL_FILTERED);
  }

  @Test
  void aReplyThatWasNotEndedIsNoticedWhenTheNextOneThinks() {
    assertThatThrownBy(() -> Scripted.replies().think("one").action("x", "").think("two"))
        .hasMessageContaining("\"two\" has no end; end it with next(state)");
  }

  @Test
  void rulesSeeThePromptTakenApart(Stage stage) {
    Model model =
        PromptRules.of("counting")
            .when(
                prompt -> prompt.remembers("b, a"),
                prompt ->
                    AgentReply.empty()
                        .finish(prompt.value("a,b") + prompt.thinking() + prompt.cycle()))
            .when(
                prompt -> prompt.state().equals("thinking"),
                AgentReply.to("thinking").think("<so>").action("memory_add", "a b,a,b", "<1>"))
            .model();
    Agent agent = stage.agent("ada", model).statePrompt("thinking", "Think hard.").start();
    agent.run("what?");
    stage
        .assertThat(agent)
        .rested(dev.lkjagent.runtime.loop.RunResult.Status.FAILED)
        .hadFault(FaultCode.REPEATED_ACTION)
        .prompt(
            1,
            first ->
                assertThat(first.inbox().get(0)).isEqualTo(new Prompt.Message("task", "what?")))
        .prompt(1, first -> assertThat(first.instructions()).isEqualTo("Think hard."))
        .prompt(2, second -> assertThat(second.thinking()).containsExactly("<so>"))
        .prompt(2, second -> assertThat(second.value("a,a b,b")).isEqualTo("<1>"))
        .prompt(2, second -> assertThat(second.lastOutcome()).contains("noted, 3 bytes"));
  }

  @Test
  void aPromptWithoutARuleIsAFaultThatShowsIt(Stage stage) {
    Agent agent = stage.agent("ada", PromptRules.of("none").model()).start();
    agent.run("what?");
    stage.assertThat(agent).failed(FaultCode.RULES_FAILED);
    assertThat(stage.trace(agent).faults().get(0).message())
        .contains("rules \"none\"", "none of 0 rules holds", "what?");
  }

  @Test
  @ResourceLock(Resources.SYSTEM_PROPERTIES)
  void whatWasRecordedOnceIsReplayedAndADifferentPromptIsShownByItsDifference(Stage stage)
      throws Exception {
    Path folder = stage.directory().resolve("recordings");
    assertThatThrownBy(() -> Recorded.in(folder, () -> Scripted.replies().model()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dlkjagent.recordings=update");
    Path others = Files.createDirectories(folder).resolve("settings.json");
    Files.writeString(others, "{}");
    System.setProperty(Recorded.PROPERTY, "update");
    try {
      for (int i = 0; i < 2; i++) {
        Model recording = Recorded.in(folder, () -> Scripted.replies().finish("real").model());
        try (Agent agent = stage.agent("one" + i, recording).start()) {
          assertThat(agent.run("t").text()).isEqualTo("real");
        }
      }
    } finally {
      System.clearProperty(Recorded.PROPERTY);
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(2).contains(others);
    }
    Model replaying =
        Recorded.in(
            folder,
            () -> {
              throw new AssertionError("a replay needs no endpoint");
            });
    try (Agent agent = stage.agent("two", replaying).start()) {
      assertThat(agent.run("t").text()).isEqualTo("real");
    }
    Agent other = stage.agent("three", replaying).start();
    other.run("another task");
    stage.assertThat(other).failed(FaultCode.REPLAY_MISS);
    assertThat(stage.trace(other).faults().get(0).message())
        .contains("- <message from=\"task\">t</message>")
        .contains("+ <message from=\"task\">another task</message>");
  }

  @Test
  void recordingsOfAModelThatTakesNoToolsAreReplayedWithoutThem(Stage stage) {
    Path folder = stage.directory().resolve("recordings");
    Model rules =
        PromptRules.of("one").otherwise(prompt -> AgentReply.empty().finish("ruled")).model();
    try (Agent agent = stage.agent("one", new RecordingModel(folder, rules)).start()) {
      assertThat(agent.run("t").text()).isEqualTo("ruled");
    }
    try (Agent agent = stage.agent("two", ReplayModel.open(folder)).start()) {
      assertThat(agent.run("t").text()).isEqualTo("ruled");
    }
  }

  @Test
  void whatWasNotEndedIsAReplyOfItsOwnBeforeWhatFollows() throws Exception {
    try (Model model =
        Scripted.replies()
            .think("one")
            .raw("two")
            .think("three")
            .fault(FaultCode.MODEL_FILTERED)
            .think("five")
            .model()) {
      assertThat(Heard.ask(model, "t").text()).contains("one");
      assertThat(Heard.ask(model, "t").text()).isEqualTo("two");
      assertThat(Heard.ask(model, "t").text()).contains("three");
      assertThat(Heard.ask(model, "t").fault.code()).isEqualTo(FaultCode.MODEL_FILTERED);
      assertThat(Heard.ask(model, "t").text()).contains("five");
    }
  }

  @Test
  void aReplyCanComeInPieces() throws Exception {
    try (Model model = Scripted.replies().raw("1234567").chunks(3).model()) {
      assertThat(Heard.ask(model, "t").pieces).hasValue(3);
    }
  }

  @Test
  void aModelOfRulesKeepsThoseThatItWasMadeOf() throws Exception {
    PromptRules rules = PromptRules.of("none");
    try (Model model = rules.model()) {
      rules.otherwise(prompt -> AgentReply.empty().finish("late"));
      assertThat(Heard.ask(model, "t").fault.code()).isEqualTo(FaultCode.RULES_FAILED);
    }
  }
}
