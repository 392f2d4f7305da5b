package dev.lkjagent.benchmarks.agents;

import dev.lkjagent.benchmarks.FixedReplies;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.store.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * Durable cycles per second of real agents, end to end: prompt, reply, actions, commit to SQLite.
 * With one agent, each cycle waits for a synchronisation of its own; with 64, the store's writer
 * lets them share one.
 *
 * <p>Arguments: seconds per measurement, 3 if none is given. The temporary folder must be on the
 * disk that is to be measured.
 */
public final class CommittedCycles {
  private static final String REPLY =
      "<agent><next_state>executing</next_state><thinking_log>The note is kept up to date."
          + "</thinking_log><action><type>working_memory_add</type><tags>progress</tags>"
          + "<value>Chapter three is written; the letter in the attic was found.</value></action>"
          + "<action><type>storage_save</type><tags>chapter, three</tags><value>The letter was in the"
          + " attic all the time.</value></action></agent>";

  private CommittedCycles() {}

  /**
   * Measures one and 64 agents, twice each, and prints the rates.
   *
   * @param args seconds per measurement
   * @throws IOException if there is no place for a temporary file
   * @throws InterruptedException if the measurement is interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    double seconds = args.length == 0 ? 3 : Double.parseDouble(args[0]);
    for (int round = 0; round < 2; round++) {
      double alone = cyclesPerSecond(1, seconds);
      double together = cyclesPerSecond(64, seconds);
      System.out.printf(
          Locale.ROOT,
          "1 agent %.0f cycles/s, 64 agents %.0f cycles/s, ratio %.1f%n",
          alone,
          together,
          together / alone);
    }
  }

  /**
   * Measures on a new store.
   *
   * @param count how many agents run at the same time, on one worker
   * @param seconds for how long
   * @return acknowledged cycles per second
   * @throws IOException if there is no place for a temporary file
   * @throws InterruptedException if the measurement is interrupted
   */
  public static double cyclesPerSecond(int count, double seconds)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile("cycles", ".db");
    try (SqliteStore store = SqliteStore.open(file);
        AgentHost host =
            AgentHost.builder()
                .store(store)
                .model(new FixedReplies(REPLY))
                .pool(
                    PoolSpec.SMALL.toBuilder().tier(256, 8192).tier(4096, 2048).scopes(128).build())
                .build()) {
      List<Agent> agents = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        agents.add(
            host.agent("agent" + i)
                .limits(
                    Limits.DEFAULT
                        .withCycles(0)
                        .withRepetition(Integer.MAX_VALUE, Integer.MAX_VALUE))
                .start());
      }
      long start = System.nanoTime();
      List<CompletableFuture<RunResult>> running = new ArrayList<>();
      for (Agent agent : agents) {
        running.add(agent.start("Write."));
      }
      Thread.sleep((long) (seconds * 1000));
      agents.forEach(Agent::stop);
      long cycles = 0;
      for (CompletableFuture<RunResult> run : running) {
        RunResult result = run.join();
        if (result.fault() != null) {
          throw new IllegalStateException(result.fault().toString());
        }
        cycles += result.cycle();
      }
      return cycles / ((System.nanoTime() - start) / 1e9);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
