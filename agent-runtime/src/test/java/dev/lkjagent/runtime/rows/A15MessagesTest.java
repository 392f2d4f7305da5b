package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.ActionCall;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.Approval;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.memory.MemoryEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A15MessagesTest {
  @TempDir Path dir;

  record Answer(String city, int year) {}

  static final class Publish implements Action {
    final AtomicInteger runs = new AtomicInteger();

    @Override
    public String name() {
      return "publish";
    }

    @Override
    public String description() {
      return "publishes";
    }

    @Override
    public boolean needsApproval() {
      return true;
    }

    @Override
    public ActionResult run(ActionCall call) {
      runs.incrementAndGet();
      return ActionResult.done("published " + call.value() + " as " + call.key());
    }
  }

  @Test
  void aMessageIsDurableShownOnceAndKeptInMemory() {
    try (Stage stage = new Stage(dir, finish("x"))) {
      stage.agent().send("bob", "hello");
    }
    try (Stage stage = new Stage(dir, reply("thinking"), finish("ok"))) {
      Agent agent = stage.agent();
      agent.resume();
      assertThat(stage.prompts.get(0)).contains("<inbox>").contains("hello");
      assertThat(stage.prompts.get(1))
          .doesNotContain("<inbox>")
          .contains("source=\"message\">hello");
    }
  }

  @Test
  void aResultIsBoundToARecord() {
    try (Stage stage = new Stage(dir, finish("It is {\"city\":\"Oss\",\"year\":1733}."))) {
      assertThat(stage.agent().run("where and when?", Answer.class))
          .isEqualTo(new Answer("Oss", 1733));
    }
  }

  @Test
  void anApprovalSuspendsDurablyAndTheModelIsNotAskedAgain() {
    Publish publish = new Publish();
    try (Stage stage =
        new Stage(
            dir, reply("executing", act("memory_add", "a", "1"), act("publish", "", "post")))) {
      Agent agent = stage.agent(b -> b.action(publish));
      assertThat(agent.run("t").status()).isEqualTo(RunResult.Status.NEEDS_APPROVAL);
      assertThat(agent.approvals()).extracting(Approval::action).containsExactly("publish");
      assertThat(agent.workingMemory()).isEmpty();
    }
    try (Stage stage = new Stage(dir, finish("ok"))) {
      Agent agent = stage.agent(b -> b.action(publish));
      assertThat(agent.resume().status()).isEqualTo(RunResult.Status.NEEDS_APPROVAL);
      agent.approve(agent.approvals().get(0));
      assertThat(agent.resume().text()).isEqualTo("ok");
      assertThat(publish.runs).hasValue(1);
      assertThat(stage.outcomes()).contains("publish: published post as ada/1/1");
      assertThat(stage.prompts).hasSize(1);
    }
  }

  @Test
  void aDeniedActionDoesNotRunAndTheModelIsTold() {
    Publish publish = new Publish();
    try (Stage stage =
        new Stage(dir, reply("executing", act("publish", "", "post")), finish("ok"))) {
      Agent agent = stage.agent(b -> b.action(publish));
      agent.run("t");
      agent.deny(agent.approvals().get(0), "not today");
      assertThat(agent.resume().text()).isEqualTo("ok");
      assertThat(publish.runs).hasValue(0);
      assertThat(stage.lastPrompt()).contains("a person denied it: not today");
    }
  }

  @Test
  void agentsShareANamedSpace() {
    try (Stage stage =
        new Stage(
            dir, reply("thinking", act("storage_save", "fact", "shared truth")), finish("a"))) {
      stage.agent(b -> b.storage("team")).run("t");
      Agent other =
          stage
              .host
              .agent("bob")
              .storage("team")
              .model(Stage.script(reply("thinking", act("storage_load", "fact", "")), finish("b")))
              .start();
      other.run("t");
      assertThat(other.workingMemory()).extracting(MemoryEntry::value).contains("shared truth");
    }
  }

  @Test
  void aMessageThatNoPromptCouldShowIsRefusedBeforeItIsStored() {
    try (Stage stage = new Stage(dir, finish("ok"), finish("again"))) {
      Agent agent = stage.agent(b -> b.memory(MemoryLimits.of(0, 4000)));
      String most = "é".repeat(4000);
      for (ThrowingCallable refused :
          List.<ThrowingCallable>of(
              () -> agent.send("bob", most + "!"), () -> agent.run(most + "!"))) {
        assertThatThrownBy(refused)
            .isInstanceOf(FaultException.class)
            .hasMessageContaining("has 8001 bytes; with agent.hard_limit.max_tokens 4000")
            .extracting(e -> ((FaultException) e).fault().code())
            .isEqualTo(FaultCode.VALUE_TOO_LARGE);
      }
      assertThat(agent.run("t").text()).isEqualTo("ok");
      agent.send("bob", most);
      assertThat(agent.resume().text()).as("what is as long as may be is shown").isEqualTo("again");
      assertThat(stage.lastPrompt()).contains(most).doesNotContain("!");
    }
  }
}
