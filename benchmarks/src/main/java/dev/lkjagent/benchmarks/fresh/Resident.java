package dev.lkjagent.benchmarks.fresh;

import dev.lkjagent.benchmarks.AcknowledgingStore;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.MemoryLimits.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens a host, lets so many agents note twenty texts of 400 B each, and prints the resident size
 * of the process in KiB before there is an agent, and with all of them at rest; then it has each do
 * another cycle, all at once, and prints the size again.
 *
 * <p>The agents live in the pool, on tiers that suit their entries; the store keeps nothing.
 */
public final class Resident {
  private static final int ENTRIES = 20;

  private Resident() {}

  /**
   * Measures.
   *
   * @param args {@code default} for the default pool, or {@code suited}; and how many agents
   * @throws IOException if the size can't be read
   */
  public static void main(String[] args) throws IOException {
    int agents = Integer.parseInt(args[1]);
    PoolSpec spec = args[0].equals("default") ? PoolSpec.DEFAULT : spec(agents);
    AgentHost host =
        AgentHost.builder()
            .model(Notes.model(ENTRIES))
            .store(new AcknowledgingStore())
            .pool(spec)
            .build();
    System.out.println(residentKiB());
    Log off = new Log(0, "log_");
    List<Agent> all = new ArrayList<>();
    for (int i = 0; i < agents; i++) {
      Agent agent =
          host.agent("a" + i)
              .limits(Limits.DEFAULT.withRepetition(Integer.MAX_VALUE, Integer.MAX_VALUE))
              .memory(new MemoryLimits(0, 0, 16_384, off, off, off))
              .checkpointEvery(0)
              .start();
      long cycle = agent.resume(ENTRIES).cycle();
      if (cycle != ENTRIES || agent.status().entries() != ENTRIES) {
        throw new IllegalStateException(
            agent.status() + " instead of " + ENTRIES + " entries after as many cycles");
      }
      all.add(agent);
    }
    System.out.println(residentKiB());
    all.forEach(Agent::step);
    System.out.println(residentKiB());
    Runtime.getRuntime().halt(0);
  }

  private static PoolSpec spec(int agents) {
    return PoolSpec.builder()
        .tier(64, 256)
        .tier(416, ENTRIES * agents + 256)
        .tier(1024, agents + 256)
        .tier(4096, 256)
        .tier(65_536, 16)
        .nodes(4096)
        .documentNodes(8192)
        .names(1024)
        .indexEntries(1024)
        .scopes(agents + 16)
        .build();
  }

  private static long residentKiB() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("/proc/self/status has no VmRSS");
  }
}
