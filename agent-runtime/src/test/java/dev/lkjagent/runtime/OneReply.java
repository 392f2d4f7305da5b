package dev.lkjagent.runtime;

import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import java.nio.charset.StandardCharsets;

/** A model that says the same to whoever asks, at once; tests change what it does then. */
public class OneReply implements Model {
  private final byte[] reply;

  public OneReply(String reply) {
    this.reply = reply.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    return answer(reply, sink);
  }

  /** Says all of a reply, and that it was all. */
  protected static ModelCall answer(byte[] reply, ReplySink sink) {
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
}
