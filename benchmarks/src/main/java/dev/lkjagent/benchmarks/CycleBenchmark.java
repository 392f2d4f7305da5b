package dev.lkjagent.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.TierReport;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.MemoryLimits.Log;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.Store;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
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
 * One turn of an agent whose memory is full, with a canned model in process.
 *
 * <p>Ours renders a prompt of 4.6 KB, writes it as a chat request, reads {@code chat.json}, reads
 * {@code agent.xml} as the model's reply, adds the entry, logs, checks limits, and encodes the
 * change, the journal and the trace: once with a store that only says yes, once with one in memory
 * that keeps every commit. <i>Plain Java</i> does the same reading and writing with Jackson and the
 * JDK's DOM, and puts the entry into a map; it has no logs, no limits, no undo and no journal.
 * LangChain4j renders the request of its OpenAI adapter, parses a response and keeps a window of 20
 * messages of together as many bytes, in memory or as JSON.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CycleBenchmark {
  private static final int CYCLES = 1000;

  /** As long as makes the window of 20 messages as long as our prompt. */
  private static final String MESSAGE =
      "Go on with chapter three and keep your note on the progress up to date. ".repeat(4);

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

  private final ObjectMapper jackson = new ObjectMapper();
  private final byte[] answer = Inputs.document("chat.json");
  private final byte[] reply = CycleInputs.reply(CycleInputs.NOTES);
  private final String prompt = CycleInputs.prompt();
  private final Map<String, String> entries = new HashMap<>();
  private DocumentBuilder dom;
  private AgentHost acknowledged;
  private AgentHost stored;
  private final AcknowledgingStore acknowledging = new AcknowledgingStore();
  private Agent agent;
  private Agent storedAgent;
  private Assistant assistant;
  private Assistant storingAssistant;

  /** Fills all memories. */
  @Setup
  public void open() throws Exception {
    dom = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    CannedModel model = new CannedModel();
    acknowledged = host(model, acknowledging);
    agent = agent(acknowledged, model);
    model = new CannedModel();
    stored = host(model, new InMemoryStore());
    storedAgent = agent(stored, model);
    assistant = assistant(MessageWindowChatMemory.withMaxMessages(20));
    storingAssistant =
        assistant(
            MessageWindowChatMemory.builder()
                .maxMessages(20)
                .chatMemoryStore(new JsonStore())
                .build());
    for (int i = 0; i < 20; i++) {
      langChain4j();
      langChain4jStored();
    }
  }

  private static AgentHost host(Model model, Store store) {
    return AgentHost.builder()
        .model(model)
        .store(store)
        .pool(PoolSpec.SMALL.toBuilder().tier(256, 512).build())
        .build();
  }

  private static Agent agent(AgentHost host, CannedModel model) {
    Agent agent =
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
    agent.resume(CycleInputs.CHECKED);
    int bytes = model.promptBytes();
    if (Math.abs(bytes - CycleInputs.PROMPT_BYTES) > CycleInputs.PROMPT_BYTES / 20) {
      throw new IllegalStateException(
          "the prompt has " + bytes + " bytes; the comparison wants " + CycleInputs.PROMPT_BYTES);
    }
    if (agent.status().faults() > 0) {
      throw new IllegalStateException("the agent had faults");
    }
    return agent;
  }

  private static Assistant assistant(MessageWindowChatMemory memory) {
    OpenAiChatModel model =
        OpenAiChatModel.builder()
            .httpClientBuilder(new CannedHttp())
            .baseUrl("http://localhost:1/v1")
            .apiKey("none")
            .modelName("canned")
            .maxRetries(0)
            .build();
    return AiServices.builder(Assistant.class).chatModel(model).chatMemory(memory).build();
  }

  /** Returns the memory. */
  @TearDown
  public void close() {
    for (AgentHost host : List.of(acknowledged, stored)) {
      Store store = host.store();
      host.close();
      store.close();
    }
  }

  /** Ours, up to the door of the store. */
  @Benchmark
  @OperationsPerInvocation(CYCLES)
  public Object cycle() {
    return cycle(CYCLES);
  }

  Object cycle(long cycles) {
    return agent.resume(cycles);
  }

  /** How many slots of its pool are taken. */
  int slots() {
    return acknowledged.poolReports().get(0).tiers().stream().mapToInt(TierReport::live).sum();
  }

  /** How many bytes the last cycle hands to the store. */
  long changeBytes() {
    return acknowledging.changeBytes();
  }

  /** Ours, with a store that keeps every commit. */
  @Benchmark
  @OperationsPerInvocation(CYCLES)
  public Object cycleStored() {
    return cycleStored(CYCLES);
  }

  Object cycleStored(long cycles) {
    return storedAgent.resume(cycles);
  }

  /** The prompt escaped, the answer and the reply read, one entry added, without a framework. */
  @Benchmark
  public Object plainJava() throws Exception {
    ObjectNode request = jackson.createObjectNode().put("model", "canned");
    ArrayNode messages = request.putArray("messages");
    messages.addObject().put("role", "user").put("content", prompt);
    byte[] body = jackson.writeValueAsBytes(request);
    JsonNode response = jackson.readTree(answer);
    String content = response.at("/choices/0/message/content").asText();
    org.w3c.dom.Document tree = dom.parse(new ByteArrayInputStream(reply));
    String tags = tree.getElementsByTagName("tags").item(0).getTextContent();
    entries.put(tags, tree.getElementsByTagName("value").item(0).getTextContent());
    return body.length + content.length();
  }

  /** LangChain4j with its OpenAI adapter over a client that answers at once. */
  @Benchmark
  public String langChain4j() {
    return assistant.chat(MESSAGE);
  }

  /** The same, with its memory kept as JSON. */
  @Benchmark
  public String langChain4jStored() {
    return storingAssistant.chat(MESSAGE);
  }

  private static final class JsonStore implements ChatMemoryStore {
    private final Map<Object, byte[]> texts = new HashMap<>();

    @Override
    public List<ChatMessage> getMessages(Object id) {
      byte[] text = texts.get(id);
      return text == null
          ? List.of()
          : ChatMessageDeserializer.messagesFromJson(new String(text, StandardCharsets.UTF_8));
    }

    @Override
    public void updateMessages(Object id, List<ChatMessage> messages) {
      texts.put(
          id, ChatMessageSerializer.messagesToJson(messages).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void deleteMessages(Object id) {
      texts.remove(id);
    }
  }
}
