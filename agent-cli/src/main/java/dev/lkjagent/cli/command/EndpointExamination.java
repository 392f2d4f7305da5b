package dev.lkjagent.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Examines an OpenAI-compatible endpoint: whether it is there, which models it offers and, if asked
 * to, whether it replies, streams, counts tokens, and calls tools.
 */
final class EndpointExamination {
  private static final String CHAT = "/chat/completions";
  private static final String SUBJECT = "endpoint";
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PATIENCE_FOR_A_REPLY = Duration.ofSeconds(60);
  private static final int NAMES_SHOWN = 8;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final String address;
  private final @Nullable String model;
  private final @Nullable String key;

  EndpointExamination(String address, @Nullable String model, @Nullable String key) {
    this.address = address;
    this.model = model;
    this.key = key;
  }

  List<Finding> examine(boolean ask) {
    List<Finding> findings = new ArrayList<>();
    URI root = root();
    if (root == null) {
      findings.add(
          Finding.broken(
              SUBJECT,
              address + " is not an address of an endpoint",
              "It looks like http://localhost:1234/v1/chat/completions."));
      return findings;
    }
    Answer models = exchange(root, "/models", null, PATIENCE);
    if (models.failure() != null) {
      findings.add(models.failure());
      return findings;
    }
    String chosen = readModels(models, findings);
    if (ask) {
      findings.addAll(tryReplies(root, chosen));
    }
    return findings;
  }

  /** The address without {@code /chat/completions}; null if it is none. */
  private @Nullable URI root() {
    String text = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    text = text.endsWith(CHAT) ? text.substring(0, text.length() - CHAT.length()) : text;
    try {
      URI uri = URI.create(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return http && uri.getHost() != null ? uri : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private @Nullable String readModels(Answer answer, List<Finding> findings) {
    if (answer.status() == 404) {
      findings.add(
          Finding.warning(
              SUBJECT,
              "there, but it does not list its models",
              "Nothing is wrong if it answers with --try."));
      return model;
    }
    List<String> names = new ArrayList<>();
    try {
      for (JsonNode entry : json.readTree(answer.body()).path("data")) {
        names.add(entry.path("id").asText());
      }
    } catch (JsonProcessingException e) {
      findings.add(
          Finding.broken(
              SUBJECT,
              "there, but " + root() + "/models is not a list of models",
              "Is this the address of an OpenAI-compatible endpoint? It usually ends in /v1."));
      return model;
    }
    String offer =
        names.size() <= NAMES_SHOWN
            ? String.join(", ", names)
            : String.join(", ", names.subList(0, NAMES_SHOWN))
                + " and "
                + (names.size() - NAMES_SHOWN)
                + " more";
    if (model != null && !names.contains(model)) {
      findings.add(
          Finding.broken(
              SUBJECT,
              "there, but it offers no model named " + model,
              names.isEmpty() ? "It offers none at all: load one." : "It offers " + offer + "."));
    } else if (names.isEmpty()) {
      findings.add(Finding.warning(SUBJECT, "there, but it offers no model", "Load one."));
    } else {
      findings.add(Finding.ok(SUBJECT, "there; offers " + offer));
    }
    return model != null || names.isEmpty() ? model : names.get(0);
  }

  private List<Finding> tryReplies(URI root, @Nullable String chosen) {
    ObjectNode request = json.createObjectNode();
    if (chosen != null) {
      request.put("model", chosen);
    }
    request.put("max_tokens", 1);
    request.putArray("messages").addObject().put("role", "user").put("content", "Say yes.");
    Answer whole = exchange(root, CHAT, body(request), PATIENCE_FOR_A_REPLY);
    if (whole.failure() != null) {
      return List.of(whole.failure());
    }
    Finding reply;
    try {
      JsonNode answer = json.readTree(whole.body());
      reply =
          answer.path("choices").isEmpty()
              ? Finding.broken("reply", "the answer holds no choice", "Is this a chat endpoint?")
              : Finding.ok(
                  "reply",
                  "answers; it "
                      + (answer.path("usage").has("prompt_tokens")
                          ? "counts tokens"
                          : "does not count tokens, so they are estimated"));
    } catch (JsonProcessingException e) {
      reply = Finding.broken("reply", "the answer is not JSON", "Is this a chat endpoint?");
    }
    request.put("stream", true);
    request.putObject("stream_options").put("include_usage", true);
    Answer stream = exchange(root, CHAT, body(request), PATIENCE_FOR_A_REPLY);
    if (stream.failure() != null) {
      return List.of(reply, stream.failure());
    }
    boolean events = stream.body().startsWith("data:") || stream.body().contains("\ndata:");
    return List.of(
        reply,
        events
            ? Finding.ok(
                "stream",
                "streams; "
                    + (stream.body().contains("\"prompt_tokens\"")
                        ? "counts tokens there too"
                        : "does not count tokens there"))
            : Finding.warning(
                "stream", "does not stream", "Replies are read whole: set llm.stream to false."),
        tryTools(root, chosen));
  }

  /** Asks for a call of a tool that takes nothing. */
  private Finding tryTools(URI root, @Nullable String chosen) {
    ObjectNode request = json.createObjectNode();
    if (chosen != null) {
      request.put("model", chosen);
    }
    request.put("max_tokens", 128);
    request.putArray("messages").addObject().put("role", "user").put("content", "Look now.");
    ObjectNode tool = request.putArray("tools").addObject().put("type", "function");
    ObjectNode function = tool.putObject("function");
    function.put("name", "look").put("description", "Looks.");
    function.putObject("parameters").put("type", "object").putObject("properties");
    Answer answer = exchange(root, CHAT, body(request), PATIENCE_FOR_A_REPLY);
    if (answer.failure() != null && answer.status() == 0) {
      return answer.failure();
    }
    if (answer.failure() != null) {
      return Finding.warning(
          "tools",
          "does not take tools (status " + answer.status() + ")",
          "The prompt offers them anyway: set llm.tools to false.");
    }
    try {
      JsonNode message = json.readTree(answer.body()).path("choices").path(0).path("message");
      return message.path("tool_calls").isEmpty()
          ? Finding.warning(
              "tools",
              "takes tools, but called none when asked to",
              "The prompt offers them anyway; if it ignores them, set llm.tools to false.")
          : Finding.ok("tools", "calls tools");
    } catch (JsonProcessingException e) {
      return Finding.broken("tools", "the answer is not JSON", "Is this a chat endpoint?");
    }
  }

  private static BodyPublisher body(ObjectNode request) {
    return BodyPublishers.ofString(request.toString());
  }

  private record Answer(int status, String body, @Nullable Finding failure) {}

  private Answer exchange(URI root, String path, @Nullable BodyPublisher body, Duration patience) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(root + path))
            .timeout(patience)
            .header("Accept", "application/json");
    if (key != null && !key.isBlank()) {
      request.header("Authorization", "Bearer " + key);
    }
    if (body != null) {
      request.header("Content-Type", "application/json").POST(body);
    }
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), refusal(response));
    } catch (HttpTimeoutException e) {
      return failed(
          root + path + " did not answer within " + patience.toSeconds() + " s",
          "Is the model still being loaded? Try again, or check the address.");
    } catch (ConnectException e) {
      return failed(
          "nothing listens at " + root.getAuthority(), "Start the server, or check the address.");
    } catch (IOException e) {
      return failed(
          root + path + " broke off: " + reason(e),
          "Check the address: is it http where it should be https, or the other way round?");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed("interrupted", "Run the command again.");
    }
  }

  private static @Nullable Finding refusal(HttpResponse<String> response) {
    int status = response.statusCode();
    boolean listing = response.request().method().equals("GET");
    if (status < 300 || status == 404 && listing) {
      return null;
    }
    if (status == 401 || status == 403) {
      return Finding.broken(
          SUBJECT,
          "refuses the key (status " + status + ")",
          "Put a valid one into the variable LKJAGENT_API_KEY.");
    }
    return Finding.broken(
        SUBJECT,
        response.uri() + " answers with status " + status,
        status == 404
            ? "The address usually ends in /v1/chat/completions."
            : "Look into the server's log.");
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static Answer failed(String text, String wayOut) {
    return new Answer(0, "", Finding.broken(SUBJECT, text, wayOut));
  }
}
