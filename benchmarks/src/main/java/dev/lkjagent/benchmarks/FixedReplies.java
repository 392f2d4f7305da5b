package dev.lkjagent.benchmarks;

import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import java.nio.charset.StandardCharsets;

/**
 * Gives the same replies in turn to whoever asks, at once. With one reply it is for any number of
 * threads; with several, for one.
 */
public final class FixedReplies implements Model {
  private final byte[][] replies;
  private int next;

  /**
   * A model.
   *
   * @param replies what it says, at least one reply
   */
  public FixedReplies(String... replies) {
    this.replies = new byte[replies.length][];
    for (int i = 0; i < replies.length; i++) {
      this.replies[i] = replies[i].getBytes(StandardCharsets.UTF_8);
    }
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    byte[] reply = replies[next];
    if (replies.length > 1) {
      next = (next + 1) % replies.length;
    }
    sink.text(reply, 0, reply.length);
    sink.done(FinishReason.STOP);
    return ModelCall.COMPLETE;
  }

  @Override
  public String description() {
    return "fixed replies";
  }

  @Override
  public boolean isLanguageModel() {
    return false;
  }
}
