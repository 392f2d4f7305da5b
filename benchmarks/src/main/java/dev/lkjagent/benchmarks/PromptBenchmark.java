package dev.lkjagent.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.json.JsonReader;
import dev.lkjagent.json.JsonWriter;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Path;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.WorkingMemory;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.prompt.Inbox;
import dev.lkjagent.runtime.prompt.PromptRenderer;
import dev.lkjagent.runtime.prompt.PromptSource;
import dev.lkjagent.runtime.prompt.TokenEstimator;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Twenty entries of working memory into a prompt of 4.6 KB, and that into the body of a chat
 * request; every fourth entry has characters that XML escapes. Plain Java does it with a
 * StringBuilder over a map of strings, and Jackson.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PromptBenchmark {
  private static final int ENTRIES = 20;
  private static final byte[] FRAME =
      "{\"model\":\"canned\",\"messages\":[{\"role\":\"system\",\"content\":\"\"},{\"role\":\"user\",\"content\":\"\"}]}"
          .getBytes(StandardCharsets.UTF_8);
  private static final byte[] SYSTEM =
      "You are an agent whose memory is bounded. ".repeat(4).getBytes(StandardCharsets.UTF_8);

  private final ObjectMapper jackson = new ObjectMapper();
  private final Map<String, String> entries = new LinkedHashMap<>();
  private final PromptRenderer renderer = new PromptRenderer();
  private final ModelRequest request = new ModelRequest();
  private final JsonWriter writer = new JsonWriter();
  private final byte[] body = new byte[1 << 16];
  private MemoryPool pool;
  private WorkingMemory memory;
  private OwnedTree frame;
  private long[] contents;
  private Source source;

  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  private record Source(
      WorkingMemory memory,
      byte[] system,
      byte[] stateName,
      byte[] statePrompt,
      Inbox inbox,
      TokenEstimator estimator)
      implements PromptSource {
    @Override
    public long cycle() {
      return 17;
    }

    @Override
    public long lastCycle() {
      return 0;
    }
  }

  /** Fills the memories. */
  @Setup
  public void open() {
    pool = MemoryPool.open(PoolSpec.SMALL.toBuilder().tier(256, 512).build());
    memory = new WorkingMemory(pool.root());
    for (int i = 0; i < ENTRIES; i++) {
      String tags = "note_" + i;
      String text =
          "what was "
              + (i % 4 == 0 ? "<noted> & kept " : "noted and kept ")
              + "in an earlier cycle of this very agent ".repeat(4);
      entries.put(tags, text);
      byte[] name = tags.getBytes(StandardCharsets.UTF_8);
      byte[] value = text.getBytes(StandardCharsets.UTF_8);
      memory.put(EntryKind.NOTE, name, 0, name.length, value, 0, value.length, i);
    }
    memory.commit();
    byte[] state = "thinking".getBytes(StandardCharsets.UTF_8);
    source = new Source(memory, SYSTEM, state, SYSTEM, new Inbox(), new TokenEstimator());
    frame = new OwnedTree(pool.root());
    new JsonReader().parseOrThrow(FRAME, frame);
    contents =
        new long[] {
          Path.of("messages[0].content").find(frame), Path.of("messages[1].content").find(frame)
        };
    if (request() < CycleInputs.PROMPT_BYTES || plainRequest().length < CycleInputs.PROMPT_BYTES) {
      throw new IllegalStateException("the prompt is shorter than 4.6 KB");
    }
  }

  /** Ends the pool. */
  @TearDown
  public void close() {
    frame.close();
    memory.close();
    pool.close();
  }

  /** Ours: the prompt. */
  @Benchmark
  public int render() {
    renderer.render(source, Long.MAX_VALUE, request);
    return request.lengthBytes();
  }

  /** Ours: the prompt and the request. */
  @Benchmark
  public int request() {
    render();
    for (int i = 0; i < contents.length; i++) {
      int from = request.textFrom(i);
      frame.setText(contents[i], request.bytes(), from, request.textTo(i) - from);
    }
    return writer.write(frame, frame.root(), body, 0);
  }

  /** The prompt by a StringBuilder. */
  @Benchmark
  public byte[] plainRender() {
    return prompt().getBytes(StandardCharsets.UTF_8);
  }

  /** The prompt by a StringBuilder, the request by Jackson. */
  @Benchmark
  public byte[] plainRequest() throws IllegalStateException {
    ObjectNode root = jackson.createObjectNode().put("model", "canned");
    ArrayNode messages = root.putArray("messages");
    messages
        .addObject()
        .put("role", "system")
        .put("content", new String(SYSTEM, StandardCharsets.UTF_8));
    messages.addObject().put("role", "user").put("content", prompt());
    try {
      return jackson.writeValueAsBytes(root);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private String prompt() {
    StringBuilder out = new StringBuilder("<working_memory>\n");
    entries.forEach(
        (tags, text) -> {
          out.append("<entry tags=\"").append(tags).append("\">");
          for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
              case '<' -> out.append("&lt;");
              case '>' -> out.append("&gt;");
              case '&' -> out.append("&amp;");
              default -> out.append(c);
            }
          }
          out.append("</entry>\n");
        });
    return out.append("</working_memory>\n<state name=\"thinking\" cycle=\"17\">")
        .append(new String(SYSTEM, StandardCharsets.UTF_8))
        .append("</state>\n")
        .toString();
  }
}
