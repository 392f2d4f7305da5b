package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.json.lenient.RepairCode;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What listeners are told, and agents made like others. */
final class EventsTest {
  @TempDir Path dir;

  @Test
  void anActionIsToldWithWhatTheReplySaysAndWhetherItFailed() {
    try (Stage stage =
        new Stage(
            dir,
            reply(
                "thinking",
                act("memory_add", "B, a", "x &lt; y"),
                act("memory_remove", "nowhere", "")),
            finish("done"))) {
      stage.agent().run("t");
      List<AgentEvent.Acted> acted = stage.seen(AgentEvent.Acted.class);
      assertThat(acted)
          .extracting(AgentEvent.Acted::type)
          .containsExactly("memory_add", "memory_remove", "finish");
      assertThat(acted.get(0).tags()).isEqualTo("B, a");
      assertThat(acted.get(0).value()).isEqualTo("x < y");
      assertThat(acted).extracting(AgentEvent.Acted::failed).containsExactly(false, true, false);
    }
  }

  @Test
  void aFaultThatTheModelIsToldOfIsToldOnce() {
    Script script =
        Script.builder("filtered")
            .fault(FaultCode.MODEL_FILTERED.with("not that"))
            .reply("no block at all")
            .reply(finish("ok"))
            .build();
    try (Stage stage = new Stage(dir, new ScriptModel(script))) {
      stage.agent().run("t");
      assertThat(stage.seen(AgentEvent.Faulted.class))
          .extracting(faulted -> faulted.fault().code())
          .containsExactly(FaultCode.MODEL_FILTERED, FaultCode.REPLY_WITHOUT_BLOCK);
      assertThat(stage.lastPrompt()).contains("not that");
    }
  }

  @Test
  void aPromptCanBeReadWhileItIsTold() {
    List<String> prompts = new ArrayList<>();
    try (Stage stage = new Stage(dir, reply("thinking"), finish("done"))) {
      stage
          .agent(
              agent ->
                  agent.listener(
                      event -> {
                        if (event instanceof AgentEvent.Prompted prompted) {
                          prompts.add(prompted.request().text(1));
                          assertThat(prompted.ledger().totalBytes()).isEqualTo(prompted.bytes());
                          assertThat(prompted.ledger().tokens()).isEqualTo(prompted.tokens());
                        }
                      }))
          .run("t");
      assertThat(prompts).isEqualTo(stage.prompts).hasSize(2);
    }
  }

  @Test
  void whatWasMendedToReadAReplyIsTold() {
    try (Stage stage =
        new Stage(dir, "Sure!\n```xml\n" + reply("thinking") + "\n```", finish("done"))) {
      stage.agent().run("t");
      List<AgentEvent.Replied> replied = stage.seen(AgentEvent.Replied.class);
      assertThat(replied.get(0).repairs())
          .containsExactly(RepairCode.LEADING_TEXT, RepairCode.CODE_FENCE);
      assertThat(replied.get(1).repairs()).isEmpty();
    }
  }

  @Test
  void anAgentLikeAnotherIsShownTheSameAndKeepsItsOwnModelAndLimits() {
    try (Stage stage = new Stage(dir, reply("thinking"), finish("one"), reply("thinking"))) {
      AgentBuilder first = stage.host.agent("first").role("You are a gardener.");
      first.start().run("t");
      Agent second =
          stage
              .host
              .agent("other")
              .role("never shown")
              .like(first)
              .limits(Limits.DEFAULT.withCycles(1))
              .start();
      assertThat(second.run("t").cycle()).isEqualTo(1);
      assertThat(stage.lastPrompt().replace(" of=\"1\"", " of=\"1000\""))
          .isEqualTo(stage.prompts.get(0));
      assertThat(second.replay().same()).isTrue();
    }
  }
}
