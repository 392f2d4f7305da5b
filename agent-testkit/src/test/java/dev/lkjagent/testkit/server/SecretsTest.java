package dev.lkjagent.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.config.ConfigLoader;
import dev.lkjagent.runtime.config.LlmConfig;
import dev.lkjagent.runtime.config.LoadedConfig;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.HttpModel;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.Models;
import dev.lkjagent.runtime.store.Bytes;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import dev.lkjagent.testkit.Heard;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The key reaches the server, and is found nowhere else, although the server sends it back. */
@Timeout(60)
class SecretsTest {
  private static final String KEY = "sk-test-0123456789-/abc+DEF==";

  private final FakeOpenAiServer server = FakeOpenAiServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void keyIsInNoFaultRecordingDescriptionOrLog(@TempDir Path dir) throws Exception {
    StringBuilder everything = new StringBuilder();
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    PrintStream out = System.out;
    PrintStream err = System.err;
    System.setOut(new PrintStream(console, true, StandardCharsets.UTF_8));
    System.setErr(System.out);
    try {
      LoadedConfig loaded =
          new ConfigLoader()
              .set("llm.endpoint=record:" + dir.resolve("rec") + "+" + server.url() + "?key=" + KEY)
              .set("llm.api_key_env=MY_KEY")
              .set("llm.retry.max_attempts=2")
              .set("llm.retry.base_pause_ms=1")
              .load();
      LlmConfig llm = loaded.config().llm();
      everything.append(loaded.settings());
      try (Model model =
          Models.of(llm.endpoint(), llm, name -> name.equals("MY_KEY") ? KEY : null)) {
        everything.append(model).append(model.description());
        for (FakeAnswer answer : echoes()) {
          server.otherwise(answer);
          Heard heard = Heard.ask(model, "question");
          assertThat(heard.fault).isNotNull();
          everything.append(heard.fault).append(heard.fault.detail()).append(heard.retried);
        }
        server.answer(FakeAnswer.text("fine"));
        assertThat(Heard.ask(model, "question").text()).isEqualTo("fine");
      }
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        everything.append(file).append(Files.readString(file));
      }
    }
    assertThat(server.requests())
        .hasSizeGreaterThan(echoes().size())
        .allMatch(request -> request.header("Authorization").equals("Bearer " + KEY));
    everything.append(console.toString(StandardCharsets.UTF_8)).append(server.requests());
    assertThat(everything.toString()).contains("***", "fine").doesNotContain(KEY);
  }

  /**
   * A server that writes the key into its replies, their reasoning and their tool calls. The agent
   * keeps what it read, so the key would be in its memory, its storage, its journal and its
   * prompts.
   */
  @Test
  void keyInAReplyReachesNeitherTheAgentNorAnythingItKeeps(@TempDir Path dir) throws Exception {
    String said = "Your key is " + KEY + " and the half of it " + KEY.substring(0, 9) + ".";
    for (String stream : List.of("true", "false")) {
      server.answer(
          FakeAnswer.text(block("thinking", "memory_add", said)).reasoning(said).deltas(5),
          FakeAnswer.text(block("thinking", "storage_save", said)).reasoning(said).pieces(7),
          FakeAnswer.text("")
              .toolCall("c", "memory_add", "{\"tags\":\"b\",\"value\":\"" + KEY + "\"}"),
          FakeAnswer.text("no block, only " + KEY),
          FakeAnswer.text(block("finished", "finish", said)).deltas(3));
      StringBuilder kept = new StringBuilder();
      LlmConfig llm =
          new ConfigLoader()
              .set("llm.endpoint=record:" + dir.resolve(stream) + "+" + server.url())
              .set("llm.api_key_env=MY_KEY")
              .set("llm.tools=true")
              .set("llm.stream=" + stream)
              .load()
              .config()
              .llm();
      try (Model model =
              Models.of(llm.endpoint(), llm, name -> name.equals("MY_KEY") ? KEY : null);
          InMemoryStore store = new InMemoryStore();
          AgentHost host =
              AgentHost.builder().store(store).model(model).pool(PoolSpec.SMALL).build()) {
        Agent agent = host.agent("ada").listener(kept::append).start();
        RunResult result = agent.run("t");
        assertThat(result.text()).contains("***", "half of it " + KEY.substring(0, 9));
        kept.append(result).append(agent.workingMemory()).append(agent.replay());
        StoreFaults.join(store.entries(Space.of("ada"), Store.LATEST, kept::append));
        for (Commit commit : StoreFaults.join(store.commits("ada", 0, 100))) {
          for (Bytes part : List.of(commit.head(), commit.delta(), commit.record())) {
            kept.append(part.utf8());
          }
        }
      }
      try (Stream<Path> files = Files.walk(dir)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          kept.append(Files.readString(file));
        }
      }
      server.requests().forEach(request -> kept.append(request.json()));
      assertThat(kept.toString()).contains("Your key is ***").doesNotContain(KEY);
    }
  }

  private static String block(String next, String action, String value) {
    return "<agent><next_state>"
        + next
        + "</next_state><thinking_log>"
        + value
        + "</thinking_log><action><type>"
        + action
        + "</type><tags>a</tags><value>"
        + value
        + "</value></action></agent>";
  }

  /** Servers that send back what they were sent, in every place that a fault quotes. */
  private static List<FakeAnswer> echoes() {
    return List.of(
        FakeAnswer.error(401, "Incorrect API key provided: " + KEY + "."),
        FakeAnswer.error(500, "headers were Bearer " + KEY),
        FakeAnswer.body(
            200,
            "application/json",
            "{\"error\":{\"message\":\"" + KEY + "\",\"code\":\"" + KEY + "\"}}"),
        FakeAnswer.body(200, "application/json", "{\"object\":\"" + KEY + "\"}"),
        FakeAnswer.body(200, "application/json", "{\"" + KEY + "\":1}"),
        FakeAnswer.body(200, "application/json", "{malformed " + KEY),
        FakeAnswer.body(200, "text/plain", "Authorization: Bearer " + KEY),
        FakeAnswer.body(200, "text/html", "<html><title>" + KEY + "</title></html>"),
        FakeAnswer.body(400, "text/plain", KEY),
        FakeAnswer.body(302, "text/plain", "").header("Location", "http://x/" + KEY),
        FakeAnswer.body(200, "application/json", "x").header("Content-Encoding", KEY),
        FakeAnswer.raw(("HTTP/1.1 " + KEY + "\r\n\r\n").getBytes(StandardCharsets.UTF_8)),
        FakeAnswer.body(
            200,
            "application/json",
            "{\"choices\":[{\"message\":{\"refusal\":\""
                + KEY
                + "\"},\"finish_reason\":\"stop\"}]}"),
        FakeAnswer.body(
            200,
            "application/json",
            "{\"choices\":[{\"message\":{},\"finish_reason\":\"" + KEY + "\"}]}"));
  }

  @Test
  void keyComesFromAFileAndGoesIntoTheHeaderThatIsNamed(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("key");
    Files.writeString(file, KEY + "\n");
    server.answer(FakeAnswer.text("ok"));
    try (HttpModel model = model("api_key_file=" + file, "api_key_header=api-key")) {
      assertThat(Heard.ask(model, "?").text()).isEqualTo("ok");
      assertThat(server.takeRequest().header("api-key")).isEqualTo(KEY);
      assertThat(model.toString()).contains(file.toString()).doesNotContain(KEY);
    }
  }

  @Test
  void keyThatCannotBeReadOrSentIsAnErrorThatDoesNotShowIt(@TempDir Path dir) throws Exception {
    Path bad = dir.resolve("bad");
    Files.writeString(bad, "secret with spaces");
    Path empty = dir.resolve("empty");
    Files.writeString(empty, "\n");
    for (Path file : List.of(bad, empty, dir.resolve("absent"))) {
      assertThatThrownBy(() -> model("api_key_file=" + file))
          .isInstanceOf(FaultException.class)
          .hasMessageContaining(file.toString())
          .satisfies(
              e -> {
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                assertThat(trace.toString()).doesNotContain("secret with");
              });
    }
  }

  @Test
  void faultOfAMissingKeyNamesTheVariable() throws Exception {
    server.answer(FakeAnswer.error(401, "no key"));
    try (HttpModel model = model("api_key_env=SOME_KEY")) {
      assertThat(Heard.ask(model, "?").fault.message())
          .contains("no key was sent", "environment variable SOME_KEY");
    }
  }

  private HttpModel model(String... settings) {
    ConfigLoader loader = new ConfigLoader().set("llm.endpoint=" + server.url());
    for (String setting : settings) {
      loader.set("llm." + setting);
    }
    return new HttpModel(loader.load().config().llm(), name -> null);
  }
}
