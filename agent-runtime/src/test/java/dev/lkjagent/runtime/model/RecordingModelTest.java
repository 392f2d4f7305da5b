package dev.lkjagent.runtime.model;

import static dev.lkjagent.runtime.model.CollectingSink.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingModelTest {
  @TempDir Path dir;

  private CollectingSink recordedAndReplayed(Script script, String prompt) {
    CollectingSink recorded;
    try (RecordingModel model = new RecordingModel(dir, new ScriptModel(script))) {
      recorded = ask(model, prompt);
    }
    CollectingSink replayed = ask(ReplayModel.open(dir), prompt);
    assertThat(replayed.text()).isEqualTo(recorded.text());
    assertThat(replayed.fault).isEqualTo(recorded.fault);
    assertThat(replayed.finish).isEqualTo(recorded.finish);
    return replayed;
  }

  @Test
  void replayGivesWhatWasRecorded() {
    Script script =
        Script.builder("s")
            .reply("grüße 🌍\n\0")
            .chunk(3)
            .reasoning("hm")
            .usage(4, 5)
            .tool(new ToolCall("i", "n", "{}"))
            .finish(FinishReason.LENGTH)
            .build();
    CollectingSink replayed = recordedAndReplayed(script, "question");
    assertThat(replayed.text()).isEqualTo("grüße 🌍\n\0");
    assertThat(replayed.reasoning()).isEqualTo("hm");
    assertThat(replayed.tools).containsExactly(new ToolCall("i", "n", "{}"));
    assertThat(replayed.promptTokens).isEqualTo(4);
    assertThat(replayed.completionTokens).isEqualTo(5);
    assertThat(replayed.cachedTokens).isEqualTo(-1);
  }

  @Test
  void usageThatNeverCameIsNotInvented() {
    assertThat(recordedAndReplayed(Script.builder("s").reply("x").build(), "q").promptTokens)
        .isEqualTo(-1);
  }

  @Test
  void faultIsReplayed() {
    Script script = Script.builder("s").fault(FaultCode.MODEL_TIMEOUT.with("slow")).build();
    assertThat(recordedAndReplayed(script, "q").fault.code()).isEqualTo(FaultCode.MODEL_TIMEOUT);
  }

  @Test
  void bytesThatAreNotUtf8SurviveARecording() {
    byte[] odd = {'a', (byte) 0xFF, 'b'};
    Model model = new RulesModel(new TestRules((request, reply) -> reply.append(odd)));
    ask(new RecordingModel(dir, model), "q");
    assertThat(ask(ReplayModel.open(dir), "q").text.toByteArray()).isEqualTo(odd);
  }

  @Test
  void samePromptAskedAgainGetsTheNextRecording() {
    ask(new RecordingModel(dir, new ScriptModel(Script.builder("s").reply("first").build())), "q");
    ask(new RecordingModel(dir, new ScriptModel(Script.builder("s").reply("second").build())), "q");
    ReplayModel replay = ReplayModel.open(dir);
    assertThat(ask(replay, "q").text()).isEqualTo("first");
    assertThat(ask(replay, "q").text()).isEqualTo("second");
    CollectingSink third = ask(replay, "q");
    assertThat(third.fault.code()).isEqualTo(FaultCode.REPLAY_MISS);
    assertThat(third.fault.message()).contains("recorded 2 times");
  }

  @Test
  void recordingEndsWhereTheSinkHadEnough() {
    CollectingSink sink = new CollectingSink();
    sink.stopAfter = "</agent>";
    Script script = Script.builder("s").reply("<agent></agent>unread").chunk(15).build();
    new RecordingModel(dir, new ScriptModel(script)).start(CollectingSink.prompt("q"), sink);
    CollectingSink replayed = ask(ReplayModel.open(dir), "q");
    assertThat(replayed.text()).isEqualTo("<agent></agent>");
    assertThat(replayed.finish).isEqualTo(FinishReason.ENOUGH);
  }

  @Test
  void missShowsHowThePromptDiffersFromTheNearestRecording() {
    Model model = new RulesModel(new EmbeddedRules());
    RecordingModel recording = new RecordingModel(dir, model);
    ask(recording, "one\ntwo\nthree\nfour\nfive\nsix");
    ask(recording, "completely\ndifferent");
    CollectingSink sink = ask(ReplayModel.open(dir), "one\ntwo\nthree\n4\nfive\nsix");
    assertThat(sink.fault.code()).isEqualTo(FaultCode.REPLAY_MISS);
    assertThat(sink.fault.message())
        .endsWith(
            """
              (4 lines are the same)
              two
              three
            - four
            + 4
              five
              six""");
  }

  @Test
  void requestsDifferInRolesToolsAndLimits() {
    ModelRequest plain = CollectingSink.prompt("q");
    byte[] tools = "[]".getBytes(StandardCharsets.UTF_8);
    assertThat(
            Stream.of(
                    plain,
                    new ModelRequest().begin(Role.SYSTEM).append("q").end(),
                    new ModelRequest().begin(Role.USER).append("q").end().begin(Role.USER).end(),
                    CollectingSink.prompt("q").tools(tools, 0, 2),
                    CollectingSink.prompt("q").maxReplyTokens(7))
                .map(Recording::hash))
        .doesNotHaveDuplicates()
        .contains(Recording.hash(CollectingSink.prompt("q")));
  }

  @Test
  void damagedRecordingIsAFaultThatNamesTheFile() throws Exception {
    ask(new RecordingModel(dir, new RulesModel(new EmbeddedRules())), "q");
    Path file;
    try (Stream<Path> files = Files.list(dir)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      file = all.get(0);
    }
    for (String content :
        List.of("{", "{}", "{\"format\":\"lkjagent-recording-1\",\"reply\":{\"finish\":\"X\"}}")) {
      Files.writeString(file, content);
      assertThat(ask(ReplayModel.open(dir), "q").fault.message()).contains(file.toString());
    }
  }

  @Test
  void directoryThatCannotBeUsedIsAnErrorAtTheStart() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));
    Model model = new RulesModel(new EmbeddedRules());
    assertThatThrownBy(() -> new RecordingModel(file, model)).isInstanceOf(FaultException.class);
    assertThatThrownBy(() -> ReplayModel.open(dir.resolve("absent")))
        .hasMessageContaining("absent");
    assertThatThrownBy(() -> ReplayModel.open(dir)).hasMessageContaining("holds no recording");
  }

  @Test
  void callThatCannotBeRecordedIsAFault() throws Exception {
    Path gone = dir.resolve("gone");
    RecordingModel model = new RecordingModel(gone, new RulesModel(new EmbeddedRules()));
    Files.delete(gone);
    CollectingSink sink = ask(model, "q");
    assertThat(sink.fault.code()).isEqualTo(FaultCode.RECORDING_FAILED);
    assertThat(sink.finish).isNull();
  }

  /** Rules made of a function. */
  private record TestRules(Rules open) implements RuleSet {
    @Override
    public String name() {
      return "test";
    }

    @Override
    public String description() {
      return "a test";
    }
  }
}
