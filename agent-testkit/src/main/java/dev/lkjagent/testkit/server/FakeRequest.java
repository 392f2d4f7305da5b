package dev.lkjagent.testkit.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A request that a {@link FakeOpenAiServer} got. */
public final class FakeRequest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String method;
  private final String path;
  private final Map<String, String> headers;
  private final byte[] body;
  private final JsonNode json;

  FakeRequest(String method, String path, Map<String, String> headers, byte[] body) {
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.body = body;
    this.json = parsed(body);
  }

  private static JsonNode parsed(byte[] body) {
    try {
      return Objects.requireNonNullElse(MAPPER.readTree(body), MissingNode.getInstance());
    } catch (IOException notJson) {
      return MissingNode.getInstance();
    }
  }

  /**
   * The method.
   *
   * @return {@code POST}, if the client is right
   */
  public String method() {
    return method;
  }

  /**
   * The path with its query.
   *
   * @return what follows the host
   */
  public String path() {
    return path;
  }

  /**
   * One header.
   *
   * @param name its name, in any case
   * @return its value, or an empty string; several values are joined by commas
   */
  public String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /**
   * The body as text.
   *
   * @return what was sent, as UTF-8
   */
  public String body() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /**
   * The body as JSON.
   *
   * @return the parsed body; a missing node if it is not JSON
   */
  public JsonNode json() {
    return json;
  }

  /**
   * The text of a message.
   *
   * @param index the number of the message, from 0; negative ones count from the end
   * @return its content
   */
  public String message(int index) {
    JsonNode messages = json.path("messages");
    return messages.path(index < 0 ? messages.size() + index : index).path("content").asText();
  }

  /**
   * What the published description of the protocol objects to.
   *
   * @return a sentence for each objection; empty if the request is right
   */
  public List<String> problems() {
    return RequestCheck.problems(this);
  }

  /** The method, the path and the body; not the query and the headers, which may hold a key. */
  @Override
  public String toString() {
    int query = path.indexOf('?');
    return method + " " + (query < 0 ? path : path.substring(0, query)) + " " + body();
  }
}
