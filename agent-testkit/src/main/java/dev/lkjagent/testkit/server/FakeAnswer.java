package dev.lkjagent.testkit.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FakeOpenAiServer} sends for one request. The factories make an answer; the other
 * methods change it and return it, and are meant to be called before it is queued.
 */
public final class FakeAnswer {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What the body is, given the request; the text is streamed if the request asks for it. */
  private final Function<FakeRequest, byte[]> body;

  private final boolean isReply;
  private int status = 200;
  private String contentType = "application/json";
  private final Map<String, String> headers = new TreeMap<>();
  private @Nullable String head;

  private String reasoning = "";
  private final List<ObjectNode> toolCalls = new ArrayList<>();
  private long promptTokens = -1;
  private long completionTokens = -1;
  private String finish = "";
  private int deltaChars = 8;
  private boolean sendsDone = true;

  private int pieceBytes = Integer.MAX_VALUE;
  private int cutAt = Integer.MAX_VALUE;
  private boolean resets;
  private boolean hangs;
  private boolean hasLength;
  private long paceMillis;
  private final Map<Integer, CountDownLatch> gates = new TreeMap<>();

  private FakeAnswer(boolean isReply, @Nullable Function<FakeRequest, byte[]> body, String text) {
    this.isReply = isReply;
    this.body = body != null ? body : request -> reply(request, text);
  }

  /** What goes onto the wire. */
  @SuppressWarnings("ArrayRecordComponent") // carries, and is never compared
  record Wire(
      String head,
      byte[] body,
      int pieceBytes,
      int cutAt,
      boolean resets,
      boolean hangs,
      boolean isChunked,
      boolean keepsConnection,
      long paceMillis,
      Map<Integer, CountDownLatch> gates) {}

  /**
   * A proper reply, streamed or not as the request asks.
   *
   * @param text the reply's text
   * @return the answer
   */
  public static FakeAnswer text(String text) {
    return new FakeAnswer(true, null, text);
  }

  /**
   * An error of the usual form.
   *
   * @param status the status
   * @param message the error's message
   * @return the answer
   */
  public static FakeAnswer error(int status, String message) {
    ObjectNode root = MAPPER.createObjectNode();
    root.putObject("error").put("message", message).put("type", "fake_error").putNull("code");
    return body(status, "application/json", root.toString());
  }

  /**
   * Any body.
   *
   * @param status the status
   * @param contentType the content type
   * @param body the body, sent as UTF-8
   * @return the answer
   */
  public static FakeAnswer body(int status, String contentType, String body) {
    return body(status, contentType, body.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Any body.
   *
   * @param status the status
   * @param contentType the content type
   * @param body the body
   * @return the answer
   */
  public static FakeAnswer body(int status, String contentType, byte[] body) {
    FakeAnswer answer = new FakeAnswer(false, request -> body.clone(), "");
    answer.status = status;
    answer.contentType = contentType;
    return answer;
  }

  /**
   * A body that depends on the request.
   *
   * @param contentType the content type
   * @param body makes the body
   * @return the answer, of status 200
   */
  public static FakeAnswer body(String contentType, Function<FakeRequest, String> body) {
    FakeAnswer answer =
        new FakeAnswer(false, request -> body.apply(request).getBytes(StandardCharsets.UTF_8), "");
    answer.contentType = contentType;
    return answer;
  }

  /**
   * Bytes as they are, without a head of HTTP; then the connection is closed.
   *
   * @param everything all that is sent
   * @return the answer
   */
  public static FakeAnswer raw(byte[] everything) {
    FakeAnswer answer = new FakeAnswer(false, request -> everything.clone(), "");
    answer.head = "";
    return answer;
  }

  /**
   * Adds a header.
   *
   * @param name its name
   * @param value its value
   * @return this
   */
  public FakeAnswer header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /**
   * Sends reasoning before a reply's text.
   *
   * @param thoughts the reasoning
   * @return this
   */
  public FakeAnswer reasoning(String thoughts) {
    reasoning = thoughts;
    return this;
  }

  /**
   * Sends a tool call after a reply's text; in a stream its arguments come in two pieces.
   *
   * @param id the call's id
   * @param name the tool's name
   * @param arguments its arguments, as JSON
   * @return this
   */
  public FakeAnswer toolCall(String id, String name, String arguments) {
    ObjectNode call = MAPPER.createObjectNode().put("id", id).put("type", "function");
    call.putObject("function").put("name", name).put("arguments", arguments);
    toolCalls.add(call);
    return this;
  }

  /**
   * Tells a reply's usage; in a stream only if the request asks for it.
   *
   * @param prompt tokens of the prompt
   * @param completion tokens of the reply
   * @return this
   */
  public FakeAnswer usage(long prompt, long completion) {
    promptTokens = prompt;
    completionTokens = completion;
    return this;
  }

  /**
   * Ends a reply for a reason of its own.
   *
   * @param reason the finish reason
   * @return this
   */
  public FakeAnswer finish(String reason) {
    finish = reason;
    return this;
  }

  /**
   * Cuts a streamed reply's text into deltas.
   *
   * @param characters how many characters go into one
   * @return this
   */
  public FakeAnswer deltas(int characters) {
    deltaChars = characters;
    return this;
  }

  /**
   * Leaves out the {@code [DONE]} of a stream.
   *
   * @return this
   */
  public FakeAnswer withoutDone() {
    sendsDone = false;
    return this;
  }

  /**
   * Sends the body in pieces, each flushed, and a chunk of its own unless {@link #withLength} is
   * used.
   *
   * @param bytes the size of a piece
   * @return this
   */
  public FakeAnswer pieces(int bytes) {
    pieceBytes = bytes;
    return this;
  }

  /**
   * Waits between two pieces.
   *
   * @param pause how long
   * @return this
   */
  public FakeAnswer pace(Duration pause) {
    paceMillis = pause.toMillis();
    return this;
  }

  /**
   * Frames the body by a {@code Content-Length} instead of chunks.
   *
   * @return this
   */
  public FakeAnswer withLength() {
    hasLength = true;
    return this;
  }

  /**
   * Holds the answer back before its head.
   *
   * @param latch opened by the test
   * @return this
   */
  public FakeAnswer gate(CountDownLatch latch) {
    gates.put(-1, latch);
    return this;
  }

  /**
   * Holds the body back before one of its bytes.
   *
   * @param offset the byte
   * @param latch opened by the test
   * @return this
   */
  public FakeAnswer gateAt(int offset, CountDownLatch latch) {
    gates.put(offset, latch);
    return this;
  }

  /**
   * Closes the connection before one of the body's bytes.
   *
   * @param offset the byte
   * @return this
   */
  public FakeAnswer disconnectAt(int offset) {
    cutAt = offset;
    return this;
  }

  /**
   * Resets the connection instead of closing it, at the body's end or where it is cut.
   *
   * @return this
   */
  public FakeAnswer reset() {
    resets = true;
    return this;
  }

  /**
   * Keeps the connection open and silent, at the body's end or where it is cut, until the server
   * closes.
   *
   * @return this
   */
  public FakeAnswer hang() {
    hangs = true;
    return this;
  }

  /**
   * The body that a request would get.
   *
   * @param request the request
   * @return the bytes of the body
   */
  byte[] bodyFor(FakeRequest request) {
    return body.apply(request);
  }

  Wire wire(FakeRequest request) {
    byte[] bytes = bodyFor(request);
    boolean chunked = head == null && !hasLength;
    boolean keeps = head == null && !headers.getOrDefault("Connection", "").equals("close");
    String start = head != null ? head : head(request, bytes.length, chunked);
    return new Wire(
        start, bytes, pieceBytes, cutAt, resets, hangs, chunked, keeps, paceMillis, gates);
  }

  private String head(FakeRequest request, int length, boolean chunked) {
    StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " Fake\r\n");
    String type = isReply && isStreamed(request) ? "text/event-stream" : contentType;
    text.append("Content-Type: ").append(type).append("\r\n");
    text.append(chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + length)
        .append("\r\n");
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    return text.append("\r\n").toString();
  }

  private static boolean isStreamed(FakeRequest request) {
    return request.json().path("stream").asBoolean();
  }

  private byte[] reply(FakeRequest request, String text) {
    String out = isStreamed(request) ? stream(request, text) : document(text);
    return out.getBytes(StandardCharsets.UTF_8);
  }

  private String finishReason() {
    return !finish.isEmpty() ? finish : toolCalls.isEmpty() ? "stop" : "tool_calls";
  }

  private String document(String text) {
    ObjectNode root = root("chat.completion");
    ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
    ObjectNode message = choice.putObject("message").put("role", "assistant");
    if (text.isEmpty() && !toolCalls.isEmpty()) {
      message.putNull("content");
    } else {
      message.put("content", text);
    }
    if (!reasoning.isEmpty()) {
      message.put("reasoning_content", reasoning);
    }
    if (!toolCalls.isEmpty()) {
      toolCalls.forEach(message.putArray("tool_calls")::add);
    }
    choice.put("finish_reason", finishReason());
    usage(root);
    return root.toString();
  }

  private String stream(FakeRequest request, String text) {
    StringBuilder out = new StringBuilder();
    deltas(out, "reasoning_content", reasoning);
    deltas(out, "content", text);
    for (int i = 0; i < toolCalls.size(); i++) {
      String arguments = toolCalls.get(i).path("function").path("arguments").asText();
      int half = arguments.length() / 2;
      ObjectNode begin = toolCalls.get(i).deepCopy().put("index", i);
      ((ObjectNode) begin.path("function")).put("arguments", arguments.substring(0, half));
      ObjectNode rest = MAPPER.createObjectNode().put("index", i);
      rest.putObject("function").put("arguments", arguments.substring(half));
      for (ObjectNode piece : List.of(begin, rest)) {
        ObjectNode root = root("chat.completion.chunk");
        ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
        choice.putObject("delta").putArray("tool_calls").add(piece);
        event(out, root);
      }
    }
    ObjectNode end = root("chat.completion.chunk");
    ObjectNode choice = end.putArray("choices").addObject().put("index", 0);
    choice.putObject("delta");
    choice.put("finish_reason", finishReason());
    event(out, end);
    if (promptTokens >= 0
        && request.json().path("stream_options").path("include_usage").asBoolean()) {
      ObjectNode last = root("chat.completion.chunk");
      last.putArray("choices");
      usage(last);
      event(out, last);
    }
    if (sendsDone) {
      out.append("data: [DONE]\n\n");
    }
    return out.toString();
  }

  private void deltas(StringBuilder out, String member, String text) {
    int from = 0;
    while (from < text.length()) {
      int to = Math.min(text.length(), from + deltaChars);
      if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
        to++;
      }
      ObjectNode root = root("chat.completion.chunk");
      ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
      choice.putObject("delta").put(member, text.substring(from, to));
      choice.putNull("finish_reason");
      event(out, root);
      from = to;
    }
  }

  private static ObjectNode root(String object) {
    return MAPPER
        .createObjectNode()
        .put("id", "chatcmpl-fake")
        .put("object", object)
        .put("created", 0)
        .put("model", "fake");
  }

  private void usage(ObjectNode root) {
    if (promptTokens >= 0) {
      root.putObject("usage")
          .put("prompt_tokens", promptTokens)
          .put("completion_tokens", completionTokens)
          .put("total_tokens", promptTokens + completionTokens);
    }
  }

  private static void event(StringBuilder out, ObjectNode root) {
    out.append("data: ").append(root).append("\n\n");
  }
}
