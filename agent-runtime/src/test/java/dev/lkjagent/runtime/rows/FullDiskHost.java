package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;

import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A host on a file system of its own that is soon full. It says on its output what it saw, a line
 * each: the number of the last acknowledged cycle, and what was asked for with it.
 */
final class FullDiskHost {
  private static final int ENTRY_BYTES = 20_000;
  private static final int BALLAST_BYTES = 400_000;

  private FullDiskHost() {}

  /** Arguments: {@code fill} or {@code resume}, and the root of the file system. */
  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[1]);
    if (args[0].equals("fill")) {
      fill(root);
    } else {
      resume(root);
    }
  }

  /** Runs into the full disk, goes on when there is room, runs into it again and dies. */
  private static void fill(Path root) throws IOException {
    Path first = Files.write(root.resolve("first"), new byte[BALLAST_BYTES]);
    Files.write(root.resolve("second"), new byte[BALLAST_BYTES]);
    SqliteStore store = SqliteStore.open(root.resolve("agents.db"));
    Agent agent = host(store, Stage.script(work())).agent("ada").start();
    agent.send("task", "fill it");
    untilFull(agent);
    Files.delete(first);
    untilFull(agent);
    Runtime.getRuntime().halt(0);
  }

  private static void untilFull(Agent agent) {
    List<MemoryEntry> before = agent.workingMemory();
    RunResult result = agent.step();
    while (result.status() == RunResult.Status.STOPPED) {
      before = agent.workingMemory();
      result = agent.step();
    }
    say(result.cycle(), result.status() + " " + result.fault());
    say(result.cycle(), "undone " + agent.workingMemory().equals(before));
  }

  /** Opens what the dead host left, first on the full disk, then with room. */
  private static void resume(Path root) throws IOException {
    Path file = root.resolve("agents.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      say(0, "opened, verified " + StoreFaults.join(store.verify()));
    } catch (FaultException e) {
      say(0, "refused " + e.getMessage());
    }
    Files.delete(root.resolve("second"));
    try (SqliteStore store = SqliteStore.open(file);
        AgentHost host = host(store, Stage.script(finish("went on")))) {
      Agent agent = host.agent("ada").start();
      long cycle = agent.status().cycle();
      say(cycle, "stored " + stored(store));
      say(cycle, "verified " + StoreFaults.join(store.verify()));
      say(cycle, "resumed " + agent.resume().text());
    }
  }

  private static int stored(SqliteStore store) {
    AtomicInteger count = new AtomicInteger();
    StoreFaults.join(
        store.entries(Space.of("ada"), Store.LATEST, entry -> count.incrementAndGet()));
    return count.get();
  }

  private static AgentHost host(SqliteStore store, Model model) {
    return AgentHost.builder().store(store).model(model).pool(Stage.POOL).build();
  }

  private static String[] work() {
    String[] replies = new String[500];
    for (int i = 0; i < replies.length; i++) {
      replies[i] =
          reply(
              "executing",
              act("memory_add", "note", "remembered " + i),
              act("storage_save", "kept" + i, ("stored " + i + " ").repeat(ENTRY_BYTES / 9)));
    }
    return replies;
  }

  private static void say(long cycle, String what) {
    System.out.println(cycle + " " + what);
  }
}
