package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.ReplayReport;
import dev.lkjagent.runtime.model.ForwardingModel;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replay takes from the journal, and what it says where it takes another course. */
final class ReplayTest {
  @TempDir Path dir;

  /** Fails in its second call with a fault of its own, after a few words; else says a script. */
  private static ForwardingModel failing(String words, Fault fault) {
    return new ForwardingModel(
        Stage.script(reply("executing", act("memory_add", "a", "one")), finish("done"))) {
      private int calls;

      @Override
      public ModelCall start(ModelRequest request, ReplySink sink) {
        calls++;
        if (calls != 2) {
          return super.start(request, sink);
        }
        byte[] text = words.getBytes(StandardCharsets.UTF_8);
        sink.text(text, 0, text.length);
        sink.usage(300, 7, 0, -1);
        sink.failed(fault);
        return ModelCall.COMPLETE;
      }
    };
  }

  private void isReplayed(String words, Fault fault) {
    try (Stage stage = new Stage(dir, failing(words, fault))) {
      Agent agent = stage.agent();
      assertThat(agent.run("t").text()).isEqualTo("done");
      assertThat(stage.lastPrompt()).contains(fault.message());
      ReplayReport report = agent.replay();
      assertThat(report.difference()).isEmpty();
      assertThat(report.cycles()).isEqualTo(3);
      assertThat(report.traceHash()).isEqualTo(agent.status().traceHash());
    }
  }

  @Test
  void aFilteredReplyIsReplayedWithTheWordsOfTheEndpoint() {
    isReplayed("", FaultCode.MODEL_FILTERED.with("the endpoint sent a refusal: not on a Friday"));
  }

  @Test
  void aReplyThatWasFilteredInItsMiddleIsReplayedWithWhatCameBefore() {
    isReplayed("<agent><next", FaultCode.MODEL_FILTERED.with("the endpoint stopped its reply"));
  }

  @Test
  void aReplyThatTheModelFoundTooLargeIsReplayedAsOne() {
    isReplayed(
        reply("executing", act("memory_add", "b", "two")).replace("</agent>", ""),
        FaultCode.REPLY_TOO_LARGE.with("the answer has more than 512 bytes").at(512));
  }
}
