package dev.lkjagent.testkit;

import dev.lkjagent.json.lenient.RepairCode;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.rules.Prompt;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What one agent did, cycle by cycle, as its listeners were told. Grows while the agent runs; the
 * methods answer copies, and may be called from any thread.
 */
public final class Trace {
  private final String agent;
  private final List<Cycle> cycles = new ArrayList<>();
  private final List<RunResult> results = new ArrayList<>();
  private final Set<FaultCode> noticed = EnumSet.noneOf(FaultCode.class);
  private Open open = new Open(0);

  Trace(String agent) {
    this.agent = agent;
  }

  /**
   * An action that ran.
   *
   * @param type which, as the reply names it
   * @param tags its tags, as the reply writes them
   * @param value its value
   * @param failed whether a fault came of it
   * @param outcome the line that the model is shown
   */
  public record Act(String type, String tags, String value, boolean failed, String outcome) {}

  /**
   * A cycle.
   *
   * @param number its number
   * @param from the state that it began in
   * @param to the state that follows; empty if the cycle was given up and changed nothing
   * @param prompts what the model was shown; more than one if it was asked again
   * @param acts its actions, in order
   * @param faults its faults, in order
   * @param repairs what had to be mended to read the reply
   * @param written entries of working memory that were written, without logs
   * @param removed tags of entries that left working memory, without logs
   * @param pagedOut tags of entries that went to storage because memory was full
   * @param said what the agent said without ending the run
   * @param promptTokens tokens of the prompt, counted by the endpoint or estimated
   * @param replyTokens tokens of the reply, counted by the endpoint or estimated
   */
  public record Cycle(
      long number,
      String from,
      String to,
      List<Prompt> prompts,
      List<Act> acts,
      List<Fault> faults,
      List<RepairCode> repairs,
      List<MemoryEntry> written,
      List<String> removed,
      List<String> pagedOut,
      List<String> said,
      long promptTokens,
      long replyTokens) {}

  /** A cycle under way. */
  static final class Open {
    private final long number;
    private String from = "";
    private final List<Prompt> prompts = new ArrayList<>();
    private final List<Act> acts = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private final List<RepairCode> repairs = new ArrayList<>();
    private final List<String> pagedOut = new ArrayList<>();
    private final List<String> said = new ArrayList<>();

    Open(long number) {
      this.number = number;
    }

    private boolean isEmpty() {
      return prompts.isEmpty() && acts.isEmpty() && faults.isEmpty();
    }

    private Cycle ended(
        String to, List<MemoryEntry> written, List<String> removed, long prompt, long reply) {
      return new Cycle(
          number,
          from,
          to,
          List.copyOf(prompts),
          List.copyOf(acts),
          List.copyOf(faults),
          List.copyOf(repairs),
          List.copyOf(written),
          List.copyOf(removed),
          List.copyOf(pagedOut),
          List.copyOf(said),
          prompt,
          reply);
    }
  }

  // ---- written by the recorder ----

  private Open at(long number) {
    if (open.number != number) {
      giveUp();
      open = new Open(number);
    }
    return open;
  }

  private void giveUp() {
    if (!open.isEmpty()) {
      cycles.add(open.ended("", List.of(), List.of(), 0, 0));
    }
    open = new Open(0);
  }

  synchronized void prompted(long cycle, String state, Prompt prompt) {
    Open now = at(cycle);
    now.from = state;
    now.prompts.add(prompt);
  }

  synchronized void replied(long cycle, List<RepairCode> repairs) {
    at(cycle).repairs.addAll(repairs);
  }

  synchronized void acted(long cycle, Act act) {
    at(cycle).acts.add(act);
  }

  /** A fault behind the end of its cycle ends the run, whose result has it. */
  synchronized void faulted(long cycle, Fault fault) {
    if (open.number != 0 || !endedWith(cycle)) {
      at(cycle).faults.add(fault);
    }
  }

  private boolean endedWith(long cycle) {
    Cycle last = cycles.isEmpty() ? null : cycles.get(cycles.size() - 1);
    return last != null && last.number() == cycle && !last.to().isEmpty();
  }

  synchronized void pagedOut(long cycle, String tags) {
    at(cycle).pagedOut.add(tags);
  }

  synchronized void said(long cycle, String text) {
    at(cycle).said.add(text);
  }

  synchronized void committed(
      long cycle,
      String from,
      String to,
      List<MemoryEntry> written,
      List<String> removed,
      long promptTokens,
      long replyTokens) {
    Open now = at(cycle);
    now.from = from;
    cycles.add(now.ended(to, written, removed, promptTokens, replyTokens));
    open = new Open(0);
  }

  synchronized void rested(RunResult result) {
    giveUp();
    results.add(result);
  }

  // ---- asked by tests ----

  /**
   * Whose trace it is.
   *
   * @return the agent's name
   */
  public String agent() {
    return agent;
  }

  /**
   * The cycles so far, those that were given up included.
   *
   * @return them in order
   */
  public synchronized List<Cycle> cycles() {
    return List.copyOf(cycles);
  }

  /**
   * How runs came to rest.
   *
   * @return a result for each time
   */
  public synchronized List<RunResult> results() {
    return List.copyOf(results);
  }

  /**
   * The states that cycles began in, and the one that followed the last.
   *
   * @return their names, in order, repetitions included
   */
  public List<String> states() {
    List<String> states = new ArrayList<>();
    String last = "";
    for (Cycle cycle : cycles()) {
      if (!cycle.to().isEmpty()) {
        states.add(cycle.from());
        last = cycle.to();
      }
    }
    if (!last.isEmpty()) {
      states.add(last);
    }
    return states;
  }

  /**
   * The actions of all cycles.
   *
   * @return them in order
   */
  public List<Act> acts() {
    return cycles().stream().flatMap(cycle -> cycle.acts().stream()).toList();
  }

  /**
   * The prompts of all cycles.
   *
   * @return them in order
   */
  public List<Prompt> prompts() {
    return cycles().stream().flatMap(cycle -> cycle.prompts().stream()).toList();
  }

  /**
   * The faults of all cycles, and those that runs ended with.
   *
   * @return them in order
   */
  public synchronized List<Fault> faults() {
    List<Fault> all = new ArrayList<>();
    cycles.forEach(cycle -> all.addAll(cycle.faults()));
    for (RunResult result : results) {
      Fault fault = result.fault();
      if (fault != null && !all.contains(fault)) {
        all.add(fault);
      }
    }
    return all;
  }

  synchronized void notice(FaultCode code) {
    noticed.add(code);
  }

  synchronized List<Fault> unnoticed(Set<FaultCode> expected) {
    return faults().stream()
        .filter(fault -> !noticed.contains(fault.code()) && !expected.contains(fault.code()))
        .toList();
  }

  /** The trace for people, in the form of golden files. */
  @Override
  public String toString() {
    return TraceText.of(this);
  }
}
