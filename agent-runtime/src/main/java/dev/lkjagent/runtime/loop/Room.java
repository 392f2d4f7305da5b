package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.Status;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.journal.Encoder;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.WorkingMemory;
import dev.lkjagent.runtime.state.AgentState;
import java.nio.charset.StandardCharsets;

/**
 * The room in an agent's memory: puts entries, keeps the logs short, and moves to storage what is
 * worth least when there is no room. For the cycle under way, on the worker's thread.
 */
final class Room {
  private final Cycle cycle;
  private final AgentSpec spec;
  private final Mind mind;

  Room(Cycle cycle) {
    this.cycle = cycle;
    spec = cycle.spec;
    mind = cycle.mind;
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
        mind.memory.put(
            kind, tags, tagsFrom, tagsTo, value, valueFrom, valueTo, cycle.cycleNumber());
    int tries = mind.memory.count();
    while (status != Status.OK && status != Status.TOO_LARGE && tries-- > 0) {
      Turn turn = cycle.turn();
      if (!turn.pressed) {
        turn.pressed = true;
        pressed(valueTo - valueFrom, FaultCode.BUDGET_EXHAUSTED.name());
      }
      int leaving = spec.paging().choose(mind.memory, cycle.cycleNumber());
      if (leaving == WorkingMemory.NONE || !evict(leaving)) {
        return status;
      }
      status =
          mind.memory.put(
              kind, tags, tagsFrom, tagsTo, value, valueFrom, valueTo, cycle.cycleNumber());
    }
    return status;
  }

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
    Encoder key = cycle.worker.scratch;
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
  void page(int targetTokens) {
    while (mind.estimator.tokens(cycle.worker.renderer.measure(mind)) > targetTokens) {
      int leaving = spec.paging().choose(mind.memory, cycle.cycleNumber());
      if (leaving == WorkingMemory.NONE || !evict(leaving)) {
        return;
      }
    }
  }

  /** Notes that memory is nearly full. */
  void pressed(long bytes, String what) {
    cycle.turn().recorder.pressure(bytes, what);
    if (cycle.listened()) {
      cycle.tell(new AgentEvent.Pressed(spec.name(), mind.cycle(), bytes, what));
    }
  }

  /**
   * Whether there is something to page out, and more in use than the pressure mark, or than paging
   * has to reach. Each time that it is so is an input from outside, so the journal has it.
   */
  private boolean isNearlyFull(boolean paging) {
    if (!mind.memory.canPage()
        || !spec.pressure().passed(cycle, paging)
        || spec.paging().choose(mind.memory, cycle.cycleNumber()) == WorkingMemory.NONE) {
      return false;
    }
    pressed(mind.memory.settledBytes(), Pressure.MARK);
    return true;
  }

  /** Moves one entry to the agent's own storage; a copy of what storage has is only dropped. */
  private boolean evict(int index) {
    WorkingMemory memory = mind.memory;
    int tags = memory.tagsFrom(index);
    int tagsTo = tags + memory.tagsBytes(index);
    int value = memory.valueFrom(index);
    int bytes = memory.valueBytes(index);
    cycle.core.pagedOut(
        memory.kind(index), memory.bytes(), tags, tagsTo, memory.bytes(), value, value + bytes);
    cycle.turn().recorder.eviction(memory.bytes(), tags, tagsTo);
    cycle.worker.host.metrics().paged(bytes);
    if (cycle.listened()) {
      cycle.tell(
          new AgentEvent.PagedOut(
              spec.name(),
              mind.cycle(),
              new String(memory.bytes(), tags, tagsTo - tags, StandardCharsets.UTF_8),
              bytes));
    }
    return memory.remove(index) == Status.OK;
  }

  /** The state to go to: paging, if memory is nearly full and the cycle goes on. */
  int stateOrPaging(int next) {
    int limit = spec.memory().pagingTokens();
    int paging = spec.states().paging();
    boolean goesOn = spec.states().get(next).effect() == AgentState.Effect.GO_ON;
    if (cycle.turn().stateBefore == paging) {
      if (limit > 0) {
        page(spec.memory().targetTokens());
      }
      while (isNearlyFull(true) && evict(spec.paging().choose(mind.memory, cycle.cycleNumber()))) {}
      return goesOn ? mind.now.resumeState : next;
    }
    boolean full =
        cycle.turn().pressed
            || limit > 0 && mind.estimator.tokens(cycle.worker.renderer.measure(mind)) > limit;
    if (goesOn && next != paging && (full || isNearlyFull(false))) {
      mind.now.resumeState = next;
      return paging;
    }
    if (next == paging) {
      mind.now.resumeState = spec.states().thinking();
    }
    return next;
  }

  /** How many bytes of values may still be loaded without passing the hard limit. */
  long bytes() {
    return Math.max(
        1,
        mind.estimator.bytesWithin(spec.memory().hardTokens())
            - cycle.worker.renderer.measure(mind));
  }
}
