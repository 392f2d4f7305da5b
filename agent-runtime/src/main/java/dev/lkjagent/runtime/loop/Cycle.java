package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.Scope;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.CoreAction;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.journal.Encoder;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.MemoryListener;
import dev.lkjagent.runtime.prompt.Inbox;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.Message;
import dev.lkjagent.runtime.store.Snapshot;
import dev.lkjagent.runtime.store.Space;
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

  final AgentSpec spec;
  final Worker worker;
  final Scope scope;
  final Mind mind;
  final Room room;

  private final Agent owner;
  private final Space ownSpace;
  final CoreActions core;
  private final Calls calls;
  private final Asking asking;
  private final Settlement settlement;
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
  private boolean fromRecord;

  Cycle(Agent owner, AgentSpec spec, Worker worker, Scope scope) {
    this.owner = owner;
    this.spec = spec;
    this.worker = worker;
    this.scope = scope;
    mind = new Mind(spec, scope);
    spec.pressure().prepare(mind.memory);
    ownSpace = Space.of(spec.name());
    room = new Room(this);
    core = new CoreActions(this);
    calls = new Calls(this);
    asking = new Asking(this);
    settlement = new Settlement(this);
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
      mind.inbox.add(letters.id(i), letters.from(i), letters.text(i), letters.time(i));
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
    turn().pause = millis;
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
    return turn().begun;
  }

  Step step() {
    return step;
  }

  /** Whether the reply and what was done on its account stand in the store already. */
  boolean isFromRecord() {
    return fromRecord;
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
                        Fault fault = dev.lkjagent.runtime.store.StoreFaults.of(failure);
                        count(fault);
                        end(fault);
                        return;
                      }
                      long faults = mind.now.faults;
                      mind.memory.close();
                      mind.inbox.clear();
                      load(snapshot);
                      mind.now.faults = Math.max(mind.now.faults, faults);
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

  /** The pause after an attempt is over. */
  void askAgain(Turn which) {
    if (which == turn && step == Step.ASKING) {
      step = Step.ASK;
      advance();
    }
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
    worker.walking = this;
    try {
      while (walk()) {}
    } catch (RuntimeException | Error defect) {
      name();
      LOG.error("agent {} stops for a defect in cycle {}", spec.name(), cycleNumber(), defect);
      unname();
      stale = true;
      abandon(FaultCode.INTERNAL.with("a defect: " + defect + "; the log has more"));
    } finally {
      worker.walking = null;
    }
  }

  private boolean walk() {
    switch (step) {
      case BEGIN -> begin();
      case ASK -> {
        step = Step.ASKING;
        if (asking.ask(turn())) {
          step = Step.READ;
        }
      }
      case READ -> step = asking.read(turn());
      case ANNOUNCE -> announce();
      case ACT -> act();
      case SETTLE -> {
        settlement.settle(turn());
        step = Step.COMMIT;
      }
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
    Fault limit = fromRecord ? null : mind.limit();
    if (limit != null) {
      count(limit);
      end(limit);
      return;
    }
    allowed--;
    turn = worker.takeTurn();
    turn.lend(this, spec.limits().replyBytes());
    turn.begun = worker.host.clock().millis();
    turn.stateBefore = mind.now.state;
    turn.change.begin(spec.name(), mind.version);
    turn.recorder.begin(this);
    mind.inbox.show(fromRecord ? calls.shownMessages() : Integer.MAX_VALUE);
    if (!asking.render(turn)) {
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
    if (acting.ordinal >= acting.reply.actionCount()) {
      step = Step.SETTLE;
      return;
    }
    int number = acting.ordinal++;
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
      acting.faults++;
      happened(fault);
      stopFor(fault);
    }
    room.log(EntryKind.EXECUTION, line.array(), 0, line.size());
    if (listened()) {
      tell(
          new AgentEvent.Acted(
              spec.name(),
              mind.cycle(),
              acting.ordinal - 1,
              text(acting, Reply.Part.TYPE),
              text(acting, Reply.Part.TAGS),
              text(acting, Reply.Part.VALUE),
              fault != null,
              new String(line.array(), 0, line.size(), StandardCharsets.UTF_8)));
    }
  }

  private static String text(Turn acting, Reply.Part part) {
    Reply reply = acting.reply;
    int number = acting.ordinal - 1;
    int from = reply.from(number, part);
    return new String(reply.text(), from, reply.to(number, part) - from, StandardCharsets.UTF_8);
  }

  /** Notes something that went wrong beside the actions. */
  void fault(Fault fault) {
    turn().faults++;
    happened(fault);
    stopFor(fault);
    turn().recorder.fault(fault);
    byte[] text = Outcome.ascii("fault " + fault.code() + ": " + fault.message());
    turn().outcomes.putSized(text, 0, text.length);
    room.log(EntryKind.EXECUTION, text, 0, text.length);
  }

  /** A fault in this cycle: it is counted, and whoever listens is told. */
  void happened(Fault fault) {
    count(fault);
    if (listened()) {
      tell(new AgentEvent.Faulted(spec.name(), mind.cycle(), fault));
    }
  }

  /** Every fault passes here once, whatever becomes of it; an undone cycle's count stays. */
  void count(Fault fault) {
    mind.now.faults++;
    worker.host.metrics().fault(fault.code());
  }

  /** The run ends with this cycle, whose commit has the count. */
  void endWith(Fault fault) {
    if (turn().ending == null) {
      turn().ending = fault;
      count(fault);
    }
  }

  /** The run ends with this cycle if its policy says so, for a fault that was counted and told. */
  private void stopFor(Fault fault) {
    if (spec.faults().ends(fault.code())) {
      endAfter(fault);
    }
  }

  /** The run ends with this cycle for a fault that was counted and told. */
  void endAfter(Fault fault) {
    if (turn().ending == null) {
      turn().ending = fault;
      turn().endingTold = true;
    }
  }

  void finish(byte[] text, int from, int to) {
    turn().finishing = true;
    mind.now.finished = true;
    mind.now.result = java.util.Arrays.copyOfRange(text, from, to);
  }

  Space ownSpace() {
    return ownSpace;
  }

  boolean owns(Turn which) {
    return which == turn && step == Step.ACTING && !closed;
  }

  // ---- the end of a cycle ----

  private void commit() {
    Turn committing = turn();
    committing.recorder.end(this);
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
        try {
          mind.memory.tell(listener);
        } catch (RuntimeException e) {
          LOG.warn("a memory listener of agent {} failed after a commit", spec.name(), e);
        }
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
              stateName(done.stateBefore),
              stateName(mind.now.state),
              done.promptTokens >= 0 ? done.promptTokens : done.estimate,
              done.replyTokens >= 0 ? done.replyTokens : mind.estimator.tokens(done.replyLength),
              mind.memory.count(),
              writes));
    }
    Fault ending = done.ending;
    boolean told = done.endingTold;
    dropTurn();
    if (ending != null) {
      if (told) {
        rest(RunResult.Status.FAILED, ending);
      } else {
        end(ending);
      }
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
  void abandon(@Nullable Fault fault) {
    if (fault != null) {
      happened(fault);
    }
    mind.undo();
    dropTurn();
    calls.cancel();
    rest(fault == null ? RunResult.Status.STOPPED : RunResult.Status.FAILED, fault);
  }

  /** Ends the run between two cycles, with a fault that was counted. */
  private void end(Fault fault) {
    if (listened()) {
      tell(new AgentEvent.Faulted(spec.name(), mind.cycle, fault));
    }
    rest(RunResult.Status.FAILED, fault);
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
  void name() {
    name(mind.cycle());
  }

  private void name(long cycle) {
    MDC.put("agent", spec.name());
    MDC.put("cycle", Long.toString(cycle));
  }

  static void unname() {
    MDC.remove("agent");
    MDC.remove("cycle");
  }

  void tell(AgentEvent event) {
    name(event.cycle());
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
