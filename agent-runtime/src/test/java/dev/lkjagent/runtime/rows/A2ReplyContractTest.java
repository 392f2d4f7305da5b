package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.memory.MemoryEntry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A2ReplyContractTest {
  @TempDir Path dir;

  @Test
  void thoughtsFencesAndProseAroundTheBlockAreSkipped() {
    String noisy =
        "<think>maybe <agent><action><type>finish</type><value>no</value></action></agent></think>"
            + "Here it is:\n```xml\n"
            + finish("yes")
            + "\n```\nDone.";
    try (Stage stage = new Stage(dir, noisy)) {
      assertThat(stage.agent().run("t").text()).isEqualTo("yes");
    }
  }

  @Test
  void aJsonReplyWithTheSameFieldsIsAccepted() {
    String json =
        "{\"agent\":{\"next_state\":\"executing\",\"actions\":[{\"type\":\"memory_add\",\"tags\":[\"b\",\"a\"],"
            + "\"value\":\"one\"},{\"type\":\"memory_add\",\"tags\":\"c\",\"value\":2}]}}";
    try (Stage stage = new Stage(dir, json, finish("ok"))) {
      Agent agent = stage.agent();
      agent.run("t");
      assertThat(agent.workingMemory()).extracting(MemoryEntry::tags).contains("a,b", "c");
    }
  }

  @Test
  void severalActionsRunInOrder() {
    try (Stage stage =
        new Stage(
            dir,
            reply("thinking", act("memory_add", "a", "1"), act("memory_remove", "a", "")),
            finish("x"))) {
      stage.agent().run("t");
      assertThat(stage.outcomes().subList(0, 2))
          .containsExactly(
              "working_memory_add [a]: noted, 1 bytes", "working_memory_remove [a]: removed");
    }
  }

  @Test
  void aMalformedReplyIsToldCountedAndNeverEndsTheAgentAtOnce() {
    try (Stage stage = new Stage(dir, "no block here", "<agent><next_state>exec", finish("ok"))) {
      Agent agent = stage.agent();
      assertThat(agent.run("t").text()).isEqualTo("ok");
      assertThat(agent.status().faults()).isEqualTo(2);
      assertThat(stage.prompts.get(1)).contains("REPLY_WITHOUT_BLOCK");
      assertThat(stage.prompts.get(2)).contains("REPLY_TRUNCATED");
    }
  }

  @Test
  void faultsInARowEndTheRunWithinTheLimit() {
    try (Stage stage = new Stage(dir, "a", "b", "c", "d")) {
      RunResult result = stage.agent(b -> b.limits(Limits.DEFAULT.withRepetition(9, 3))).run("t");
      assertThat(result.fault()).extracting(Fault::code).isEqualTo(FaultCode.LIMIT_FAULTS);
      assertThat(result.cycle()).isEqualTo(3);
    }
  }
}
