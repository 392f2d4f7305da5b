package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.journal.Decoder;
import dev.lkjagent.runtime.journal.Encoder;
import dev.lkjagent.runtime.journal.TraceHash;
import dev.lkjagent.runtime.memory.WorkingMemory;
import dev.lkjagent.runtime.prompt.Inbox;
import dev.lkjagent.runtime.prompt.PromptSource;
import dev.lkjagent.runtime.prompt.TokenEstimator;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.runtime.state.States;
import dev.lkjagent.runtime.store.Bytes;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.Message;
import dev.lkjagent.runtime.store.Snapshot;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All that an agent is between two cycles: its memory, which lies in the pool, and the counters
 * that every commit writes to the head.
 */
final class Mind implements PromptSource {
  private static final int HEAD_FORMAT = 1;
  private static final int LOGS = 3;

  final WorkingMemory memory;
  final Inbox inbox = new Inbox();
  final TokenEstimator estimator = new TokenEstimator();
  final Counters now = new Counters();

  private final AgentSpec spec;
  private final Counters before = new Counters();
  private final Decoder decoder = new Decoder();

  long version;
  long incarnation;
  long cycle;

  /** What a cycle may change beside memory, and what an undo has to bring back. */
  static final class Counters {
    int state;
    int resumeState;
    int ratio = TokenEstimator.INITIAL;
    long runFirstCycle = 1;
    long promptTokens;
    long replyTokens;
    long runTokens;
    long runMillis;
    int faultsInRow;
    int repeats;
    long actionsHash;
    long faults;
    final long[] logged = new long[LOGS];
    final byte[] trace = new byte[TraceHash.BYTES];
    byte[] result = new byte[0];
    boolean finished;

    /** When the agent goes on by itself; it stands in every commit, not in the head. */
    long due = Change.NEVER;

    void copyFrom(Counters other) {
      state = other.state;
      resumeState = other.resumeState;
      ratio = other.ratio;
      runFirstCycle = other.runFirstCycle;
      promptTokens = other.promptTokens;
      replyTokens = other.replyTokens;
      runTokens = other.runTokens;
      runMillis = other.runMillis;
      faultsInRow = other.faultsInRow;
      repeats = other.repeats;
      actionsHash = other.actionsHash;
      faults = other.faults;
      System.arraycopy(other.logged, 0, logged, 0, LOGS);
      System.arraycopy(other.trace, 0, trace, 0, trace.length);
      result = other.result;
      finished = other.finished;
      due = other.due;
    }
  }

  Mind(AgentSpec spec, Scope scope) {
    this.spec = spec;
    memory = new WorkingMemory(scope);
    now.state = spec.states().indexOf(States.THINKING);
    now.resumeState = now.state;
  }

  /** Becomes what a snapshot says. */
  void load(Snapshot snapshot) {
    now.copyFrom(new Counters());
    now.state = spec.states().indexOf(States.THINKING);
    now.resumeState = now.state;
    version = snapshot.version();
    incarnation = snapshot.incarnation();
    cycle = snapshot.cycle();
    if (snapshot.checkpoint() != null) {
      apply(snapshot.checkpoint().image(), "checkpoint of cycle " + snapshot.checkpoint().cycle());
    }
    for (Commit commit : snapshot.commits()) {
      apply(commit.delta(), "delta of cycle " + commit.cycle());
    }
    decodeHead(snapshot.head().toArray());
    int index = spec.states().indexOf(snapshot.state());
    now.state = index < 0 ? spec.states().indexOf(States.THINKING) : index;
    boolean waits = spec.states().get(now.state).effect() == AgentState.Effect.SUSPEND;
    now.due = waits ? snapshot.due() : Change.NEVER;
    estimator.ratio(now.ratio);
    for (Message message : snapshot.inbox()) {
      add(message);
    }
    begin();
  }

  /** Writes all of it but the inbox, which must be empty, behind one another: counters, memory. */
  Parked freeze(Encoder out, long allowed, @Nullable RunResult rest) {
    out.clear();
    encodeHead(out, false);
    int headBytes = out.size();
    memory.encodeImage(out);
    byte[] bytes = Arrays.copyOf(out.array(), out.size());
    return new Parked(
        bytes, headBytes, now.state, version, incarnation, cycle, allowed, now.due, rest);
  }

  /** Becomes what was frozen. */
  void thaw(Parked parked) {
    decodeHead(parked.bytes());
    now.state = parked.state();
    now.due = parked.due();
    version = parked.version();
    incarnation = parked.incarnation();
    cycle = parked.cycle();
    estimator.ratio(now.ratio);
    Status status = memory.apply(parked.bytes(), parked.headBytes(), parked.bytes().length);
    if (status != Status.OK) {
      memory.close();
      throw FaultCode.BUDGET_EXHAUSTED
          .with(
              "the memory of agent \""
                  + spec.name()
                  + "\" was parked and finds no room in its worker's pool: "
                  + status.meaning()
                  + "; raise the pool, or lower AgentHost.Builder.maxActive")
          .asException();
    }
    memory.commit();
    begin();
  }

  void add(Message message) {
    inbox.add(message.id(), message.from(), message.text().toArray(), message.time());
  }

  private void apply(Bytes change, String what) {
    byte[] bytes = change.toArray();
    Status status = memory.apply(bytes, 0, bytes.length);
    if (status != Status.OK) {
      memory.close();
      throw (status == Status.MALFORMED ? FaultCode.STORE_CORRUPT : FaultCode.BUDGET_EXHAUSTED)
          .with(
              "the "
                  + what
                  + " of agent \""
                  + spec.name()
                  + "\" can't be loaded: "
                  + status.meaning()
                  + (status == Status.MALFORMED
                      ? "; go back to an earlier cycle"
                      : "; raise its budget"))
          .asException();
    }
    memory.commit();
  }

  /** Remembers the counters, so that {@link #undo} can bring them back. */
  void begin() {
    before.copyFrom(now);
  }

  /** Takes back what the cycle under way changed; but its faults happened. */
  void undo() {
    memory.undo();
    long faults = now.faults;
    now.copyFrom(before);
    now.faults = faults;
    estimator.ratio(now.ratio);
  }

  /** Writes the counters as they are, or as they were before the cycle under way. */
  void encodeHead(Encoder out, boolean asBefore) {
    Counters from = asBefore ? before : now;
    encodeHead(out, spec.states().name(from.resumeState), from);
  }

  /** Writes counters; the state to go back to after paging by its name. */
  static void encodeHead(Encoder out, byte[] resume, Counters from) {
    out.put(HEAD_FORMAT);
    out.putSized(resume, 0, resume.length);
    out.putVar(from.ratio);
    out.putVar(from.runFirstCycle);
    out.putVar(from.promptTokens);
    out.putVar(from.replyTokens);
    out.putVar(from.runTokens);
    out.putVar(from.runMillis);
    out.putVar(from.faultsInRow);
    out.putVar(from.repeats);
    out.putLong(from.actionsHash);
    out.putVar(from.faults);
    for (long count : from.logged) {
      out.putVar(count);
    }
    out.put(from.finished ? 1 : 0);
    out.putSized(from.result, 0, from.result.length);
    out.putBytes(from.trace, 0, from.trace.length);
  }

  private void decodeHead(byte[] head) {
    if (head.length == 0) {
      return;
    }
    Decoder in = decoder.open(head, 0, head.length);
    int format = in.next();
    int name = in.range();
    int resume = spec.states().find(head, name, in.at());
    now.resumeState = resume < 0 ? spec.states().indexOf(States.THINKING) : resume;
    now.ratio = (int) in.number();
    now.runFirstCycle = in.number();
    now.promptTokens = in.number();
    now.replyTokens = in.number();
    now.runTokens = in.number();
    now.runMillis = in.number();
    now.faultsInRow = (int) in.number();
    now.repeats = (int) in.number();
    int hash = in.skip(Long.BYTES);
    now.actionsHash = 0;
    for (int i = Long.BYTES - 1; i >= 0 && !in.failed(); i--) {
      now.actionsHash = now.actionsHash << 8 | head[hash + i] & 0xFF;
    }
    now.faults = in.number();
    for (int i = 0; i < LOGS; i++) {
      now.logged[i] = in.number();
    }
    now.finished = in.next() != 0;
    int result = in.range();
    now.result = Arrays.copyOfRange(head, result, in.at());
    int trace = in.skip(TraceHash.BYTES);
    if (in.failed() || format != HEAD_FORMAT) {
      throw FaultCode.STORE_CORRUPT
          .with(
              "the counters of agent \""
                  + spec.name()
                  + "\" are damaged; go back to an earlier cycle")
          .asException();
    }
    System.arraycopy(head, trace, now.trace, 0, TraceHash.BYTES);
  }

  /** The limit of the run that was reached, or null. */
  @Nullable Fault limit() {
    Limits limits = spec.limits();
    if (limits.cycles() > 0 && cycle() > lastCycle()) {
      return FaultCode.LIMIT_CYCLES.with(
          "the run has had its "
              + limits.cycles()
              + " cycles; raise agent.iterate.max_iterations to go on");
    }
    if (limits.wallMillis() > 0 && now.runMillis >= limits.wallMillis()) {
      return FaultCode.LIMIT_TIME.with(
          "the run's cycles took "
              + now.runMillis
              + " ms of "
              + limits.wallMillis()
              + " ms; raise Limits.wallMillis to go on");
    }
    if (limits.tokens() > 0 && now.runTokens >= limits.tokens()) {
      return FaultCode.LIMIT_TOKENS.with(
          "the run took "
              + now.runTokens
              + " tokens of "
              + limits.tokens()
              + "; raise Limits.tokens to go on");
    }
    return null;
  }

  @Override
  public byte[] system() {
    return spec.system();
  }

  @Override
  public WorkingMemory memory() {
    return memory;
  }

  @Override
  public Inbox inbox() {
    return inbox;
  }

  @Override
  public byte[] stateName() {
    return spec.states().name(now.state);
  }

  @Override
  public byte[] statePrompt() {
    return spec.states().prompt(now.state);
  }

  @Override
  public long cycle() {
    return cycle + 1;
  }

  @Override
  public long lastCycle() {
    long limit = spec.limits().cycles();
    return limit == 0 ? 0 : now.runFirstCycle + limit - 1;
  }

  @Override
  public TokenEstimator estimator() {
    return estimator;
  }
}
