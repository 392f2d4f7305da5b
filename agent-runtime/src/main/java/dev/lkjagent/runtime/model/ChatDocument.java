package dev.lkjagent.runtime.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One JSON document of an endpoint, a whole answer or a chunk of a stream, read for what matters:
 * the first choice's text, reasoning, tool calls and end, the usage, and an error in place of all
 * that.
 *
 * <p>It takes what servers were seen to send: content as a string, as null or as a list of parts;
 * reasoning under three names; {@code message} and {@code delta} alike; numbers as strings; NaN;
 * malformed UTF-8, which is replaced.
 */
final class ChatDocument {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
              .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
              .build());

  final StringBuilder text = new StringBuilder();
  final StringBuilder reasoning = new StringBuilder();
  final StringBuilder refusal = new StringBuilder();
  final List<JsonNode> toolCalls = new ArrayList<>();
  final List<String> members = new ArrayList<>();

  /** The finish reason of this document's choice; empty if not told. */
  String finish = "";

  @Nullable JsonNode error;
  boolean hasChoices;

  /** What the document says it is: its member {@code object} or {@code type}. */
  String object = "";

  /** -1 where not told; the prompt's number tells whether there is a usage at all. */
  long promptTokens = -1;

  long completionTokens = -1;
  long cachedTokens = -1;
  long reasoningTokens = -1;

  /** The index of the choice that was read; -1 if there was none. */
  int choice = -1;

  private final int wanted;
  private final ObjectNode flatError = MAPPER.createObjectNode();
  private @Nullable String legacyText;
  private boolean hasMessage;

  private ChatDocument(int wanted) {
    this.wanted = wanted;
  }

  /**
   * Reads a document.
   *
   * @param json the array that holds it
   * @param from its first byte
   * @param to the byte after its last
   * @param wanted the index of the choice to read, or -1 for the first
   * @throws IOException if it is not one JSON object
   */
  static ChatDocument read(byte[] json, int from, int to, int wanted) throws IOException {
    int start = from;
    if (to - from >= 3 && json[from] == (byte) 0xEF && json[from + 1] == (byte) 0xBB) {
      start += 3;
    }
    if (isUtf8(json, start, to)) {
      return read(MAPPER.createParser(json, start, to - start), wanted);
    }
    String replaced = new String(json, start, to - start, StandardCharsets.UTF_8);
    return read(MAPPER.createParser(replaced), wanted);
  }

  private static boolean isUtf8(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      int count = bytes[i] >= 0 ? 1 : JsonBytes.sequenceLength(bytes, i, to);
      if (count < 0) {
        return false;
      }
      i += count;
    }
    return true;
  }

  private static ChatDocument read(JsonParser open, int wanted) throws IOException {
    try (JsonParser parser = open) {
      ChatDocument document = new ChatDocument(wanted);
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw new IOException(
            first == null ? "there is no JSON value" : "the JSON value is not an object");
      }
      document.root(parser);
      if (parser.nextToken() != null) {
        throw new IOException("more follows the JSON object");
      }
      return document;
    }
  }

  private void root(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (members.size() < 12) {
        members.add(name);
      }
      switch (name) {
        case "choices" -> choices(parser, value);
        case "usage" -> usage(parser);
        case "error" -> error(parser, value);
        case "object", "type" -> {
          if (value == JsonToken.VALUE_STRING) {
            object = object.isEmpty() ? parser.getText() : object;
            flatError.put("type", parser.getText());
          }
          parser.skipChildren();
        }
        case "message", "code" -> {
          // Part of an error that is not wrapped in a member of its own.
          if (value.isScalarValue()) {
            flatError.set(name, MAPPER.readTree(parser));
          } else {
            parser.skipChildren();
          }
        }
        case "x_groq" -> extension(parser, value);
        default -> parser.skipChildren();
      }
    }
    if (error == null && object.equals("error") && flatError.has("message")) {
      error = flatError;
    }
  }

  /** Groq's own member repeats the usage and may carry the error of a stream. */
  private void extension(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken inner = parser.nextToken();
      switch (name) {
        case "usage" -> usage(parser);
        case "error" -> error(parser, inner);
        default -> parser.skipChildren();
      }
    }
  }

  private void error(JsonParser parser, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    JsonNode read = MAPPER.readTree(parser);
    boolean says =
        read.isObject() ? !read.isEmpty() : !read.asText().isEmpty() && !read.isBoolean();
    if (says) {
      error = read;
    }
  }

  private void choices(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return;
    }
    hasChoices = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == JsonToken.START_OBJECT && choice < 0) {
        choice(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void choice(JsonParser parser) throws IOException {
    int index = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "index" -> index = Math.max(0, parser.getValueAsInt(0));
        case "message", "delta" -> message(parser, value);
        case "text" -> legacyText = value == JsonToken.VALUE_STRING ? parser.getText() : null;
        case "finish_reason" -> finish = value == JsonToken.VALUE_STRING ? parser.getText() : "";
        case "error" -> error(parser, value);
        default -> {}
      }
      if (!name.equals("message") && !name.equals("delta") && !name.equals("error")) {
        parser.skipChildren();
      }
    }
    if (wanted < 0 || index == wanted) {
      choice = index;
      // Old completions servers; those that send a delta besides repeat its text here.
      if (!hasMessage && legacyText != null) {
        text.append(legacyText);
      }
    } else {
      text.setLength(0);
      reasoning.setLength(0);
      refusal.setLength(0);
      toolCalls.clear();
      finish = "";
    }
  }

  private void message(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    hasMessage = true;
    StringBuilder under = new StringBuilder();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken inner = parser.nextToken();
      switch (name) {
        case "content" -> content(parser, inner, text);
        case "reasoning_content" -> {
          under.setLength(0);
          content(parser, inner, under);
        }
        case "reasoning", "thinking" -> {
          if (under.length() == 0) {
            content(parser, inner, under);
          } else {
            parser.skipChildren();
          }
        }
        case "refusal" -> content(parser, inner, refusal);
        case "tool_calls" -> toolCalls(parser, inner);
        case "function_call" -> {
          JsonNode function = MAPPER.readTree(parser);
          if (function.isObject()) {
            toolCalls.add(function);
          }
        }
        default -> parser.skipChildren();
      }
    }
    reasoning.append(under);
  }

  /** A string, or a list of strings and parts with a type each. */
  private void content(JsonParser parser, JsonToken value, StringBuilder out) throws IOException {
    if (value == JsonToken.VALUE_STRING) {
      out.append(parser.getText());
    } else if (value == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
          out.append(parser.getText());
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
          part(MAPPER.readTree(parser), out);
        } else {
          parser.skipChildren();
        }
      }
    } else {
      parser.skipChildren();
    }
  }

  private void part(JsonNode part, StringBuilder out) {
    String type = part.path("type").asText("text");
    switch (type) {
      case "text", "output_text" -> out.append(part.path("text").asText(""));
      case "refusal" -> refusal.append(part.path("refusal").asText(""));
      case "thinking", "reasoning" -> {
        JsonNode thoughts = part.has("thinking") ? part.path("thinking") : part.path("text");
        if (thoughts.isTextual()) {
          reasoning.append(thoughts.asText());
        }
        thoughts.forEach(thought -> reasoning.append(thought.path("text").asText("")));
      }
      default -> {}
    }
  }

  private void toolCalls(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        toolCalls.add(MAPPER.readTree(parser));
      } else {
        parser.skipChildren();
      }
    }
  }

  private void usage(JsonParser parser) throws IOException {
    JsonNode usage = MAPPER.readTree(parser);
    if (!usage.isObject() || !isCount(usage.path("prompt_tokens"))) {
      return;
    }
    promptTokens = usage.path("prompt_tokens").asLong();
    completionTokens = count(usage.path("completion_tokens"));
    cachedTokens = count(usage.path("prompt_tokens_details").path("cached_tokens"));
    if (cachedTokens < 0) {
      cachedTokens = count(usage.path("prompt_cache_hit_tokens"));
    }
    if (cachedTokens < 0) {
      cachedTokens = count(usage.path("cached_tokens"));
    }
    reasoningTokens = count(usage.path("completion_tokens_details").path("reasoning_tokens"));
  }

  private static boolean isCount(JsonNode value) {
    return value.isNumber() && value.asLong() >= 0 && !Double.isNaN(value.asDouble());
  }

  private static long count(JsonNode value) {
    return isCount(value) ? value.asLong() : -1;
  }
}
