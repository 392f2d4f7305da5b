package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.config.AgentConfig;
import dev.lkjagent.runtime.config.Config;
import dev.lkjagent.runtime.config.HostConfig;
import dev.lkjagent.runtime.config.LoadedConfig;
import dev.lkjagent.runtime.config.Origin;
import dev.lkjagent.runtime.config.PoolConfig;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultPolicy;
import dev.lkjagent.runtime.state.AgentState;
import dev.lkjagent.runtime.state.States;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.SqliteOptions;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Puts hosts and agents together as a {@link LoadedConfig} says. An agent that was configured in
 * code keeps what the code said wherever the configuration only holds a built-in default; what
 * somebody set goes before the code.
 *
 * <pre>
 *   Assembly assembly = new Assembly(new ConfigLoader().file(file).load());
 *   try (Model model = Models.of(assembly.config().llm());
 *       Store store = assembly.store(Path.of("agents.db"));
 *       AgentHost host = assembly.host().model(model).store(store).build()) {
 *     Agent agent = assembly.configure(host.agent("librarian")).start();
 *   }
 * </pre>
 */
public final class Assembly {
  private final Config config;
  private final Predicate<String> set;

  /**
   * An assembly for one configuration.
   *
   * @param loaded the configuration, checked
   */
  public Assembly(LoadedConfig loaded) {
    this(loaded.config(), path -> isSet(loaded, path));
  }

  private Assembly(Config config, Predicate<String> set) {
    this.config = config;
    this.set = set;
  }

  /**
   * An assembly for a configuration of which every value counts as set.
   *
   * @param config the configuration
   * @return an assembly
   */
  public static Assembly of(Config config) {
    return new Assembly(config, path -> true);
  }

  /**
   * The configuration.
   *
   * @return what is in effect
   */
  public Config config() {
    return config;
  }

  /**
   * Whether somebody set a key, or one below it.
   *
   * @param path the key with dots
   * @return false if only built-in defaults are in effect there
   */
  public boolean isSet(String path) {
    return set.test(path);
  }

  private static boolean isSet(LoadedConfig loaded, String path) {
    return loaded.settings().stream()
        .anyMatch(
            setting ->
                setting.origin().source() != Origin.Source.DEFAULT
                    && (setting.path().equals(path) || setting.path().startsWith(path + ".")));
  }

  /**
   * The pool of each worker.
   *
   * @return {@code pool}, with the names, scopes and nodes of documents that suit it
   */
  public PoolSpec pool() {
    if (!isSet("pool")) {
      return PoolSpec.DEFAULT;
    }
    PoolSpec.Builder spec = PoolSpec.DEFAULT.toBuilder().nodes(config.pool().nodes()).ropes(null);
    PoolSpec.DEFAULT.tiers().forEach(tier -> spec.tier(tier.slotBytes(), 0));
    for (PoolConfig.Tier tier : config.pool().tiers()) {
      spec.tier(tier.bytes(), tier.count());
    }
    return spec.build();
  }

  /**
   * Begins a host.
   *
   * @return a builder with {@code pool} and {@code host}; it still needs a model and a store
   */
  public AgentHost.Builder host() {
    HostConfig host = config.host();
    return AgentHost.builder()
        .pool(pool())
        .workers(host.workers())
        .maxActive(host.maxActive())
        .idle(Duration.ofMillis(host.idleMs()));
  }

  /**
   * Opens the store.
   *
   * @param standard the file to use if {@code store.file} is empty
   * @return an open store, to be closed by the caller
   */
  public Store store(Path standard) {
    if (config.store().kind().equals("memory")) {
      return new InMemoryStore();
    }
    SqliteOptions other = SqliteOptions.DEFAULT;
    SqliteOptions options =
        new SqliteOptions(
            other.readOnly(),
            Duration.ofMillis(config.store().leaseMs()),
            Duration.ofMillis(config.store().busyMs()),
            other.readers(),
            other.maxBytes(),
            other.check(),
            other.clock());
    String file = config.store().file();
    return SqliteStore.open(file.isEmpty() ? standard : Path.of(file), options);
  }

  /**
   * Configures an agent: limits, policies for faults, memory, budget, checkpoints and prompts.
   *
   * @param agent the agent, as the code made it so far
   * @return the same builder
   * @throws dev.lkjagent.runtime.fault.FaultException of code {@link FaultCode#CONFIG_INVALID} if
   *     {@code agent.state} names a state that no reply can name
   */
  public AgentBuilder configure(AgentBuilder agent) {
    agent.limits(limits(agent.limits));
    agent.memory(memory(agent.memory));
    if (isSet("agent.budget")) {
      agent.budget(budget());
    }
    if (isSet("agent.pressure_limit")) {
      AgentConfig.PressureLimit mark = config.agent().pressureLimit();
      agent.pressureMark(mark.enable() ? mark.percent() : 0);
    }
    if (isSet("store.checkpoint_every")) {
      agent.checkpointEvery(config.store().checkpointEvery());
    }
    config
        .agent()
        .faults()
        .policy()
        .forEach(
            (code, policy) ->
                agent.onFault(
                    FaultCode.valueOf(code), FaultPolicy.valueOf(policy.toUpperCase(Locale.ROOT))));
    config.agent().state().forEach((state, tree) -> state(agent, state, tree));
    return agent;
  }

  /** What a run may take: what was set, and the rest as it was. */
  Limits limits(Limits code) {
    AgentConfig.Iterate iterate = config.agent().iterate();
    boolean cycles = isSet("agent.iterate.enable") || isSet("agent.iterate.max_iterations");
    int repeats = iterate.maxRepeats() == 0 ? Integer.MAX_VALUE : iterate.maxRepeats();
    return new Limits(
        cycles ? iterate.enable() ? iterate.maxIterations() : 0 : code.cycles(),
        isSet("agent.iterate.max_seconds") ? iterate.maxSeconds() * 1000 : code.wallMillis(),
        isSet("agent.iterate.max_tokens") ? iterate.maxTokens() : code.tokens(),
        isSet("agent.iterate.max_repeats") ? repeats : code.sameActions(),
        isSet("agent.faults.max_in_row") ? config.agent().faults().maxInRow() : code.faultsInRow(),
        isSet("agent.actions.max_per_reply")
            ? config.agent().actions().maxPerReply()
            : code.actionsPerReply(),
        isSet("agent.faults.model_attempts")
            ? config.agent().faults().modelAttempts()
            : code.modelAttempts(),
        isSet("llm.retry.base_pause_ms")
            ? config.llm().retry().basePauseMs()
            : code.retryPauseMillis(),
        isSet("llm.limits.max_reply_bytes")
            ? config.llm().limits().maxReplyBytes()
            : code.replyBytes(),
        code.outcomeBytes(),
        isSet("agent.actions.timeout_ms")
            ? config.agent().actions().timeoutMs()
            : code.actionMillis());
  }

  /**
   * How much of its mind a prompt shows.
   *
   * @param code what the code says
   * @return what was set, and the rest as the code says
   */
  public MemoryLimits memory(MemoryLimits code) {
    AgentConfig.PagingLimit limit = config.agent().pagingLimit();
    AgentConfig.HardLimit most = config.agent().hardLimit();
    int hard = code.hardTokens();
    if (isSet("agent.hard_limit")) {
      hard = most.enable() ? most.maxTokens() : Integer.MAX_VALUE;
    }
    int paging = code.pagingTokens();
    int target = code.targetTokens();
    if (isSet("agent.paging_limit")) {
      paging = limit.enable() ? limit.maxTokens() : 0;
      target = (int) ((long) paging * limit.targetPercent() / 100);
    }
    if (paging > hard) {
      // One of the two was set, and the other comes from the code.
      hard = isSet("agent.hard_limit") ? hard : paging;
      paging = Math.min(paging, hard);
      target = Math.min(target, paging);
    }
    AgentConfig agent = config.agent();
    return new MemoryLimits(
        paging,
        target,
        hard,
        log("agent.thinking_log", agent.thinkingLog(), code.thinking()),
        log("agent.evaluation_log", agent.evaluationLog(), code.evaluation()),
        log("agent.execution_log", agent.executionLog(), code.execution()));
  }

  private MemoryLimits.Log log(String key, AgentConfig.MemoryLog set, MemoryLimits.Log code) {
    return isSet(key)
        ? new MemoryLimits.Log(set.enable() ? set.maxEntries() : 0, set.keyPrefix())
        : code;
  }

  private Budget budget() {
    AgentConfig.Budget limits = config.agent().budget();
    Budget.Builder budget = Budget.builder();
    if (limits.bytes() > 0) {
      budget.bytes(limits.bytes());
    }
    if (limits.nodes() > 0) {
      budget.nodes(limits.nodes());
    }
    limits.slots().forEach((size, count) -> budget.slots(Integer.parseInt(size), count));
    return budget.build();
  }

  private static void state(AgentBuilder agent, String state, Object tree) {
    Object prompt = tree instanceof Map<?, ?> map ? map.get("prompt") : null;
    if (prompt == null) {
      return;
    }
    if (state.equals("base")) {
      base(agent, prompt);
      return;
    }
    String name = state.equals("commanding") ? States.EXECUTING : state;
    String text = PromptTree.text(prompt);
    if (States.STANDARD.indexOf(name) >= 0) {
      agent.statePrompt(name, text);
      return;
    }
    Object described = ((Map<?, ?>) tree).get("description");
    if (!name.matches("[a-z][a-z0-9_]{0,63}")) {
      throw FaultCode.CONFIG_INVALID
          .with(
              "agent.state."
                  + state
                  + " names a state; take lower-case letters, digits and"
                  + " underscores, and a letter first")
          .asException();
    }
    agent.state(AgentState.of(name, described instanceof String says ? says : "", text));
  }

  private static void base(AgentBuilder agent, Object prompt) {
    if (!(prompt instanceof Map<?, ?> parts)) {
      agent.instructions(PromptTree.text(prompt));
      return;
    }
    if (parts.get("role") instanceof String role) {
      agent.role(role);
    }
    StringBuilder instructions = new StringBuilder();
    parts.forEach(
        (name, part) -> {
          if (name.equals("instructions") && part instanceof String text) {
            instructions.append(text).append('\n');
          } else if (!name.equals("role")) {
            instructions.append(PromptTree.text(Map.of(String.valueOf(name), part)));
          }
        });
    if (instructions.length() > 0) {
      agent.instructions(instructions.toString().stripTrailing());
    }
  }
}
