package dev.lkjagent.testkit.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds a request against OpenAI's description of {@code POST /chat/completions} (API reference,
 * "Create chat completion"), as far as agents use it.
 */
final class RequestCheck {
  private static final Set<String> MEMBERS =
      Set.of(
          "model",
          "messages",
          "temperature",
          "top_p",
          "n",
          "stream",
          "stream_options",
          "stop",
          "max_tokens",
          "max_completion_tokens",
          "presence_penalty",
          "frequency_penalty",
          "logit_bias",
          "user",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "response_format",
          "seed",
          "logprobs",
          "top_logprobs",
          "reasoning_effort",
          "metadata",
          "store",
          "service_tier",
          "verbosity",
          "prompt_cache_key",
          "safety_identifier",
          "prediction",
          "modalities");
  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool");
  private static final Pattern TOOL_NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  private final List<String> problems = new ArrayList<>();
  private final Set<String> openCalls = new HashSet<>();

  private RequestCheck() {}

  static List<String> problems(FakeRequest request) {
    RequestCheck check = new RequestCheck();
    check.request(request);
    return check.problems;
  }

  private void request(FakeRequest request) {
    expect(
        request.method().equals("POST"), "the method is " + request.method() + " and must be POST");
    expect(
        request.header("Content-Type").startsWith("application/json"),
        "the content type is \""
            + request.header("Content-Type")
            + "\" and must be application/json");
    JsonNode body = request.json();
    if (!body.isObject()) {
      problems.add("the body is not a JSON object");
      return;
    }
    body.fieldNames()
        .forEachRemaining(
            name -> expect(MEMBERS.contains(name), "the member " + name + " is not known"));
    optional(body, "model", body.path("model").isTextual(), "a string");
    optional(body, "stream", body.path("stream").isBoolean(), "true or false");
    between(body, "temperature", 0, 2);
    between(body, "top_p", 0, 1);
    between(body, "max_tokens", 1, Integer.MAX_VALUE);
    between(body, "max_completion_tokens", 1, Integer.MAX_VALUE);
    if (body.has("stream_options")) {
      expect(body.path("stream").asBoolean(), "stream_options is only allowed with stream: true");
      expect(
          body.path("stream_options").path("include_usage").isBoolean(),
          "stream_options.include_usage must be true or false");
    }
    messages(body.path("messages"));
    tools(body);
  }

  private void messages(JsonNode messages) {
    if (!messages.isArray() || messages.isEmpty()) {
      problems.add("messages must be an array with at least one message");
      return;
    }
    for (int i = 0; i < messages.size(); i++) {
      message("messages[" + i + "]", messages.get(i));
    }
    expect(openCalls.isEmpty(), "no message answers the tool calls " + openCalls);
  }

  private void message(String at, JsonNode message) {
    String role = message.path("role").asText();
    expect(ROLES.contains(role), at + ".role is \"" + role + "\" and must be one of " + ROLES);
    JsonNode content = message.path("content");
    boolean calls = message.path("tool_calls").isArray() && !message.path("tool_calls").isEmpty();
    boolean text = content.isTextual() || content.isArray() && !content.isEmpty();
    expect(
        text || role.equals("assistant") && calls,
        at + ".content must be a string; only a message with tool calls may do without");
    if (role.equals("tool")) {
      String id = message.path("tool_call_id").asText();
      expect(openCalls.remove(id), at + ".tool_call_id \"" + id + "\" answers no call before it");
    } else {
      expect(
          openCalls.isEmpty(),
          at + " stands between the tool calls " + openCalls + " and their results");
    }
    expect(
        !message.has("tool_calls") || role.equals("assistant"),
        at + ".tool_calls is for assistants");
    for (JsonNode call : message.path("tool_calls")) {
      expect(
          call.path("type").asText().equals("function"), at + ".tool_calls: type must be function");
      expect(!call.path("id").asText().isEmpty(), at + ".tool_calls: id must be a string");
      JsonNode function = call.path("function");
      name(at + ".tool_calls", function.path("name").asText());
      expect(
          function.path("arguments").isTextual(), at + ".tool_calls: arguments must be a string");
      openCalls.add(call.path("id").asText());
    }
  }

  private void tools(JsonNode body) {
    if (!body.has("tools")) {
      return;
    }
    JsonNode tools = body.path("tools");
    expect(tools.isArray() && !tools.isEmpty(), "tools must be an array with at least one tool");
    Set<String> names = new HashSet<>();
    for (JsonNode tool : tools) {
      expect(tool.path("type").asText().equals("function"), "tools: type must be function");
      String name = tool.path("function").path("name").asText();
      name("tools", name);
      expect(names.add(name), "tools: two are named " + name);
      JsonNode parameters = tool.path("function").path("parameters");
      expect(
          parameters.isMissingNode() || parameters.isObject(),
          "tools: the parameters of " + name + " must be an object");
    }
  }

  private void name(String at, String name) {
    expect(
        TOOL_NAME.matcher(name).matches(), at + ": \"" + name + "\" is not the name of a function");
  }

  private void optional(JsonNode body, String name, boolean right, String expected) {
    expect(!body.has(name) || right, name + " must be " + expected);
  }

  private void between(JsonNode body, String name, double least, double most) {
    JsonNode value = body.path(name);
    boolean right = value.isNumber() && value.asDouble() >= least && value.asDouble() <= most;
    optional(body, name, right, "a number from " + least + " to " + most);
  }

  private void expect(boolean right, String problem) {
    if (!right) {
      problems.add(problem);
    }
  }
}
