package dev.lkjagent.testkit.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The fake server as a plain socket sees it. */
final class FakeServerTest {
  private static final String STREAMED = "{'stream':true}";

  private final FakeOpenAiServer server = FakeOpenAiServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  private Socket connect() throws IOException {
    Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(Socket socket, String body, String... headers) throws IOException {
    String json = body.replace('\'', '"');
    StringBuilder request = new StringBuilder("POST /v1 HTTP/1.1\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    request.append("Content-Length: ").append(json.length()).append("\r\n\r\n").append(json);
    socket.getOutputStream().write(request.toString().getBytes(ISO_8859_1));
  }

  /** All that comes until the server closes the connection. */
  private String everything(String body, FakeAnswer answer) throws IOException {
    server.answer(answer.header("Connection", "close"));
    try (Socket socket = connect()) {
      send(socket, body);
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  /** A text as it looks in what {@link #everything} answers. */
  private static String utf8(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  private static void readUntil(String end, InputStream in) throws IOException {
    StringBuilder came = new StringBuilder();
    while (came.indexOf(end) < 0) {
      int next = in.read();
      assertThat(next).as(came.toString()).isNotNegative();
      came.append((char) next);
    }
  }

  @Test
  void aBodyComesInTheChunksThatAreAskedFor() throws IOException {
    FakeAnswer answer = FakeAnswer.body(200, "text/plain", "abcdefg").pieces(3);
    assertThat(everything("{}", answer))
        .startsWith("HTTP/1.1 200 Fake\r\n")
        .contains("Content-Type: text/plain\r\n", "Transfer-Encoding: chunked\r\n")
        .endsWith("\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n1\r\ng\r\n0\r\n\r\n");
  }

  @Test
  void aBodyWithALengthComesWithoutChunks() throws IOException {
    FakeAnswer answer = FakeAnswer.body(429, "text/plain", "abc").withLength();
    assertThat(everything("{}", answer.header("Retry-After", "7")))
        .startsWith("HTTP/1.1 429 Fake\r\n")
        .contains("Content-Length: 3\r\n", "Retry-After: 7\r\n")
        .endsWith("\r\n\r\nabc");
  }

  @Test
  void aConnectionEndsWhereItIsCut() throws IOException {
    FakeAnswer answer = FakeAnswer.body(200, "text/plain", "abcdefg").withLength();
    server.answer(answer.disconnectAt(4));
    try (Socket socket = connect()) {
      send(socket, "{}");
      String came = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      assertThat(came).contains("Content-Length: 7\r\n").endsWith("\r\n\r\nabcd");
    }
  }

  @Test
  void aConnectionCanBeResetInsteadOfClosed() throws IOException {
    server.answer(FakeAnswer.body(200, "text/plain", "abc").reset());
    try (Socket socket = connect()) {
      send(socket, "{}");
      assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void aConnectionServesOneRequestAfterTheOther() throws Exception {
    server
        .answer(FakeAnswer.body(200, "text/plain", "one").withLength())
        .otherwise(FakeAnswer.body(200, "text/plain", "two").withLength());
    try (Socket socket = connect()) {
      InputStream in = socket.getInputStream();
      for (String expected : new String[] {"one", "two", "two"}) {
        send(socket, "{}", "X-Many: a", "x-many: b");
        readUntil("\r\n\r\n", in);
        assertThat(new String(in.readNBytes(3), ISO_8859_1)).isEqualTo(expected);
        assertThat(server.takeRequest().header("X-MANY")).isEqualTo("a, b");
      }
    }
    server.awaitDisconnect();
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void aBodyIsHeldBackAtItsGateAndGoesOnWhenTheGateOpens() throws IOException {
    CountDownLatch gate = new CountDownLatch(1);
    server.answer(FakeAnswer.body(200, "text/plain", "abcdefg").withLength().gateAt(4, gate));
    try (Socket socket = connect()) {
      send(socket, "{}");
      InputStream in = socket.getInputStream();
      readUntil("abcd", in);
      socket.setSoTimeout(100);
      assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
      gate.countDown();
      socket.setSoTimeout(10_000);
      assertThat(new String(in.readNBytes(3), ISO_8859_1)).isEqualTo("efg");
    }
  }

  @Test
  void whatIsHeldBackIsNeverSentByAServerThatCloses() throws Exception {
    FakeAnswer answer = FakeAnswer.body(200, "text/plain", "abc").gate(new CountDownLatch(1));
    FakeRequest request = new FakeRequest("POST", "/v1", Map.of(), new byte[0]);
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
      try (Socket connection = listener.accept()) {
        AnswerWriter writer = new AnswerWriter(connection, new CountDownLatch(0));
        assertThat(writer.write(answer, request)).isFalse();
      }
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void piecesComeNoFasterThanTheirPace() throws IOException {
    long before = System.nanoTime();
    FakeAnswer answer = FakeAnswer.body(200, "text/plain", "abc").pieces(1);
    everything("{}", answer.pace(Duration.ofMillis(30)));
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(60_000_000);
  }

  @Test
  void aStreamIsWhatTheProtocolSays() throws IOException {
    FakeAnswer answer = FakeAnswer.text("a\uD83D\uDC1Db").deltas(2).usage(5, 2).pieces(100_000);
    String stream = everything(STREAMED, answer);
    assertThat(stream)
        .contains("Content-Type: text/event-stream\r\n")
        .contains("\"finish_reason\":\"stop\"")
        .contains("data: [DONE]\n\n")
        .contains(utf8("{\"content\":\"a\uD83D\uDC1D\"}"), "{\"content\":\"b\"}")
        .doesNotContain("usage");
    assertThat(stream.split("\"content\":", -1)).hasSize(3);
    assertThat(everything("{'stream':true,'stream_options':{'include_usage':true}}", answer))
        .contains("\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}");
    assertThat(everything(STREAMED, answer.withoutDone().finish("length")))
        .contains("\"finish_reason\":\"length\"")
        .doesNotContain("[DONE]");
  }

  @Test
  void aDocumentIsWhatTheProtocolSays() throws IOException {
    FakeAnswer answer = FakeAnswer.text("").toolCall("id", "name", "{}").usage(5, 2);
    FakeRequest request = new FakeRequest("POST", "/v1", Map.of(), new byte[0]);
    JsonNode json = new ObjectMapper().readTree(answer.bodyFor(request));
    JsonNode choice = json.path("choices").path(0);
    assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
    assertThat(choice.path("message").path("content").isNull()).isTrue();
    assertThat(choice.path("message").path("tool_calls")).hasSize(1);
    assertThat(json.path("usage").path("total_tokens").asInt()).isEqualTo(7);
  }

  @Test
  void whoAsksWithoutAnAnswerLeftIsTold() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "{}");
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .contains("HTTP/1.1 500", "no answer left");
    }
  }
}
