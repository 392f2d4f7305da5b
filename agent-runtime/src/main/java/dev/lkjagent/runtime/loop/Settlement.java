package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.Status;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultPolicy;
import dev.lkjagent.runtime.journal.Encoder;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.runtime.state.States;
import dev.lkjagent.runtime.store.Change;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What a cycle comes to once its actions have ended: what the model thought goes into the logs,
 * what it was shown into memory; the next state is found, and whether the run has to end because
 * nothing new happens. On the worker's thread.
 */
final class Settlement {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final byte[] TASK_TAGS = Outcome.ascii("task");
  private static final byte[] MESSAGE_TAGS = Outcome.ascii("message,message_");
  private static final Reply.Part[] PARTS = Reply.Part.values();

  private final Cycle cycle;
  private final AgentSpec spec;
  private final Mind mind;
  private final Room room;

  Settlement(Cycle cycle) {
    this.cycle = cycle;
    spec = cycle.spec;
    mind = cycle.mind;
    room = cycle.room;
  }

  /** Leaves mind and turn as the commit is to find them. */
  void settle(Turn settling) {
    Reply reply = settling.reply;
    if (reply.has(Reply.Field.THINKING)) {
      room.log(
          EntryKind.THINKING,
          reply.text(),
          reply.from(Reply.Field.THINKING),
          reply.to(Reply.Field.THINKING));
    }
    if (reply.has(Reply.Field.EVALUATION)) {
      room.log(
          EntryKind.EVALUATION,
          reply.text(),
          reply.from(Reply.Field.EVALUATION),
          reply.to(Reply.Field.EVALUATION));
    }
    keepMessages(settling);
    int next = successor(settling);
    repeated(settling);
    mind.now.faultsInRow = settling.faults > 0 ? mind.now.faultsInRow + 1 : 0;
    if (mind.now.faultsInRow >= spec.limits().faultsInRow()) {
      cycle.endWith(
          FaultCode.LIMIT_FAULTS.with(
              mind.now.faultsInRow
                  + " cycles in a row had a fault; the execution log of agent \""
                  + spec.name()
                  + "\" names them"));
    }
    mind.now.state = room.stateOrPaging(next);
    AgentState.Effect effect = spec.states().get(mind.now.state).effect();
    mind.now.finished = effect == AgentState.Effect.END;
    mind.now.due = effect == AgentState.Effect.SUSPEND ? settling.pause : Change.NEVER;
    settling.settled = cycle.worker.host.clock().millis();
    mind.now.runMillis += Math.max(0, settling.settled - settling.begun);
  }

  /**
   * Messages that the model has seen go into memory: a task pinned, in the place of the one before.
   */
  private void keepMessages(Turn settling) {
    for (int i = 0; i < settling.shownMessages; i++) {
      byte[] text = mind.inbox.text(i);
      settling.change.consume(mind.inbox.id(i));
      if (mind.inbox.from(i).equals(Cycle.TASK_SENDER)) {
        if (room.put(EntryKind.NOTE, TASK_TAGS, 0, TASK_TAGS.length, text, 0, text.length)
            == Status.OK) {
          mind.memory.pin(mind.memory.find(TASK_TAGS, 0, TASK_TAGS.length), true);
        } else {
          Fault fault = stored(TASK_TAGS, text);
          if (!settling.finishing) {
            cycle.endAfter(fault);
          }
        }
      } else {
        Encoder key = cycle.worker.scratch;
        key.clear();
        Outcome.text(key, MESSAGE_TAGS);
        Outcome.number(key, mind.cycle());
        key.put('_');
        Outcome.number(key, i);
        byte[] tags = java.util.Arrays.copyOf(key.array(), key.size());
        if (room.put(EntryKind.MESSAGE, tags, 0, tags.length, text, 0, text.length) != Status.OK) {
          stored(tags, text);
        }
      }
    }
  }

  /** Saves a message that memory has no room for, and says so. */
  private Fault stored(byte[] tags, byte[] text) {
    cycle.core.pagedOut(EntryKind.MESSAGE, tags, 0, tags.length, text, 0, text.length);
    Fault fault =
        FaultCode.BUDGET_EXHAUSTED.with(
            "memory has no room for a message of "
                + text.length
                + " bytes, which is in storage under ["
                + new String(tags, StandardCharsets.UTF_8)
                + "]; remove or unpin something, or raise the agent's budget");
    cycle.fault(fault);
    return fault;
  }

  private int successor(Turn settling) {
    Reply reply = settling.reply;
    States states = spec.states();
    if (settling.finishing) {
      return states.finished();
    }
    if (settling.pause != Change.NEVER) {
      return states.indexOf(States.WAITING);
    }
    int proposed;
    if (reply.has(Reply.Field.NEXT_STATE)) {
      int from = reply.from(Reply.Field.NEXT_STATE);
      int to = reply.to(Reply.Field.NEXT_STATE);
      proposed = states.find(reply.text(), from, to);
      if (proposed < 0) {
        cycle.fault(
            FaultCode.UNKNOWN_STATE.with(
                "there is no state \""
                    + new String(reply.text(), from, to - from, StandardCharsets.UTF_8)
                    + "\"; you are in thinking now, take one of those listed"));
        proposed = states.thinking();
      }
    } else {
      proposed = states.follower(settling.stateBefore);
    }
    String wanted = states.get(proposed).name();
    String chosen = states.get(settling.stateBefore).next(wanted, mind.cycle());
    if (chosen.equals(wanted)) {
      return proposed;
    }
    int next = states.indexOf(chosen);
    return next < 0 ? states.thinking() : next;
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
    if (mind.now.repeats > spec.limits().sameActions() && !settling.finishing) {
      String times = " the same with the same outcome " + mind.now.repeats + " times in a row; ";
      if (spec.faults().of(FaultCode.REPEATED_ACTION) == FaultPolicy.TELL_MODEL) {
        cycle.fault(FaultCode.REPEATED_ACTION.with("you did" + times + "try something else"));
      } else {
        cycle.endWith(
            FaultCode.REPEATED_ACTION.with(
                "agent \""
                    + spec.name()
                    + "\" did"
                    + times
                    + "change its task, or raise Limits.sameActions"));
      }
      mind.now.repeats = 0;
    }
  }

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
}
