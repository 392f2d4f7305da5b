package dev.lkjagent.runtime.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The states of an agent, found by name. Immutable, shared by agents. */
public final class States {
  /** Where every run begins. */
  public static final String THINKING = "thinking";

  /** Where actions are meant to run. */
  public static final String EXECUTING = "executing";

  /** Where the agent judges what came of them. */
  public static final String EVALUATING = "evaluating";

  /** Where it makes room. */
  public static final String PAGING = "paging";

  /** Where it waits. */
  public static final String WAITING = "waiting";

  /** Where every run ends. */
  public static final String FINISHED = "finished";

  private static final String COMMANDING = "commanding";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

  /** The states that every agent has. */
  public static final States STANDARD = new States(List.of(), Map.of());

  private final AgentState[] states;
  private final byte[][] names;
  private final byte[][] prompts;
  private final int alias;
  private final int thinking;
  private final int evaluating;
  private final int paging;
  private final int finished;

  /**
   * The standard states, with changes.
   *
   * @param own more states, or states in the place of standard ones
   * @param prompts what prompts say in a state, by its name, where it differs
   * @throws IllegalArgumentException if a name can't be used in a reply
   */
  public States(Collection<? extends AgentState> own, Map<String, String> prompts) {
    Map<String, AgentState> byName = new LinkedHashMap<>();
    for (AgentState state : standard()) {
      byName.put(state.name(), state);
    }
    for (AgentState state : own) {
      if (!NAME.matcher(state.name()).matches() || state.name().equals(COMMANDING)) {
        throw new IllegalArgumentException(
            "a state is called by lower-case letters, digits and underscores, and not \""
                + COMMANDING
                + "\", another word for executing; this one is \""
                + state.name()
                + "\"");
      }
      byName.put(state.name(), state);
    }
    states = byName.values().toArray(new AgentState[0]);
    names = new byte[states.length + 1][];
    this.prompts = new byte[states.length][];
    for (int i = 0; i < states.length; i++) {
      names[i] = states[i].name().getBytes(StandardCharsets.UTF_8);
      String prompt = prompts.getOrDefault(states[i].name(), states[i].prompt());
      this.prompts[i] = prompt.getBytes(StandardCharsets.UTF_8);
    }
    names[states.length] = COMMANDING.getBytes(StandardCharsets.UTF_8);
    alias = indexOf(EXECUTING);
    thinking = indexOf(THINKING);
    evaluating = indexOf(EVALUATING);
    paging = indexOf(PAGING);
    finished = indexOf(FINISHED);
  }

  private static List<AgentState> standard() {
    return List.of(
        AgentState.of(
            THINKING,
            "to plan: look at the task, the memory and the logs, and decide what to do next",
            "Decide what to do next. Write your reasoning into thinking_log. Choose executing to act."),
        AgentState.of(
            EXECUTING,
            "to act: run one or more actions",
            "Run the actions that your plan asks for. Choose evaluating to judge what came of them."),
        AgentState.of(
            EVALUATING,
            "to judge: compare what the actions brought with the task",
            "Read the execution log and judge what came of the last actions. Write it into"
                + " evaluation_log. Finish with the action finish if the task is done."),
        AgentState.of(
            PAGING,
            "to make room in working memory; entered by itself when memory is full",
            "Working memory is full. Move what is not needed now to storage: storage_save keeps an entry,"
                + " working_memory_remove takes it out. What stays too long is moved for you."),
        new PlainState(WAITING, "to wait for a message", "", AgentState.Effect.SUSPEND),
        new PlainState(FINISHED, "to end the run", "", AgentState.Effect.END));
  }

  /**
   * Finds a state by the bytes of its name, or of an alias.
   *
   * @param bytes hold the name
   * @param from where it begins
   * @param to where it ends
   * @return the state's index, or -1
   */
  public int find(byte[] bytes, int from, int to) {
    for (int i = 0; i < names.length; i++) {
      if (Arrays.equals(names[i], 0, names[i].length, bytes, from, to)) {
        return i == states.length ? alias : i;
      }
    }
    return -1;
  }

  /**
   * Finds a state by its name, or by an alias.
   *
   * @param name the name
   * @return the state's index, or -1
   */
  public int indexOf(String name) {
    for (int i = 0; i < states.length; i++) {
      if (states[i].name().equals(name)) {
        return i;
      }
    }
    return name.equals(COMMANDING) ? alias : -1;
  }

  /**
   * Where every run begins, and what an unknown state leads to.
   *
   * @return the index of thinking
   */
  public int thinking() {
    return thinking;
  }

  /**
   * Where an agent makes room.
   *
   * @return the index of paging
   */
  public int paging() {
    return paging;
  }

  /**
   * Where every run ends.
   *
   * @return the index of finished
   */
  public int finished() {
    return finished;
  }

  /**
   * What follows a state if a model does not say.
   *
   * @param index the state
   * @return the next one in the circle of thinking, executing and evaluating; thinking for any
   *     other
   */
  public int follower(int index) {
    return index == thinking ? alias : index == alias ? evaluating : thinking;
  }

  /**
   * A state.
   *
   * @param index which
   * @return the state
   */
  public AgentState get(int index) {
    return states[index];
  }

  /**
   * A state's name.
   *
   * @param index which
   * @return UTF-8, not to be changed
   */
  public byte[] name(int index) {
    return names[index];
  }

  /**
   * What prompts say in a state.
   *
   * @param index which
   * @return UTF-8, not to be changed
   */
  public byte[] prompt(int index) {
    return prompts[index];
  }

  /**
   * All states in their order.
   *
   * @return an immutable list
   */
  public List<AgentState> all() {
    return List.of(states);
  }
}
