package dev.lkjagent.benchmarks;

import dev.lkjagent.json.JsonReader;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.NodeView;
import dev.lkjagent.memory.tree.Path;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A model that answers at once and does the work of an endpoint's client for it: it writes the
 * prompt as a chat-completions request, reads {@code chat.json} as the answer, checks that there is
 * a text in it, and then gives the reply of {@link CycleInputs}.
 *
 * <p>For one agent: called on its worker's thread only.
 */
final class CannedModel implements Model {
  private static final Path CONTENT = Path.of("choices[0].message.content");

  /** What stands before, between and behind the texts of a system's and a user's message. */
  private static final byte[][] FRAME = {
    utf8("{\"model\":\"canned\",\"messages\":[{\"role\":\"system\",\"content\":\""),
    utf8("\"},{\"role\":\"user\",\"content\":\""),
    utf8("\"}],\"temperature\":0.7}")
  };

  private final JsonReader reader = new JsonReader();
  private final byte[] answer = Inputs.document("chat.json");
  private final byte[] body = new byte[1 << 16];
  private MemoryPool pool;
  private Document response;
  private int bodyLength;
  private int calls;

  /** Bytes of the last prompt. */
  private volatile int promptBytes;

  int promptBytes() {
    return promptBytes;
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    promptBytes = request.lengthBytes();
    bodyLength = 0;
    for (int i = 0; i < FRAME.length - 1; i++) {
      put(FRAME[i], 0, FRAME[i].length);
      put(request.jsonBytes(), request.jsonFrom(i), request.jsonTo(i));
    }
    put(FRAME[FRAME.length - 1], 0, FRAME[FRAME.length - 1].length);
    if (pool == null) {
      open();
    }
    if (calls < CycleInputs.CHECKED) {
      check(request);
    }
    reader.parseOrThrow(answer, response);
    long content = CONTENT.find(response);
    if (response.textLength(content) == 0) {
      throw new IllegalStateException("chat.json has no content");
    }
    byte[] reply = CycleInputs.reply(calls++);
    sink.text(reply, 0, reply.length);
    sink.done(FinishReason.STOP);
    return ModelCall.COMPLETE;
  }

  private void put(byte[] bytes, int from, int to) {
    System.arraycopy(bytes, from, body, bodyLength, to - from);
    bodyLength += to - from;
  }

  private void open() {
    pool = MemoryPool.open(PoolSpec.SMALL.toBuilder().tier(65_536, 4).documentNodes(4096).build());
    response = new Document(pool.root());
  }

  /** Reads the request and compares it with the prompt. */
  private void check(ModelRequest request) {
    reader.parseOrThrow(Arrays.copyOf(body, bodyLength), response);
    for (int i = 0; i < request.messageCount(); i++) {
      long content = Path.of("messages[" + i + "].content").find(response);
      if (!NodeView.of(response, content).text().equals(request.text(i))) {
        throw new IllegalStateException("the request does not hold the prompt");
      }
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String description() {
    return "canned";
  }

  @Override
  public boolean isLanguageModel() {
    return false;
  }
}
