package dev.lkjagent.testkit;

import com.sun.management.ThreadMXBean;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.ModelCall;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.telemetry.Metrics;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Answers prompts with the same replies round and round, and counts what the worker's thread
 * allocates from a commit to the next prompt, and from there to the next commit. A reply that leads
 * to a fault is not given again. Everything happens on one worker.
 */
final class Meter implements Model, Metrics {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int CONTENT_ROUNDS = 3;
  private static final byte[] FINISH =
      AgentReply.empty().finish("").toString().getBytes(StandardCharsets.UTF_8);

  private final List<byte[]> replies;
  private final long limitBytes;
  private int next;
  private int last;
  private long mark;
  private boolean counts;
  private boolean faulted;
  private int cyclesOfRound;
  private long rendering;
  private long acting;
  private int rounds;
  private int contentRounds;
  private long leastRendering;
  private long leastActing;

  Meter(List<byte[]> replies, long limitBytes) {
    this.replies = replies;
    this.limitBytes = limitBytes;
  }

  long limitBytes() {
    return limitBytes;
  }

  /** Whether enough rounds in a row stayed below the limit. */
  boolean isContent() {
    return contentRounds >= CONTENT_ROUNDS;
  }

  /** How many rounds were counted from the first reply to the last. */
  int rounds() {
    return rounds;
  }

  /** Of the round that allocated least, bytes per cycle. */
  long leastRendering() {
    return leastRendering;
  }

  /** Of the round that allocated least, bytes per cycle. */
  long leastActing() {
    return leastActing;
  }

  /** Never gives the last reply again; answers whether there is another. */
  boolean dropLast() {
    if (last < replies.size()) {
      replies.remove(last);
    }
    beginRound();
    return !replies.isEmpty();
  }

  private void beginRound() {
    next = 0;
    cyclesOfRound = 0;
    rendering = 0;
    acting = 0;
    counts = false;
  }

  private void endRound() {
    boolean content = rendering + acting <= limitBytes * cyclesOfRound;
    contentRounds = content ? contentRounds + 1 : 0;
    if (rounds++ == 0 || rendering + acting < (leastRendering + leastActing) * cyclesOfRound) {
      leastRendering = rendering / cyclesOfRound;
      leastActing = acting / cyclesOfRound;
    }
    cyclesOfRound = 0;
    rendering = 0;
    acting = 0;
  }

  private long sinceMark() {
    return THREADS.getCurrentThreadAllocatedBytes() - mark;
  }

  @Override
  public ModelCall start(ModelRequest request, ReplySink sink) {
    rendering += counts ? sinceMark() : 0;
    last = replies.isEmpty() ? 0 : next % replies.size();
    next = last + 1;
    byte[] reply = isContent() || replies.isEmpty() ? FINISH : replies.get(last);
    mark = THREADS.getCurrentThreadAllocatedBytes();
    sink.text(reply, 0, reply.length);
    sink.done(FinishReason.STOP);
    return ModelCall.COMPLETE;
  }

  /** The worker hands a change to the store. */
  void commits() {
    if (faulted) {
      faulted = false;
      dropLast();
    } else if (!isContent()) {
      // What the first cycle took before its prompt was not seen.
      if (counts) {
        acting += sinceMark();
        if (++cyclesOfRound >= replies.size()) {
          endRound();
        }
      }
      counts = true;
    }
  }

  /** The store has answered. */
  void committed() {
    mark = THREADS.getCurrentThreadAllocatedBytes();
  }

  @Override
  public void fault(FaultCode code) {
    faulted = true;
  }

  @Override
  public String description() {
    return "the replies of a rehearsal";
  }

  @Override
  public boolean isLanguageModel() {
    return false;
  }
}
