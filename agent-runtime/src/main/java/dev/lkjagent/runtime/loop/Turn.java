package dev.lkjagent.runtime.loop;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.journal.Encoder;
import dev.lkjagent.runtime.model.Demand;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.model.ToolCall;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.CommitListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of one cycle under way: request, reply, outcomes and change. A worker keeps a few and
 * lends them, so an agent that waits has none.
 *
 * <p>The model and the store write to it from their own threads, one after the other; each ends
 * with a post to the worker, which is what makes the writes visible there. Answers that come before
 * {@code start} or {@code commit} return only set a flag.
 */
final class Turn implements ReplySink, CommitListener {
  final ModelRequest request = new ModelRequest();
  final Reply reply = new Reply();
  final Change change = new Change();
  final Encoder outcomes = new Encoder(512);

  /** What actions loaded from storage: tags and values one behind the other. */
  final Encoder loaded = new Encoder(16);

  final Encoder line = new Encoder(512);
  final List<ToolCall> toolCalls = new ArrayList<>(0);
  final List<Retry> retries = new ArrayList<>(0);

  final Recorder recorder = new Recorder();

  /** How often the model was asked. */
  int attempt;

  /** The next action of the reply. */
  int ordinal;

  /** How many faults there were. */
  int faults;

  /** The state in which the cycle began. */
  int stateBefore;

  /** When it began and when its actions had ended, in milliseconds since the epoch. */
  long begun;

  long settled;

  /** Until when the run rests after this cycle. */
  long pause;

  /** Whether something had to leave memory for want of room. */
  boolean pressed;

  boolean pagedForModel;

  /** Whether the reply ends the run, or a fault does. */
  boolean finishing;

  @Nullable Fault ending;

  /** Whether that fault was counted and told when it happened. */
  boolean endingTold;

  byte[] replyBytes = new byte[2048];
  int shownMessages;
  int estimate;
  int replyLength;
  int blockEnd;
  long promptTokens;
  long replyTokens;
  long cachedTokens;
  long committedVersion;
  @Nullable FinishReason finish;
  @Nullable Fault fault;
  ModelCall call = ModelCall.COMPLETE;

  private final Worker worker;
  final ReplyReader reader;
  private final Mail news = this::news;
  private @Nullable Cycle cycle;
  private int replyLimit;
  private boolean asking;
  private boolean answeredHere;

  /** An attempt that failed and was repeated. */
  record Retry(Fault because, int attempt, long pauseMillis) {}

  Turn(Worker worker) {
    this.worker = worker;
    reader = worker.newReader();
  }

  void lend(Cycle to, int maxReplyBytes) {
    cycle = to;
    replyLimit = maxReplyBytes;
    attempt = 0;
    ordinal = 0;
    faults = 0;
    pause = Change.NEVER;
    pressed = false;
    pagedForModel = false;
    finishing = false;
    ending = null;
    endingTold = false;
    outcomes.clear();
    loaded.clear();
    retries.clear();
    clearReply();
  }

  void clearReply() {
    replyLength = 0;
    blockEnd = -1;
    promptTokens = -1;
    replyTokens = -1;
    cachedTokens = -1;
    finish = null;
    fault = null;
    toolCalls.clear();
    reader.begin();
  }

  void giveBack() {
    cycle = null;
    call = ModelCall.COMPLETE;
    worker.giveTurn(this);
  }

  /** Called before something is asked that may answer before the question returns. */
  void expect() {
    answeredHere = false;
    asking = true;
  }

  /** Called after the question returned; answers whether the answer is there already. */
  boolean answeredInline() {
    asking = false;
    return answeredHere;
  }

  private void answer() {
    if (worker.isCurrent() && asking) {
      answeredHere = true;
    } else {
      worker.post(news);
    }
  }

  private void news() {
    Cycle owner = cycle;
    if (owner != null) {
      owner.answered(this);
    }
  }

  @Override
  public Demand text(byte[] bytes, int from, int to) {
    int more = Math.min(to - from, replyLimit - replyLength);
    if (more > replyBytes.length - replyLength) {
      replyBytes = Arrays.copyOf(replyBytes, Math.max(replyLength + more, replyBytes.length << 1));
    }
    System.arraycopy(bytes, from, replyBytes, replyLength, more);
    replyLength += more;
    blockEnd = reader.watch(replyBytes, replyLength);
    if (blockEnd >= 0) {
      replyLength = blockEnd;
      return Demand.ENOUGH;
    }
    return replyLength >= replyLimit ? Demand.ENOUGH : Demand.MORE;
  }

  @Override
  public void toolCall(ToolCall toolCall) {
    toolCalls.add(toolCall);
  }

  @Override
  public void usage(long prompt, long completion, long cachedPrompt, long reasoning) {
    promptTokens = prompt;
    replyTokens = completion;
    cachedTokens = cachedPrompt;
  }

  @Override
  public void retrying(Fault because, int attempt, long pauseMillis) {
    retries.add(new Retry(because, attempt, pauseMillis));
  }

  @Override
  public void done(FinishReason reason) {
    finish = reason;
    if (replyLength >= replyLimit && blockEnd < 0) {
      fault =
          FaultCode.REPLY_TOO_LARGE.with(
              "the reply has no end of its block within "
                  + replyLimit
                  + " bytes; answer in fewer words");
    }
    answer();
  }

  @Override
  public void failed(Fault why) {
    fault = why;
    answer();
  }

  @Override
  public void committed(Change done, long version) {
    fault = null;
    committedVersion = version;
    answer();
  }

  @Override
  public void refused(Change done, Fault why) {
    fault = why;
    answer();
  }
}
