package dev.lkjagent.runtime.loop;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultPolicy;
import dev.lkjagent.runtime.memory.WorkingMemory;
import org.jspecify.annotations.Nullable;

/**
 * A cycle's dealings with the model: writes the prompt, asks, reads and judges the reply, and tries
 * again, pages or gives up where there is none. On the worker's thread.
 */
final class Asking {
  private static final long MAX_PAUSE_MILLIS = 60_000;

  private final Cycle cycle;
  private final AgentSpec spec;
  private final Mind mind;

  Asking(Cycle cycle) {
    this.cycle = cycle;
    spec = cycle.spec;
    mind = cycle.mind;
  }

  /** Writes the prompt; false if it does not fit, and the cycle was given up. */
  boolean render(Turn asking) {
    long room = mind.estimator.bytesWithin(spec.memory().hardTokens());
    if (cycle.worker.renderer.render(mind, room, asking.request)) {
      if (spec.toolsJson().length > 0 && spec.model().takesTools()) {
        asking.request.tools(spec.toolsJson(), 0, spec.toolsJson().length);
      }
      asking.shownMessages = cycle.worker.renderer.shownMessages();
      mind.inbox.hold(asking.shownMessages);
      asking.estimate = mind.estimator.tokens(asking.request.lengthBytes());
      if (cycle.listened()) {
        cycle.tell(
            new AgentEvent.Prompted(
                spec.name(),
                mind.cycle(),
                cycle.stateName(mind.now.state),
                asking.request.lengthBytes(),
                asking.estimate,
                cycle.worker.renderer.ledger(),
                asking.request));
      }
      return true;
    }
    cycle.abandon(
        FaultCode.PROMPT_TOO_LARGE.with(
            "the prompt of agent \""
                + spec.name()
                + "\" has "
                + cycle.worker.renderer.measure(mind)
                + " bytes, and what may not leave it (role, actions, state, pinned entries"
                + largestPinned()
                + oldestMessage()
                + ") does not fit into agent.hard_limit.max_tokens "
                + spec.memory().hardTokens()
                + "; raise that limit, unpin, or rewind to before the message"));
    return false;
  }

  private String oldestMessage() {
    return mind.inbox.size() == 0
        ? ""
        : ", the message of " + mind.inbox.text(0).length + " bytes from " + mind.inbox.from(0);
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

  /** Asks for a reply; answers whether it is there already. */
  boolean ask(Turn asking) {
    asking.clearReply();
    asking.attempt++;
    asking.expect();
    asking.call = spec.model().start(asking.request, asking);
    return asking.answeredInline();
  }

  /** Reads what came; answers where the cycle goes on. */
  Step read(Turn reading) {
    if (!reading.retries.isEmpty()) {
      for (Turn.Retry retry : reading.retries) {
        cycle.count(retry.because());
        retried(retry);
      }
      reading.retries.clear();
    }
    if (reading.fault != null) {
      Step instead = failed(reading, reading.fault);
      if (instead != null) {
        return instead;
      }
    }
    mind.now.promptTokens += reading.promptTokens >= 0 ? reading.promptTokens : reading.estimate;
    long said =
        reading.replyTokens >= 0 ? reading.replyTokens : mind.estimator.tokens(reading.replyLength);
    mind.now.replyTokens += said;
    mind.now.runTokens +=
        (reading.promptTokens >= 0 ? reading.promptTokens : reading.estimate) + said;
    mind.estimator.observe(reading.request.lengthBytes(), reading.promptTokens);
    mind.now.ratio = mind.estimator.ratio();
    if (!cycle.isFromRecord()) {
      reading.recorder.inputs(cycle);
    }
    reading.reply.clear();
    if (reading.fault == null) {
      if (!reading.toolCalls.isEmpty()) {
        cycle.calls().fromToolCalls(reading);
      } else {
        reading.reader.read(
            reading.replyBytes, reading.replyLength, cycle.worker.block(), reading.reply);
      }
    }
    if (reading.reply.fault() != null) {
      cycle.fault(malformed(reading));
      reading.reply.clear();
    } else if (reading.reply.actionCount() > spec.limits().actionsPerReply()) {
      cycle.fault(
          FaultCode.TOO_MANY_ACTIONS.with(
              "the reply asks for "
                  + reading.reply.actionCount()
                  + " actions, and none was run; ask for at most "
                  + spec.limits().actionsPerReply()));
      reading.reply.clear();
    }
    if (cycle.listened()) {
      cycle.tell(
          new AgentEvent.Replied(
              spec.name(),
              mind.cycle(),
              reading.replyLength,
              reading.reply.actionCount(),
              reading.reply.repairs()));
    }
    return cycle.calls().needsAnnouncement(reading.reply) ? Step.ANNOUNCE : Step.ACT;
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
    cycle.turn().recorder.retry(retry.attempt(), retry.pauseMillis(), code);
    if (cycle.listened()) {
      cycle.tell(
          new AgentEvent.Retried(
              spec.name(), mind.cycle(), retry.attempt(), retry.pauseMillis(), retry.because()));
    }
  }

  /**
   * Deals with a model that gave no reply; answers where the cycle goes on, or null if it does
   * without one.
   */
  private @Nullable Step failed(Turn asked, Fault fault) {
    FaultPolicy policy = spec.faults().of(fault.code());
    if (policy == FaultPolicy.TELL_MODEL) {
      cycle.fault(fault);
      return null;
    }
    if (policy == FaultPolicy.RETRY && asked.attempt < spec.limits().modelAttempts()) {
      cycle.happened(fault);
      long pause = pause(asked.attempt);
      retried(new Turn.Retry(fault, asked.attempt, pause));
      cycle.worker.host.later(pause, () -> cycle.worker.post(() -> cycle.askAgain(asked)));
      return Step.ASKING;
    }
    if (policy == FaultPolicy.PAGE && !asked.pagedForModel) {
      cycle.happened(fault);
      asked.pagedForModel = true;
      mind.estimator.tooLow();
      mind.now.ratio = mind.estimator.ratio();
      cycle.room.pressed(asked.request.lengthBytes(), FaultCode.CONTEXT_TOO_LONG.name());
      cycle.room.page(asked.estimate / 2);
      return render(asked) ? Step.ASK : cycle.step();
    }
    cycle.abandon(fault);
    return cycle.step();
  }

  /**
   * The pause after an attempt: doubled with each one up to a minute, half of it random, so that
   * agents that failed together do not come back together.
   */
  private long pause(int attempt) {
    long first = spec.limits().retryPauseMillis();
    long full = Math.max(first, Math.min(MAX_PAUSE_MILLIS, first << Math.min(20, attempt - 1)));
    long half = full / 2;
    return full - half + (long) (half * cycle.worker.host.random().nextDouble());
  }
}
