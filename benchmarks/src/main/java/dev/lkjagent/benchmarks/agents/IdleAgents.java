package dev.lkjagent.benchmarks.agents;

import dev.lkjagent.benchmarks.FixedReplies;
import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.MemoryLimits.Log;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.store.SqliteStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What idle agents take: each has twenty entries of 400 B in working memory, has done one cycle
 * over a SQLite store, waits, and is parked by its host. Counted is the heap that stays taken after
 * a collection, against what was taken before the agents: handle, specification, image, counters
 * and all that the host and the store keep of them; and the resident size of the process.
 *
 * <p>Arguments: the number of agents, 10,000 if none is given. Resident sizes depend on the options
 * of the virtual machine; {@link #OPTIONS} are for a process that has hardly anything to do but to
 * keep agents.
 */
public final class IdleAgents {
  /**
   * A heap that just holds ten thousand agents, is collected by one thread and goes back to the
   * system after a collection; native memory that goes back every second; no compiler that
   * optimizes.
   */
  public static final List<String> OPTIONS =
      List.of(
          "-Xmx128m",
          "-Xmn2m",
          "-XX:+UseSerialGC",
          "-XX:MinHeapFreeRatio=2",
          "-XX:MaxHeapFreeRatio=4",
          "-XX:-ShrinkHeapInSteps",
          "-XX:TieredStopAtLevel=1",
          "-XX:TrimNativeHeapInterval=1000");

  private static final int ENTRIES = 20;
  private static final int ENTRY_BYTES = 400;
  private static final int TOGETHER = 500;

  /** So many agents wait for one commit, which the store makes of all of theirs. */
  private static final int CALLERS = 16;

  /**
   * What was measured.
   *
   * @param agents how many agents
   * @param bytesPerAgent heap per agent
   * @param residentMegabytes the resident size of the process in 10⁶ bytes, -1 where it is not told
   */
  public record Taken(int agents, double bytesPerAgent, double residentMegabytes) {}

  private IdleAgents() {}

  /**
   * Measures and prints.
   *
   * @param args the number of agents
   * @throws IOException if there is no place for a temporary file
   */
  public static void main(String[] args) throws IOException {
    Taken taken = measure(args.length == 0 ? 10_000 : Integer.parseInt(args[0]));
    System.out.printf(
        Locale.ROOT,
        "%d idle agents with %d B of text each, parked: %.2f KB per agent, %.0f MB resident%n",
        taken.agents,
        ENTRIES * ENTRY_BYTES,
        taken.bytesPerAgent / 1000,
        taken.residentMegabytes);
  }

  /**
   * Measures.
   *
   * @param count how many agents
   * @return what they take
   * @throws IOException if there is no place for a temporary file
   */
  public static Taken measure(int count) throws IOException {
    Path file = Files.createTempFile("idle", ".db");
    try (SqliteStore store = SqliteStore.open(file);
        AgentHost host =
            AgentHost.builder()
                .store(store)
                .model(new FixedReplies(reply()))
                .workers(1)
                .pool(PoolSpec.SMALL.toBuilder().tier(416, 1024).tier(2048, 64).scopes(64).build())
                .maxActive(32)
                .build()) {
      List<Agent> agents = new ArrayList<>(count);
      begin(host, agents, 1);
      long before = heap();
      begin(host, agents, count);
      check(agents.get(count / 2));
      agents.forEach(Agent::park);
      long after = heap();
      double each = (double) (after - before) / (count - 1);
      return new Taken(agents.size(), each, resident());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static void begin(AgentHost host, List<Agent> agents, int upTo) {
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try {
      while (agents.size() < upTo) {
        List<CompletableFuture<Agent>> running = new ArrayList<>();
        for (int i = agents.size(); i < Math.min(upTo, agents.size() + TOGETHER); i++) {
          String name = "agent" + i;
          running.add(CompletableFuture.supplyAsync(() -> begun(host, name), callers));
        }
        running.forEach(agent -> agents.add(agent.join()));
      }
    } finally {
      callers.shutdown();
    }
  }

  /** An agent that has done its cycle and is parked. */
  private static Agent begun(AgentHost host, String name) {
    Agent agent =
        host.agent(name)
            .memory(
                new MemoryLimits(
                    0,
                    0,
                    8192,
                    new Log(0, "thinking_log_"),
                    new Log(0, "evaluation_log_"),
                    new Log(0, "execution_log_")))
            .limits(limits())
            .budget(Budget.builder().bytes(128 << 10).build())
            .checkpointEvery(1)
            .start();
    agent.step();
    agent.park();
    return agent;
  }

  private static Limits limits() {
    Limits usual = Limits.DEFAULT;
    return new Limits(
        usual.cycles(),
        usual.wallMillis(),
        usual.tokens(),
        usual.sameActions(),
        usual.faultsInRow(),
        ENTRIES,
        usual.modelAttempts(),
        usual.retryPauseMillis(),
        usual.replyBytes(),
        usual.outcomeBytes(),
        usual.actionMillis());
  }

  /** An agent whose reply was refused would be small, and the figure worthless. */
  private static void check(Agent agent) {
    long bytes = 0;
    for (MemoryEntry entry : agent.workingMemory()) {
      bytes += entry.value().length();
    }
    if (bytes != ENTRIES * ENTRY_BYTES) {
      throw new IllegalStateException(agent.name() + " has " + bytes + " bytes in mind");
    }
  }

  private static String reply() {
    StringBuilder reply = new StringBuilder("<agent><next_state>waiting</next_state>");
    String text = "what an agent keeps in mind ".repeat(20).substring(0, ENTRY_BYTES);
    for (int i = 0; i < ENTRIES; i++) {
      reply.append("<action><type>working_memory_add</type><tags>note_").append(i);
      reply.append("</tags><value>").append(text).append("</value></action>");
    }
    return reply.append("</agent>").toString();
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static double resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / 1e6;
        }
      }
    }
    return -1;
  }
}
