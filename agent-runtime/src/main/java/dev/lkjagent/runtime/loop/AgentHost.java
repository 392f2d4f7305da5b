package dev.lkjagent.runtime.loop;

import dev.lkjagent.memory.PoolReport;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.store.Due;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import dev.lkjagent.runtime.telemetry.Metrics;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where agents run: a few workers, a store, and a model that agents use unless they have their own.
 *
 * <p>Safe for use by several threads. {@link #close()} lets every agent end what it can't leave,
 * and answers what became of the pools. The store and the model belong to whoever made them and
 * stay open.
 */
public final class AgentHost implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentHost.class);
  private static final long TICK_MILLIS = 200;

  private final Store store;
  private final Model model;
  private final Clock clock;
  private final Metrics metrics;
  private final RandomGenerator random;
  private final Executor tools;
  private final Consumer<AgentBuilder> everyAgent;
  private final @Nullable ExecutorService ownTools;
  private final ExecutorService answers;
  private final ScheduledThreadPoolExecutor timer;
  private final List<Worker> workers = new ArrayList<>();
  private final Map<String, Agent> agents = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();
  private final ConcurrentHashMap<ByteBuffer, byte[]> texts = new ConcurrentHashMap<>();
  private final int maxActive;
  private final long idleMillis;
  private List<PoolReport> reports = List.of();
  private volatile boolean closed;

  private AgentHost(Builder builder) {
    store = Objects.requireNonNull(builder.store, "a host needs a store: Builder.store");
    model = Objects.requireNonNull(builder.model, "a host needs a model: Builder.model");
    clock = builder.clock;
    metrics = builder.metrics;
    random = builder.random;
    everyAgent = builder.everyAgent;
    maxActive = builder.maxActive;
    idleMillis = builder.idleMillis;
    ownTools =
        builder.tools == null
            ? Executors.newCachedThreadPool(r -> daemon(r, "lkjagent-action"))
            : null;
    tools = builder.tools == null ? Objects.requireNonNull(ownTools) : builder.tools;
    answers = Executors.newCachedThreadPool(r -> daemon(r, "lkjagent-answer"));
    timer = new ScheduledThreadPoolExecutor(1, r -> daemon(r, "lkjagent-timer"));
    timer.setRemoveOnCancelPolicy(true);
    for (int i = 0; i < builder.workers; i++) {
      Worker worker = new Worker(this, i, builder.pool, builder.readers);
      worker.start();
      workers.add(worker);
    }
    var unused =
        timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    for (Worker worker : workers) {
      if (worker.isTimed()) {
        worker.post(() -> worker.timeIs(clock.millis()));
      }
    }
  }

  /**
   * Looks at the clock: wakes agents whose time has come, and parks those that were idle for long.
   * The host does so by itself several times a second; this is for clocks that are moved by hand.
   * Returns when every worker has looked.
   */
  public void lookAtClock() {
    for (Worker worker : workers) {
      var unused =
          worker
              .call(
                  () -> {
                    worker.timeIs(clock.millis());
                    return true;
                  })
              .join();
    }
  }

  /**
   * The agents that have something to do now, whether they were started on this host or not: those
   * that stopped in the middle, have a message or a decision to go on with, or waited for a time
   * that has come. A host that was started anew finds in it whom to start.
   *
   * @param limit how many at most
   * @return them, the earliest first
   * @throws dev.lkjagent.runtime.fault.FaultException if the store can't be read
   */
  public List<Due> due(int limit) {
    return StoreFaults.join(store.due(clock.millis(), limit));
  }

  int maxActive() {
    return maxActive;
  }

  long idleMillis() {
    return idleMillis;
  }

  /** One array for all agents that have the same text. */
  byte[] shared(byte[] text) {
    return texts.computeIfAbsent(ByteBuffer.wrap(text), key -> text);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Starts a host.
   *
   * @return a builder with one worker, the default pool and the system's clock
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts an agent, or goes on with one that the store knows.
   *
   * @param name its name, by which the store knows it
   * @return a builder
   */
  public AgentBuilder agent(String name) {
    AgentBuilder agent = new AgentBuilder(this, name);
    everyAgent.accept(agent);
    return agent;
  }

  Agent start(AgentSpec spec, dev.lkjagent.runtime.store.Snapshot snapshot) {
    if (closed) {
      throw new IllegalStateException("the host is closed");
    }
    Worker worker = workers.get(Math.floorMod(next.getAndIncrement(), workers.size()));
    Agent agent = new Agent(this, spec, worker);
    if (agents.putIfAbsent(spec.name(), agent) != null) {
      throw nameTaken(spec.name());
    }
    try {
      agent.open(snapshot);
    } catch (RuntimeException e) {
      agents.remove(spec.name(), agent);
      throw e;
    }
    return agent;
  }

  /**
   * Moves an agent to another worker: at once if it rests, else when the cycle under way has ended;
   * one that waits for a decision moves after the cycle that it belongs to. Its memory goes as an
   * image, and whoever waits for its run goes on waiting. Where the other pool has no room, the
   * agent stays there, parked, and its run fails; nothing of it is lost.
   *
   * @param agent the agent's name
   * @param worker the number of the worker, from 0
   * @return completes with the number of the agent's worker when it has moved
   * @throws IllegalArgumentException if no such agent runs here
   * @throws IndexOutOfBoundsException if there is no such worker
   */
  public CompletableFuture<Integer> move(String agent, int worker) {
    return running(agent).move(workers.get(Objects.checkIndex(worker, workers.size())));
  }

  /**
   * Where an agent lives.
   *
   * @param agent the agent's name
   * @return the number of its worker, from 0
   * @throws IllegalArgumentException if no such agent runs here
   */
  public int workerOf(String agent) {
    return running(agent).workerNumber();
  }

  private Agent running(String name) {
    Agent agent = agents.get(name);
    if (agent == null) {
      throw new IllegalArgumentException("no agent \"" + name + "\" runs on this host");
    }
    return agent;
  }

  void checkName(String name) {
    if (agents.containsKey(name)) {
      throw nameTaken(name);
    }
  }

  private static RuntimeException nameTaken(String name) {
    return FaultCode.AGENT_NAME_TAKEN
        .with(
            "an agent \""
                + name
                + "\" runs on this host already; close it first, or take another name")
        .asException();
  }

  void closed(Agent agent) {
    agents.remove(agent.name(), agent);
  }

  /**
   * The store that the agents live in.
   *
   * @return the store
   */
  public Store store() {
    return store;
  }

  Model model() {
    return model;
  }

  Clock clock() {
    return clock;
  }

  Metrics metrics() {
    return metrics;
  }

  RandomGenerator random() {
    return random;
  }

  Executor tools() {
    return tools;
  }

  void later(long millis, Runnable task) {
    if (!closed) {
      var unused = timer.schedule(task, millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Completes a future off the worker, because what depends on it may block. */
  <T> void complete(CompletableFuture<T> future, T value) {
    if (future.getNumberOfDependents() == 0) {
      future.complete(value);
    } else {
      answers.execute(() -> future.complete(value));
    }
  }

  /** Fails a future off the worker, because what depends on it may block. */
  <T> void fail(CompletableFuture<T> future, Throwable why) {
    answers.execute(() -> future.completeExceptionally(why));
  }

  /**
   * The state of the workers' pools now.
   *
   * @return a report per worker; after {@link #close()}, the last ones
   */
  public List<PoolReport> poolReports() {
    if (closed) {
      return reports;
    }
    List<PoolReport> now = new ArrayList<>();
    for (Worker worker : workers) {
      now.add(worker.call(() -> worker.pool().report()).join());
    }
    return now;
  }

  /** Stops all agents, returns their memory, and ends the workers. Closing again does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    for (Agent agent : List.copyOf(agents.values())) {
      agent.close();
    }
    closed = true;
    timer.shutdownNow();
    List<PoolReport> last = new ArrayList<>();
    for (Worker worker : workers) {
      PoolReport report = worker.close();
      if (report != null) {
        last.add(report);
        if (!report.clean()) {
          LOG.error("a pool leaks:\n{}", report);
        }
      }
    }
    reports = List.copyOf(last);
    if (ownTools != null) {
      ownTools.shutdownNow();
    }
    answers.shutdown();
  }

  /** Collects what a host needs. */
  public static final class Builder {
    private @Nullable Store store;
    private @Nullable Model model;
    private Clock clock = Clock.systemUTC();
    private Metrics metrics = Metrics.NONE;
    private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
    private @Nullable Executor tools;
    private Consumer<AgentBuilder> everyAgent = agent -> {};
    private int workers = 1;
    private int maxActive = 1024;
    private long idleMillis = 60_000;
    private PoolSpec pool = PoolSpec.DEFAULT;
    private Supplier<ReplyReader> readers = ContractReplyReader::new;

    private Builder() {}

    /**
     * Sets where agents are kept.
     *
     * @param where the store; the host does not close it
     * @return this
     */
    public Builder store(Store where) {
      store = where;
      return this;
    }

    /**
     * Sets what answers prompts.
     *
     * @param what the model; the host does not close it
     * @return this
     */
    public Builder model(Model what) {
      model = what;
      return this;
    }

    /**
     * Sets what tells the time.
     *
     * @param what the clock
     * @return this
     */
    public Builder clock(Clock what) {
      clock = what;
      return this;
    }

    /**
     * Sets where counts go.
     *
     * @param where the metrics
     * @return this
     */
    public Builder metrics(Metrics where) {
      metrics = where;
      return this;
    }

    /**
     * Sets where chance comes from: the random half of a pause before a model is asked again. What
     * an agent does, its prompts and its trace do not depend on it.
     *
     * @param source asked by all workers, so it is safe for use by several threads
     * @return this
     */
    public Builder random(RandomGenerator source) {
      random = source;
      return this;
    }

    /**
     * Sets what runs actions.
     *
     * @param executor may take as many threads as actions run at once; the host does not shut it
     *     down
     * @return this
     */
    public Builder tools(Executor executor) {
      tools = executor;
      return this;
    }

    /**
     * Sets what is done to each agent's builder before anybody else touches it.
     *
     * @param defaults configures an agent
     * @return this
     */
    public Builder everyAgent(Consumer<AgentBuilder> defaults) {
      everyAgent = defaults;
      return this;
    }

    /**
     * Sets how many workers there are.
     *
     * @param count at least 1; more than there are processors gains nothing
     * @return this
     */
    public Builder workers(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("a host has at least 1 worker; not " + count);
      }
      workers = count;
      return this;
    }

    /**
     * Sets how many agents of a worker have their memory in its pool at the same time. Those that
     * rest for longest are parked when there are more, or when the pool has no room for another.
     *
     * @param agents per worker, at least 1; 1,024 if not called
     * @return this
     */
    public Builder maxActive(int agents) {
      if (agents < 1) {
        throw new IllegalArgumentException(
            "at least 1 agent has its memory in the pool; not " + agents);
      }
      maxActive = agents;
      return this;
    }

    /**
     * Sets after what time at rest an agent is parked.
     *
     * @param time by the host's clock, zero for never; a minute if not called
     * @return this
     */
    public Builder idle(Duration time) {
      idleMillis = time.toMillis();
      return this;
    }

    /**
     * Sets what each worker's pool reserves.
     *
     * @param spec the spec
     * @return this
     */
    public Builder pool(PoolSpec spec) {
      pool = spec;
      return this;
    }

    /**
     * Sets what reads replies.
     *
     * @param factory makes readers, one for each cycle that is under way at the same time
     * @return this
     */
    public Builder readers(Supplier<ReplyReader> factory) {
      readers = factory;
      return this;
    }

    /**
     * Opens the pools and starts the workers.
     *
     * @return a host
     */
    public AgentHost build() {
      return new AgentHost(this);
    }
  }
}
