package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.SetClock;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.journal.JournalReader;
import dev.lkjagent.runtime.journal.Kind;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.ReplayReport;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.ForwardingModel;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
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

  /** An action that answers what the test wants. */
  private static Action tool(boolean needsApproval, Callable<String> does) {
    return new Tool(needsApproval, call -> does.call() + " as " + call.key());
  }

  private static String forever() throws InterruptedException {
    new CountDownLatch(1).await();
    return "";
  }

  private static String[] asking() {
    return new String[] {
      reply("executing", act("memory_add", "a", "one"), act("tool", "", "x"), act("tool", "", "y")),
      reply("executing", act("memory_add", "b", "two")),
      finish("done")
    };
  }

  private static void endsWithTheSameHash(Agent agent) {
    ReplayReport report = agent.replay();
    assertThat(report.difference()).isEmpty();
    assertThat(report.cycles()).isEqualTo(3);
    assertThat(report.traceHash()).isEqualTo(agent.status().traceHash());
  }

  @Test
  void aRunThatWaitedForAPersonIsReplayedWithWhatThePersonDecided() {
    List<String> hashes = new ArrayList<>();
    for (boolean second : new boolean[] {true, false}) {
      Path own = dir.resolve("second" + second);
      assertThat(own.toFile().mkdir()).isTrue();
      try (Stage stage = new Stage(own, asking())) {
        Agent agent = stage.agent(b -> b.action(tool(true, () -> "done")));
        assertThat(agent.run("t").status()).isEqualTo(RunResult.Status.NEEDS_APPROVAL);
        agent.approve(agent.approvals().get(0));
        if (second) {
          agent.approve(agent.approvals().get(0));
        } else {
          agent.deny(agent.approvals().get(0), "once is enough");
        }
        assertThat(agent.resume().text()).isEqualTo("done");
        assertThat(stage.outcomes())
            .contains(
                "tool: done as ada/1/1",
                second
                    ? "tool: done as ada/1/2"
                    : "tool: failed: a person denied it: once is enough");
        endsWithTheSameHash(agent);
        hashes.add(agent.status().traceHash());
      }
    }
    assertThat(hashes).doesNotHaveDuplicates();
  }

  @Test
  void aRunThatWasCutOffInAnActionThatIsNotRepeatedIsReplayedWithItsUnknownOutcome()
      throws InterruptedException {
    CountDownLatch runs = new CountDownLatch(1);
    Action hanging =
        tool(
            false,
            () -> {
              runs.countDown();
              return forever();
            });
    try (Stage stage = new Stage(dir, asking()[0])) {
      var unused = stage.agent(b -> b.action(hanging)).start("t");
      runs.await();
    }
    try (Stage stage = new Stage(dir, asking()[1], asking()[2])) {
      Agent agent = stage.agent(b -> b.action(tool(false, () -> "again")));
      assertThat(agent.resume().text()).isEqualTo("done");
      assertThat(stage.outcomes())
          .filteredOn(line -> line.startsWith("tool: failed: outcome unknown"))
          .hasSize(2);
      endsWithTheSameHash(agent);
    }
  }

  @Test
  void anActionThatDidNotEndInTimeIsReplayedAsOne() {
    try (Stage stage = new Stage(dir, asking())) {
      Agent agent =
          stage.agent(
              b ->
                  b.action(tool(false, ReplayTest::forever))
                      .limits(Limits.DEFAULT.withActionMillis(1)));
      assertThat(agent.run("t").text()).isEqualTo("done");
      assertThat(stage.outcomes())
          .filteredOn(line -> line.startsWith("tool: failed: no answer within 1 ms"))
          .hasSize(2);
      endsWithTheSameHash(agent);
    }
  }

  @Test
  void aPromptThatTheModelFoundTooLongIsReplayedWithWhatWasPagedOutForIt() {
    Script script =
        Script.builder("long")
            .reply(reply("executing", act("memory_add", "a", "x".repeat(3000))))
            .fault(FaultCode.CONTEXT_TOO_LONG.with("too long"))
            .reply(reply("executing", act("memory_add", "b", "two")))
            .reply(finish("done"))
            .build();
    try (Stage stage = new Stage(dir, new ScriptModel(script))) {
      Agent agent = stage.agent();
      assertThat(agent.run("t").text()).isEqualTo("done");
      assertThat(stage.seen(AgentEvent.PagedOut.class))
          .extracting(AgentEvent.PagedOut::tags)
          .contains("a");
      endsWithTheSameHash(agent);
    }
  }

  /** What a replay says of a run of another agent than the one that replays it. */
  private String difference(Consumer<AgentBuilder> other) {
    try (Stage stage =
        new Stage(
            dir, reply("executing", act("memory_add", "plot", "A letter.")), finish("done"))) {
      try (Agent agent = stage.agent()) {
        assertThat(agent.run("t").text()).isEqualTo("done");
      }
      ReplayReport report = stage.agent(other).replay();
      assertThat(report.same()).isFalse();
      return report.difference();
    }
  }

  @Test
  void anotherChangeToMemoryIsShownAsAnEntry() {
    MemoryLimits.Log did = new MemoryLimits.Log(20, "did_");
    MemoryLimits limits = MemoryLimits.DEFAULT;
    String difference =
        difference(
            b ->
                b.memory(
                    new MemoryLimits(
                        limits.pagingTokens(),
                        limits.targetTokens(),
                        limits.hardTokens(),
                        limits.thinking(),
                        limits.evaluation(),
                        did)));
    assertThat(difference)
        .startsWith("cycle 1: working memory changed in another way: as change 2 ")
        .contains("execution [did_00] becomes \"", "; the journal has ", "[execution_log_00]")
        .contains("written in 1, read in 1");
  }

  @Test
  void anotherPromptIsShownByLengthAndChecksum() {
    assertThat(difference(b -> b.statePrompt("thinking", "Think of numbers.")))
        .matches(
            "cycle 1: the trace hash differs: the prompt was another one, \\d+ bytes with checksum"
                + " [0-9a-f]{16}; the journal has \\d+ bytes with checksum [0-9a-f]{16}");
  }

  @Test
  void whatDiffersBesideThePromptIsNotBlamedOnThePrompt() {
    assertThat(difference(b -> b.role("You are somebody else.")))
        .startsWith("cycle 1: the trace hash differs, and the prompt does not");
  }

  @Test
  void theRecordSaysWhenAMessageWasSentAndWhatThePromptWas() {
    SetClock clock = new SetClock();
    List<String> messages = new ArrayList<>();
    List<Long> prompts = new ArrayList<>();
    List<Integer> rendered = new ArrayList<>();
    try (Store store = new InMemoryStore();
        AgentHost host =
            AgentHost.builder()
                .store(store)
                .clock(clock)
                .model(Stage.script(finish("done")))
                .pool(Stage.POOL)
                .build()) {
      Agent agent =
          host.agent("ada")
              .listener(
                  event -> {
                    if (event instanceof AgentEvent.Prompted prompted) {
                      ModelRequest request = prompted.request();
                      int last = request.messageCount() - 1;
                      rendered.add(request.text(last).getBytes(StandardCharsets.UTF_8).length);
                    }
                  })
              .start();
      agent.send("bob", "hello");
      clock.jump(Duration.ofMinutes(3));
      agent.run("t");
      byte[] record = StoreFaults.join(store.commits("ada", 1, 1)).get(0).record().toArray();
      JournalReader reader = new JournalReader();
      assertThat(reader.open(record, 0, record.length)).isEqualTo(JournalReader.OK);
      for (Kind kind = reader.next(); kind != null; kind = reader.next()) {
        if (kind == Kind.MESSAGE) {
          messages.add(reader.text(2) + " " + Instant.ofEpochMilli(reader.number(1)));
        } else if (kind == Kind.PROMPT) {
          prompts.add(reader.number(0));
          assertThat(reader.to(1) - reader.from(1)).isEqualTo(Long.BYTES);
        }
      }
    }
    assertThat(messages).containsExactly("bob 2030-01-31T08:00:00Z", "task 2030-01-31T08:03:00Z");
    assertThat(prompts).containsExactly((long) rendered.get(0));
  }
}
