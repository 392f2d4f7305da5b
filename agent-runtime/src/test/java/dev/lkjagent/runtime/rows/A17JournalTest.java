package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.runtime.OneReply;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.ActionCall;
import dev.lkjagent.runtime.action.ActionResult;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.journal.JournalReader;
import dev.lkjagent.runtime.journal.Kind;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.ReplayReport;
import dev.lkjagent.runtime.model.ForwardingModel;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import dev.lkjagent.runtime.store.Checkpoint;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A17JournalTest {
  @TempDir Path dir;

  private static String[] replies() {
    return new String[] {
      reply("executing", act("memory_add", "a", "one"), act("storage_save", "s", "first")),
      reply("executing", act("memory_add", "b", "two"), act("count", "", "")),
      "not a reply",
      reply("executing", act("memory_remove", "a", ""), act("storage_save", "s", "second")),
      finish("done"),
    };
  }

  static final class Count implements Action {
    final AtomicInteger runs = new AtomicInteger();

    @Override
    public String name() {
      return "count";
    }

    @Override
    public String description() {
      return "counts";
    }

    @Override
    public Effect effect() {
      return Effect.PURE;
    }

    @Override
    public ActionResult run(ActionCall call) {
      return ActionResult.done("run " + runs.incrementAndGet());
    }
  }

  @Test
  void aReplayTakesTheSameCourseToTheSameHash() {
    Count count = new Count();
    try (Stage stage = new Stage(dir, replies())) {
      Agent agent = stage.agent(b -> b.action(count));
      agent.send("bob", "hello");
      agent.run("t");
      ReplayReport report = agent.replay();
      assertThat(report.difference()).isEmpty();
      assertThat(report.cycles()).isEqualTo(5);
      assertThat(report.traceHash()).isEqualTo(agent.status().traceHash());
      assertThat(count.runs).hasValue(1);
    }
  }

  @Test
  void theTraceTellsWhatActionsAnsweredAlsoInTheLastCycle() {
    MemoryLimits.Log off = new MemoryLimits.Log(0, "off");
    MemoryLimits noLogs = new MemoryLimits(4096, 3072, 8192, off, off, off);
    List<String> hashes = new ArrayList<>();
    for (int runs = 0; runs < 2; runs++) {
      Count count = new Count();
      count.runs.set(runs);
      Path own = dir.resolve("run" + runs);
      assertThat(own.toFile().mkdir()).isTrue();
      try (Stage stage = new Stage(own, reply("finished", act("count", "", "")))) {
        Agent agent = stage.agent(b -> b.action(count).memory(noLogs));
        agent.run("t");
        hashes.add(agent.status().traceHash());
      }
    }
    assertThat(hashes.get(0)).isNotEqualTo(hashes.get(1));
  }

  @Test
  void aReplayEstimatesTokensAsTheRunDidByTheUsageThatWasReported() {
    Script.Builder script = Script.builder("usage");
    for (int i = 0; i < 12; i++) {
      script.reply(reply("executing", act("memory_add", "n" + i, ("n" + i + " ").repeat(60))));
      if (i % 3 == 0) {
        script.usage(400 + 300 * i, 50);
      }
    }
    script.reply(finish("done"));
    try (Stage stage = new Stage(dir, new ScriptModel(script.build()))) {
      Agent agent = stage.agent(b -> b.memory(MemoryLimits.of(1500, 6000)));
      agent.run("t");
      assertThat(stage.seen(AgentEvent.PagedOut.class)).isNotEmpty();
      ReplayReport report = agent.replay();
      assertThat(report.difference()).isEmpty();
      assertThat(report.cycles()).isEqualTo(agent.status().cycle());
    }
  }

  @Test
  void aReplayPagesWhereTheRunWasShortOfMemoryThoughItHasRoomItself() {
    String[] replies = new String[31];
    for (int i = 0; i < 30; i++) {
      String text = ("n" + i + " ").repeat(450);
      replies[i] =
          reply(
              "executing",
              act("memory_add", "a" + i, text),
              act("memory_add", "b" + i, text),
              act("memory_add", "c" + i, text));
    }
    replies[30] = finish("done");
    for (int mark : new int[] {0, 60}) {
      Path own = dir.resolve("mark" + mark);
      assertThat(own.toFile().mkdir()).isTrue();
      try (Stage stage = new Stage(own, replies)) {
        Agent agent =
            stage.agent(
                b ->
                    b.memory(MemoryLimits.of(100_000, 200_000))
                        .budget(Budget.builder().bytes(64 << 10).build())
                        .pressureMark(mark));
        assertThat(agent.run("t").text()).isEqualTo("done");
        assertThat(stage.seen(AgentEvent.Pressed.class))
            .extracting(AgentEvent.Pressed::what)
            .contains(mark == 0 ? "BUDGET_EXHAUSTED" : "PRESSURE_MARK");
        ReplayReport report = agent.replay();
        assertThat(report.difference()).isEmpty();
        assertThat(report.cycles()).isEqualTo(agent.status().cycle());
        assertThat(report.traceHash()).isEqualTo(agent.status().traceHash());
      }
    }
  }

  /** Says what a script says, after attempts that failed. */
  private static Model stumbling(Model script) {
    return new ForwardingModel(script) {
      @Override
      public ModelCall start(ModelRequest request, ReplySink sink) {
        sink.retrying(FaultCode.MODEL_RATE_LIMITED.with("too many"), 1, 250);
        sink.retrying(FaultCode.MODEL_SERVER_ERROR.with("oh"), 2, 500);
        return super.start(request, sink);
      }
    };
  }

  @Test
  void whatTheModelTriedAgainStandsInTheRecordAndAReplayTriesNothing() {
    try (Stage stage = new Stage(dir, stumbling(Stage.script(replies())))) {
      Agent agent = stage.agent(b -> b.action(new Count()));
      agent.run("t");
      assertThat(stage.seen(AgentEvent.Retried.class))
          .hasSize(10)
          .startsWith(
              new AgentEvent.Retried(
                  "ada", 1, 1, 250, FaultCode.MODEL_RATE_LIMITED.with("too many")),
              new AgentEvent.Retried("ada", 1, 2, 500, FaultCode.MODEL_SERVER_ERROR.with("oh")));
      List<String> recorded = new ArrayList<>();
      JournalReader reader = new JournalReader();
      for (Commit commit : StoreFaults.join(stage.store.commits("ada", 1, 1))) {
        byte[] record = commit.record().toArray();
        assertThat(reader.open(record, 0, record.length)).isEqualTo(JournalReader.OK);
        for (Kind kind = reader.next(); kind != null; kind = reader.next()) {
          if (kind == Kind.RETRY) {
            recorded.add(reader.number(0) + " " + reader.number(1) + " " + reader.text(2));
          }
        }
      }
      assertThat(recorded).containsExactly("1 250 MODEL_RATE_LIMITED", "2 500 MODEL_SERVER_ERROR");
      ReplayReport report = agent.replay();
      assertThat(report.difference()).isEmpty();
      assertThat(report.traceHash()).isEqualTo(agent.status().traceHash());
    }
  }

  @Test
  void anAgentCanGoBackToEveryCycleAndBeForkedThere() {
    List<String> memories = new ArrayList<>();
    List<String> hashes = new ArrayList<>();
    try (Stage stage = new Stage(dir, replies())) {
      Agent agent = stage.agent(b -> b.action(new Count()).checkpointEvery(2));
      agent.send("task", "t");
      for (int i = 0; i < 5; i++) {
        agent.step();
        memories.add(agent.workingMemory().toString());
        hashes.add(agent.status().traceHash());
      }
      for (int cycle = 5; cycle >= 1; cycle--) {
        agent.fork(cycle, "fork" + cycle);
        try (Agent fork = stage.host.agent("fork" + cycle).action(new Count()).start()) {
          assertThat(fork.workingMemory().toString()).isEqualTo(memories.get(cycle - 1));
          assertThat(fork.status().traceHash()).isEqualTo(hashes.get(cycle - 1));
        }
        agent.rewind(cycle);
        assertThat(agent.workingMemory().toString()).isEqualTo(memories.get(cycle - 1));
        assertThat(agent.status().traceHash()).isEqualTo(hashes.get(cycle - 1));
      }
    }
  }

  /** A model that answers by the cycle that its prompt names, whoever asks and how often. */
  private static final class ByCycle extends OneReply {
    private static final Pattern CYCLE = Pattern.compile("<state name=\"\\w+\" cycle=\"(\\d+)\"");
    private final String[] replies;

    ByCycle(String... replies) {
      super("");
      this.replies = replies;
    }

    @Override
    public ModelCall start(ModelRequest request, ReplySink sink) {
      Matcher cycle = CYCLE.matcher(request.text(request.messageCount() - 1));
      assertThat(cycle.find()).isTrue();
      String reply = replies[Integer.parseInt(cycle.group(1)) - 1];
      return answer(reply.getBytes(StandardCharsets.UTF_8), sink);
    }
  }

  @Test
  void fromEveryCycleAForkAndARewoundAgentComeToTheSameEnd() {
    Count count = new Count();
    try (Stage stage = new Stage(dir, new ByCycle(replies()))) {
      Agent agent = stage.agent(b -> b.action(count).checkpointEvery(2));
      assertThat(agent.run("t").text()).isEqualTo("done");
      String end = agent.status().traceHash();
      for (int cycle = 5; cycle >= 0; cycle--) {
        int counted = cycle >= 2 ? 1 : 0;
        agent.fork(cycle, "fork" + cycle);
        Count own = new Count();
        own.runs.set(counted);
        try (Agent fork = stage.host.agent("fork" + cycle).action(own).start()) {
          assertThat(fork.resume().text()).as("fork at %d", cycle).isEqualTo("done");
          assertThat(fork.status().traceHash()).as("fork at %d", cycle).isEqualTo(end);
          assertThat(fork.replay().difference()).as("fork at %d", cycle).isEmpty();
        }
        agent.rewind(cycle);
        count.runs.set(counted);
        assertThat(agent.resume().text()).as("rewound to %d", cycle).isEqualTo("done");
        assertThat(agent.status().traceHash()).as("rewound to %d", cycle).isEqualTo(end);
        assertThat(agent.replay().difference()).as("rewound to %d", cycle).isEmpty();
      }
    }
  }

  @Test
  void aCheckpointMayBeAskedForAtEveryCycleAndChangesNothing() {
    String undisturbed = "";
    for (int at = 0; at <= 5; at++) {
      Path own = dir.resolve("at" + at);
      assertThat(own.toFile().mkdir()).isTrue();
      try (Stage stage = new Stage(own, replies())) {
        Agent agent = stage.agent(b -> b.action(new Count()).checkpointEvery(0));
        agent.send("task", "t");
        for (int cycle = 1; cycle <= 5; cycle++) {
          if (cycle == at) {
            agent.checkpoint();
          }
          agent.step();
          Checkpoint last = StoreFaults.join(stage.store.load("ada")).orElseThrow().checkpoint();
          assertThat(last == null ? 0 : last.cycle()).isEqualTo(cycle >= at ? at : 0);
          assertThat(agent.replay().difference()).isEmpty();
        }
        String hash = agent.status().traceHash();
        undisturbed = at == 0 ? hash : undisturbed;
        assertThat(hash).as("checkpoint at %d", at).isEqualTo(undisturbed);
        String memory = agent.workingMemory().toString();
        agent.close();
        Agent again = stage.agent(b -> b.action(new Count()).checkpointEvery(0));
        assertThat(again.workingMemory().toString()).isEqualTo(memory);
      }
    }
  }

  @Test
  void aForkIsReplayedFromItsCheckpoint() {
    try (Stage stage =
        new Stage(
            dir,
            reply("executing", act("memory_add", "a", "one"), act("storage_save", "s", "first")),
            reply("executing", act("memory_add", "b", "two")),
            reply("executing", act("storage_load", "s", "")),
            finish("done"))) {
      Agent agent = stage.agent(b -> b.checkpointEvery(2));
      agent.send("task", "t");
      agent.resume(2);
      agent.fork(2, "fork");
      try (Agent fork = stage.host.agent("fork").start()) {
        assertThat(fork.resume().text()).isEqualTo("done");
        ReplayReport report = fork.replay();
        assertThat(report.difference()).isEmpty();
        assertThat(report.cycles()).isEqualTo(2);
        assertThat(report.traceHash()).isEqualTo(fork.status().traceHash());
      }
    }
  }

  @Test
  void whatWasReadFromASharedSpaceIsReplayedThoughItChangedSince() {
    try (Stage stage =
        new Stage(
            dir,
            reply("executing", act("storage_save", "s", "first")),
            reply("executing", act("storage_load", "s", ""), act("storage_search", "s", "")),
            finish("done"),
            reply("executing", act("storage_save", "s", "something else")),
            finish("other"))) {
      Agent agent = stage.agent(b -> b.storage("common"));
      assertThat(agent.run("t").text()).isEqualTo("done");
      assertThat(stage.host.agent("eve").storage("common").start().run("t").text())
          .isEqualTo("other");
      assertThat(agent.replay().difference()).isEmpty();
      assertThat(agent.replay().cycles()).isEqualTo(3);
    }
  }

  @Test
  void aTraceTellsMessagesApartThatNoChecksumTellsApart() throws IOException {
    List<String> hashes = new ArrayList<>();
    for (String text : twins()) {
      try (Stage stage = new Stage(Files.createTempDirectory(dir, "message"), finish("ok"))) {
        Agent agent = stage.agent();
        agent.run(text);
        hashes.add(agent.status().traceHash());
      }
    }
    assertThat(hashes).doesNotHaveDuplicates();
  }

  @Test
  void aTraceTellsLoadedEntriesApartThatNoChecksumTellsApart() throws IOException {
    List<String> hashes = new ArrayList<>();
    for (String text : twins()) {
      try (Stage stage =
          new Stage(
              Files.createTempDirectory(dir, "entry"),
              reply("executing", act("storage_save", "s", text)),
              finish("saved"),
              reply("executing", act("storage_load", "s", "")),
              finish("loaded"))) {
        stage.host.agent("eve").storage("common").start().run("t");
        Agent agent = stage.agent(b -> b.storage("common"));
        agent.run("t");
        assertThat(agent.workingMemory()).anyMatch(entry -> entry.value().equals(text));
        hashes.add(agent.status().traceHash());
      }
    }
    assertThat(hashes).doesNotHaveDuplicates();
  }

  /**
   * Two texts as long as each other that a longer text can hold in turn without a change of its
   * CRC-32C or CRC-32. Both checksums are linear, so among more than 64 bits that may be flipped
   * there are some whose changes cancel out.
   */
  private static List<String> twins() {
    byte[] text = "b".repeat(80).getBytes(StandardCharsets.US_ASCII);
    long plain = checksums(text);
    long[] changes = new long[Long.SIZE];
    BigInteger[] flips = new BigInteger[Long.SIZE];
    for (int i = 0; i < text.length; i++) {
      text[i] ^= 1;
      long change = checksums(text) ^ plain;
      text[i] ^= 1;
      BigInteger flipped = BigInteger.ONE.shiftLeft(i);
      while (change != 0) {
        int top = Long.numberOfTrailingZeros(Long.highestOneBit(change));
        if (changes[top] == 0) {
          changes[top] = change;
          flips[top] = flipped;
          break;
        }
        change ^= changes[top];
        flipped = flipped.xor(flips[top]);
      }
      if (change == 0) {
        byte[] twin = text.clone();
        for (int at = 0; at < twin.length; at++) {
          twin[at] ^= (byte) (flipped.testBit(at) ? 1 : 0);
        }
        assertThat(checksums(twin)).isEqualTo(plain);
        return List.of(
            new String(text, StandardCharsets.US_ASCII),
            new String(twin, StandardCharsets.US_ASCII));
      }
    }
    throw new AssertionError("more vectors than dimensions, and they are independent");
  }

  private static long checksums(byte[] text) {
    CRC32C castagnoli = new CRC32C();
    castagnoli.update(text, 0, text.length);
    CRC32 ethernet = new CRC32();
    ethernet.update(text, 0, text.length);
    return castagnoli.getValue() << Integer.SIZE | ethernet.getValue();
  }
}
