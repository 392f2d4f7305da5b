package dev.lkjagent.benchmarks.fresh;

import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import java.nio.charset.StandardCharsets;

/** A model that has every agent note a text of 400 B, under tags that it takes in turn. */
final class OneReply implements Model {
  private static final String TEXT = "what was noted in an earlier cycle, and is kept ";
  static final int TEXT_BYTES = 400;

  private final byte[][] replies;
  private int calls;

  OneReply(int different) {
    replies = new byte[different][];
    String text = TEXT.repeat(TEXT_BYTES / TEXT.length() + 1).substring(0, TEXT_BYTES);
    for (int i = 0; i < different; i++) {
      replies[i] =
          ("<agent><next_state>executing</next_state><action><type>memory_add</type><tags>note_"
                  + i
                  + "</tags><value>"
                  + text
                  + "</value></action></agent>")
              .getBytes(StandardCharsets.UTF_8);
    }
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    byte[] reply = replies[calls++ % replies.length];
    sink.text(reply, 0, reply.length);
    sink.done(FinishReason.STOP);
    return ModelCall.COMPLETE;
  }

  @Override
  public String description() {
    return "one reply";
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
