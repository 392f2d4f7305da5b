package dev.lkjagent.runtime.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.runtime.config.LlmConfig;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks a server which models it offers: {@code GET …/models}, beside its chat completions. */
final class ModelList {
  private static final String CHAT = "/chat/completions";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final URI uri;
  private final ApiKey key;
  private final AnswerFault faults;
  private final LlmConfig config;

  /** Beside an address of chat completions. */
  ModelList(URI chat, ApiKey key, LlmConfig config) {
    String path = chat.getRawPath();
    String above = path.endsWith(CHAT) ? path.substring(0, path.length() - CHAT.length()) : path;
    String query = chat.getRawQuery() == null ? "" : "?" + chat.getRawQuery();
    String address = chat.getScheme() + "://" + chat.getRawAuthority() + above + "/models";
    this.uri = URI.create(address + query);
    this.key = key;
    this.faults = new AnswerFault(address, key);
    this.config = config;
  }

  /** The names; empty if the server has no such list. */
  Optional<List<String>> ask(HttpClient client, Duration patience) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).timeout(patience).header("Accept", "application/json");
    key.addTo(request);
    int status = 0;
    try {
      HttpResponse<InputStream> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      status = answer.statusCode();
      byte[] body;
      try (InputStream in = answer.body()) {
        body = in.readNBytes(config.limits().maxAnswerBytes());
      }
      if (status == 404 || status == 405) {
        return Optional.empty();
      }
      if (status < 200 || status > 299) {
        String location = answer.headers().firstValue("Location").orElse(null);
        throw faults.status(status, location, body, body.length).asException();
      }
      return Optional.of(names(body));
    } catch (IOException broken) {
      throw fault(broken, patience, status).asException();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw faults.other(FaultCode.CANCELLED, "was not waited for").asException();
    }
  }

  private Fault fault(IOException broken, Duration patience, int status) {
    boolean late =
        broken instanceof HttpTimeoutException && !(broken instanceof HttpConnectTimeoutException);
    return late
        ? faults.other(
            FaultCode.MODEL_TIMEOUT,
            "did not answer within " + patience.toMillis() + " ms; try again, or check its address")
        : BrokenConnection.fault(broken, faults, config.timeout(), status, 0);
  }

  private List<String> names(byte[] body) {
    JsonNode data;
    try {
      data = MAPPER.readTree(body).path("data");
    } catch (IOException malformed) {
      throw faults.unreadable(body, body.length, "").asException();
    }
    if (!data.isArray()) {
      throw faults
          .other(
              FaultCode.MODEL_ANSWER_UNREADABLE,
              "answered with JSON that is no list of models; llm.endpoint must be the full address"
                  + " of a chat-completions endpoint")
          .asException();
    }
    List<String> names = new ArrayList<>();
    for (JsonNode model : data) {
      names.add(key.scrub(model.path("id").asText()));
    }
    return names;
  }
}
