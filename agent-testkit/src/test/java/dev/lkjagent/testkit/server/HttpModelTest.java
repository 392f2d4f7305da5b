package dev.lkjagent.testkit.server;

import static dev.lkjagent.testkit.Heard.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.config.ConfigLoader;
import dev.lkjagent.runtime.config.LlmConfig;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.model.Demand;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.HttpModel;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.Role;
import dev.lkjagent.runtime.model.ToolCall;
import dev.lkjagent.testkit.Heard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpModelTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String LONG_TEXT =
      "<agent><thinking_log>grüße 🌍 \\ \"q\"\n</thinking_log></agent>";

  private final FakeOpenAiServer server = FakeOpenAiServer.start();
  private final List<HttpModel> models = new ArrayList<>();

  @AfterEach
  void close() {
    models.forEach(HttpModel::close);
    server.close();
  }

  private HttpModel model(String... settings) {
    return modelAt(server.url(), settings);
  }

  private HttpModel modelAt(String url, String... settings) {
    HttpModel model =
        new HttpModel(
            config(url, settings), name -> null, Clock.fixed(NOW, ZoneOffset.UTC), () -> 0);
    models.add(model);
    return model;
  }

  private static LlmConfig config(String url, String... settings) {
    ConfigLoader loader =
        new ConfigLoader()
            .set("llm.endpoint=" + url)
            .set("llm.retry.base_pause_ms=2")
            .set("llm.model=m");
    for (String setting : settings) {
      loader.set("llm." + setting);
    }
    return loader.load().config().llm();
  }

  // Replies.

  @ParameterizedTest
  @ValueSource(strings = {"stream=true", "stream=false"})
  void replyArrivesWithReasoningToolCallsAndUsage(String stream) throws Exception {
    server.answer(
        FakeAnswer.text(LONG_TEXT)
            .reasoning("let me think")
            .toolCall("c1", "search", "{\"text\":\"cats\"}")
            .toolCall("c2", "stop", "{}")
            .usage(120, 7));
    Heard heard = ask(model(stream), "hello");
    assertThat(heard.fault).isNull();
    assertThat(heard.text()).isEqualTo(LONG_TEXT);
    assertThat(heard.reasoning()).isEqualTo("let me think");
    assertThat(heard.tools)
        .containsExactly(
            new ToolCall("c1", "search", "{\"text\":\"cats\"}"), new ToolCall("c2", "stop", "{}"));
    assertThat(heard.usage).containsExactly(120L, 7L, -1L, -1L);
    assertThat(heard.finish).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(heard.ends.get()).isOne();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void streamSplitAnywhereGivesTheSameReply(int bytes) throws Exception {
    server.answer(FakeAnswer.text(LONG_TEXT).deltas(3).usage(5, 6).pieces(bytes));
    Heard heard = ask(model(), "hello");
    assertThat(heard.text()).isEqualTo(LONG_TEXT);
    assertThat(heard.usage).startsWith(5L, 6L);
    assertThat(heard.finish).isEqualTo(FinishReason.STOP);
  }

  @Test
  void requestIsWhatTheProtocolAsksFor() throws Exception {
    server.answer(FakeAnswer.text("ok"));
    ModelRequest request = new ModelRequest();
    request.begin(Role.SYSTEM).append("be \"good\"\u0001\n").end();
    request.begin(Role.USER).append("häßlich 🌍").end();
    request.begin(Role.ASSISTANT).append("calling").end();
    request.beginToolCall("id1", "search").append("{\"a\":1}").end();
    request.beginToolCall("id2", "search").append("{}").end();
    request.beginToolResult("id1").append("found").end();
    request.beginToolResult("id2").append("none").end();
    request.begin(Role.USER).append("go on").end();
    byte[] tools =
        "[{\"type\":\"function\",\"function\":{\"name\":\"search\",\"parameters\":{\"type\":\"object\"}}}]"
            .getBytes(StandardCharsets.UTF_8);
    request.tools(tools, 0, tools.length).maxReplyTokens(50);
    new Heard()
        .start(model("body.top_p=0.5", "body.seed=7", "max_reply_tokens=90"), request)
        .await();
    FakeRequest sent = server.takeRequest();
    assertThat(sent.problems()).isEqualTo(List.of("top_p must be a number from 0.0 to 1.0"));
    assertThat(sent.message(0)).isEqualTo("be \"good\"\u0001\n");
    assertThat(sent.message(1)).isEqualTo("häßlich 🌍");
    assertThat(sent.json().at("/messages/2/tool_calls/1/id").asText()).isEqualTo("id2");
    assertThat(sent.json().at("/messages/2/tool_calls/0/function/arguments").asText())
        .isEqualTo("{\"a\":1}");
    assertThat(sent.json().at("/messages/3/tool_call_id").asText()).isEqualTo("id1");
    assertThat(sent.json().path("max_tokens").asInt()).isEqualTo(50);
    assertThat(sent.json().path("stream_options").path("include_usage").asBoolean()).isTrue();
    assertThat(sent.header("Upgrade")).isEmpty();
    assertThat(sent.header("Authorization")).isEmpty();
  }

  @Test
  void malformedBytesOfAPromptAreSentAsReplacementCharacters() throws Exception {
    server.answer(FakeAnswer.text("ok"));
    byte[] broken = {'a', (byte) 0xC3, 'b', (byte) 0xED, (byte) 0xA0, (byte) 0x80, (byte) 0xFF};
    ModelRequest request =
        new ModelRequest().begin(Role.USER).append(broken, 0, broken.length).end();
    assertThat(new Heard().start(model(), request).await().fault).isNull();
    assertThat(server.takeRequest().message(0)).isEqualTo("a\uFFFDb\uFFFD\uFFFD\uFFFD\uFFFD");
  }

  @Test
  void connectionIsUsedAgainAfterACompleteReply() throws Exception {
    server.answer(FakeAnswer.text("one"), FakeAnswer.text("two"));
    HttpModel model = model();
    assertThat(ask(model, "1").text()).isEqualTo("one");
    assertThat(ask(model, "2").text()).isEqualTo("two");
  }

  @Test
  void manyCallsRunAtATime() throws Exception {
    HttpModel model = model();
    server.otherwise(
        FakeAnswer.body(
            "application/json",
            request ->
                "{\"choices\":[{\"message\":{\"content\":\"re: " + request.message(0) + "\"}}]}"));
    List<Heard> heard = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      heard.add(new Heard().start(model, "n" + i));
    }
    for (int i = 0; i < 50; i++) {
      assertThat(heard.get(i).await().text()).isEqualTo("re: n" + i);
    }
  }

  // The sink's demand.

  @Test
  void replyThatIsLongEnoughIsDrainedForItsUsage() throws Exception {
    server.answer(
        FakeAnswer.text("<agent></agent> and a lot that nobody reads").deltas(15).usage(3, 4));
    Heard heard = new Heard();
    heard.wants = all -> all.contains("</agent>") ? Demand.ENOUGH : Demand.MORE;
    heard.start(model(), "?").await();
    assertThat(heard.text()).isEqualTo("<agent></agent>");
    assertThat(heard.finish).isEqualTo(FinishReason.ENOUGH);
    assertThat(heard.usage).startsWith(3L, 4L);
  }

  @Test
  void drainingEndsAtItsLimitOfBytes() throws Exception {
    server.answer(FakeAnswer.text("</agent>" + "x".repeat(200_000)).deltas(8).usage(3, 4).hang());
    Heard heard = new Heard();
    heard.wants = all -> Demand.ENOUGH;
    heard.start(model("limits.drain_bytes=1000", "limits.drain_ms=60000"), "?").await();
    assertThat(heard.text()).isEqualTo("</agent>");
    assertThat(heard.usage).isEmpty();
    server.awaitDisconnect();
  }

  @Test
  void drainingEndsAtItsLimitOfTime() throws Exception {
    FakeAnswer answer = FakeAnswer.text("</agent>xxxxxxxxxxx").deltas(8);
    server.answer(answer.disconnectAt(200).hang());
    Heard heard = new Heard();
    heard.wants = all -> Demand.ENOUGH;
    heard.start(model("limits.drain_ms=50"), "?").await();
    assertThat(heard.finish).isEqualTo(FinishReason.ENOUGH);
    server.awaitDisconnect();
  }

  @Test
  void replyThatIsCompleteButForItsEndIsNotLostToASilentServer() throws Exception {
    server.answer(FakeAnswer.text("all of it").withoutDone().hang());
    Heard heard = ask(model("limits.drain_ms=50"), "?");
    assertThat(heard.text()).isEqualTo("all of it");
    assertThat(heard.finish).isEqualTo(FinishReason.STOP);
  }

  @Test
  void sinkThatPausesHearsNothingUntilItResumes() throws Exception {
    server.answer(FakeAnswer.text("one two three").deltas(4).usage(1, 2));
    Heard heard = new Heard();
    List<String> atPause = new ArrayList<>();
    heard.wants =
        all -> {
          atPause.add(all);
          return Demand.LATER;
        };
    heard.start(model("timeout.silence_ms=20"), "?");
    heard.firstText.await();
    HttpModel other = model();
    server.answer(FakeAnswer.text("x"));
    ask(other, "gives the first call time to go wrong");
    assertThat(heard.text()).isEqualTo("one ");
    for (int i = 2; i <= 4; i++) {
      heard.wants = all -> all.length() >= 13 ? Demand.MORE : Demand.LATER;
      heard.call.resume();
    }
    heard.await();
    assertThat(atPause).containsExactly("one ");
    assertThat(heard.text()).isEqualTo("one two three");
    assertThat(heard.finish).isEqualTo(FinishReason.STOP);
  }

  @Test
  void cancelledCallClosesItsConnectionAndSaysNoMore() throws Exception {
    server.answer(FakeAnswer.text("beginning and end").deltas(9).disconnectAt(200).hang());
    Heard heard = new Heard().start(model(), "?");
    heard.firstText.await();
    heard.call.cancel();
    server.awaitDisconnect();
    assertThat(heard.ends.get()).isZero();
  }

  @Test
  void closedModelCancelsItsCallsAndRefusesMore() throws Exception {
    server.answer(FakeAnswer.text("x").gate(new CountDownLatch(1)));
    HttpModel model = model();
    Heard heard = new Heard().start(model, "?");
    server.takeRequest();
    model.close();
    assertThat(heard.ends.get()).isZero();
    assertThatThrownBy(() -> heard.start(model, "?")).isInstanceOf(IllegalStateException.class);
  }

  // Time.

  @Test
  void silenceBeforeTheFirstByteIsATimeOut() throws Exception {
    server.answer(FakeAnswer.text("x").disconnectAt(0).hang());
    Heard heard = ask(model("timeout.first_byte_ms=30", "retry.max_attempts=1"), "?");
    assertThat(heard.fault.code()).isEqualTo(FaultCode.MODEL_TIMEOUT);
    assertThat(heard.fault.message())
        .contains("sent nothing within 30 ms", "llm.timeout.first_byte_ms");
    server.awaitDisconnect();
  }

  @Test
  void silenceInTheMiddleIsATimeOutThatIsNotRepeated() throws Exception {
    server.answer(FakeAnswer.text("some text").deltas(4).disconnectAt(200).hang());
    Heard heard = ask(model("timeout.silence_ms=30"), "?");
    assertThat(heard.fault.code()).isEqualTo(FaultCode.MODEL_TIMEOUT);
    assertThat(heard.fault.message()).contains("llm.timeout.silence_ms");
    assertThat(heard.retried).isEmpty();
    assertThat(heard.text()).isEqualTo("some");
  }

  @Test
  void answerThatDripsForTooLongIsATimeOut() throws Exception {
    server.answer(
        FakeAnswer.body(200, "text/event-stream", ": keep-alive\n\n".repeat(10_000))
            .pieces(14)
            .pace(java.time.Duration.ofMillis(2)));
    Heard heard = ask(model("timeout.total_ms=80", "retry.max_attempts=1"), "?");
    assertThat(heard.fault.message()).contains("llm.timeout.total_ms");
  }

  // Repetition.

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 425, 429, 500, 502, 503, 504, 529})
  void passingFailureIsRepeated(int status) throws Exception {
    server.answer(FakeAnswer.error(status, "busy"), FakeAnswer.text("better now"));
    Heard heard = ask(model(), "?");
    assertThat(heard.text()).isEqualTo("better now");
    assertThat(heard.retried).hasSize(1);
    assertThat(heard.retried.get(0).message()).contains("status " + status, "busy");
  }

  @Test
  void attemptsEndAtTheirLimitWithTheLastFault() throws Exception {
    server.otherwise(FakeAnswer.error(503, "down"));
    Heard heard = ask(model("retry.max_attempts=3"), "?");
    assertThat(heard.fault.code()).isEqualTo(FaultCode.MODEL_SERVER_ERROR);
    assertThat(heard.fault.message()).contains("down", "attempt 3 of 3");
    assertThat(server.requests()).hasSize(3);
    assertThat(heard.pauses).containsExactly(1L, 2L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Retry-After | 0 | 1",
        "Retry-After | 0.04 | 40",
        "retry-after-ms | 30 | 30",
        "Retry-After | Sun, 01 Mar 2026 12:00:00 GMT | 1",
        "Retry-After | soon | 1"
      })
  void serverChoosesThePause(String header, String value, long pause) throws Exception {
    server.answer(FakeAnswer.error(429, "slow down").header(header, value), FakeAnswer.text("ok"));
    Heard heard = ask(model(), "?");
    assertThat(heard.text()).isEqualTo("ok");
    assertThat(heard.pauses).containsExactly(pause);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "61",
        "Sun, 01 Mar 2026 12:01:01 GMT",
        "Sunday, 01-Mar-26 12:01:01 GMT",
        "Sun Mar  1 12:01:01 2026"
      })
  void pauseBeyondTheLimitEndsTheAttempts(String value) throws Exception {
    server.answer(FakeAnswer.error(429, "slow down").header("Retry-After", value));
    Heard heard = ask(model(), "?");
    assertThat(heard.fault.code()).isEqualTo(FaultCode.MODEL_RATE_LIMITED);
    assertThat(heard.fault.message()).contains("a pause of 61 s", "llm.retry.max_pause_ms (60000)");
  }

  @Test
  void brokenConnectionIsRepeatedOnlyBeforeTheFirstText() throws Exception {
    server.answer(
        FakeAnswer.raw(new byte[0]),
        FakeAnswer.text("x").disconnectAt(0).reset(),
        FakeAnswer.text("some text").deltas(4).disconnectAt(200));
    Heard heard = ask(model(), "?");
    assertThat(heard.fault.code()).isEqualTo(FaultCode.MODEL_CUT_OFF);
    assertThat(heard.text()).isEqualTo("some");
    assertThat(heard.retried)
        .extracting(f -> f.code())
        .containsExactly(FaultCode.MODEL_CUT_OFF, FaultCode.MODEL_CUT_OFF);
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void serverThatIsNotThereIsUnreachable() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Heard heard = ask(modelAt("http://127.0.0.1:" + port + "/v1", "retry.max_attempts=2"), "?");
    assertThat(heard.fault.code()).isEqualTo(FaultCode.MODEL_UNREACHABLE);
    assertThat(heard.fault.message()).contains("127.0.0.1:" + port, "start the server");
    assertThat(heard.retried).hasSize(1);
    Heard unknown = ask(modelAt("http://no-such-host.invalid/v1", "retry.max_attempts=1"), "?");
    assertThat(unknown.fault.code()).isEqualTo(FaultCode.MODEL_UNREACHABLE);
    assertThat(unknown.fault.message()).contains("host name");
    Heard plain =
        ask(modelAt(server.url().replace("http:", "https:"), "retry.max_attempts=1"), "?");
    assertThat(plain.fault.code()).isEqualTo(FaultCode.MODEL_UNREACHABLE);
    assertThat(plain.fault.message()).contains("TLS");
  }

  // What servers do instead of answering.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "400 | {\"error\":{\"message\":\"This model's maximum context length is 8192 tokens\",\"code\":\"context_length_exceeded\"}} | CONTEXT_TOO_LONG",
        "400 | {\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size. try increasing the context size\",\"type\":\"exceed_context_size_error\",\"n_ctx\":4096}} | CONTEXT_TOO_LONG",
        "400 | {\"object\":\"error\",\"message\":\"This model's maximum context length is 100 tokens. Please reduce the length of the messages.\",\"type\":\"BadRequestError\",\"code\":400} | CONTEXT_TOO_LONG",
        "413 | {\"error\":{\"message\":\"too big\"}} | REQUEST_TOO_LARGE",
        "401 | {\"error\":{\"message\":\"Invalid API key\"}} | MODEL_UNAUTHORIZED",
        "403 | forbidden | MODEL_UNAUTHORIZED",
        "404 | {\"error\":{\"message\":\"model \\\"m\\\" not found, try pulling it first\"}} | MODEL_REQUEST_REFUSED",
        "404 | {\"detail\":\"Not Found\"} | MODEL_REQUEST_REFUSED",
        "422 | {\"detail\":[{\"loc\":[\"body\",\"x\"],\"msg\":\"Extra inputs are not permitted\"}]} | MODEL_REQUEST_REFUSED",
        "429 | {\"error\":{\"message\":\"You exceeded your current quota\",\"type\":\"insufficient_quota\"}} | MODEL_REQUEST_REFUSED",
        "400 | {\"error\":{\"message\":\"filtered\",\"code\":\"content_filter\"}} | MODEL_FILTERED",
        "400 | {\"error\":\"a string\"} | MODEL_REQUEST_REFUSED",
        "500 |  | MODEL_SERVER_ERROR",
        "502 | <html><head><title>502 Bad Gateway</title></head></html> | MODEL_SERVER_ERROR",
        "200 | {\"error\":{\"message\":\"Provider returned error\",\"code\":429}} | MODEL_RATE_LIMITED",
        "200 | {\"error\":{\"message\":\"overloaded\",\"type\":\"overloaded_error\"}} | MODEL_SERVER_ERROR",
        "200 | {\"choices\":[{\"error\":{\"message\":\"upstream\",\"code\":502},\"finish_reason\":\"error\"}]} | MODEL_SERVER_ERROR",
        "200 | {\"object\":\"error\",\"message\":\"boom\",\"code\":500} | MODEL_SERVER_ERROR",
        "200 |  | MODEL_ANSWER_UNREADABLE",
        "200 | <!DOCTYPE html><title>Log in</title> | MODEL_ANSWER_UNREADABLE",
        "200 | method=POST | MODEL_ANSWER_UNREADABLE",
        "200 | {\"choices\":[{\"mess | MODEL_ANSWER_UNREADABLE",
        "200 | [1,2] | MODEL_ANSWER_UNREADABLE",
        "200 | {\"object\":\"response\",\"output\":[]} | MODEL_ANSWER_UNREADABLE",
        "200 | {\"model\":\"m\",\"message\":{\"content\":\"x\"},\"done\":true} | MODEL_ANSWER_UNREADABLE",
        "200 | {\"choices\":[]} | MODEL_ANSWER_EMPTY",
        "200 | {\"choices\":[{\"message\":{\"content\":null},\"finish_reason\":\"stop\"}]} | MODEL_ANSWER_EMPTY",
        "200 | {\"choices\":[{\"message\":{\"content\":\"\",\"reasoning\":\"hm\"},\"finish_reason\":\"length\"}]} | MODEL_ANSWER_EMPTY",
        "200 | {\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"I will not\"},\"finish_reason\":\"stop\"}]} | MODEL_FILTERED",
        "200 | {\"choices\":[{\"message\":{\"content\":\"\"},\"finish_reason\":\"content_filter\"}]} | MODEL_FILTERED",
        "301 |  | MODEL_REQUEST_REFUSED"
      })
  void whatServersDoInsteadIsAFaultThatSaysSo(int status, String body, FaultCode code)
      throws Exception {
    for (String stream : List.of("stream=true", "stream=false")) {
      server.answer(FakeAnswer.body(status, "application/json", body == null ? "" : body));
      Heard heard = ask(model(stream, "retry.max_attempts=1"), "?");
      assertThat(heard.fault).as(body).isNotNull();
      assertThat(heard.fault.code()).as(heard.fault.message()).isEqualTo(code);
      assertThat(heard.fault.message()).contains(server.url());
      assertThat(heard.text()).isEmpty();
    }
  }

  @Test
  void errorInAStreamIsAFault() throws Exception {
    server.answer(
        FakeAnswer.body(
            200, "text/event-stream", "data: {\"error\":{\"message\":\"cuda\",\"code\":500}}\n\n"),
        FakeAnswer.body(
            200,
            "text/event-stream",
            "event: error\ndata: {\"message\":\"loading\",\"type\":\"overloaded_error\"}\n\n"),
        FakeAnswer.body(
            200,
            "text/event-stream",
            "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\ndata: {oops\n\n"),
        FakeAnswer.body(200, "text/event-stream", ": nothing\n\n"));
    HttpModel model = model("retry.max_attempts=1");
    assertThat(ask(model, "?").fault.message()).contains("cuda");
    assertThat(ask(model, "?").fault.message()).contains("loading");
    assertThat(ask(model, "?").fault.code()).isEqualTo(FaultCode.MODEL_ANSWER_UNREADABLE);
    assertThat(ask(model, "?").fault.message()).contains("no event");
  }

  @Test
  void redirectIsNotFollowed() throws Exception {
    server.answer(
        FakeAnswer.body(307, "text/plain", "").header("Location", "http://elsewhere/v1?key=abc"));
    Heard heard = ask(model(), "?");
    assertThat(heard.fault.message())
        .contains("redirects to http://elsewhere/v1 ")
        .doesNotContain("abc");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void bytesThatAreNotHttpAreAFault() throws Exception {
    server.otherwise(
        FakeAnswer.raw("SSH-2.0-OpenSSH_9.2\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
    Heard heard = ask(model("retry.max_attempts=1"), "?");
    assertThat(heard.fault.code()).isIn(FaultCode.MODEL_ANSWER_UNREADABLE, FaultCode.MODEL_CUT_OFF);
    assertThat(heard.fault.message()).contains(server.url());
  }

  @Test
  void bodyShorterThanItsLengthIsCutOff() throws Exception {
    server.otherwise(FakeAnswer.text("a long enough text").withLength().disconnectAt(60));
    for (String stream : List.of("stream=true", "stream=false")) {
      Heard heard = ask(model(stream, "retry.max_attempts=1"), "?");
      assertThat(heard.fault.code()).isEqualTo(FaultCode.MODEL_CUT_OFF);
    }
  }

  // What servers do to their answers.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}",
        "data:{\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata:[DONE]\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\r\n\r\ndata: [DONE]\r\n\r\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\r\rdata: [DONE]\r\r",
        "\uFEFFdata: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE]\n\n",
        ": OPENROUTER PROCESSING\n\n data: x\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE] ",
        "event: ping\ndata: {\"type\":\"ping\"}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE]\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]},\"index\":0}]}\n\ndata: [DONE]\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"logprobs\":NaN}]}\n\ndata: [DONE]\n\n",
        "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"hi\"}}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"other\"}}]}\n\ndata: [DONE]\n\n",
        "{\"choices\":[{\"message\":{\"content\":\"hi\"},\"finish_reason\":\"eos\"}]}",
        "\uFEFF  {\"choices\":[{\"message\":{\"content\":\"hi\"}}]}",
        "{\"choices\":[{\"text\":\"hi\"}],\"usage\":null}"
      })
  void harmlessPeculiaritiesOfServersAreTaken(String body) throws Exception {
    for (int pieces : new int[] {1, 1000}) {
      server.answer(FakeAnswer.body(200, "text/event-stream", body).pieces(pieces));
      Heard heard = ask(model("retry.max_attempts=1"), "?");
      assertThat(heard.fault).isNull();
      assertThat(heard.text()).isEqualTo("hi");
    }
  }

  @Test
  void streamWithoutAnEndIsCutOff() throws Exception {
    server.answer(
        FakeAnswer.body(
            200,
            "text/event-stream",
            "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n"));
    Heard heard = ask(model(), "?");
    assertThat(heard.fault.code()).isEqualTo(FaultCode.MODEL_CUT_OFF);
    assertThat(heard.fault.message()).contains("without a finish_reason");
  }

  @Test
  void surrogatePairCutBetweenTwoDeltasIsOneCharacter() throws Exception {
    String body =
        """
        data: {"choices":[{"delta":{"content":"a\\ud83c"}}]}

        data: {"choices":[{"delta":{"content":"\\udf0d\\ud83c"}}]}

        data: [DONE]

        """;
    server.answer(FakeAnswer.body(200, "text/event-stream", body));
    assertThat(ask(model(), "?").text()).isEqualTo("a🌍\uFFFD");
  }

  @Test
  void malformedUtf8IsReplaced() throws Exception {
    byte[] body =
        "data: {\"choices\":[{\"delta\":{\"content\":\"a?b\"}}]}\n\ndata: [DONE]\n\n"
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < body.length; i++) {
      body[i] = body[i] == '?' ? (byte) 0xFF : body[i];
    }
    server.answer(FakeAnswer.body(200, "text/event-stream", body));
    assertThat(ask(model(), "?").text()).isEqualTo("a\uFFFDb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stream=true", "stream=false"})
  void gzipIsTakenWithOrWithoutItsHeader(String stream) throws Exception {
    String plain =
        new String(
            FakeAnswer.text(LONG_TEXT)
                .deltas(3)
                .usage(1, 2)
                .bodyFor(
                    new FakeRequest(
                        "POST",
                        "/",
                        java.util.Map.of(),
                        ("{\"stream\":" + stream.endsWith("true") + "}")
                            .getBytes(StandardCharsets.UTF_8))),
            StandardCharsets.UTF_8);
    for (int pieces : new int[] {2, 1000}) {
      server.answer(
          FakeAnswer.body(200, "text/event-stream", gzip(plain))
              .header("Content-Encoding", "gzip")
              .pieces(pieces),
          FakeAnswer.body(200, "text/event-stream", gzip(plain)).pieces(pieces));
      assertThat(ask(model(stream), "?").text()).isEqualTo(LONG_TEXT);
      assertThat(ask(model(stream), "?").text()).isEqualTo(LONG_TEXT);
    }
  }

  @Test
  void damagedGzipIsAFault() throws Exception {
    String plain = "{\"choices\":[{\"message\":{\"content\":\"" + "x".repeat(100) + "\"}}]}";
    byte[] damaged = gzip(plain);
    damaged[damaged.length - 6] ^= 1;
    byte[] cut = java.util.Arrays.copyOf(gzip(plain), 30);
    server.answer(
        FakeAnswer.body(200, "application/json", damaged),
        FakeAnswer.body(200, "application/json", cut));
    HttpModel model = model("retry.max_attempts=1");
    assertThat(ask(model, "?").fault.message()).contains("gzip", "checksum");
    assertThat(ask(model, "?").fault.code()).isEqualTo(FaultCode.MODEL_CUT_OFF);
  }

  @Test
  void otherCompressionIsNamed() throws Exception {
    server.answer(
        FakeAnswer.body(200, "application/json", "\u000b\u0002").header("Content-Encoding", "br"));
    assertThat(ask(model(), "?").fault.message()).contains("\"br\"");
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  // Optional members.

  @Test
  void optionalMemberThatAServerRefusesIsLeftOutFromThenOn() throws Exception {
    server.answer(
        FakeAnswer.error(400, "Unrecognized request argument supplied: stream_options"),
        FakeAnswer.error(
            400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        FakeAnswer.error(400, "'temperature' does not support 0.7 with this model."),
        FakeAnswer.text("fine"),
        FakeAnswer.text("again"),
        FakeAnswer.error(400, "temperature again"));
    HttpModel model = model("max_reply_tokens=9", "retry.max_attempts=1");
    Heard heard = ask(model, "?");
    assertThat(heard.text()).isEqualTo("fine");
    assertThat(heard.retried).hasSize(3);
    assertThat(ask(model, "?").text()).isEqualTo("again");
    FakeRequest last = server.requests().get(4);
    assertThat(last.json().has("stream_options")).isFalse();
    assertThat(last.json().has("temperature")).isFalse();
    assertThat(last.json().has("max_tokens")).isFalse();
    assertThat(last.json().path("max_completion_tokens").asInt()).isEqualTo(9);
    assertThat(ask(model, "?").fault.code()).isEqualTo(FaultCode.MODEL_REQUEST_REFUSED);
  }

  // Limits.

  @Test
  void requestOverItsLimitIsNotSent() throws Exception {
    Heard heard = ask(model("limits.max_request_bytes=2000"), "x".repeat(2000));
    assertThat(heard.fault.code()).isEqualTo(FaultCode.REQUEST_TOO_LARGE);
    assertThat(heard.fault.message()).contains("llm.limits.max_request_bytes (2000)");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void replyOverItsLimitIsAFault() throws Exception {
    server.answer(FakeAnswer.text("x".repeat(300)).deltas(100), FakeAnswer.text("x".repeat(5000)));
    assertThat(ask(model("limits.max_reply_bytes=256"), "?").fault.message())
        .contains("more than 256 bytes", "llm.limits.max_reply_bytes");
    Heard heard = ask(model("limits.max_answer_bytes=4000", "stream=false"), "?");
    assertThat(heard.fault.code()).isEqualTo(FaultCode.REPLY_TOO_LARGE);
    assertThat(heard.fault.message()).contains("llm.limits.max_answer_bytes");
  }

  @Test
  void compressedAnswerCannotGrowBeyondTheLimit() throws Exception {
    server.answer(
        FakeAnswer.body(200, "application/json", gzip("{\"x\":\"" + "0".repeat(20_000_000))));
    Heard heard = ask(model("limits.max_answer_bytes=100000"), "?");
    assertThat(heard.fault.code()).isEqualTo(FaultCode.REPLY_TOO_LARGE);
  }

  // Opening.

  @Test
  void addressOfAServerIsCompleted() {
    assertThat(modelAt("http://h:1").description()).startsWith("http://h:1/v1/chat/completions m");
    assertThat(modelAt("http://h:1/api/v1/").description())
        .startsWith("http://h:1/api/v1/chat/completions");
    assertThat(modelAt("http://h:1/x?api-version=2&key=abcdefgh").description())
        .startsWith("http://h:1/x m")
        .doesNotContain("abcdefgh");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://", "http:///x", "http://a b/", "http:"})
  void endpointThatIsNoAddressIsAnError(String endpoint) {
    assertThatThrownBy(() -> modelAt(endpoint))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("llm.endpoint");
  }
}
