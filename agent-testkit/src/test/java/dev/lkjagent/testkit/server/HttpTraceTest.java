package dev.lkjagent.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.config.ConfigLoader;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.HttpModel;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import dev.lkjagent.runtime.model.ToolCall;
import dev.lkjagent.runtime.store.InMemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A whole run has one trace, whether its replies come from a script in this process or over HTTP,
 * and however the stream was cut on its way.
 */
@Timeout(120)
class HttpTraceTest {
  /** One turn of the model; a usage of 0 stands for none. */
  private record Said(String reasoning, String text, List<ToolCall> tools, int prompt, int reply) {
    static Said text(String text) {
      return new Said("", text, List.of(), 0, 0);
    }

    Said usage(int promptTokens, int replyTokens) {
      return new Said(reasoning, text, tools, promptTokens, replyTokens);
    }
  }

  private static final CountDownLatch OPEN = new CountDownLatch(0);
  private static final PoolSpec POOL =
      PoolSpec.SMALL.toBuilder().tier(256, 512).tier(4096, 128).build();

  /** All forms of a reply, and usages that move the estimate so far that paging follows them. */
  private static final List<Said> RUN =
      List.of(
          Said.text(act("working_memory_add", "größe", "äöü 🌍 \\ \" &lt;")).usage(180, 30),
          Said.text("<think>what if </agent> stood here?</think>Sure!\n```xml\n" + add(1) + "\n```")
              .usage(400, 60),
          Said.text(
              "{\"next_state\":\"thinking\",\"action\":{\"type\":\"memory_add\",\"tags\":\"j\",\"value\":\"in JSON\"}}"),
          Said.text("I do not know what to say."),
          new Said(
              "step by step 🤔",
              "",
              List.of(
                  new ToolCall("c1", "working_memory_add", "{\"tags\":\"t\",\"value\":\"ü\"}"),
                  new ToolCall("c2", "storage_save", "{\"tags\":\"kept\",\"value\":\"v\"}")),
              700,
              20),
          Said.text(add(2)).usage(1_500, 90),
          Said.text(add(3) + " and words that nobody reads").usage(2_600, 90),
          Said.text(add(4)),
          Said.text(act("storage_search", "kept", "")).usage(2_900, 10),
          Said.text("<agent><next_state>nowhere</next_state></agent>"),
          Said.text(act("finish", "", "all said")).usage(1_000, 9));

  private final FakeOpenAiServer server = FakeOpenAiServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  private static String act(String type, String tags, String value) {
    return "<agent><next_state>thinking</next_state><thinking_log>für sich</thinking_log><action><type>"
        + type
        + "</type><tags>"
        + tags
        + "</tags><value>"
        + value
        + "</value></action></agent>";
  }

  private static String add(int number) {
    return act("working_memory_add", "note" + number, ("note " + number + " 🌍 ").repeat(70));
  }

  /** What a run came to: its trace, its end, and what it took the model to be. */
  private record Course(String trace, String text, List<String> paged, String memory) {}

  private static Course run(Model model) {
    List<String> paged = new ArrayList<>();
    try (model;
        InMemoryStore store = new InMemoryStore();
        AgentHost host = AgentHost.builder().store(store).model(model).pool(POOL).build()) {
      Agent agent =
          host.agent("ada")
              .memory(MemoryLimits.of(1_200, 3_000))
              .listener(
                  event -> {
                    if (event instanceof AgentEvent.PagedOut out) {
                      paged.add(out.cycle() + " " + out.tags());
                    }
                  })
              .start();
      RunResult result = agent.run("say something in all ways there are");
      assertThat(agent.replay().difference()).isEmpty();
      return new Course(
          agent.status().traceHash(), result.text(), paged, agent.workingMemory().toString());
    }
  }

  private static Course inProcess() {
    return inProcess(RUN);
  }

  private static Course inProcess(List<Said> turns) {
    Script.Builder script = Script.builder("said");
    for (Said said : turns) {
      script.reply(said.text).reasoning(said.reasoning);
      said.tools.forEach(script::tool);
      if (said.prompt > 0) {
        script.usage(said.prompt, said.reply);
      }
    }
    return run(new ScriptModel(script.build()));
  }

  private Course overHttp(boolean stream, UnaryOperator<FakeAnswer> wire) {
    for (Said said : RUN) {
      server.answer(wire.apply(answer(said)));
    }
    return run(
        new HttpModel(
            new ConfigLoader()
                .set("llm.endpoint=" + server.url())
                .set("llm.retry.base_pause_ms=1")
                .set("llm.tools=true")
                .set("llm.stream=" + stream)
                .load()
                .config()
                .llm(),
            name -> null));
  }

  private static FakeAnswer answer(Said said) {
    FakeAnswer answer = FakeAnswer.text(said.text).reasoning(said.reasoning).deltas(11);
    said.tools.forEach(call -> answer.toolCall(call.id(), call.name(), call.arguments()));
    return said.prompt > 0 ? answer.usage(said.prompt, said.reply) : answer;
  }

  @Test
  void theScriptTakesEveryTurnAndItsUsageMovesWhatIsPaged() {
    Course course = inProcess();
    assertThat(course.text).isEqualTo("all said");
    assertThat(course.paged).isNotEmpty();
    List<Said> silent = RUN.stream().map(said -> said.usage(0, 0)).toList();
    assertThat(inProcess(silent).trace).isNotEqualTo(course.trace);
  }

  @Test
  void aStreamCutAtEveryByteGivesTheTraceOfTheSameRunInProcess() {
    assertThat(overHttp(true, answer -> answer.pieces(1))).isEqualTo(inProcess());
  }

  @Test
  void aStreamCutAnywhereGivesTheTraceOfTheSameRunInProcess() {
    Course expected = inProcess();
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 8; round++) {
      assertThat(overHttp(true, answer -> cut(answer, random)))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(expected);
    }
  }

  private static FakeAnswer cut(FakeAnswer answer, Random random) {
    for (int at = random.nextInt(400); at < 40_000; at += 1 + random.nextInt(400)) {
      answer.gateAt(at, OPEN);
    }
    return answer;
  }

  @Test
  void aStreamWhoseLinesEndInAnyWayGivesTheTraceOfTheSameRunInProcess() {
    Course expected = inProcess();
    for (String end : List.of("\r\n", "\r")) {
      for (int bytes : new int[] {1, 5, 100_000}) {
        assertThat(
                overHttp(
                    true,
                    answer ->
                        FakeAnswer.body("text/event-stream", request -> lines(answer, request, end))
                            .pieces(bytes)))
            .as("%d bytes", bytes)
            .isEqualTo(expected);
      }
    }
  }

  private static String lines(FakeAnswer answer, FakeRequest request, String end) {
    return new String(answer.bodyFor(request), StandardCharsets.UTF_8).replace("\n", end);
  }

  @Test
  void anAnswerInOneDocumentGivesTheTraceOfTheSameRunInProcess() {
    Course expected = inProcess();
    for (int bytes : new int[] {1, 100_000}) {
      assertThat(overHttp(false, answer -> answer.pieces(bytes))).isEqualTo(expected);
    }
  }

  @Test
  void attemptsThatFailedLeaveNoTrace() {
    server.answer(FakeAnswer.error(503, "busy"), FakeAnswer.raw(new byte[0]));
    assertThat(overHttp(true, answer -> answer.pieces(7))).isEqualTo(inProcess());
  }
}
