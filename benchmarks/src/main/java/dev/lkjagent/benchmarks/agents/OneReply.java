package dev.lkjagent.benchmarks.agents;

import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import java.nio.charset.StandardCharsets;

/** Says the same thing to everybody, at once. */
final class OneReply implements Model {
  private final byte[] reply;

  OneReply(String reply) {
    this.reply = reply.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
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
