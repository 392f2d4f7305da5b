package dev.lkjagent.runtime.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says what a server did that was not a reply: its error objects, its error pages, its other
 * formats.
 */
final class AnswerFault {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int SHOWN_CHARS = 400;

  private static final Pattern CONTEXT =
      Pattern.compile(
          "context[_ ]?(length|window|size)|maximum (context|input|prompt) length|n_ctx|too many (input )?tokens"
              + "|(prompt|input|request)( is)? too (long|large)|exceeds? the (available|model's|maximum) context"
              + "|reduce the length of the (messages|prompt|input)|exceed_context",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TITLE =
      Pattern.compile("<title[^>]*>(.*?)</title>", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern RATE =
      Pattern.compile(
          "rate.?limit|too many requests|tokens per minute|throttl", Pattern.CASE_INSENSITIVE);
  private static final Pattern QUOTA =
      Pattern.compile("insufficient_quota|billing|credit|payment", Pattern.CASE_INSENSITIVE);
  private static final Pattern AUTHENTICATION =
      Pattern.compile(
          "authentication|invalid_api_key|unauthorized|permission", Pattern.CASE_INSENSITIVE);
  private static final Pattern SERVER =
      Pattern.compile(
          "server_error|overloaded|internal|unavailable|timeout", Pattern.CASE_INSENSITIVE);

  private final String endpoint;
  private final ApiKey key;
  private final UnaryOperator<String> scrub;

  AnswerFault(String endpoint, ApiKey key) {
    this.endpoint = endpoint;
    this.key = key;
    this.scrub = key::scrub;
  }

  /** An answer whose status is not 2xx. */
  Fault status(int status, @Nullable String location, byte[] body, int length) {
    if (status >= 300 && status < 400) {
      String target = location == null ? "elsewhere" : "to " + withoutQuery(location);
      return FaultCode.MODEL_REQUEST_REFUSED.with(
          scrub.apply(
              endpoint
                  + " redirects "
                  + target
                  + " (status "
                  + status
                  + "); redirects are not followed: set llm.endpoint to the target"));
    }
    JsonNode error = errorIn(body, length);
    if (error != null) {
      return error(status, error);
    }
    String says = describe(body, length);
    FaultCode code = classify(status, "", says);
    return fault(code, endpoint + " answered with status " + status + " and " + says, status);
  }

  /** An error object, in an answer of this status. */
  Fault error(int status, JsonNode error) {
    JsonNode object = error;
    if (object.path("error").isObject()) {
      object = object.path("error");
    }
    String message = message(object);
    String kind = kind(object);
    int told = object.path("code").isIntegralNumber() ? object.path("code").asInt() : 0;
    if (told == 0 && kind.matches("[45][0-9][0-9]")) {
      told = Integer.parseInt(kind);
    }
    int effective = status >= 400 || told < 400 || told > 599 ? status : told;
    FaultCode code = classify(effective, kind, message + " " + object.path("param").asText(""));
    String as = kind.isEmpty() ? "" : " (" + kind + ")";
    return fault(
        code,
        endpoint
            + " answered with status "
            + status
            + " and an error"
            + as
            + ": "
            + shorten(message),
        effective);
  }

  /** An answer of status 2xx whose body is not of the form that was asked for. */
  Fault unreadable(byte[] body, int length, String why) {
    return fault(
        FaultCode.MODEL_ANSWER_UNREADABLE,
        endpoint
            + " answered with "
            + describe(body, length)
            + (why.isEmpty() ? "" : " (" + why + ")"),
        200);
  }

  /** JSON of status 2xx that is not a chat completion. */
  Fault foreign(ChatDocument document) {
    String is = document.object;
    String what;
    String todo = "; llm.endpoint must be the full address of a chat-completions endpoint";
    if (is.equals("response") || is.startsWith("response.")) {
      what = "the Responses API (\"" + is + "\")";
      todo = "; set llm.endpoint to the server's /chat/completions instead";
    } else if (is.startsWith("message") || is.startsWith("content_block")) {
      what = "the Anthropic Messages API (\"" + is + "\")";
      todo = "; set llm.endpoint to the server's OpenAI-compatible /v1/chat/completions";
    } else if (document.members.contains("done") && document.members.contains("model")) {
      what = "Ollama's own API";
      todo = "; set llm.endpoint to its /v1/chat/completions";
    } else if (!is.isEmpty()) {
      what = "an object of the kind \"" + shorten(is) + "\", which is not a chat completion";
    } else {
      what =
          "JSON that has no choices (its members: "
              + shorten(String.join(", ", document.members))
              + ")";
    }
    return FaultCode.MODEL_ANSWER_UNREADABLE.with(
        scrub.apply(endpoint + " answered with " + what + todo));
  }

  /** Any other fault about this endpoint. */
  Fault other(FaultCode code, String says) {
    return code.with(scrub.apply(endpoint + " " + says));
  }

  private Fault fault(FaultCode code, String says, int status) {
    String todo =
        switch (code) {
          case MODEL_UNAUTHORIZED -> "; " + key.wayOut();
          case MODEL_RATE_LIMITED -> "; raise llm.retry, or run fewer agents";
          case MODEL_REQUEST_REFUSED ->
              status == 404 || status == 405
                  ? "; check the path of llm.endpoint, and llm.model"
                  : "; check llm.model and the settings of llm";
          case CONTEXT_TOO_LONG ->
              "; lower agent.hard_limit.max_tokens, or raise the server's context";
          case REQUEST_TOO_LARGE -> "; lower agent.hard_limit.max_tokens";
          case MODEL_ANSWER_UNREADABLE ->
              "; llm.endpoint must be the full address of a chat-completions endpoint";
          default -> "";
        };
    return code.with(scrub.apply(says + todo));
  }

  private static FaultCode classify(int status, String kind, String message) {
    if (CONTEXT.matcher(kind).find() || status < 429 && CONTEXT.matcher(message).find()) {
      return FaultCode.CONTEXT_TOO_LONG;
    }
    if (kind.contains("content_filter") || kind.contains("ResponsibleAI")) {
      return FaultCode.MODEL_FILTERED;
    }
    if (status == 402 || QUOTA.matcher(kind).find()) {
      return FaultCode.MODEL_REQUEST_REFUSED;
    }
    if (status == 429 || RATE.matcher(kind).find()) {
      return FaultCode.MODEL_RATE_LIMITED;
    }
    if (status == 401 || status == 403 || status == 407) {
      return FaultCode.MODEL_UNAUTHORIZED;
    }
    if (status == 413) {
      return FaultCode.REQUEST_TOO_LARGE;
    }
    if (status == 408) {
      return FaultCode.MODEL_TIMEOUT;
    }
    if (status >= 500 || status == 409 || status == 425) {
      return CONTEXT.matcher(message).find()
          ? FaultCode.CONTEXT_TOO_LONG
          : FaultCode.MODEL_SERVER_ERROR;
    }
    if (status >= 400) {
      return FaultCode.MODEL_REQUEST_REFUSED;
    }
    if (AUTHENTICATION.matcher(kind).find()) {
      return FaultCode.MODEL_UNAUTHORIZED;
    }
    if (kind.contains("invalid_request")
        || kind.contains("not_found")
        || kind.contains("unsupported")) {
      return FaultCode.MODEL_REQUEST_REFUSED;
    }
    boolean passing = SERVER.matcher(kind).find() || !RATE.matcher(message).find();
    return passing ? FaultCode.MODEL_SERVER_ERROR : FaultCode.MODEL_RATE_LIMITED;
  }

  private static @Nullable JsonNode errorIn(byte[] body, int length) {
    JsonNode root;
    try {
      root = MAPPER.readTree(body, 0, length);
    } catch (IOException notJson) {
      return null;
    }
    if (root.isArray() && root.size() > 0) {
      root = root.get(0);
    }
    if (!root.isObject()) {
      return null;
    }
    JsonNode error = root.path("error");
    if (error.isObject() || error.isTextual()) {
      return error;
    }
    return message(root).isEmpty() ? null : root;
  }

  /** The message under the names that servers use. */
  private static String message(JsonNode error) {
    if (error.isTextual()) {
      return error.asText();
    }
    for (String name :
        new String[] {"message", "detail", "error_description", "msg", "error", "title"}) {
      JsonNode value = error.path(name);
      if (value.isTextual() && !value.asText().isBlank()) {
        String raw = error.path("metadata").path("raw").asText("");
        return raw.isEmpty() ? value.asText() : value.asText() + " (" + raw + ")";
      }
      if (value.isContainerNode() && !value.isEmpty()) {
        return value.toString();
      }
    }
    return "";
  }

  private static String kind(JsonNode error) {
    for (String name : new String[] {"code", "type", "status"}) {
      JsonNode value = error.path(name);
      if (value.isTextual() && !value.asText().isEmpty()) {
        return value.asText();
      }
    }
    return error.path("code").isNumber() ? error.path("code").asText() : "";
  }

  /** What a body is, in a few words with an excerpt. */
  private static String describe(byte[] body, int length) {
    if (length == 0) {
      return "an empty body";
    }
    if (length >= 4 && body[0] == 0x1F && body[1] == (byte) 0xEF && body[2] == (byte) 0xBF) {
      return "compressed data (gzip) that was damaged by being treated as text on its way";
    }
    String text = new String(body, 0, Math.min(length, 16_384), StandardCharsets.UTF_8);
    String start = text.stripLeading();
    if (start.startsWith("\uFEFF")) {
      start = start.substring(1).stripLeading();
    }
    String lower = start.substring(0, Math.min(start.length(), 200)).toLowerCase(Locale.ROOT);
    if (lower.startsWith("<")) {
      Matcher title = TITLE.matcher(text);
      String named = title.find() ? " titled \"" + shorten(title.group(1).strip()) + "\"" : "";
      boolean html = lower.contains("<html") || lower.startsWith("<!doctype") || !named.isEmpty();
      return (html ? "an HTML page" : "XML")
          + named
          + (named.isEmpty() ? ": " + shorten(start) : "");
    }
    if (text.chars()
            .limit(200)
            .filter(c -> c == 0xFFFD || c < ' ' && !Character.isWhitespace(c))
            .count()
        > 10) {
      return "binary data (" + length + " bytes)";
    }
    if (lower.startsWith("{") || lower.startsWith("[")) {
      return "malformed JSON: " + shorten(start);
    }
    return "text: " + shorten(start);
  }

  private static String shorten(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= SHOWN_CHARS ? line : line.substring(0, SHOWN_CHARS) + "…";
  }

  private static String withoutQuery(String address) {
    int query = address.indexOf('?');
    String path = query < 0 ? address : address.substring(0, query);
    return shorten(path.replaceAll("://[^/@]*@", "://"));
  }
}
