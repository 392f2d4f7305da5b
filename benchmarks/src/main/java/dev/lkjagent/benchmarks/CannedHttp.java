package dev.lkjagent.benchmarks;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.time.Duration;

/** LangChain4j's port for HTTP, with an answer that is there at once. */
public final class CannedHttp implements HttpClientBuilder, HttpClient {
  /** Ten of these and ten of the user's messages make a window of about 4.6 KB. */
  private static final String RESPONSE =
      "{\"id\":\"chatcmpl-BxQ7mVw0Jk3Zc9Tn2RfLhY5eDsA1u\",\"object\":\"chat.completion\",\"created\":1755873210,"
          + "\"model\":\"canned\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
          + "Chapter three is written; the \\\"letter\\\" in the attic was found.\\n".repeat(3)
          + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":900,\"completion_tokens\":40,"
          + "\"total_tokens\":940}}";

  /** Makes a client. */
  public CannedHttp() {}

  @Override
  public Duration connectTimeout() {
    return Duration.ofSeconds(1);
  }

  @Override
  public HttpClientBuilder connectTimeout(Duration timeout) {
    return this;
  }

  @Override
  public Duration readTimeout() {
    return Duration.ofSeconds(1);
  }

  @Override
  public HttpClientBuilder readTimeout(Duration timeout) {
    return this;
  }

  @Override
  public HttpClient build() {
    return this;
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    return SuccessfulHttpResponse.builder().statusCode(200).body(RESPONSE).build();
  }

  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    throw new UnsupportedOperationException("nobody streams here");
  }
}
