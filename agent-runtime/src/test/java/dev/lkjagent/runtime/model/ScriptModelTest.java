package dev.lkjagent.runtime.model;

import static dev.lkjagent.runtime.model.CollectingSink.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptModelTest {
  @Test
  void repliesComeInTheOrderOfTheFile(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("story.txt");
    Files.writeString(file, "a comment\n=== reply\none\ntwo\n=== reply\nthree\n");
    ScriptModel model = new ScriptModel(Script.read(file));
    assertThat(ask(model, "?").text()).isEqualTo("one\ntwo");
    assertThat(ask(model, "?").text()).isEqualTo("three");
  }

  @Test
  void exhaustedScriptIsAFaultThatShowsWhatWasAsked() {
    ScriptModel model = new ScriptModel(Script.parse("=== reply\nonly", "short.txt"));
    ask(model, "first");
    CollectingSink sink = ask(model, "what comes next?");
    assertThat(sink.fault.code()).isEqualTo(FaultCode.SCRIPT_EXHAUSTED);
    assertThat(sink.fault.message()).contains("short.txt", "after 1 calls", "what comes next?");
    assertThat(sink.finish).isNull();
    assertThat(sink.ends).isOne();
  }

  @Test
  void entryWithAConditionWaitsForItsPrompt() {
    ScriptModel model =
        new ScriptModel(
            Script.parse(
                "=== reply when=\"a \\\"cat\\\"\" times=2\nmeow\n=== reply times=forever\nelse",
                "s"));
    assertThat(ask(model, "dog").text()).isEqualTo("else");
    assertThat(ask(model, "here is a \"cat\"!").text()).isEqualTo("meow");
    assertThat(ask(model, "a \"cat\"").text()).isEqualTo("meow");
    assertThat(ask(model, "a \"cat\"").text()).isEqualTo("else");
    assertThat(model.callCount()).isEqualTo(4);
  }

  @Test
  void unmetConditionsAreNamedWhenTheScriptIsExhausted() {
    ScriptModel model = new ScriptModel(Script.builder("s").reply("x").when("paging").build());
    assertThat(ask(model, "thinking").fault.message())
        .contains("condition does not hold: \"paging\"");
  }

  @Test
  void piecesUsageReasoningToolsAndFinishAreDelivered() {
    String source =
        """
        === reply usage=12,34 chunk=2 finish=length
        hällo
        --- reasoning
        hm
        --- tool search call_1
        {"a":1}
        """;
    CollectingSink sink = ask(new ScriptModel(Script.parse(source, "s")), "?");
    assertThat(sink.text()).isEqualTo("hällo");
    assertThat(sink.pieces).containsExactly(2, 2, 2);
    assertThat(sink.reasoning()).isEqualTo("hm");
    assertThat(sink.tools).containsExactly(new ToolCall("call_1", "search", "{\"a\":1}"));
    assertThat(sink.promptTokens).isEqualTo(12);
    assertThat(sink.completionTokens).isEqualTo(34);
    assertThat(sink.finish).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void replyEndsWhereTheSinkHasEnough() {
    CollectingSink sink = new CollectingSink();
    sink.stopAfter = "bb";
    new ScriptModel(Script.builder("s").reply("aabbccdd").chunk(2).usage(1, 2).build())
        .start(CollectingSink.prompt("?"), sink);
    assertThat(sink.text()).isEqualTo("aabb");
    assertThat(sink.finish).isEqualTo(FinishReason.ENOUGH);
    assertThat(sink.promptTokens).isOne();
  }

  @Test
  void faultEntryEndsTheCallWithItsFault() {
    String source = "=== fault MODEL_TIMEOUT\nslow today\n=== fault STORE_FULL";
    ScriptModel model = new ScriptModel(Script.parse(source, "s"));
    assertThat(ask(model, "?").fault.toString()).isEqualTo("MODEL_TIMEOUT: slow today");
    assertThat(ask(model, "?").fault.message()).contains(FaultCode.STORE_FULL.meaning());
  }

  @Test
  void escapedHeadsAreText() {
    ScriptModel model = new ScriptModel(Script.parse("=== reply\n\\=== reply\n\\--- tool\nx", "s"));
    assertThat(ask(model, "?").text()).isEqualTo("=== reply\n--- tool\nx");
  }

  @Test
  void malformedScriptNamesItsLine() {
    assertMalformed("=== reply\nx\n=== answer\ny", "s:3", "unknown entry");
    assertMalformed("=== reply tmes=3\nx", "s:1", "unknown attribute \"tmes\"");
    assertMalformed("=== reply times=many\nx", "s:1", "times=many");
    assertMalformed("=== reply usage=12\nx", "s:1", "usage=12");
    assertMalformed("=== reply when=\"open\nx", "s:1", "closing quote");
    assertMalformed("=== reply\nx\n--- reasons\ny", "s:3", "unknown part");
    assertMalformed("=== fault NO_SUCH\nx", "s:1", "NO_SUCH");
    assertMalformed("=== fault MODEL_TIMEOUT\nx\n--- tool a b\n", "s:3", "must follow a reply");
    assertMalformed("nothing", "s:1", "no entry");
  }

  @Test
  void closedModelRefusesCalls() {
    ScriptModel model = new ScriptModel(Script.builder("s").reply("x").build());
    model.close();
    assertThatThrownBy(() -> ask(model, "?")).isInstanceOf(IllegalStateException.class);
  }

  private static void assertMalformed(String source, String... says) {
    assertThatThrownBy(() -> Script.parse(source, "s"))
        .isInstanceOf(FaultException.class)
        .hasMessageContainingAll(says);
  }
}
