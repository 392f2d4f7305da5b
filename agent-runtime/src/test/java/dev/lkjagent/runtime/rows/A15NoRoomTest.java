package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.memory.MemoryListener;
import dev.lkjagent.runtime.memory.TagSet;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.StoreFaults;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that memory has no room for, and listeners to memory that fail. */
final class A15NoRoomTest {
  @TempDir Path dir;

  private static Agent small(Stage stage) {
    return stage.agent(
        b ->
            b.memory(MemoryLimits.of(100_000, 200_000))
                .budget(Budget.builder().bytes(48 << 10).build()));
  }

  private static String stored(Stage stage, String tags) {
    return StoreFaults.join(stage.store.get(Space.of("ada"), TagSet.of(tags)))
        .orElseThrow()
        .value()
        .utf8();
  }

  @Test
  void aMessageWithoutRoomIsInStorageAndTheModelIsTold() {
    String text = "x".repeat(60_000);
    try (Stage stage = new Stage(dir, reply("thinking"), finish("ok"))) {
      Agent agent = small(stage);
      agent.send("bob", text);
      assertThat(agent.run("t").text()).isEqualTo("ok");
      assertThat(stored(stage, "message,message_1_0")).isEqualTo(text);
      assertThat(stage.seen(AgentEvent.Faulted.class))
          .anySatisfy(
              told -> {
                assertThat(told.fault().code()).isEqualTo(FaultCode.BUDGET_EXHAUSTED);
                assertThat(told.fault().message()).contains("60000").contains("message_1_0");
              });
      assertThat(stage.lastPrompt()).contains("BUDGET_EXHAUSTED");
      assertThat(agent.replay().difference()).isEmpty();
    }
  }

  @Test
  void aRunWhoseTaskHasNoRoomEndsWithAFaultAndTheTaskIsInStorage() {
    String text = "x".repeat(60_000);
    try (Stage stage = new Stage(dir, reply("thinking"), finish("ok"))) {
      RunResult result = small(stage).run(text);
      assertThat(result.status()).isEqualTo(RunResult.Status.FAILED);
      assertThat(result.fault()).isNotNull();
      assertThat(result.fault().code()).isEqualTo(FaultCode.BUDGET_EXHAUSTED);
      assertThat(stored(stage, "task")).isEqualTo(text);
    }
  }

  @Test
  void aMemoryListenerThatFailsDoesNotStopTheAgent() {
    try (Stage stage =
        new Stage(dir, reply("thinking", act("memory_add", "a", "b")), finish("ok"))) {
      Agent agent =
          stage.agent(
              b ->
                  b.memoryListener(
                      new MemoryListener() {
                        @Override
                        public void entryWritten(MemoryEntry entry) {
                          throw new IllegalStateException("a listener's defect");
                        }
                      }));
      assertThat(agent.run("t").text()).isEqualTo("ok");
    }
  }
}
