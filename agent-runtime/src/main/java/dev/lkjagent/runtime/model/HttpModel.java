package dev.lkjagent.runtime.model;

import dev.lkjagent.runtime.config.LlmConfig;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Any OpenAI-compatible chat-completions endpoint, over the JDK's HTTP client: streaming or not,
 * with time-outs, limits and repetitions of its own. Plain {@code http} speaks HTTP/1.1, because
 * the upgrade header of HTTP/2 breaks common local servers. Redirects are not followed, so that a
 * key never goes to another host. A server that sends the key back does not bring it anywhere: in
 * replies, reasoning and tool calls three asterisks stand in its place, as in faults.
 *
 * <p>A server that refuses an optional member of the request ({@code stream_options}, {@code
 * temperature}, {@code max_tokens}) is asked again without it, and not sent it any more.
 *
 * <p>Replies arrive on threads of this model. Threads are daemons and end some time after {@link
 * #close}.
 */
public final class HttpModel implements Model {
  private final LlmConfig config;
  private final URI uri;
  private final String shownEndpoint;
  private final ApiKey key;
  private final AnswerFault faults;
  private final RetryPlan retries;
  private final ChatRequestWriter writer;
  private final Set<ChatRequestWriter.Optional> refused =
      Collections.synchronizedSet(EnumSet.noneOf(ChatRequestWriter.Optional.class));
  private final HttpClient client;
  private final ExecutorService threads;
  private final ScheduledThreadPoolExecutor timer;
  private final Set<HttpCall> calls = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private volatile boolean streamed;

  /**
   * A model for the endpoint that a configuration names. Nothing is connected to before the first
   * call.
   *
   * @param config where it is and how to speak to it
   * @param environment looks up an environment variable, for the key
   * @throws FaultException of code {@link FaultCode#CONFIG_INVALID} if the endpoint is no address
   *     or the key cannot be read
   */
  public HttpModel(LlmConfig config, UnaryOperator<@Nullable String> environment) {
    this(config, environment, Clock.systemUTC(), Math::random);
  }

  /**
   * A model with a clock and random numbers of the caller's.
   *
   * @param config where it is and how to speak to it
   * @param environment looks up an environment variable, for the key
   * @param clock tells how far away a date is that a server names
   * @param random gives numbers from 0 (inclusive) to 1, which vary the pauses between attempts
   * @throws FaultException of code {@link FaultCode#CONFIG_INVALID} if the endpoint is no address
   *     or the key cannot be read
   */
  public HttpModel(
      LlmConfig config,
      UnaryOperator<@Nullable String> environment,
      Clock clock,
      DoubleSupplier random) {
    this.config = config;
    this.uri = address(config.endpoint());
    this.shownEndpoint = shown(uri);
    this.key = ApiKey.of(config, environment);
    this.faults = new AnswerFault(shownEndpoint, key);
    this.retries = new RetryPlan(config.retry(), clock, random);
    this.writer = new ChatRequestWriter(config);
    this.threads = Executors.newCachedThreadPool(daemon("lkjagent-http"));
    this.timer = new ScheduledThreadPoolExecutor(1, daemon("lkjagent-http-timer"));
    this.timer.setRemoveOnCancelPolicy(true);
    this.client =
        HttpClient.newBuilder()
            .executor(threads)
            .connectTimeout(Duration.ofMillis(config.timeout().connectMs()))
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(isPlain(uri) ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2)
            .build();
  }

  private static ThreadFactory daemon(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Completes a server's base address to that of its chat completions. */
  static URI address(String endpoint) {
    URI given;
    try {
      given = new URI(endpoint);
    } catch (URISyntaxException malformed) {
      throw invalid(
          "is not an address ("
              + malformed.getReason()
              + " at index "
              + malformed.getIndex()
              + ")");
    }
    if (given.getHost() == null) {
      throw invalid("names no host");
    }
    if (given.getUserInfo() != null) {
      throw invalid("contains a user or password; use llm.api_key_env");
    }
    String path = given.getRawPath() == null ? "" : given.getRawPath().replaceAll("/+$", "");
    String full = path;
    if (path.isEmpty()) {
      full = "/v1/chat/completions";
    } else if (path.endsWith("/v1")) {
      full = path + "/chat/completions";
    }
    String query = given.getRawQuery() == null ? "" : "?" + given.getRawQuery();
    return URI.create(given.getScheme() + "://" + given.getRawAuthority() + full + query);
  }

  private static FaultException invalid(String says) {
    return FaultCode.CONFIG_INVALID
        .with("llm.endpoint " + says + "; an example is http://localhost:1234/v1/chat/completions")
        .asException();
  }

  private static boolean isPlain(URI uri) {
    return uri.getScheme().toLowerCase(Locale.ROOT).equals("http");
  }

  /** The address without its query, in which some servers expect secrets. */
  private static String shown(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    if (closed) {
      throw new IllegalStateException(description() + " is closed");
    }
    HttpCall call = new HttpCall(this, request, sink);
    calls.add(call);
    call.begin();
    return call;
  }

  /**
   * Asks the endpoint which models it offers ({@code GET …/models}), once, and waits for the
   * answer.
   *
   * @param patience how long to wait
   * @return their names, none if it offers none; empty if the endpoint has no such list
   * @throws FaultException if it is not there, refuses the key, or is not such an endpoint
   */
  public Optional<List<String>> offered(Duration patience) {
    return new ModelList(uri, key, config).ask(client, patience);
  }

  /**
   * Whether the endpoint streams.
   *
   * @return true as soon as an answer to a call of this model has come as a stream of events
   */
  public boolean hasStreamed() {
    return streamed;
  }

  void streams() {
    streamed = true;
  }

  void ended(HttpCall call) {
    calls.remove(call);
  }

  LlmConfig config() {
    return config;
  }

  ApiKey key() {
    return key;
  }

  AnswerFault faults() {
    return faults;
  }

  RetryPlan retries() {
    return retries;
  }

  HttpClient client() {
    return client;
  }

  ScheduledThreadPoolExecutor timer() {
    return timer;
  }

  byte[] body(ModelRequest request) {
    return writer.write(request, refused);
  }

  HttpRequest httpRequest(byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .header(
                "Accept",
                config.stream() ? "text/event-stream, application/json" : "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    key.addTo(request);
    return request.build();
  }

  /**
   * Remembers an optional member of a request that an error message names; false if there is none.
   */
  boolean leaveOut(String message, ModelRequest request) {
    for (ChatRequestWriter.Optional member : ChatRequestWriter.Optional.values()) {
      if (message.contains(member.member) && writer.sends(member, request)) {
        return refused.add(member);
      }
    }
    return false;
  }

  @Override
  public String description() {
    String named = config.model().isEmpty() ? "" : " " + config.model();
    return shownEndpoint + named + " (" + key + ")";
  }

  @Override
  public boolean isLanguageModel() {
    return true;
  }

  @Override
  public boolean takesTools() {
    return config.tools();
  }

  @Override
  public void close() {
    closed = true;
    calls.forEach(HttpCall::cancel);
    timer.shutdownNow();
    threads.shutdown();
  }

  /** What {@link #description} says. */
  @Override
  public String toString() {
    return description();
  }
}
