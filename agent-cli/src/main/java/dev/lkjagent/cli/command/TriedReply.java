package dev.lkjagent.cli.command;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.model.Demand;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.HttpModel;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.model.ToolCall;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint did with one request.
 *
 * @param fault why it did not reply; null if it did
 * @param streamed whether the reply came as a stream
 * @param counted whether it told how many tokens it took
 * @param calledTool whether it called a tool
 */
record TriedReply(@Nullable Fault fault, boolean streamed, boolean counted, boolean calledTool) {
  /** Asks, waits for the end of the reply as long as the model's time-outs say, and closes. */
  static TriedReply of(HttpModel open, ModelRequest request) {
    try (HttpModel model = open) {
      Heard heard = new Heard();
      var unused = model.start(request, heard);
      @Nullable Fault fault = heard.end.join().fault;
      return new TriedReply(fault, model.hasStreamed(), heard.counted, heard.calledTool);
    }
  }

  /** Where the reply goes: all but its text is of interest. */
  private static final class Heard implements ReplySink {
    private final CompletableFuture<Heard> end = new CompletableFuture<>();
    private volatile @Nullable Fault fault;
    private volatile boolean counted;
    private volatile boolean calledTool;

    @Override
    public Demand text(byte[] bytes, int from, int to) {
      return Demand.MORE;
    }

    @Override
    public void toolCall(ToolCall call) {
      calledTool = true;
    }

    @Override
    public void usage(long promptTokens, long replyTokens, long cached, long reasoning) {
      counted = true;
    }

    @Override
    public void done(FinishReason reason) {
      end.complete(this);
    }

    @Override
    public void failed(Fault why) {
      fault = why;
      end.complete(this);
    }
  }
}
