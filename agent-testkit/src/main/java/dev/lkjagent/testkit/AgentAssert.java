package dev.lkjagent.testkit;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentStatus;
import dev.lkjagent.runtime.loop.ReplayReport;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.memory.TagSet;
import dev.lkjagent.runtime.rules.Prompt;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/**
 * Assertions on an agent: what it answered, the states it went through, what it remembers and
 * stored, what it did, was shown and spent, and what went wrong. Each failure says what there is
 * instead, and shows the agent's last cycles.
 *
 * <p>Tags are compared in canonical form. A fault that an assertion names is noticed: the stage no
 * longer objects to it.
 */
public final class AgentAssert {
  private static final int SHOWN_CYCLES = 3;

  private final Agent agent;
  private final Trace trace;
  private final Store store;
  private final Path golden;

  AgentAssert(Agent agent, Trace trace, Store store, Path golden) {
    this.agent = agent;
    this.trace = trace;
    this.store = store;
    this.golden = golden;
  }

  // ---- how runs ended ----

  /**
   * The last run finished.
   *
   * @return this
   */
  public AgentAssert finished() {
    return rested(RunResult.Status.FINISHED);
  }

  /**
   * The last run finished with an answer.
   *
   * @param answer all of it
   * @return this
   */
  public AgentAssert finished(String answer) {
    finished();
    same("should have answered", answer, lastResult().text());
    return this;
  }

  /**
   * The last run finished with an answer that has a text in it.
   *
   * @param part of the answer
   * @return this
   */
  public AgentAssert finishedContaining(String part) {
    finished();
    contains("should have an answer with " + TraceText.quoted(part), lastResult().text(), part);
    return this;
  }

  /**
   * The last run came to rest in a way.
   *
   * @param status the way
   * @return this
   */
  public AgentAssert rested(RunResult.Status status) {
    RunResult result = lastResult();
    if (result.status() != status) {
      String because = result.fault() == null ? "" : ": " + result.fault();
      throw failure("should rest " + status + ", but rests " + result.status() + because);
    }
    return this;
  }

  /**
   * The last run was stopped by a fault or a limit.
   *
   * @param code which
   * @return this
   */
  public AgentAssert failed(FaultCode code) {
    trace.notice(code);
    RunResult result = lastResult();
    Fault fault = result.fault();
    if (fault == null || fault.code() != code) {
      throw failure(
          "should have been stopped by "
              + code
              + ", but "
              + (fault == null ? "rests " + result.status() : "was by " + fault));
    }
    return this;
  }

  private RunResult lastResult() {
    List<RunResult> results = trace.results();
    if (results.isEmpty()) {
      throw failure("should have come to rest, but was not run");
    }
    return results.get(results.size() - 1);
  }

  // ---- states ----

  /**
   * The agent is in a state.
   *
   * @param state its name
   * @return this
   */
  public AgentAssert isInState(String state) {
    same("should be in state", state, agent.status().state());
    return this;
  }

  /**
   * The agent went through exactly these states, the last of which it is in.
   *
   * @param states their names, repetitions included
   * @return this
   */
  public AgentAssert wentThrough(String... states) {
    same(
        "should have gone through",
        String.join(" -> ", states),
        String.join(" -> ", trace.states()));
    return this;
  }

  /**
   * The agent was in these states at some time, in this order, with any others in between.
   *
   * @param states their names
   * @return this
   */
  public AgentAssert visited(String... states) {
    inOrder("should have visited", Arrays.asList(states), trace.states());
    return this;
  }

  /**
   * The agent was never in a state.
   *
   * @param state its name
   * @return this
   */
  public AgentAssert neverVisited(String state) {
    if (trace.states().contains(state)) {
      throw failure(
          "should never be in "
              + state
              + ", but went through "
              + String.join(" -> ", trace.states()));
    }
    return this;
  }

  // ---- memory and storage ----

  /**
   * Working memory has an entry.
   *
   * @param tags its tags
   * @return this
   */
  public AgentAssert remembers(String tags) {
    present("should remember", "working memory", tags, memory());
    return this;
  }

  /**
   * Working memory has an entry with a value.
   *
   * @param tags its tags
   * @param value all of its value
   * @return this
   */
  public AgentAssert remembers(String tags, String value) {
    String now = present("should remember", "working memory", tags, memory());
    same("should remember " + shown(tags) + " as", value, now);
    return this;
  }

  /**
   * Working memory has no entry with exactly these tags.
   *
   * @param tags the tags
   * @return this
   */
  public AgentAssert forgot(String tags) {
    absent("should not remember", tags, memory());
    return this;
  }

  /**
   * The agent's own storage has an entry.
   *
   * @param tags its tags
   * @return this
   */
  public AgentAssert stored(String tags) {
    present("should have stored", "storage", tags, storage(Space.of(agent.name())));
    return this;
  }

  /**
   * The agent's own storage has an entry with a value.
   *
   * @param tags its tags
   * @param value all of its value
   * @return this
   */
  public AgentAssert stored(String tags, String value) {
    return stored(Space.of(agent.name()), tags, value);
  }

  /**
   * A storage space has an entry with a value.
   *
   * @param space the space, for example {@link Space#shared}
   * @param tags the entry's tags
   * @param value all of its value
   * @return this
   */
  public AgentAssert stored(Space space, String tags, String value) {
    String now = present("should have stored", "storage", tags, storage(space));
    same("should have stored " + shown(tags) + " as", value, now);
    return this;
  }

  /**
   * The agent's own storage has no entry with exactly these tags.
   *
   * @param tags the tags
   * @return this
   */
  public AgentAssert neverStored(String tags) {
    absent("should not have stored", tags, storage(Space.of(agent.name())));
    return this;
  }

  /**
   * An entry was moved to storage because working memory was full.
   *
   * @param tags its tags
   * @return this
   */
  public AgentAssert pagedOut(String tags) {
    List<String> paged = trace.cycles().stream().flatMap(c -> c.pagedOut().stream()).toList();
    if (!paged.contains(TagSet.of(tags).canonical())) {
      throw failure("should have paged out " + shown(tags) + "; paged out: " + paged);
    }
    return this;
  }

  private Map<String, String> memory() {
    Map<String, String> entries = new TreeMap<>();
    for (MemoryEntry entry : agent.workingMemory()) {
      if (entry.kind().paged()) {
        entries.put(entry.tags(), entry.value());
      }
    }
    return entries;
  }

  private Map<String, String> storage(Space space) {
    Map<String, String> entries = new TreeMap<>();
    var unused =
        StoreFaults.join(
            store.entries(
                space,
                Store.LATEST,
                entry -> entries.put(entry.tags().canonical(), entry.value().utf8())));
    return entries;
  }

  private String present(String should, String where, String tags, Map<String, String> entries) {
    String value = entries.get(TagSet.of(tags).canonical());
    if (value == null) {
      throw failure(should + " " + shown(tags) + "; " + where + " has: " + entries.keySet());
    }
    return value;
  }

  private void absent(String should, String tags, Map<String, String> entries) {
    String value = entries.get(TagSet.of(tags).canonical());
    if (value != null) {
      throw failure(should + " " + shown(tags) + ", but does: " + TraceText.quoted(value));
    }
  }

  private static String shown(String tags) {
    return "[" + TagSet.of(tags).canonical() + "]";
  }

  // ---- actions ----

  /**
   * The agent did an action, whatever came of it.
   *
   * @param type its name, as a reply gives it
   * @return this
   */
  public AgentAssert did(String type) {
    return didInOrder(type);
  }

  /**
   * The agent did these actions, in this order, with any others in between; whatever came of them.
   *
   * @param types their names, as the replies give them
   * @return this
   */
  public AgentAssert didInOrder(String... types) {
    inOrder(
        "should have done",
        Arrays.asList(types),
        trace.acts().stream().map(Trace.Act::type).toList());
    return this;
  }

  /**
   * The agent did an action with success, and these were its tags and value.
   *
   * @param type its name
   * @param tags its tags; empty for none
   * @param value all of its value; empty for none
   * @return this
   */
  public AgentAssert did(String type, String tags, String value) {
    String canonical = tags.isEmpty() ? "" : TagSet.of(tags).canonical();
    for (Trace.Act act : trace.acts()) {
      String its = act.tags().isBlank() ? "" : TagSet.of(act.tags()).canonical();
      if (act.type().equals(type)
          && its.equals(canonical)
          && act.value().equals(value)
          && !act.failed()) {
        return this;
      }
    }
    throw failure(
        "should have done " + type + " [" + canonical + "] " + TraceText.quoted(value) + acts());
  }

  /**
   * The agent never did an action, not even in vain.
   *
   * @param type its name
   * @return this
   */
  public AgentAssert neverDid(String type) {
    if (trace.acts().stream().anyMatch(act -> act.type().equals(type))) {
      throw failure("should never do " + type + acts());
    }
    return this;
  }

  /**
   * An action had an outcome.
   *
   * @param type the action's name
   * @param part of the line that the model was shown
   * @return this
   */
  public AgentAssert outcomeOf(String type, String part) {
    if (trace.acts().stream()
        .noneMatch(act -> act.type().equals(type) && act.outcome().contains(part))) {
      throw failure(
          "should have had an outcome of " + type + " with " + TraceText.quoted(part) + acts());
    }
    return this;
  }

  private String acts() {
    return trace.acts().stream()
        .map(
            act ->
                "\n  "
                    + act.type()
                    + " ["
                    + act.tags()
                    + "] "
                    + TraceText.quoted(act.value())
                    + " => "
                    + TraceText.quoted(act.outcome()))
        .collect(Collectors.joining("", "; it did:", ""));
  }

  /**
   * The agent said something without ending its run.
   *
   * @param part of what it said
   * @return this
   */
  public AgentAssert said(String part) {
    List<String> said = trace.cycles().stream().flatMap(c -> c.said().stream()).toList();
    if (said.stream().noneMatch(text -> text.contains(part))) {
      throw failure("should have said " + TraceText.quoted(part) + "; it said: " + said);
    }
    return this;
  }

  // ---- faults ----

  /**
   * The agent had a fault at some time.
   *
   * @param code which
   * @return this
   */
  public AgentAssert hadFault(FaultCode code) {
    trace.notice(code);
    if (codes().stream().noneMatch(code::equals)) {
      throw failure("should have had the fault " + code + "; it had: " + trace.faults());
    }
    return this;
  }

  /**
   * The agent had exactly these faults.
   *
   * @param codes which, in order
   * @return this
   */
  public AgentAssert hadFaults(FaultCode... codes) {
    for (FaultCode code : codes) {
      trace.notice(code);
    }
    if (!codes().equals(Arrays.asList(codes))) {
      throw failure(
          "should have had the faults " + Arrays.toString(codes) + "; it had: " + trace.faults());
    }
    return this;
  }

  /**
   * The agent had no fault.
   *
   * @return this
   */
  public AgentAssert hadNoFault() {
    if (!trace.faults().isEmpty()) {
      throw failure("should have had no fault; it had: " + trace.faults());
    }
    return this;
  }

  private List<FaultCode> codes() {
    return trace.faults().stream().map(Fault::code).toList();
  }

  // ---- prompts ----

  /**
   * The prompts pass a test of the caller's.
   *
   * @param number the number of the prompt, from 1; negative ones count from the end
   * @param assertions throw if it is not right
   * @return this
   */
  public AgentAssert prompt(int number, Consumer<Prompt> assertions) {
    assertions.accept(prompt(number));
    return this;
  }

  /**
   * A prompt shows a text.
   *
   * @param number the number of the prompt, from 1; negative ones count from the end
   * @param part of the prompt, as it is shown: escaped
   * @return this
   */
  public AgentAssert wasShown(int number, String part) {
    contains(
        "should have been shown " + TraceText.quoted(part) + " in prompt " + number,
        prompt(number).toString(),
        part);
    return this;
  }

  /**
   * A section of a prompt shows a text.
   *
   * @param number the number of the prompt, from 1; negative ones count from the end
   * @param section for example {@code working_memory} or {@code execution_log}
   * @param part of the section, as it is shown: escaped
   * @return this
   */
  public AgentAssert wasShown(int number, String section, String part) {
    contains(
        "should have been shown "
            + TraceText.quoted(part)
            + " in the section "
            + section
            + " of prompt "
            + number,
        prompt(number).section(section),
        part);
    return this;
  }

  private Prompt prompt(int number) {
    List<Prompt> prompts = trace.prompts();
    int index = number < 0 ? prompts.size() + number : number - 1;
    if (index < 0 || index >= prompts.size()) {
      throw failure(
          "should have been shown prompt " + number + ", but was shown " + prompts.size());
    }
    return prompts.get(index);
  }

  // ---- what was spent ----

  /**
   * The agent took at most so many cycles in its life.
   *
   * @param cycles how many
   * @return this
   */
  public AgentAssert tookAtMostCycles(long cycles) {
    return atMost("cycles", cycles, agent.status().cycle());
  }

  /**
   * The agent took at most so many tokens in its life, of prompts and replies together.
   *
   * @param tokens how many, counted by the endpoint or estimated
   * @return this
   */
  public AgentAssert tookAtMostTokens(long tokens) {
    AgentStatus status = agent.status();
    return atMost("tokens", tokens, status.promptTokens() + status.replyTokens());
  }

  /**
   * No prompt had more tokens than that.
   *
   * @param tokens how many, counted by the endpoint or estimated
   * @return this
   */
  public AgentAssert promptsHadAtMostTokens(long tokens) {
    return atMost(
        "tokens in a prompt",
        tokens,
        trace.cycles().stream().mapToLong(Trace.Cycle::promptTokens).max().orElse(0));
  }

  /**
   * The agent's memory takes at most so many bytes of slots now.
   *
   * @param bytes how many
   * @return this
   */
  public AgentAssert takesAtMostSlotBytes(long bytes) {
    return atMost("bytes of slots", bytes, agent.status().slotBytes());
  }

  private AgentAssert atMost(String what, long limit, long actual) {
    if (actual > limit) {
      throw failure("should take at most " + limit + " " + what + ", but took " + actual);
    }
    return this;
  }

  // ---- the whole run ----

  /**
   * The trace is what stands in the test's golden file: {@code
   * src/test/resources/golden/CLASS/METHOD-AGENT.txt}. {@code -Dlkjagent.golden=update} writes the
   * file; {@code -Dlkjagent.golden.dir} names another folder.
   *
   * @return this
   */
  public AgentAssert matchesGolden() {
    String name = golden.getFileName() + "-" + agent.name() + ".txt";
    GoldenFile.compare(
        golden.resolveSibling(name.replaceAll("[^A-Za-z0-9._-]", "_")), trace.toString());
    return this;
  }

  /**
   * The agent's journal, run again in a pool and a store of its own, gives the same memory, states
   * and trace hash. Actions are not run again: their recorded outcomes are taken.
   *
   * @return this
   */
  public AgentAssert replaysTheSame() {
    ReplayReport report = agent.replay();
    if (!report.same()) {
      throw failure("should replay the same; " + report.difference());
    }
    return this;
  }

  // ---- failures ----

  private void inOrder(String should, List<String> wanted, List<String> actual) {
    int at = 0;
    for (String one : actual) {
      if (at < wanted.size() && wanted.get(at).equals(one)) {
        at++;
      }
    }
    if (at < wanted.size()) {
      throw new AssertionFailedError(
          message(
              should
                  + " "
                  + wanted
                  + " in this order; \""
                  + wanted.get(at)
                  + "\" is missing in "
                  + actual),
          wanted,
          actual);
    }
  }

  private void contains(String should, String text, String part) {
    if (!text.contains(part)) {
      throw new AssertionFailedError(message(should + "; there is:\n" + text), part, text);
    }
  }

  private void same(String should, @Nullable String expected, @Nullable String actual) {
    if (!Objects.equals(expected, actual)) {
      throw new AssertionFailedError(
          message(should + "\n  expected: " + expected + "\n   but was: " + actual),
          expected,
          actual);
    }
  }

  private AssertionFailedError failure(String says) {
    return new AssertionFailedError(message(says));
  }

  private String message(String says) {
    String end = TraceText.end(trace, SHOWN_CYCLES);
    return "agent \""
        + agent.name()
        + "\" "
        + says
        + (end.isEmpty() ? "" : "\nIts last cycles:" + end);
  }
}
