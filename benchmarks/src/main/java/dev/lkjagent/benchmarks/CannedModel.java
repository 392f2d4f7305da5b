package dev.lkjagent.benchmarks;

import dev.lkjagent.json.JsonReader;
import dev.lkjagent.json.JsonWriter;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.NodeKind;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Path;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import java.nio.charset.StandardCharsets;

/**
 * A model that answers at once and does the work of an endpoint's client for it: it writes the
 * prompt as a chat-completions request, reads {@code chat.json} as the answer, checks that there is
 * a text in it, and then gives the reply of {@link CycleInputs}.
 *
 * <p>For one agent: called on its worker's thread only.
 */
final class CannedModel implements Model {
  private static final Path CONTENT = Path.of("choices[0].message.content");
  private static final byte[] FRAME =
      "{\"model\":\"canned\",\"messages\":[{\"role\":\"system\",\"content\":\"\"},{\"role\":\"user\",\"content\":\"\"}],\"temperature\":0.7}"
          .getBytes(StandardCharsets.UTF_8);

  private final JsonReader reader = new JsonReader();
  private final JsonWriter writer = new JsonWriter();
  private final byte[] answer = Inputs.document("chat.json");
  private byte[] body = new byte[1 << 16];
  private MemoryPool pool;
  private OwnedTree frame;
  private Document response;
  private long[] contents;
  private int calls;

  /** Bytes of the last prompt. */
  private volatile int promptBytes;

  int promptBytes() {
    return promptBytes;
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    if (pool == null) {
      open();
    }
    promptBytes = request.lengthBytes();
    for (int i = 0; i < contents.length; i++) {
      int from = request.textFrom(i);
      frame.setText(contents[i], request.bytes(), from, request.textTo(i) - from);
    }
    if (writer.write(frame, frame.root(), body, 0) < request.lengthBytes()) {
      throw new IllegalStateException("the request was not written");
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

  private void open() {
    pool =
        MemoryPool.open(
            PoolSpec.SMALL.toBuilder().tier(4096, 16).tier(65_536, 4).documentNodes(4096).build());
    frame = new OwnedTree(pool.root());
    response = new Document(pool.root());
    reader.parseOrThrow(FRAME, frame);
    contents =
        new long[] {
          Path.of("messages[0].content").find(frame), Path.of("messages[1].content").find(frame)
        };
    if (NodeKind.of(frame.kind(contents[0])) != NodeKind.STRING) {
      throw new IllegalStateException("the request has no place for the prompt");
    }
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
