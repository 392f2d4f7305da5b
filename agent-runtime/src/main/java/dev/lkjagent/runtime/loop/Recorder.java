package dev.lkjagent.runtime.loop;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.journal.Encoder;
import dev.lkjagent.runtime.journal.JournalWriter;
import dev.lkjagent.runtime.journal.TraceHash;
import dev.lkjagent.runtime.model.ToolCall;
import dev.lkjagent.runtime.prompt.Inbox;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.runtime.store.Change;
import java.nio.charset.StandardCharsets;

/** Writes what a commit holds beside the writes to storage: record, head, delta, trace, times. */
final class Recorder {
  private final JournalWriter journal = new JournalWriter();

  /** Begins the record of the next commit. */
  void begin(Cycle cycle) {
    journal.begin(cycle.turn().change.record(), cycle.mind.cycle());
    journal.time(cycle.begunMillis());
  }

  /** Everything that came from outside up to the reply. */
  void inputs(Cycle cycle) {
    Turn turn = cycle.turn();
    Inbox inbox = cycle.mind.inbox;
    for (int i = 0; i < turn.shownMessages; i++) {
      byte[] text = inbox.text(i);
      journal.message(inbox.id(i), inbox.time(i), inbox.from(i), text, 0, text.length);
    }
    journal.reply(turn.replyBytes, 0, turn.replyLength);
    for (int i = 0; i < turn.toolCalls.size(); i++) {
      ToolCall call = turn.toolCalls.get(i);
      byte[] arguments = call.arguments().getBytes(StandardCharsets.UTF_8);
      journal.toolCall(i, call.id(), call.name(), arguments, 0, arguments.length);
    }
    if (turn.promptTokens >= 0) {
      journal.usage(turn.promptTokens, turn.replyTokens, turn.cachedTokens);
    } else {
      journal.noUsage();
    }
    if (turn.finish != null) {
      journal.finish(turn.finish.name());
    }
  }

  void retry(int attempt, long pauseMillis, FaultCode code) {
    journal.retry(attempt, pauseMillis, code.name());
  }

  void pressure(long bytes, String what) {
    journal.pressure(bytes, what);
  }

  void fault(Fault fault) {
    journal.fault(fault.code().name(), fault.offset(), fault.message());
  }

  void eviction(byte[] tags, int from, int to) {
    journal.eviction(tags, from, to, "memory full");
  }

  void result(int ordinal, boolean fault, byte[] text) {
    journal.result(ordinal, fault, text, 0, text.length);
  }

  void sharedRead(Encoder read) {
    journal.other(SharedReads.NAME, read.array(), 0, read.size());
  }

  void decision(long cycle, int ordinal, boolean approved, String note) {
    journal.decision(cycle, ordinal, approved, note);
  }

  /** Completes a commit in the middle of a cycle. */
  void announcement(Cycle cycle, boolean waits) {
    Change change = cycle.turn().change;
    journal.end();
    change
        .cycle(cycle.mind.cycle(), false)
        .state(cycle.stateName(cycle.mind.now.state))
        .due(waits ? Change.NEVER : 0)
        .wake(waits ? Change.WAKE_ON_DECISION : 0)
        .time(cycle.worker.host.clock().millis());
    cycle.mind.encodeHead(change.head(), true);
  }

  /** Completes the commit that ends a cycle. */
  void end(Cycle cycle) {
    Turn turn = cycle.turn();
    Mind mind = cycle.mind;
    Change change = turn.change;
    Encoder refusals = mind.memory.refusals();
    if (refusals != null) {
      journal.other(Pressure.REFUSALS, refusals.array(), 0, refusals.size());
    }
    AgentState.Effect effect = cycle.spec.states().get(mind.now.state).effect();
    boolean goesOn = effect == AgentState.Effect.GO_ON;
    change
        .cycle(mind.cycle(), true)
        .state(cycle.stateName(mind.now.state))
        .due(goesOn ? 0 : mind.now.due)
        .wake(goesOn ? 0 : Change.WAKE_ON_MESSAGE)
        .time(turn.settled);
    mind.memory.encodeDelta(change.delta());
    if (cycle.takesCheckpoint()) {
      mind.memory.encodeImage(change.image());
    }
    cycle.calls().close(change);
    trace(cycle.worker.trace, turn, cycle, cycle.spec.states().name(turn.stateBefore));
    journal.end();
    mind.encodeHead(change.head(), false);
  }

  private void trace(TraceHash trace, Turn turn, Cycle cycle, byte[] state) {
    byte[] chain = cycle.mind.now.trace;
    trace.resume(chain, 0);
    trace.begin(cycle.mind.cycle());
    trace.state(state, 0, state.length);
    byte[] system = cycle.spec.systemHash();
    trace.input(system, 0, system.length);
    int last = turn.request.messageCount() - 1;
    int from = turn.request.textFrom(last);
    int to = turn.request.textTo(last);
    journal.prompt(to - from, trace.prompt(turn.request.bytes(), from, to));
    for (int i = 0; i < turn.shownMessages; i++) {
      byte[] message = cycle.mind.inbox.shown(i);
      trace.input(message, 0, message.length);
    }
    trace.input(turn.loaded.array(), 0, turn.loaded.size());
    trace.reply(turn.replyBytes, 0, turn.replyLength);
    trace.outcome(0, turn.outcomes.array(), 0, turn.outcomes.size());
    trace.delta(turn.change.delta().array(), 0, turn.change.delta().size());
    trace.end();
    trace.copyTo(chain, 0);
  }
}
