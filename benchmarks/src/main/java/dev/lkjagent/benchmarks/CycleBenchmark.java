package dev.lkjagent.benchmarks;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiServices;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.MemoryLimits.Log;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.store.InMemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One turn of an agent whose memory is full, with a canned model in process: ours renders, reads,
 * acts, undoes or commits and traces, with a store in memory that keeps every commit; LangChain4j
 * renders the request of its OpenAI adapter, parses the response and keeps a window of 20 messages.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CycleBenchmark {
  private static final int CYCLES = 1000;
  private static final int NOTES = 6;
  private static final byte[] REPLY =
      ("<agent><next_state>executing</next_state><thinking_log>The note is kept up to date.</thinking_log>"
              + "<action><type>working_memory_add</type><tags>progress, chapter</tags>"
              + "<value>Chapter three is written; the letter in the attic was found.</value></action></agent>")
          .getBytes(StandardCharsets.UTF_8);

  /** As long as makes the window of 20 messages as long as our prompt. */
  private static final String MESSAGE =
      "Go on with chapter three and keep your note on the progress up to date. ".repeat(5);

  /** What LangChain4j makes an agent of. */
  public interface Assistant {
    /**
     * One turn.
     *
     * @param message what the user says
     * @return what the model answers
     */
    String chat(String message);
  }

  private AgentHost host;
  private Agent agent;
  private InMemoryStore store;
  private Assistant assistant;

  /** Fills both memories. */
  @Setup
  public void open() {
    store = new InMemoryStore();
    host =
        AgentHost.builder()
            .store(store)
            .model(new Canned())
            .pool(PoolSpec.SMALL.toBuilder().tier(256, 512).build())
            .build();
    agent =
        host.agent("cycle")
            .limits(
                Limits.DEFAULT.withCycles(0).withRepetition(Integer.MAX_VALUE, Integer.MAX_VALUE))
            .memory(
                new MemoryLimits(
                    4096,
                    3072,
                    8192,
                    new Log(5, "thinking_log_"),
                    new Log(5, "evaluation_log_"),
                    new Log(5, "execution_log_")))
            .checkpointEvery(0)
            .start();
    agent.resume(NOTES);
    OpenAiChatModel model =
        OpenAiChatModel.builder()
            .httpClientBuilder(new Stub())
            .baseUrl("http://localhost:1/v1")
            .apiKey("none")
            .modelName("canned")
            .maxRetries(0)
            .build();
    assistant =
        AiServices.builder(Assistant.class)
            .chatModel(model)
            .chatMemory(MessageWindowChatMemory.withMaxMessages(20))
            .build();
    for (int i = 0; i < 20; i++) {
      langChain4j();
    }
  }

  /** Returns the memory. */
  @TearDown
  public void close() {
    host.close();
    store.close();
  }

  /** Ours. */
  @Benchmark
  @OperationsPerInvocation(CYCLES)
  public Object cycle() {
    return agent.resume(CYCLES);
  }

  /** LangChain4j with its OpenAI adapter over a client that answers at once. */
  @Benchmark
  public String langChain4j() {
    return assistant.chat(MESSAGE);
  }

  private static final class Canned implements Model {
    private int calls;

    @Override
    public ModelCall start(ModelRequest request, ReplySink sink) {
      byte[] reply = calls < NOTES ? note(calls) : REPLY;
      calls++;
      sink.text(reply, 0, reply.length);
      sink.done(FinishReason.STOP);
      return ModelCall.COMPLETE;
    }

    private static byte[] note(int number) {
      return ("<agent><next_state>executing</next_state><action><type>memory_add</type><tags>note_"
              + number
              + "</tags><value>"
              + "what was noted in an earlier cycle ".repeat(6)
              + "</value></action></agent>")
          .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String description() {
      return "canned";
    }

    @Override
    public boolean isLanguageModel() {
      return false;
    }

    @Override
    public boolean takesTools() {
      return false;
    }

    @Override
    public void close() {}
  }

  private static final class Stub implements HttpClientBuilder, HttpClient {
    private static final String RESPONSE =
        "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"canned\",\"choices\":[{\"index\":0,"
            + "\"message\":{\"role\":\"assistant\",\"content\":\"Chapter three is written; the letter in the attic was"
            + " found.\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":900,\"completion_tokens\":40,"
            + "\"total_tokens\":940}}";

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
}
