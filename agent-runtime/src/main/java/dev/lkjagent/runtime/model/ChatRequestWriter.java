package dev.lkjagent.runtime.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.runtime.config.LlmConfig;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;

/** Writes the body of a chat-completions request, straight from the bytes of the prompt. */
final class ChatRequestWriter {
  /** Members that a server may refuse without being of no use; left out from then on. */
  enum Optional {
    STREAM_OPTIONS("stream_options"),
    TEMPERATURE("temperature"),
    MAX_TOKENS("max_tokens");

    final String member;

    Optional(String member) {
      this.member = member;
    }
  }

  private final LlmConfig config;
  private final String more;

  ChatRequestWriter(LlmConfig config) {
    this.config = config;
    this.more = members(config.body());
  }

  private static String members(Map<String, Object> body) {
    if (body.isEmpty()) {
      return "";
    }
    try {
      String object = new ObjectMapper().writeValueAsString(body);
      return "," + object.substring(1, object.length() - 1);
    } catch (JsonProcessingException notJson) {
      throw new IllegalArgumentException("llm.body", notJson);
    }
  }

  /** The body, without the members that the server refused before. */
  byte[] write(ModelRequest request, Set<Optional> refused) {
    JsonBytes out = new JsonBytes(request.lengthBytes() + request.lengthBytes() / 8 + 1024);
    out.raw("{");
    if (!config.model().isEmpty()) {
      out.raw("\"model\":").quoted(config.model()).raw(",");
    }
    messages(request, out);
    if (!refused.contains(Optional.TEMPERATURE)) {
      out.raw(",\"temperature\":" + config.temperature());
    }
    int limit = smaller(config.maxReplyTokens(), request.maxReplyTokens());
    if (limit > 0) {
      boolean renamed = refused.contains(Optional.MAX_TOKENS);
      out.raw(renamed ? ",\"max_completion_tokens\":" : ",\"max_tokens\":").raw("" + limit);
    }
    out.raw(config.stream() ? ",\"stream\":true" : ",\"stream\":false");
    if (config.stream() && !refused.contains(Optional.STREAM_OPTIONS)) {
      out.raw(",\"stream_options\":{\"include_usage\":true}");
    }
    if (config.tools() && request.hasTools()) {
      ByteBuffer tools = request.tools();
      byte[] json = new byte[tools.remaining()];
      tools.get(json);
      out.raw(",\"tools\":").raw(json, 0, json.length);
    }
    return out.raw(more).raw("}").toByteArray();
  }

  /** Whether a request carries an optional member as long as nobody refuses it. */
  boolean sends(Optional member, ModelRequest request) {
    return switch (member) {
      case STREAM_OPTIONS -> config.stream();
      case TEMPERATURE -> true;
      case MAX_TOKENS -> smaller(config.maxReplyTokens(), request.maxReplyTokens()) > 0;
    };
  }

  private static int smaller(int a, int b) {
    return a == 0 ? b : b == 0 ? a : Math.min(a, b);
  }

  private void messages(ModelRequest request, JsonBytes out) {
    out.raw("\"messages\":[");
    int message = 0;
    while (message < request.messageCount()) {
      out.raw(message == 0 ? "" : ",");
      message =
          switch (request.role(message)) {
            case SYSTEM -> plain(config.systemRole(), request, message, out);
            case USER -> plain("user", request, message, out);
            case ASSISTANT, TOOL_CALL -> turn(request, message, out);
            case TOOL_RESULT -> {
              out.raw("{\"role\":\"tool\",\"tool_call_id\":").quoted(request.id(message));
              text(",\"content\":", request, message, out).raw("}");
              yield message + 1;
            }
          };
    }
    out.raw("]");
  }

  private static int plain(String role, ModelRequest request, int message, JsonBytes out) {
    text("{\"role\":\"" + role + "\",\"content\":", request, message, out).raw("}");
    return message + 1;
  }

  /** One turn of the model: its text, if there is one, and the tool calls that follow. */
  private static int turn(ModelRequest request, int message, JsonBytes out) {
    int next = message;
    if (request.role(next) == Role.ASSISTANT) {
      text("{\"role\":\"assistant\",\"content\":", request, next, out);
      next++;
    } else {
      out.raw("{\"role\":\"assistant\",\"content\":null");
    }
    int first = next;
    while (next < request.messageCount() && request.role(next) == Role.TOOL_CALL) {
      out.raw(next == first ? ",\"tool_calls\":[" : ",").raw("{\"id\":").quoted(request.id(next));
      out.raw(",\"type\":\"function\",\"function\":{\"name\":").quoted(request.name(next));
      text(",\"arguments\":", request, next, out).raw("}}");
      next++;
    }
    out.raw(next > first ? "]}" : "}");
    return next;
  }

  private static JsonBytes text(String before, ModelRequest request, int message, JsonBytes out) {
    return out.raw(before)
        .raw("\"")
        .raw(request.jsonBytes(), request.jsonFrom(message), request.jsonTo(message))
        .raw("\"");
  }
}
