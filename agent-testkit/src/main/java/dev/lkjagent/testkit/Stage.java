package dev.lkjagent.testkit;

import dev.lkjagent.memory.LeakReport;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolOptions;
import dev.lkjagent.memory.PoolReport;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.config.Config;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.Models;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.testkit.model.ChaoticModel;
import dev.lkjagent.testkit.model.PromptRules;
import dev.lkjagent.testkit.server.FakeOpenAiServer;
import dev.lkjagent.testkit.server.FakeRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that an agent needs in a test, for one test method: a host with one worker and a small pool,
 * a store, a clock, a fake endpoint, a folder. Each is made when it is first asked for and closed
 * when the test has ended; then the stage looks for what the test left behind. {@link LkjAgentTest}
 * says for what.
 *
 * <p>Belongs to the test's thread; the assertions read what the workers recorded.
 */
public final class Stage {
  /** The pool of a worker where a test names no other: some 1.1 MiB. */
  public static final PoolSpec POOL =
      PoolSpec.SMALL.toBuilder().tier(256, 512).tier(4096, 128).tier(65_536, 4).build();

  private final String testName;
  private final Path golden;
  private final StoreKind storeKind;
  private final PoolSpec poolSpec;
  private final long allocatedBytes;
  private final TraceRecorder recorder = new TraceRecorder();
  private final Map<String, AgentBuilder> agents = new ConcurrentHashMap<>();
  private final Set<FaultCode> expected = EnumSet.noneOf(FaultCode.class);
  private final List<ChaoticModel> chaos = new ArrayList<>();
  private final List<PoolReport> poolReports = new ArrayList<>();
  private final SettableClock clock = new SettableClock();
  private final Model noModel =
      PromptRules.of("none; give the agent one: stage.agent(name, model)").model();
  private @Nullable AgentHost host;
  private @Nullable Store store;
  private @Nullable MemoryPool pool;
  private @Nullable FakeOpenAiServer server;
  private @Nullable Path directory;

  Stage(String testName, Path golden, LkjAgentTest options) {
    this.testName = testName;
    this.golden = golden;
    storeKind = options.store();
    poolSpec = options.pool().isEmpty() ? POOL : PoolSpec.parse(options.pool());
    allocatedBytes = options.allocatedBytes();
    expected.addAll(Arrays.asList(options.faults()));
  }

  // ---- what tests use ----

  /**
   * Begins an agent on the stage's host.
   *
   * @param name its name
   * @return the runtime's builder, watched by this stage; it needs a model yet
   */
  public AgentBuilder agent(String name) {
    return host().agent(name);
  }

  /**
   * Begins an agent on the stage's host.
   *
   * @param name its name
   * @param model what answers its prompts
   * @return the runtime's builder, watched by this stage
   */
  public AgentBuilder agent(String name, Model model) {
    return agent(name).model(model);
  }

  /**
   * The stage's host, whose agents are all watched.
   *
   * @return a host with one worker
   */
  public AgentHost host() {
    if (host == null) {
      host = hostBuilder().build();
    }
    return host;
  }

  /**
   * What the stage's host is made of, for tests that need another; they close it themselves, and
   * hand it to {@link #closed}.
   *
   * @return a builder with the stage's store, pool and clock, whose agents are watched
   */
  public AgentHost.Builder hostBuilder() {
    return AgentHost.builder()
        .store(store())
        .model(noModel)
        .pool(poolSpec)
        .clock(clock)
        .everyAgent(this::watch);
  }

  /**
   * Watches an agent of any host, so that it can be asserted on.
   *
   * @param agent the agent, before it starts
   */
  public void watch(AgentBuilder agent) {
    recorder.watch(agent);
    agents.put(agent.name(), agent);
  }

  /**
   * Closes a host that the test made itself, and remembers whether its pools leaked.
   *
   * @param other the host
   */
  public void closed(AgentHost other) {
    other.close();
    poolReports.addAll(other.poolReports());
  }

  /**
   * Where the agents are kept.
   *
   * @return an open store
   */
  public Store store() {
    if (store == null) {
      store =
          storeKind == StoreKind.MEMORY
              ? new InMemoryStore()
              : SqliteStore.open(directory().resolve("agents.db"));
    }
    return store;
  }

  /**
   * The time that agents see.
   *
   * @return a clock that stands still until it is moved
   */
  public SettableClock clock() {
    return clock;
  }

  /**
   * A pool for tests of code that uses one directly; it remembers where each slot was allocated.
   * The host's pool is another.
   *
   * @return an open pool of the stage's spec that belongs to the calling thread
   */
  public MemoryPool pool() {
    if (pool == null) {
      pool = MemoryPool.open(poolSpec, PoolOptions.builder().sampleAllocations(1).build());
    }
    return pool;
  }

  /**
   * A fake endpoint.
   *
   * @return a server that listens on loopback
   */
  public FakeOpenAiServer server() {
    if (server == null) {
      server = FakeOpenAiServer.start();
    }
    return server;
  }

  /**
   * The runtime's HTTP client at the fake endpoint.
   *
   * @return a model with default settings and no key
   */
  public Model serverModel() {
    return Models.of(server().url(), Config.defaults().llm(), name -> null);
  }

  /**
   * A folder of the test's own, deleted when it has ended.
   *
   * @return an existing folder
   */
  public Path directory() {
    if (directory == null) {
      try {
        directory = Files.createTempDirectory("lkjagent-stage");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return directory;
  }

  /**
   * A chaotic model whose seed is printed if the test fails.
   *
   * @param builder says what it does
   * @return the model
   */
  public ChaoticModel chaotic(ChaoticModel.Builder builder) {
    ChaoticModel model = builder.build();
    chaos.add(model);
    return model;
  }

  /**
   * Closes the host, and with {@link StoreKind#SQLITE} the store, as the end of a process would.
   * Agents that are started afterwards go on from what was committed; their traces go on, too.
   *
   * @return this
   */
  public Stage restart() {
    closeHost();
    if (store != null && storeKind == StoreKind.SQLITE) {
      store.close();
      store = null;
    }
    return this;
  }

  /**
   * Lets faults happen that the test does not assert.
   *
   * @param codes which
   * @return this
   */
  public Stage expectFaults(FaultCode... codes) {
    expected.addAll(Arrays.asList(codes));
    return this;
  }

  /**
   * Lets any fault happen: for models that are chaotic.
   *
   * @return this
   */
  public Stage expectAnyFault() {
    expected.addAll(EnumSet.allOf(FaultCode.class));
    return this;
  }

  /**
   * What an agent did.
   *
   * @param agent the agent
   * @return its trace, which grows while it runs
   */
  public Trace trace(Agent agent) {
    return recorder.trace(agent.name());
  }

  /**
   * Begins assertions on an agent.
   *
   * @param agent an agent that this stage watches
   * @return assertions, each of which can be followed by another
   */
  public AgentAssert assertThat(Agent agent) {
    Objects.requireNonNull(agent, "agent");
    if (!agents.containsKey(agent.name())) {
      throw new IllegalArgumentException(
          "this stage does not watch agent \""
              + agent.name()
              + "\"; begin it with stage.agent(name), or give its builder to stage.watch");
    }
    return new AgentAssert(agent, trace(agent), store(), golden);
  }

  // ---- what the extension uses ----

  private void closeHost() {
    if (host != null) {
      closed(host);
      host = null;
    }
  }

  /**
   * Closes everything and looks around.
   *
   * @param failed whether the test has failed already
   * @return what it left behind; empty if there is nothing to say
   */
  String end(boolean failed) {
    List<String> problems = new ArrayList<>();
    try {
      faults(problems);
      requests(problems);
      List<Rehearsal> rehearsals = new ArrayList<>();
      if (!failed && problems.isEmpty() && allocatedBytes != LkjAgentTest.NOT_COUNTED) {
        agents.forEach(
            (name, agent) -> rehearsals.add(Rehearsal.of(agent, replies(name), allocatedBytes)));
      }
      closeHost();
      leaks(problems);
      if (problems.isEmpty()) {
        rehearsals.stream()
            .map(Rehearsal::problem)
            .filter(problem -> !problem.isEmpty())
            .forEach(problems::add);
      }
    } finally {
      close();
    }
    return problems.isEmpty() && !failed ? "" : report(problems);
  }

  private void faults(List<String> problems) {
    for (Trace trace : recorder.traces()) {
      List<Fault> unnoticed = trace.unnoticed(expected);
      if (!unnoticed.isEmpty()) {
        StringBuilder text = new StringBuilder("faults of agent \"" + trace.agent());
        text.append("\" that the test neither asserts nor expects:");
        unnoticed.forEach(fault -> text.append("\n     ").append(fault));
        FaultCode code = unnoticed.get(0).code();
        text.append("\n   Assert them (stage.assertThat(agent).hadFault(").append(code);
        text.append(")), or expect them (stage.expectFaults(").append(code);
        text.append("), @LkjAgentTest(faults = ").append(code).append(")).");
        problems.add(text.toString());
      }
    }
  }

  private void requests(List<String> problems) {
    if (server == null) {
      return;
    }
    int number = 0;
    for (FakeRequest request : server.requests()) {
      number++;
      List<String> found = request.problems();
      if (!found.isEmpty()) {
        problems.add(
            "request " + number + " to the fake server: " + String.join("; ", found) + ".");
      }
    }
  }

  private void leaks(List<String> problems) {
    for (PoolReport report : poolReports) {
      if (!report.clean()) {
        problems.add("the pool of a worker leaks:\n" + report);
      }
    }
    if (pool != null) {
      LeakReport report = pool.closeAndReport();
      pool = null;
      if (!report.clean()) {
        problems.add("the stage's pool leaks; " + report);
      }
    }
  }

  private List<byte[]> replies(String agent) {
    return Rehearsal.replies(store(), recorder.trace(agent));
  }

  private String report(List<String> problems) {
    StringBuilder text = new StringBuilder();
    if (!problems.isEmpty()) {
      text.append(testName).append(" left behind:\n");
      for (int i = 0; i < problems.size(); i++) {
        text.append(i + 1).append(". ").append(problems.get(i)).append('\n');
      }
    }
    chaos.forEach(model -> text.append(model).append('\n'));
    for (Trace trace : recorder.traces()) {
      if (!trace.cycles().isEmpty()) {
        text.append("The last cycles of agent \"").append(trace.agent()).append("\":");
        text.append(TraceText.end(trace, 3)).append('\n');
      }
    }
    return text.toString();
  }

  private void close() {
    closeHost();
    if (pool != null) {
      pool.close();
    }
    if (server != null) {
      server.close();
    }
    if (store != null) {
      store.close();
    }
    chaos.forEach(ChaoticModel::close);
    if (directory != null) {
      delete(directory);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
