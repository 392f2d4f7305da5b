package dev.lkjagent.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.lkjagent.runtime.config.ConfigLoader;
import dev.lkjagent.runtime.model.HttpModel;
import dev.lkjagent.testkit.Heard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Answers that were recorded from many servers, sent again byte by byte: each is a reply that says
 * what an independent reading finds in it, or a fault.
 */
@Timeout(180)
class RecordedAnswersTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final FakeOpenAiServer server = FakeOpenAiServer.start();
  private final HttpModel streaming = model(true);
  private final HttpModel whole = model(false);

  @AfterEach
  void close() {
    streaming.close();
    whole.close();
    server.close();
  }

  /** What Jackson's tree says about an answer. */
  private static final class Reading {
    final StringBuilder text = new StringBuilder();
    final StringBuilder reasoning = new StringBuilder();
    final Map<String, String> tools = new LinkedHashMap<>();
    long promptTokens = -1;
    long completionTokens = -1;
    boolean isChat;
    boolean isError;

    void document(JsonNode root) {
      isError |= root.path("error").isObject();
      JsonNode choice = root.path("choices").path(0);
      isChat |= root.path("choices").size() > 0;
      JsonNode message = choice.has("message") ? choice.path("message") : choice.path("delta");
      content(message.path("content"));
      String thought = message.path("reasoning_content").asText("");
      reasoning.append(
          thought.isEmpty() || thought.equals("null")
              ? notNull(message.path("reasoning"))
              : thought);
      for (JsonNode call : message.path("tool_calls")) {
        String key = call.path("index").asText("n" + tools.size());
        String function = notNull(call.path("function").path("name"));
        String arguments = notNull(call.path("function").path("arguments"));
        tools.merge(key, function + "(" + arguments, (a, b) -> a + arguments);
      }
      JsonNode usage = root.path("usage");
      if (usage.has("prompt_tokens")) {
        promptTokens = usage.path("prompt_tokens").asLong();
        completionTokens = usage.path("completion_tokens").asLong(-1);
      }
    }

    private void content(JsonNode content) {
      text.append(content.isTextual() ? content.asText() : "");
      for (JsonNode part : content) {
        text.append(part.path("type").asText().equals("text") ? part.path("text").asText() : "");
        part.path("thinking").forEach(thought -> reasoning.append(thought.path("text").asText()));
      }
    }

    private static String notNull(JsonNode node) {
      return node.isTextual() ? node.asText() : "";
    }

    boolean saysSomething() {
      return text.length() > 0 || !tools.isEmpty();
    }
  }

  @Test
  void everyRecordedAnswerIsAReplyOrAFaultThatSaysWhatTheServerDid() throws Exception {
    Path data = conformance().resolve("endpoints");
    assumeTrue(Files.exists(data.resolve("DEV.jsonl")), () -> "no conformance data at " + data);
    SoftAssertions softly = new SoftAssertions();
    int replies = 0;
    int faults = 0;
    for (String line : Files.readAllLines(data.resolve("DEV.jsonl"))) {
      JsonNode row = MAPPER.readTree(line);
      byte[] body = Files.readAllBytes(data.resolve("recorded").resolve(row.path("file").asText()));
      for (int pieces : new int[] {Math.max(13, body.length / 97), 100_000_000}) {
        if (check(row, body, pieces, softly)) {
          replies++;
        } else {
          faults++;
        }
      }
    }
    softly.assertAll();
    assertThat(replies).isGreaterThan(3 * faults);
    assertThat(faults).isPositive();
  }

  @Test
  void streamsThatAreExpectedToFailAreFaultsThatRepeatTheServersWords() throws Exception {
    Path cases = conformance().resolve("endpoints/sse-cases.jsonl");
    assumeTrue(Files.exists(cases), () -> "no conformance data at " + cases);
    int failures = 0;
    for (String line : Files.readAllLines(cases)) {
      JsonNode row = MAPPER.readTree(line);
      if (row.path("expect").asText().equals("error")) {
        String stream = row.path("input").asText();
        server.answer(FakeAnswer.body(200, "text/event-stream", stream).pieces(3));
        Heard heard = Heard.ask(streaming, "?");
        assertThat(heard.text()).isEmpty();
        assertThat(heard.fault).as(stream).isNotNull();
        assertThat(heard.fault.message())
            .contains(MAPPER.readTree(stream.substring(5)).at("/error/message").asText());
        failures++;
      }
    }
    assertThat(failures).isPositive();
  }

  private boolean check(JsonNode row, byte[] body, int pieces, SoftAssertions softly)
      throws InterruptedException {
    String file = row.path("file").asText();
    Heard heard = replay(row, body, pieces);
    Reading expected =
        read(new String(body, StandardCharsets.UTF_8), row.path("stream").asBoolean());
    softly.assertThat(heard.ends.get()).as(file).isOne();
    boolean isReply =
        row.path("status").asInt() == 200
            && expected.isChat
            && !expected.isError
            && expected.saysSomething();
    if (isReply) {
      softly.assertThat(heard.fault).as(file).isNull();
      softly.assertThat(heard.text()).as(file).isEqualTo(expected.text.toString());
      softly.assertThat(heard.reasoning()).as(file).isEqualTo(expected.reasoning.toString());
      List<String> tools = new ArrayList<>();
      expected.tools.values().forEach(call -> tools.add(call.endsWith("(") ? call + "{}" : call));
      softly
          .assertThat(heard.tools)
          .extracting(t -> t.name() + "(" + t.arguments())
          .as(file)
          .isEqualTo(tools);
      List<Long> usage = heard.usage.isEmpty() ? List.of(-1L, -1L) : heard.usage.subList(0, 2);
      softly
          .assertThat(usage)
          .as(file)
          .containsExactly(expected.promptTokens, expected.completionTokens);
    } else {
      softly.assertThat(heard.fault).as(file).isNotNull();
      softly.assertThat(heard.text()).as(file).isEqualTo(expected.text.toString());
      if (heard.fault != null) {
        softly.assertThat(heard.fault.message()).as(file).contains("127.0.0.1");
        String told = message(body);
        softly.assertThat(heard.fault.message()).as(file).contains(told);
      }
    }
    return isReply;
  }

  /** The error's own words, which a fault must repeat. */
  private static String message(byte[] body) {
    try {
      return MAPPER.readTree(body).path("error").path("message").asText("");
    } catch (IOException notJson) {
      return "";
    }
  }

  private Heard replay(JsonNode row, byte[] body, int pieces) throws InterruptedException {
    server.answer(
        FakeAnswer.body(
                row.path("status").asInt(),
                row.path("headers").path("content-type").asText("application/json"),
                body)
            .pieces(pieces));
    return Heard.ask(row.path("stream").asBoolean() ? streaming : whole, "?");
  }

  private HttpModel model(boolean stream) {
    ConfigLoader loader =
        new ConfigLoader()
            .set("llm.endpoint=" + server.url())
            .set("llm.retry.max_attempts=1")
            .set("llm.stream=" + stream);
    return new HttpModel(loader.load().config().llm(), name -> null);
  }

  private static Reading read(String body, boolean isStream) {
    Reading reading = new Reading();
    List<String> documents =
        isStream
            ? body.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("data:"))
                .map(line -> line.substring(5))
                .toList()
            : List.of(body);
    for (String document : documents) {
      reading.document(json(document));
    }
    return reading;
  }

  private static JsonNode json(String document) {
    try {
      return MAPPER.readTree(document);
    } catch (IOException notJson) {
      return MissingNode.getInstance();
    }
  }

  static Path conformance() {
    String told = System.getProperty("lkjagent.conformance");
    if (told != null) {
      return Path.of(told);
    }
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null && !Files.isDirectory(directory.resolve("agent-testkit"))) {
      directory = directory.getParent();
    }
    return directory == null
        ? Path.of("missing")
        : directory.resolve("../shared/conformance").normalize();
  }
}
