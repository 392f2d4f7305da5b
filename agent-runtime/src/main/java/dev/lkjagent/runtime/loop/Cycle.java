package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.CoreAction;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultPolicy;
import dev.lkjagent.runtime.journal.Encoder;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.MemoryListener;
import dev.lkjagent.runtime.memory.WorkingMemory;
import dev.lkjagent.runtime.prompt.Inbox;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.runtime.state.States;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.Message;
import dev.lkjagent.runtime.store.Snapshot;
import dev.lkjagent.runtime.store.Space;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * The life of one agent on its worker: one cycle after the other, each a walk through the steps,
 * which is left wherever an answer has to come from outside and taken up when it is there.
 * Everything here runs on the worker's thread.
 */
final class Cycle {
  /** Who sends tasks; the last one stays in working memory, pinned. */
  static final String TASK_SENDER = "task";

  private static final Logger LOG = LoggerFactory.getLogger(Cycle.class);

  /**
   * Marks what the caller of a run is told as well, so that a program that shows it can be quiet.
   */
  private static final Marker RESULT = MarkerFactory.getMarker("RESULT");

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final byte[] TASK_TAGS = Outcome.ascii("task");
  private static final byte[] MESSAGE_TAGS = Outcome.ascii("message,message_");

  /** Where a cycle is. */
  private enum Step {
    REST,
    BEGIN,
    ASK,
    ASKING,
    READ,
    ANNOUNCE,
    ANNOUNCING,
    ACT,
    ACTING,
    SETTLE,
    COMMIT,
    COMMITTING,
    COMMITTED
  }

  final AgentSpec spec;
  final Worker worker;
  final Scope scope;
  final Mind mind;

  private final Agent owner;
  private final Space ownSpace;
  private final CoreActions core;
  private final Calls calls;
  private final Mail advance = this::advance;
  private final List<CompletableFuture<RunResult>> waiting = new ArrayList<>(1);

  private Step step = Step.REST;
  private @Nullable Turn turn;
  private @Nullable RunResult rest;
  private long allowed;
  private boolean stopping;
  private boolean stale;
  private boolean checkpoint;
  private boolean closed;
  private boolean pressed;
  private boolean pagedForModel;
  private boolean finishing;
  private boolean fromRecord;
  private int attempt;
  private int ordinal;
  private int faultsHere;
  private int stateBefore;
  private long begun;
  private long settled;
  private long pause = Change.NEVER;
  private @Nullable Fault ending;

  Cycle(Agent owner, AgentSpec spec, Worker worker, Scope scope) {
    this.owner = owner;
    this.spec = spec;
    this.worker = worker;
    this.scope = scope;
    mind = new Mind(spec, scope);
    spec.pressure().prepare(mind.memory);
    ownSpace = Space.of(spec.name());
    core = new CoreActions(this);
    calls = new Calls(this);
  }

  void load(Snapshot snapshot) {
    mind.load(snapshot);
    calls.load(snapshot);
    fromRecord = !snapshot.cutOff().isEmpty();
  }

  /** Goes on where a parked agent stopped. */
  void thaw(Parked parked) {
    mind.thaw(parked);
    allowed = parked.allowed();
    rest = parked.rest();
  }

  /** Leaves the pool, if nothing but memory and counters has to be kept; null otherwise. */
  @Nullable Parked park() {
    if (step != Step.REST
        || closed
        || stale
        || checkpoint
        || fromRecord
        || !waiting.isEmpty()
        || mind.inbox.size() > 0
        || !calls.isIdle()) {
      return null;
    }
    Parked parked = mind.freeze(worker.scratch, allowed, rest);
    closed = true;
    calls.cancel();
    mind.memory.close();
    scope.close();
    return parked;
  }

  /** Whether nothing is under way and no cycle was cut off: all there is is memory and counters. */
  boolean isBetweenCycles() {
    return (step == Step.REST || step == Step.BEGIN) && !closed && !fromRecord && calls.isIdle();
  }

  /** Leaves the pool with all that another worker needs to go on. */
  Carried leave() {
    Carried carried =
        new Carried(
            mind.freeze(worker.scratch, allowed, rest),
            mind.inbox,
            new ArrayList<>(waiting),
            step == Step.BEGIN,
            stopping,
            stale,
            checkpoint);
    waiting.clear();
    step = Step.REST;
    closed = true;
    calls.cancel();
    mind.memory.close();
    scope.close();
    return carried;
  }

  /** Goes on with what another worker's cycle left. */
  void unpack(Carried carried) {
    Inbox letters = carried.inbox();
    for (int i = 0; i < letters.size(); i++) {
      mind.inbox.add(letters.id(i), letters.from(i), letters.text(i));
    }
    waiting.addAll(carried.waiting());
    stopping = carried.stopping();
    stale = carried.stale();
    checkpoint = carried.checkpoint();
    if (carried.goesOn()) {
      step = Step.BEGIN;
      worker.post(advance);
    } else if (mind.now.due != Change.NEVER) {
      worker.sleeps(owner, mind.now.due);
    }
  }

  /** Moves the memory of an agent that rests out of the pool; false if there is no other one. */
  boolean parkAnother() {
    return worker.parkOne(owner);
  }

  /** The clock has moved; an agent that waits for a time may go on. */
  void timeCame(long now) {
    if (rest != null && rest.status() == RunResult.Status.WAITING && mind.now.due <= now) {
      wake();
    }
  }

  /** Lets the run rest after this cycle until a time. */
  void pauseUntil(long millis) {
    pause = millis;
  }

  Turn turn() {
    if (turn == null) {
      throw new IllegalStateException("agent \"" + spec.name() + "\" is between two cycles");
    }
    return turn;
  }

  int cycleNumber() {
    return (int) mind.cycle();
  }

  Calls calls() {
    return calls;
  }

  long begunMillis() {
    return begun;
  }

  long settledMillis() {
    return settled;
  }

  // ---- asked from outside, through the worker ----

  /** Lets so many cycles begin, and answers when the agent rests. */
  CompletableFuture<RunResult> go(long cycles) {
    CompletableFuture<RunResult> answer = new CompletableFuture<>();
    if (closed) {
      answer.complete(result(RunResult.Status.STOPPED, null));
      return answer;
    }
    waiting.add(answer);
    allowed = Math.max(allowed, cycles);
    stopping = false;
    wake();
    return answer;
  }

  void wake() {
    if (step == Step.REST && allowed > 0 && !closed) {
      if (stale) {
        reload();
        return;
      }
      step = Step.BEGIN;
      worker.post(advance);
    }
  }

  void messageArrived(Message message) {
    mind.add(message);
    if (rest != null && rest.status() == RunResult.Status.WAITING) {
      wake();
    }
  }

  void decided(long cycle, int number, boolean approved, String note) {
    calls.decided(cycle, number, approved, note);
    if (rest != null
        && rest.status() == RunResult.Status.NEEDS_APPROVAL
        && calls.undecided() == 0) {
      wake();
    }
  }

  void stop() {
    stopping = true;
    if (step == Step.ASKING) {
      turn().call.cancel();
      turn = null;
      abandon(null);
    }
  }

  void close() {
    closed = true;
    if (step == Step.ASKING || step == Step.ACTING) {
      turn().call.cancel();
    }
    turn = null;
    step = Step.REST;
    calls.cancel();
    mind.memory.close();
    scope.close();
    complete(result(RunResult.Status.STOPPED, null));
  }

  /** Becomes what a snapshot says, whatever was under way. */
  void become(Snapshot snapshot) {
    if (step != Step.REST) {
      abandon(null);
    }
    mind.memory.close();
    mind.inbox.clear();
    load(snapshot);
    stale = false;
    rest = null;
  }

  void checkpointNext() {
    checkpoint = true;
  }

  /** Whether this cycle's commit is to hold an image. */
  boolean takesCheckpoint() {
    int every = spec.checkpointCycles();
    boolean due = checkpoint || every > 0 && mind.cycle() % every == 0;
    checkpoint = false;
    return due;
  }

  private void reload() {
    worker
        .host
        .store()
        .load(spec.name(), dev.lkjagent.runtime.store.Store.LATEST)
        .whenComplete(
            (snapshot, failure) ->
                worker.post(
                    () -> {
                      if (closed) {
                        return;
                      }
                      if (failure != null) {
                        rest(
                            RunResult.Status.FAILED,
                            dev.lkjagent.runtime.store.StoreFaults.of(failure));
                        return;
                      }
                      mind.memory.close();
                      mind.inbox.clear();
                      load(snapshot);
                      stale = false;
                      wake();
                    }));
  }

  // ---- the walk ----

  /** The model, or the store, has answered. */
  void answered(Turn which) {
    if (which != turn || closed) {
      return;
    }
    if (step == Step.ASKING) {
      step = Step.READ;
    } else if (step == Step.ANNOUNCING || step == Step.COMMITTING) {
      step = step == Step.ANNOUNCING ? afterAnnouncement() : Step.COMMITTED;
    }
    advance();
  }

  /** An action that ran elsewhere has ended; its line stands in the turn. */
  void actionEnded(@Nullable Fault fault) {
    if (step == Step.ACTING && !closed) {
      note(fault);
      step = Step.ACT;
      advance();
    }
  }

  private void advance() {
    if (closed) {
      return;
    }
    try {
      while (walk()) {}
    } catch (RuntimeException | Error defect) {
      name();
      LOG.error("agent {} stops for a defect in cycle {}", spec.name(), cycleNumber(), defect);
      unname();
      stale = true;
      abandon(FaultCode.INTERNAL.with("a defect: " + defect + "; the log has more"));
    }
  }

  private boolean walk() {
    switch (step) {
      case BEGIN -> begin();
      case ASK -> ask();
      case READ -> read();
      case ANNOUNCE -> announce();
      case ACT -> act();
      case SETTLE -> settle();
      case COMMIT -> commit();
      case COMMITTED -> committed();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void begin() {
    if (fromRecord) {
      mind.begin();
    } else if (restsInItsState()) {
      return;
    }
    if (stopping || allowed == 0) {
      rest(RunResult.Status.STOPPED, null);
      return;
    }
    if (!fromRecord) {
      enterCycle();
    }
    Fault limit = fromRecord ? null : limit();
    if (limit != null) {
      rest(RunResult.Status.FAILED, limit);
      return;
    }
    allowed--;
    begun = worker.host.clock().millis();
    turn = worker.takeTurn();
    turn.lend(this, spec.limits().replyBytes());
    attempt = 0;
    ordinal = 0;
    faultsHere = 0;
    pressed = false;
    pagedForModel = false;
    finishing = false;
    pause = Change.NEVER;
    ending = null;
    stateBefore = mind.now.state;
    turn.change.begin(spec.name(), mind.version);
    turn.recorder.begin(this);
    mind.inbox.show(fromRecord ? calls.shownMessages() : Integer.MAX_VALUE);
    if (!render()) {
      return;
    }
    if (fromRecord) {
      calls.replyTo(turn);
      step = Step.READ;
    } else {
      step = Step.ASK;
    }
  }

  /**
   * Comes to rest in a state that ends or suspends the run, unless there is a message to wake for
   * or the time has come that it waited for.
   */
  private boolean restsInItsState() {
    AgentState.Effect effect = spec.states().get(mind.now.state).effect();
    boolean timeCame =
        effect == AgentState.Effect.SUSPEND && mind.now.due <= worker.host.clock().millis();
    if (effect == AgentState.Effect.GO_ON || mind.inbox.size() > 0 || timeCame) {
      return false;
    }
    rest(
        effect == AgentState.Effect.END ? RunResult.Status.FINISHED : RunResult.Status.WAITING,
        null);
    return true;
  }

  /** A message wakes an agent that waits or has finished; in the latter case a new run begins. */
  private void enterCycle() {
    AgentState.Effect effect = spec.states().get(mind.now.state).effect();
    if (effect == AgentState.Effect.END) {
      mind.now.finished = false;
      mind.now.result = new byte[0];
      mind.now.runFirstCycle = mind.cycle();
      mind.now.runTokens = 0;
      mind.now.runMillis = 0;
      mind.now.repeats = 0;
      mind.now.faultsInRow = 0;
    }
    if (effect != AgentState.Effect.GO_ON) {
      mind.now.state = thinking();
      mind.now.due = Change.NEVER;
    }
    mind.begin();
  }

  private int thinking() {
    return spec.states().thinking();
  }

  private @Nullable Fault limit() {
    Limits limits = spec.limits();
    if (limits.cycles() > 0 && mind.cycle() > mind.lastCycle()) {
      return FaultCode.LIMIT_CYCLES.with(
          "the run has had its "
              + limits.cycles()
              + " cycles; raise agent.iterate.max_iterations to go on");
    }
    if (limits.wallMillis() > 0 && mind.now.runMillis >= limits.wallMillis()) {
      return FaultCode.LIMIT_TIME.with(
          "the run's cycles took "
              + mind.now.runMillis
              + " ms of "
              + limits.wallMillis()
              + " ms; raise Limits.wallMillis to go on");
    }
    if (limits.tokens() > 0 && mind.now.runTokens >= limits.tokens()) {
      return FaultCode.LIMIT_TOKENS.with(
          "the run took "
              + mind.now.runTokens
              + " tokens of "
              + limits.tokens()
              + "; raise Limits.tokens to go on");
    }
    return null;
  }

  private boolean render() {
    long room = mind.estimator.bytesWithin(spec.memory().hardTokens());
    if (worker.renderer.render(mind, room, turn().request)) {
      if (spec.toolsJson().length > 0 && spec.model().takesTools()) {
        turn().request.tools(spec.toolsJson(), 0, spec.toolsJson().length);
      }
      turn().shownMessages = worker.renderer.shownMessages();
      mind.inbox.hold(turn().shownMessages);
      turn().estimate = mind.estimator.tokens(turn().request.lengthBytes());
      if (listened()) {
        tell(
            new AgentEvent.Prompted(
                spec.name(),
                mind.cycle(),
                stateName(mind.now.state),
                turn().request.lengthBytes(),
                turn().estimate,
                worker.renderer.ledger(),
                turn().request));
      }
      return true;
    }
    abandon(
        FaultCode.PROMPT_TOO_LARGE.with(
            "the prompt of agent \""
                + spec.name()
                + "\" has "
                + worker.renderer.measure(mind)
                + " bytes, and what may not leave it (role, actions, state, pinned entries"
                + largestPinned()
                + ") does not fit into agent.hard_limit.max_tokens "
                + spec.memory().hardTokens()
                + "; raise that limit or unpin"));
    return false;
  }

  private String largestPinned() {
    WorkingMemory memory = mind.memory;
    int largest = WorkingMemory.NONE;
    for (int i = 0; i < memory.count(); i++) {
      if (memory.pinned(i)
          && (largest == WorkingMemory.NONE || memory.valueBytes(i) > memory.valueBytes(largest))) {
        largest = i;
      }
    }
    return largest == WorkingMemory.NONE
        ? ""
        : ", the largest of which is \""
            + memory.entry(largest).tags()
            + "\" with "
            + memory.valueBytes(largest)
            + " bytes";
  }

  private void ask() {
    Turn asking = turn();
    asking.clearReply();
    attempt++;
    asking.expect();
    step = Step.ASKING;
    asking.call = spec.model().start(asking.request, asking);
    if (asking.answeredInline()) {
      step = Step.READ;
    }
  }

  private void read() {
    Turn reading = turn();
    if (!reading.retries.isEmpty()) {
      reading.retries.forEach(this::retried);
      reading.retries.clear();
    }
    if (reading.fault != null && !modelFailed(reading.fault)) {
      return;
    }
    mind.now.promptTokens += reading.promptTokens >= 0 ? reading.promptTokens : reading.estimate;
    long said =
        reading.replyTokens >= 0 ? reading.replyTokens : mind.estimator.tokens(reading.replyLength);
    mind.now.replyTokens += said;
    mind.now.runTokens +=
        (reading.promptTokens >= 0 ? reading.promptTokens : reading.estimate) + said;
    mind.estimator.observe(reading.request.lengthBytes(), reading.promptTokens);
    mind.now.ratio = mind.estimator.ratio();
    if (!fromRecord) {
      reading.recorder.inputs(this);
    }
    reading.reply.clear();
    if (reading.fault == null) {
      if (!reading.toolCalls.isEmpty()) {
        calls.fromToolCalls(reading);
      } else {
        reading.reader.read(reading.replyBytes, reading.replyLength, worker.block(), reading.reply);
      }
    }
    if (reading.reply.fault() != null) {
      fault(malformed(reading));
      reading.reply.clear();
    } else if (reading.reply.actionCount() > spec.limits().actionsPerReply()) {
      fault(
          FaultCode.TOO_MANY_ACTIONS.with(
              "the reply asks for "
                  + reading.reply.actionCount()
                  + " actions, and none was run; ask for at most "
                  + spec.limits().actionsPerReply()));
      reading.reply.clear();
    }
    if (listened()) {
      tell(
          new AgentEvent.Replied(
              spec.name(),
              mind.cycle(),
              reading.replyLength,
              reading.reply.actionCount(),
              reading.reply.repairs()));
    }
    step = calls.needsAnnouncement(reading.reply) ? Step.ANNOUNCE : Step.ACT;
  }

  private static Fault malformed(Turn reading) {
    Reply reply = reading.reply;
    FaultCode code = reply.fault() == null ? FaultCode.REPLY_MALFORMED : reply.fault();
    return code.with(
            "your reply could not be read: "
                + reply.problem()
                + " (byte "
                + reply.faultOffset()
                + " of "
                + reading.replyLength
                + "); answer with one <agent>…</agent> block")
        .at(reply.faultOffset());
  }

  /** An attempt failed, by the model itself or by this cycle, and was repeated. */
  private void retried(Turn.Retry retry) {
    FaultCode code = retry.because().code();
    turn().recorder.retry(retry.attempt(), retry.pauseMillis(), code);
    if (listened()) {
      tell(
          new AgentEvent.Retried(
              spec.name(), mind.cycle(), retry.attempt(), retry.pauseMillis(), retry.because()));
    }
  }

  /** Deals with a model that gave no reply; answers whether the cycle goes on without one. */
  private boolean modelFailed(Fault fault) {
    FaultPolicy policy = fault.code().defaultPolicy();
    if (policy == FaultPolicy.TELL_MODEL) {
      fault(fault);
      return true;
    }
    if (listened()) {
      tell(new AgentEvent.Faulted(spec.name(), mind.cycle(), fault));
    }
    if (policy == FaultPolicy.RETRY && attempt < spec.limits().modelAttempts()) {
      long pause = spec.limits().retryPauseMillis() << Math.min(20, attempt - 1);
      retried(new Turn.Retry(fault, attempt, pause));
      step = Step.ASKING;
      Turn mine = turn();
      worker.host.later(
          pause,
          () ->
              worker.post(
                  () -> {
                    if (mine == turn && step == Step.ASKING) {
                      step = Step.ASK;
                      advance();
                    }
                  }));
      return false;
    }
    if (policy == FaultPolicy.PAGE && !pagedForModel) {
      pagedForModel = true;
      mind.estimator.tooLow();
      mind.now.ratio = mind.estimator.ratio();
      pressed(turn().request.lengthBytes(), FaultCode.CONTEXT_TOO_LONG.name());
      page(turn().estimate / 2);
      if (render()) {
        step = Step.ASK;
      }
      return false;
    }
    abandon(fault);
    return false;
  }

  private void announce() {
    Turn announcing = turn();
    if (!calls.announce(announcing)) {
      step = calls.undecided() > 0 ? suspend() : Step.ACT;
      return;
    }
    announcing.recorder.announcement(this, calls.undecided() > 0);
    step = Step.ANNOUNCING;
    announcing.expect();
    worker.host.store().commit(announcing.change, announcing);
    if (announcing.answeredInline()) {
      step = afterAnnouncement();
    }
  }

  private Step afterAnnouncement() {
    Turn announced = turn();
    if (announced.fault != null) {
      stale = true;
      abandon(announced.fault);
      return step;
    }
    mind.version = announced.committedVersion;
    announced.change.begin(spec.name(), mind.version);
    fromRecord = true;
    announced.recorder.begin(this);
    calls.keepReply(announced);
    return calls.undecided() > 0 ? suspend() : Step.ACT;
  }

  /** Waits for a person; the reply is kept, and nothing of the cycle has happened yet. */
  private Step suspend() {
    if (listened()) {
      for (Approval wanted : calls.wanted()) {
        tell(
            new AgentEvent.ApprovalWanted(
                spec.name(), wanted.cycle(), wanted.ordinal(), wanted.request()));
      }
    }
    mind.undo();
    dropTurn();
    allowed++;
    rest(RunResult.Status.NEEDS_APPROVAL, null);
    return Step.REST;
  }

  private void act() {
    Turn acting = turn();
    if (ordinal >= acting.reply.actionCount()) {
      step = Step.SETTLE;
      return;
    }
    int number = ordinal++;
    acting.line.clear();
    step = Step.ACTING;
    boolean ended;
    Reply reply = acting.reply;
    int from = reply.from(number, Reply.Part.TYPE);
    int to = reply.to(number, Reply.Part.TYPE);
    CoreAction known = CoreAction.find(reply.text(), from, to);
    if (known != null) {
      ended = core.run(known, number);
    } else {
      Action action = spec.actions().find(reply.text(), from, to);
      if (action == null) {
        lineFault(
            FaultCode.UNKNOWN_ACTION,
            "there is no action \""
                + new String(reply.text(), from, to - from, StandardCharsets.UTF_8)
                + "\"; take one of those listed");
        note(lastFault);
        ended = true;
      } else {
        ended = calls.run(action, number);
      }
    }
    if (ended) {
      step = Step.ACT;
    }
  }

  // ---- used by the actions ----

  private @Nullable Fault lastFault;

  /** Writes a fault into the line of the action under way. */
  Fault lineFault(FaultCode code, String message) {
    lastFault = code.with(message);
    Outcome.text(turn().line, "failed: ");
    Outcome.text(turn().line, message);
    return lastFault;
  }

  /** Ends the action under way: its line goes into the log, the outcomes and the trace. */
  void note(@Nullable Fault fault) {
    Turn acting = turn();
    Encoder line = acting.line;
    Outcome.shorten(line, 0, spec.limits().outcomeBytes());
    acting.outcomes.putSized(line.array(), 0, line.size());
    if (fault != null) {
      faultsHere++;
      mind.now.faults++;
      worker.host.metrics().fault(fault.code());
    }
    log(EntryKind.EXECUTION, line.array(), 0, line.size());
    if (listened()) {
      if (fault != null) {
        tell(new AgentEvent.Faulted(spec.name(), mind.cycle(), fault));
      }
      tell(
          new AgentEvent.Acted(
              spec.name(),
              mind.cycle(),
              ordinal - 1,
              text(acting.reply, Reply.Part.TYPE),
              text(acting.reply, Reply.Part.TAGS),
              text(acting.reply, Reply.Part.VALUE),
              fault != null,
              new String(line.array(), 0, line.size(), StandardCharsets.UTF_8)));
    }
  }

  private String text(Reply reply, Reply.Part part) {
    int from = reply.from(ordinal - 1, part);
    return new String(
        reply.text(), from, reply.to(ordinal - 1, part) - from, StandardCharsets.UTF_8);
  }

  /** Notes something that went wrong beside the actions. */
  void fault(Fault fault) {
    faultsHere++;
    mind.now.faults++;
    worker.host.metrics().fault(fault.code());
    turn().recorder.fault(fault);
    byte[] text = Outcome.ascii("fault " + fault.code() + ": " + fault.message());
    turn().outcomes.putSized(text, 0, text.length);
    log(EntryKind.EXECUTION, text, 0, text.length);
    if (listened()) {
      tell(new AgentEvent.Faulted(spec.name(), mind.cycle(), fault));
    }
  }

  /** Puts an entry into memory; when there is no room, entries that are worth less make it. */
  Status put(
      EntryKind kind,
      byte[] tags,
      int tagsFrom,
      int tagsTo,
      byte[] value,
      int valueFrom,
      int valueTo) {
    Status status =
        mind.memory.put(kind, tags, tagsFrom, tagsTo, value, valueFrom, valueTo, cycleNumber());
    int tries = mind.memory.count();
    while (status != Status.OK && status != Status.TOO_LARGE && tries-- > 0) {
      if (!pressed) {
        pressed = true;
        pressed(valueTo - valueFrom, FaultCode.BUDGET_EXHAUSTED.name());
      }
      int leaving = spec.paging().choose(mind.memory, cycleNumber());
      if (leaving == WorkingMemory.NONE || !evict(leaving)) {
        return status;
      }
      status =
          mind.memory.put(kind, tags, tagsFrom, tagsTo, value, valueFrom, valueTo, cycleNumber());
    }
    return status;
  }

  void finish(byte[] text, int from, int to) {
    finishing = true;
    mind.now.finished = true;
    mind.now.result = java.util.Arrays.copyOfRange(text, from, to);
  }

  Space ownSpace() {
    return ownSpace;
  }

  /** How many bytes of values may still be loaded without passing the hard limit. */
  long roomBytes() {
    return Math.max(
        1, mind.estimator.bytesWithin(spec.memory().hardTokens()) - worker.renderer.measure(mind));
  }

  boolean owns(Turn which) {
    return which == turn && step == Step.ACTING && !closed;
  }

  // ---- logs and paging ----

  void log(EntryKind kind, byte[] text, int from, int to) {
    int number = logNumber(kind);
    MemoryLimits.Log log =
        switch (kind) {
          case THINKING -> spec.memory().thinking();
          case EVALUATION -> spec.memory().evaluation();
          default -> spec.memory().execution();
        };
    if (log.maxEntries() == 0) {
      return;
    }
    while (mind.memory.count(kind) >= log.maxEntries()) {
      if (mind.memory.remove(oldest(kind)) != Status.OK) {
        return;
      }
    }
    Encoder key = worker.scratch;
    key.clear();
    Outcome.text(key, log.keyPrefix());
    if (mind.now.logged[number] < 10) {
      key.put('0');
    }
    Outcome.number(key, mind.now.logged[number]++);
    put(kind, key.array(), 0, key.size(), text, from, to);
  }

  /** Which of the counters of logged items a log's is. */
  static int logNumber(EntryKind kind) {
    return kind == EntryKind.THINKING ? 0 : kind == EntryKind.EVALUATION ? 1 : 2;
  }

  private int oldest(EntryKind kind) {
    int index = 0;
    while (mind.memory.kind(index) != kind) {
      index++;
    }
    return index;
  }

  /** Moves entries to storage until the prompt would have at most so many tokens. */
  private void page(int targetTokens) {
    while (mind.estimator.tokens(worker.renderer.measure(mind)) > targetTokens) {
      int leaving = spec.paging().choose(mind.memory, cycleNumber());
      if (leaving == WorkingMemory.NONE || !evict(leaving)) {
        return;
      }
    }
  }

  /** Notes that memory is nearly full. */
  private void pressed(long bytes, String what) {
    turn().recorder.pressure(bytes, what);
    if (listened()) {
      tell(new AgentEvent.Pressed(spec.name(), mind.cycle(), bytes, what));
    }
  }

  /**
   * Whether there is something to page out, and more in use than the pressure mark, or than paging
   * has to reach. Each time that it is so is an input from outside, so the journal has it.
   */
  private boolean isNearlyFull(boolean paging) {
    if (!mind.memory.canPage()
        || !spec.pressure().passed(this, paging)
        || spec.paging().choose(mind.memory, cycleNumber()) == WorkingMemory.NONE) {
      return false;
    }
    pressed(mind.memory.settledBytes(), Pressure.MARK);
    return true;
  }

  /** Moves one entry to storage; a copy of what storage has is only dropped. */
  private boolean evict(int index) {
    WorkingMemory memory = mind.memory;
    int tags = memory.tagsFrom(index);
    int tagsTo = tags + memory.tagsBytes(index);
    int value = memory.valueFrom(index);
    int bytes = memory.valueBytes(index);
    if (memory.kind(index) != EntryKind.LOADED) {
      core.saved(memory.bytes(), tags, tagsTo, memory.bytes(), value, value + bytes);
    }
    turn().recorder.eviction(memory.bytes(), tags, tagsTo);
    worker.host.metrics().paged(bytes);
    if (listened()) {
      tell(
          new AgentEvent.PagedOut(
              spec.name(),
              mind.cycle(),
              new String(memory.bytes(), tags, tagsTo - tags, StandardCharsets.UTF_8),
              bytes));
    }
    return memory.remove(index) == Status.OK;
  }

  // ---- the end of a cycle ----

  private void settle() {
    Turn settling = turn();
    Reply reply = settling.reply;
    if (reply.has(Reply.Field.THINKING)) {
      log(
          EntryKind.THINKING,
          reply.text(),
          reply.from(Reply.Field.THINKING),
          reply.to(Reply.Field.THINKING));
    }
    if (reply.has(Reply.Field.EVALUATION)) {
      log(
          EntryKind.EVALUATION,
          reply.text(),
          reply.from(Reply.Field.EVALUATION),
          reply.to(Reply.Field.EVALUATION));
    }
    keepMessages(settling);
    int next = successor(reply);
    repeated(settling);
    mind.now.faultsInRow = faultsHere > 0 ? mind.now.faultsInRow + 1 : 0;
    if (mind.now.faultsInRow >= spec.limits().faultsInRow() && ending == null) {
      ending =
          FaultCode.LIMIT_FAULTS.with(
              mind.now.faultsInRow
                  + " cycles in a row had a fault; the execution log of agent \""
                  + spec.name()
                  + "\" names them");
    }
    mind.now.state = withPaging(next);
    AgentState.Effect effect = spec.states().get(mind.now.state).effect();
    mind.now.finished = effect == AgentState.Effect.END;
    mind.now.due = effect == AgentState.Effect.SUSPEND ? pause : Change.NEVER;
    settled = worker.host.clock().millis();
    mind.now.runMillis += Math.max(0, settled - begun);
    step = Step.COMMIT;
  }

  /**
   * Messages that the model has seen go into memory: a task pinned, in the place of the one before.
   */
  private void keepMessages(Turn settling) {
    for (int i = 0; i < settling.shownMessages; i++) {
      byte[] text = mind.inbox.text(i);
      settling.change.consume(mind.inbox.id(i));
      if (mind.inbox.from(i).equals(TASK_SENDER)) {
        if (put(EntryKind.NOTE, TASK_TAGS, 0, TASK_TAGS.length, text, 0, text.length)
            == Status.OK) {
          mind.memory.pin(mind.memory.find(TASK_TAGS, 0, TASK_TAGS.length), true);
        }
      } else {
        Encoder key = worker.scratch;
        key.clear();
        Outcome.text(key, MESSAGE_TAGS);
        Outcome.number(key, mind.cycle());
        key.put('_');
        Outcome.number(key, i);
        put(EntryKind.MESSAGE, key.array(), 0, key.size(), text, 0, text.length);
      }
    }
  }

  private int successor(Reply reply) {
    States states = spec.states();
    if (finishing) {
      return states.finished();
    }
    if (pause != Change.NEVER) {
      return states.indexOf(States.WAITING);
    }
    int proposed;
    if (reply.has(Reply.Field.NEXT_STATE)) {
      int from = reply.from(Reply.Field.NEXT_STATE);
      int to = reply.to(Reply.Field.NEXT_STATE);
      proposed = states.find(reply.text(), from, to);
      if (proposed < 0) {
        fault(
            FaultCode.UNKNOWN_STATE.with(
                "there is no state \""
                    + new String(reply.text(), from, to - from, StandardCharsets.UTF_8)
                    + "\"; you are in thinking now, take one of those listed"));
        proposed = thinking();
      }
    } else {
      proposed = states.follower(stateBefore);
    }
    String wanted = states.get(proposed).name();
    String chosen = states.get(stateBefore).next(wanted, mind.cycle());
    if (chosen.equals(wanted)) {
      return proposed;
    }
    int next = states.indexOf(chosen);
    return next < 0 ? thinking() : next;
  }

  private int withPaging(int next) {
    int limit = spec.memory().pagingTokens();
    int paging = spec.states().paging();
    boolean goesOn = spec.states().get(next).effect() == AgentState.Effect.GO_ON;
    if (stateBefore == paging) {
      if (limit > 0) {
        page(spec.memory().targetTokens());
      }
      while (isNearlyFull(true) && evict(spec.paging().choose(mind.memory, cycleNumber()))) {}
      return goesOn ? mind.now.resumeState : next;
    }
    boolean full =
        pressed || limit > 0 && mind.estimator.tokens(worker.renderer.measure(mind)) > limit;
    if (goesOn && next != paging && (full || isNearlyFull(false))) {
      mind.now.resumeState = next;
      return paging;
    }
    if (next == paging) {
      mind.now.resumeState = thinking();
    }
    return next;
  }

  private void repeated(Turn settling) {
    long hash = 1469598103934665603L;
    Reply reply = settling.reply;
    if (reply.actionCount() == 0) {
      hash = hash(hash, settling.replyBytes, 0, settling.replyLength);
    }
    for (int i = 0; i < reply.actionCount(); i++) {
      for (Reply.Part part : PARTS) {
        hash = hash(hash, reply.text(), reply.from(i, part), reply.to(i, part));
      }
    }
    hash = hash(hash, settling.outcomes.array(), 0, settling.outcomes.size());
    mind.now.repeats = hash == mind.now.actionsHash ? mind.now.repeats + 1 : 1;
    mind.now.actionsHash = hash;
    if (mind.now.repeats > spec.limits().sameActions() && !finishing) {
      ending =
          FaultCode.REPEATED_ACTION.with(
              "agent \""
                  + spec.name()
                  + "\" did the same with the same outcome "
                  + mind.now.repeats
                  + " times in a row; change its task, or raise Limits.sameActions");
      mind.now.repeats = 0;
    }
  }

  private static final Reply.Part[] PARTS = Reply.Part.values();

  /**
   * Multiplies and folds: two words at a time, each in a lane of its own, since a multiplication
   * waits for the one before it; then a word, then single bytes.
   */
  private static long hash(long seed, byte[] bytes, int from, int to) {
    long hash = seed ^ to - from;
    long other = MULTIPLIER;
    int i = from;
    for (; i <= to - 2 * Long.BYTES; i += 2 * Long.BYTES) {
      hash = (hash ^ (long) LONG.get(bytes, i)) * MULTIPLIER;
      hash ^= hash >>> 32;
      other = (other ^ (long) LONG.get(bytes, i + Long.BYTES)) * MULTIPLIER;
      other ^= other >>> 32;
    }
    hash = (hash ^ Long.rotateLeft(other, 17)) * MULTIPLIER;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      hash = (hash ^ (long) LONG.get(bytes, i)) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    for (; i < to; i++) {
      hash = (hash ^ bytes[i] & 0xFF) * MULTIPLIER;
    }
    return hash ^ hash >>> 29;
  }

  private void commit() {
    Turn committing = turn();
    committing.recorder.end(this, stateBefore);
    step = Step.COMMITTING;
    committing.expect();
    worker.host.store().commit(committing.change, committing);
    if (committing.answeredInline()) {
      step = Step.COMMITTED;
    }
  }

  private void committed() {
    Turn done = turn();
    if (done.fault != null) {
      stale = true;
      abandon(done.fault);
      return;
    }
    if (!spec.memoryListeners().isEmpty()) {
      for (MemoryListener listener : spec.memoryListeners()) {
        mind.memory.tell(listener);
      }
    }
    int writes = done.change.writeCount();
    mind.memory.commit();
    mind.version = done.committedVersion;
    mind.cycle++;
    if (done.shownMessages > 0) {
      mind.inbox.dropFirst(done.shownMessages);
    }
    mind.begin();
    fromRecord = false;
    calls.clear();
    worker
        .host
        .metrics()
        .cycle(spec.name(), mind.cycle, done.request.lengthBytes(), done.replyLength);
    if (listened()) {
      tell(
          new AgentEvent.Committed(
              spec.name(),
              mind.cycle,
              stateName(stateBefore),
              stateName(mind.now.state),
              done.promptTokens >= 0 ? done.promptTokens : done.estimate,
              done.replyTokens >= 0 ? done.replyTokens : mind.estimator.tokens(done.replyLength),
              mind.memory.count(),
              writes));
    }
    dropTurn();
    if (ending != null) {
      rest(RunResult.Status.FAILED, ending);
      return;
    }
    step = Step.BEGIN;
    if (owner.moveNow()) {
      return;
    }
    if (spec.states().get(mind.now.state).effect() == AgentState.Effect.GO_ON
        && allowed > 0
        && !stopping) {
      // Others that are ready come first.
      step = Step.REST;
      wake();
    }
  }

  // ---- rest ----

  /** Gives the cycle up: memory is what it was before. */
  private void abandon(@Nullable Fault fault) {
    mind.undo();
    dropTurn();
    calls.cancel();
    rest(fault == null ? RunResult.Status.STOPPED : RunResult.Status.FAILED, fault);
  }

  private void dropTurn() {
    if (turn != null) {
      turn.giveBack();
      turn = null;
      mind.inbox.hold(0);
    }
  }

  private void rest(RunResult.Status status, @Nullable Fault fault) {
    step = Step.REST;
    if (status != RunResult.Status.WAITING && status != RunResult.Status.NEEDS_APPROVAL) {
      allowed = 0;
    }
    RunResult result = result(status, fault);
    rest = result;
    worker.rests(owner);
    if (status == RunResult.Status.WAITING && mind.now.due != Change.NEVER) {
      worker.sleeps(owner, mind.now.due);
    }
    if (fault != null) {
      name();
      LOG.warn(RESULT, "agent {} rests after cycle {}: {}", spec.name(), mind.cycle, fault);
      unname();
    }
    if (listened()) {
      tell(new AgentEvent.Rested(spec.name(), mind.cycle, result));
    }
    complete(result);
    owner.moveSoon();
  }

  private void complete(RunResult result) {
    List<CompletableFuture<RunResult>> told = List.copyOf(waiting);
    waiting.clear();
    told.forEach(future -> worker.host.complete(future, result));
  }

  private RunResult result(RunResult.Status status, @Nullable Fault fault) {
    String text =
        status == RunResult.Status.FINISHED
            ? new String(mind.now.result, StandardCharsets.UTF_8)
            : "";
    return new RunResult(status, text, fault, stateName(mind.now.state), mind.cycle);
  }

  String stateName(int state) {
    return spec.states().get(state).name();
  }

  boolean listened() {
    return !spec.listeners().isEmpty();
  }

  /** Names agent and cycle to whatever logs; only called where somebody listens or logs. */
  private void name() {
    MDC.put("agent", spec.name());
    MDC.put("cycle", Long.toString(mind.cycle()));
  }

  private static void unname() {
    MDC.remove("agent");
    MDC.remove("cycle");
  }

  void tell(AgentEvent event) {
    name();
    for (AgentListener listener : spec.listeners()) {
      try {
        listener.on(event);
      } catch (RuntimeException e) {
        LOG.warn("a listener of agent {} failed at {}", spec.name(), event, e);
      }
    }
    unname();
  }
}
