package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.runtime.action.Action;
import dev.lkjagent.runtime.action.Actions;
import dev.lkjagent.runtime.action.CoreAction;
import dev.lkjagent.runtime.action.Tools;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.fault.FaultPolicies;
import dev.lkjagent.runtime.fault.FaultPolicy;
import dev.lkjagent.runtime.memory.CostOfAbsence;
import dev.lkjagent.runtime.memory.MemoryListener;
import dev.lkjagent.runtime.memory.PagingPolicy;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.runtime.state.States;
import dev.lkjagent.runtime.store.Snapshot;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects what an agent is, then {@linkplain #start() starts} it. Everything has a default. */
public final class AgentBuilder {
  private static final String DEFAULT_ROLE =
      "You are an agent. You work on the task in your working memory until it is done.";

  private static final PagingPolicy COST_OF_ABSENCE = new CostOfAbsence();

  private final AgentHost host;
  private final String name;
  private final List<Action> actions = new ArrayList<>();
  private final List<AgentState> states = new ArrayList<>();
  private final Map<String, String> prompts = new HashMap<>();
  private final List<AgentListener> listeners = new ArrayList<>();
  private final List<MemoryListener> memoryListeners = new ArrayList<>();
  private Model model;
  private String role = DEFAULT_ROLE;
  private String instructions = "";
  Limits limits = Limits.DEFAULT;
  private FaultPolicies faults = FaultPolicies.DEFAULT;
  MemoryLimits memory = MemoryLimits.DEFAULT;
  private PagingPolicy paging = COST_OF_ABSENCE;
  Budget budget = Budget.UNLIMITED;
  private int pressurePercent = 90;
  private Space space = Space.OWN;
  private int checkpointCycles = 64;
  private @Nullable AgentSpec pattern;

  AgentBuilder(AgentHost host, String name) {
    this.host = host;
    this.name = Objects.requireNonNull(name, "name");
    model = host.model();
    if (name.isBlank()) {
      throw new IllegalArgumentException("an agent needs a name that is not blank");
    }
  }

  /**
   * The agent's name.
   *
   * @return by which the store knows it
   */
  public String name() {
    return name;
  }

  /**
   * Sets who the agent is.
   *
   * @param text the beginning of every prompt
   * @return this
   */
  public AgentBuilder role(String text) {
    role = Objects.requireNonNull(text, "text");
    return this;
  }

  /**
   * Sets how the agent is to work.
   *
   * @param text stands behind the role
   * @return this
   */
  public AgentBuilder instructions(String text) {
    instructions = Objects.requireNonNull(text, "text");
    return this;
  }

  /**
   * Sets a model of its own.
   *
   * @param what answers its prompts, in the place of the host's
   * @return this
   */
  public AgentBuilder model(Model what) {
    model = Objects.requireNonNull(what, "what");
    return this;
  }

  /**
   * Adds an action.
   *
   * @param action what it can do beside the {@linkplain CoreAction core actions}
   * @return this
   */
  public AgentBuilder action(Action action) {
    actions.add(Objects.requireNonNull(action, "action"));
    return this;
  }

  /**
   * Adds the methods of an object that are marked with {@link dev.lkjagent.runtime.action.Tool}.
   *
   * @param object has such methods
   * @return this
   */
  public AgentBuilder tools(Object object) {
    actions.addAll(Tools.of(object));
    return this;
  }

  /**
   * Adds a state, or puts it in the place of a standard one.
   *
   * @param state the state
   * @return this
   */
  public AgentBuilder state(AgentState state) {
    states.add(Objects.requireNonNull(state, "state"));
    return this;
  }

  /**
   * Sets what prompts say in a state.
   *
   * @param state the state's name
   * @param text what they say
   * @return this
   */
  public AgentBuilder statePrompt(String state, String text) {
    prompts.put(state, Objects.requireNonNull(text, "text"));
    return this;
  }

  /**
   * Sets what a run may take.
   *
   * @param values the limits
   * @return this
   */
  public AgentBuilder limits(Limits values) {
    limits = Objects.requireNonNull(values, "values");
    return this;
  }

  /**
   * Sets what a run does about a kind of fault. How often it tries again, and how many cycles in a
   * row may have a fault, is in {@link Limits}.
   *
   * @param code the kind of fault
   * @param policy what to do about it, in the place of {@link FaultCode#defaultPolicy}
   * @return this
   * @throws IllegalArgumentException if {@link FaultCode#policies} has not got it
   */
  public AgentBuilder onFault(FaultCode code, FaultPolicy policy) {
    faults = faults.with(code, policy);
    return this;
  }

  /**
   * Sets how much of its mind a prompt shows.
   *
   * @param values the limits
   * @return this
   */
  public AgentBuilder memory(MemoryLimits values) {
    memory = Objects.requireNonNull(values, "values");
    return this;
  }

  /**
   * Sets what leaves working memory when it is full.
   *
   * @param policy the policy
   * @return this
   */
  public AgentBuilder paging(PagingPolicy policy) {
    paging = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /**
   * Sets what the agent's memory may take of its worker's pool.
   *
   * @param values bytes, slots and nodes
   * @return this
   */
  public AgentBuilder budget(Budget values) {
    budget = Objects.requireNonNull(values, "values");
    return this;
  }

  /**
   * Lets the agent save to a space that it shares with others. What leaves its memory for want of
   * room goes to its own storage nevertheless; loads and searches see both, and an entry of its own
   * hides a shared one with the same tags, until the agent saves or removes these tags.
   *
   * @param sharedSpace the space's name
   * @return this
   */
  public AgentBuilder storage(String sharedSpace) {
    space = Space.shared(sharedSpace);
    return this;
  }

  /**
   * Sets how often a commit holds an image of the whole memory, from which a load begins.
   *
   * @param cycles in how many cycles one; 0 for never
   * @return this
   */
  public AgentBuilder checkpointEvery(int cycles) {
    checkpointCycles = cycles;
    return this;
  }

  /**
   * Adds a listener to what the agent does.
   *
   * @param listener hears it
   * @return this
   */
  public AgentBuilder listener(AgentListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Adds a listener to the agent's working memory.
   *
   * @param listener hears of changes
   * @return this
   */
  public AgentBuilder memoryListener(MemoryListener listener) {
    memoryListeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Sets when the agent pages because its memory is nearly full, whatever the length of its prompt:
   * when a cycle leaves more in use than this share of its budget's bytes or, if the budget does
   * not limit them, of the pool, in which agents at rest are parked first. Paging then goes on down
   * to three quarters of the share.
   *
   * @param percent from 1 to 100, or 0 for never; 90 if not called
   * @return this
   */
  public AgentBuilder pressureMark(int percent) {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException(
          "a pressure mark is a percentage from 0 to 100; not " + percent);
    }
    pressurePercent = percent;
    return this;
  }

  /**
   * Makes the agent of what another one is by now: its prompts, states, actions, memory limits,
   * paging policy, budget and storage. Name, model, limits, policies for faults, checkpoints and
   * listeners are this builder's; everything else that it was told counts for nothing.
   *
   * @param other a builder of any host, whether its agent was started or not
   * @return this
   */
  public AgentBuilder like(AgentBuilder other) {
    pattern = other.spec();
    return this;
  }

  AgentSpec spec() {
    if (pattern != null) {
      return new AgentSpec(
          name,
          model,
          pattern.states(),
          pattern.actions(),
          limits,
          faults,
          pattern.memory(),
          pattern.paging(),
          pattern.budget(),
          pattern.pressure(),
          pattern.space(),
          checkpointCycles,
          List.copyOf(listeners),
          List.copyOf(memoryListeners),
          pattern.system(),
          pattern.systemHash(),
          model.takesTools() ? AgentSpec.toolsJson(pattern.actions()) : new byte[0]);
    }
    States all =
        states.isEmpty() && prompts.isEmpty() ? States.STANDARD : new States(states, prompts);
    Actions known = actions.isEmpty() ? Actions.NONE : new Actions(actions);
    byte[] system = host.shared(AgentSpec.system(role, instructions, all, known));
    return new AgentSpec(
        name,
        model,
        all,
        known,
        limits,
        faults,
        memory,
        paging,
        budget,
        Pressure.at(pressurePercent),
        space,
        checkpointCycles,
        List.copyOf(listeners),
        List.copyOf(memoryListeners),
        system,
        host.shared(AgentSpec.hash(system)),
        host.shared(model.takesTools() ? AgentSpec.toolsJson(known) : new byte[0]));
  }

  /**
   * Creates the agent, or loads it as it was when it last committed. Waits for the store.
   *
   * @return the agent, at rest
   * @throws FaultException if an agent of this name runs on this host, if the store can't be read,
   *     or if what it holds does not fit the budget
   */
  public Agent start() {
    return start(spec());
  }

  Agent start(AgentSpec spec) {
    host.checkName(name);
    Store store = host.store();
    Optional<Snapshot> known = StoreFaults.join(store.load(name));
    Snapshot snapshot;
    if (known.isPresent()) {
      snapshot = known.get();
    } else {
      snapshot = created(store);
    }
    return host.start(spec, snapshot);
  }

  private Snapshot created(Store store) {
    try {
      return StoreFaults.join(store.create(name, host.clock().millis()));
    } catch (FaultException e) {
      if (e.fault().code() == FaultCode.AGENT_NAME_TAKEN) {
        return StoreFaults.join(store.load(name, Store.LATEST));
      }
      throw e;
    }
  }
}
