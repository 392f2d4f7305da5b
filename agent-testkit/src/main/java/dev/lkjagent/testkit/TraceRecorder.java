package dev.lkjagent.testkit;

import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentListener;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.memory.MemoryListener;
import dev.lkjagent.runtime.rules.Prompt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Writes the {@link Trace traces} of all agents of a stage. Called on workers. */
final class TraceRecorder implements AgentListener, MemoryListener {
  private final Map<String, Trace> traces = new ConcurrentSkipListMap<>();

  /**
   * Changes of memory are told on a worker right before the commit that they belong to, and without
   * the agent's name.
   */
  private final Map<Thread, Delta> deltas = new ConcurrentHashMap<>();

  private static final class Delta {
    final List<MemoryEntry> written = new ArrayList<>();
    final List<String> removed = new ArrayList<>();
  }

  void watch(AgentBuilder agent) {
    agent.listener(this).memoryListener(this);
  }

  Trace trace(String agent) {
    return traces.computeIfAbsent(agent, Trace::new);
  }

  Collection<Trace> traces() {
    return traces.values();
  }

  @Override
  public void entryWritten(MemoryEntry entry) {
    if (entry.kind().paged()) {
      delta().written.add(entry);
    }
  }

  @Override
  public void entryRemoved(MemoryEntry entry) {
    if (entry.kind().paged()) {
      delta().removed.add(entry.tags());
    }
  }

  private Delta delta() {
    return deltas.computeIfAbsent(Thread.currentThread(), thread -> new Delta());
  }

  @Override
  public void on(AgentEvent event) {
    Trace trace = trace(event.agent());
    long cycle = event.cycle();
    if (event instanceof AgentEvent.Prompted prompted) {
      trace.prompted(cycle, prompted.state(), Prompt.of(prompted.request()));
    } else if (event instanceof AgentEvent.Replied replied) {
      trace.replied(cycle, replied.repairs());
    } else if (event instanceof AgentEvent.Acted acted) {
      trace.acted(
          cycle,
          new Trace.Act(
              acted.type(), acted.tags(), acted.value(), acted.failed(), acted.outcome()));
    } else if (event instanceof AgentEvent.Faulted faulted) {
      trace.faulted(cycle, faulted.fault());
    } else if (event instanceof AgentEvent.PagedOut paged) {
      trace.pagedOut(cycle, paged.tags());
    } else if (event instanceof AgentEvent.Said said) {
      trace.said(cycle, said.text());
    } else if (event instanceof AgentEvent.Committed committed) {
      Delta delta = delta();
      deltas.remove(Thread.currentThread());
      trace.committed(
          cycle,
          committed.from(),
          committed.to(),
          delta.written,
          delta.removed,
          committed.promptTokens(),
          committed.replyTokens());
    } else if (event instanceof AgentEvent.Rested rested) {
      trace.rested(rested.result());
    }
  }
}
