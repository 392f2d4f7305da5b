package dev.lkjagent.examples.librarian;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.examples.Started;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplyText;
import dev.lkjagent.runtime.model.Role;
import dev.lkjagent.testkit.server.FakeAnswer;
import dev.lkjagent.testkit.server.FakeOpenAiServer;
import dev.lkjagent.testkit.server.FakeRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The librarian, started as people start it, at an endpoint that answers as its rules do. */
@Timeout(120)
final class EndpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MODEL_FAULT = 6;

  private final FakeOpenAiServer server = FakeOpenAiServer.start();

  @TempDir Path folder;

  @AfterEach
  void close() {
    server.close();
  }

  /** A stream with the reply of the rules to the prompt of the request, a few letters at a time. */
  private static FakeAnswer rules() {
    return FakeAnswer.body("text/event-stream", EndpointTest::stream);
  }

  private static String stream(FakeRequest request) {
    ModelRequest prompt = new ModelRequest();
    for (JsonNode message : request.json().path("messages")) {
      String role = message.path("role").asText().toUpperCase(Locale.ROOT);
      prompt.begin(Role.valueOf(role)).append(message.path("content").asText()).end();
    }
    ReplyText reply = new ReplyText();
    new LibrarianRules().open().reply(prompt, reply);
    StringBuilder events = new StringBuilder();
    for (String piece : reply.toString().split("(?<=\\G.{7})")) {
      events
          .append("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":")
          .append(JSON.valueToTree(piece).toString())
          .append("}}]}\n\n");
    }
    return events.append("data: [DONE]\n\n").toString();
  }

  private String[] command(String store) {
    return new String[] {
      "run",
      "librarian",
      "--json",
      "--endpoint=" + server.url(),
      "--model=some-model",
      "--set=llm.retry.base_pause_ms=1",
      "--store=" + folder.resolve(store)
    };
  }

  private static JsonNode json(Started started) throws IOException {
    return JSON.readTree(started.out());
  }

  /** What the same run comes to without an endpoint. */
  private JsonNode undisturbed() throws IOException {
    Started started =
        Started.with("run", "librarian", "--json", "--store=" + folder.resolve("whole.db"));
    assertThat(started.status()).as(started.err()).isZero();
    return json(started);
  }

  private static void assertSame(JsonNode run, JsonNode whole, String... members) {
    assertThat(Arrays.asList(members))
        .allSatisfy(member -> assertThat(run.path(member)).isEqualTo(whole.path(member)));
  }

  @Test
  void overAnEndpointItComesToTheSameAnswer() throws IOException {
    server.otherwise(rules());
    Started started = Started.with(command("http.db"));
    assertThat(started.status()).as(started.err()).isZero();
    JsonNode run = json(started);
    assertThat(run.path("result").asText()).contains("Marta Quill");
    assertThat(run.path("languageModel").asBoolean()).isTrue();
    assertSame(
        run, undisturbed(), "status", "result", "state", "cycle", "cycles", "faults", "trace");
    assertThat(server.requests())
        .hasSize(run.path("cycles").asInt())
        .allSatisfy(request -> assertThat(request.problems()).isEmpty())
        .allSatisfy(
            request -> assertThat(request.json().path("model").asText()).isEqualTo("some-model"));
  }

  @Test
  void anEndpointThatFailsForAWhileIsAskedAgain() throws IOException {
    server
        .answer(rules(), rules(), rules(), rules(), rules())
        .answer(FakeAnswer.error(500, "restarting"), FakeAnswer.error(503, "loading the model"))
        .answer(FakeAnswer.raw(new byte[0]))
        .otherwise(rules());
    Started started = Started.with(command("http.db"));
    assertThat(started.status()).as(started.err()).isZero();
    assertThat(started.err().lines().filter(line -> line.startsWith("cycle 6 asked again after ")))
        .hasSize(3);
    JsonNode run = json(started);
    assertSame(run, undisturbed(), "status", "result", "state", "cycle", "cycles", "trace");
    assertThat(server.requests()).hasSize(run.path("cycles").asInt() + 3);
  }

  @Test
  void anEndpointThatIsGoneEndsTheRunAndTheNextOneGoesOn() throws Exception {
    server
        .answer(rules(), rules(), rules(), rules(), rules(), rules(), rules())
        .otherwise(FakeAnswer.error(500, "out of memory"));
    Started first = Started.apart(command("http.db"));
    assertThat(first.status()).as(first.err()).isEqualTo(MODEL_FAULT);
    assertThat(first.err()).doesNotContain("\tat ", "Exception", "defect");
    assertThat(first.err().lines().filter(line -> line.startsWith("error: ")))
        .singleElement()
        .asString()
        .contains("500", "out of memory");
    JsonNode failed = json(first);
    assertThat(failed.path("status").asText()).isEqualTo("failed");
    assertThat(failed.path("result").isNull()).isTrue();
    assertThat(failed.path("fault").path("code").asText()).startsWith("MODEL_");
    assertThat(failed.path("cycle").asInt()).isEqualTo(7);
    assertThat(server.requests()).as("four attempts").hasSize(7 + 4);

    server.otherwise(rules());
    Started second = Started.apart(command("http.db"));
    assertThat(second.status()).as(second.err()).isZero();
    assertThat(second.err().lines()).first().asString().startsWith("cycle 8 ");
    JsonNode run = json(second);
    assertSame(run, undisturbed(), "status", "result", "state", "cycle", "trace");
    assertThat(run.path("cycles").asInt()).isEqualTo(run.path("cycle").asInt() - 7);
  }
}
