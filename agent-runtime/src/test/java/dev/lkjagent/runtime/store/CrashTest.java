package dev.lkjagent.runtime.store;

import static dev.lkjagent.runtime.store.StoreFaults.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.ChildJvm;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Hosts in processes of their own, killed and stopped at any moment. */
class CrashTest {
  private static final int KILLS = 20;

  @TempDir Path folder = Path.of("");

  /** What the killed hosts said they had done. */
  private static final class Acknowledged {
    final Map<String, Long> versions = new HashMap<>();
    final Map<String, Long> cycles = new HashMap<>();
    final Set<Long> messages = new HashSet<>();

    void read(String line) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "sent" -> messages.add(Long.parseLong(words[2]));
        case "committed" -> {
          versions.put(words[1], Long.parseLong(words[2]));
          cycles.put(words[1], Long.parseLong(words[3]));
        }
        case "open" -> {}
        default -> throw new AssertionError(line);
      }
    }
  }

  private static Process start(Path file, String... how) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(file.toString()));
    arguments.addAll(List.of(how));
    return ChildJvm.start(CrashingHost.class, arguments.toArray(String[]::new));
  }

  @Test
  void nothingAcknowledgedIsLostAndNothingAppliedTwiceWhenTheHostIsKilled() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Path file = folder.resolve("store.db");
    Acknowledged acknowledged = new Acknowledged();
    for (int kill = 0; kill < KILLS; kill++) {
      int lines = random.nextInt(4) == 0 ? random.nextInt(4) : random.nextInt(400);
      Process host = start(file, "60000");
      try (BufferedReader said = host.inputReader()) {
        String line = "";
        for (int i = 0; i < lines && line != null; i++) {
          line = said.readLine();
          acknowledged.read(line == null ? "ended by itself" : line);
        }
        host.toHandle().destroyForcibly();
        while ((line = said.readLine()) != null && line.contains(" ")) {
          if (isWhole(line)) {
            acknowledged.read(line);
          }
        }
        host.waitFor();
      }
      check(file, acknowledged, "seed " + seed + ", kill " + kill + " after " + lines + " lines");
    }
    assertThat(acknowledged.versions.values()).anyMatch(v -> v > KILLS);
  }

  /** The last line may have been cut by the kill; a cut number could pass for another. */
  private static boolean isWhole(String line) {
    return line.matches("sent agent\\d+ \\d+|committed agent\\d+ (\\d+) \\1");
  }

  private static void check(Path file, Acknowledged acknowledged, String when) {
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(join(store.verify())).as(when).isEmpty();
      Set<Long> found = new HashSet<>();
      for (AgentInfo info : join(store.agents())) {
        String name = info.name();
        long version = info.version();
        long before = acknowledged.versions.getOrDefault(name, 0L);
        assertThat(version).as("%s, %s", name, when).isBetween(before, before + 1);
        assertThat(join(store.commits(name, 0, Integer.MAX_VALUE)))
            .as("%s, %s", name, when)
            .extracting(Commit::version)
            .containsExactlyElementsOf(LongStream.rangeClosed(1, version).boxed().toList());
        Map<String, String> stored = StoreContract.contents(store, Space.of(name), Store.LATEST);
        assertThat(stored).as("%s, %s", name, when).hasSize((int) version + (version > 0 ? 1 : 0));
        assertThat(stored.getOrDefault("last", "cycle 0"))
            .as("%s, %s", name, when)
            .isEqualTo("cycle " + version);
        stored.forEach(
            (tags, value) -> {
              if (!tags.equals("last")) {
                assertThat(found.add(Long.parseLong(value.substring("message ".length()))))
                    .as(when)
                    .isTrue();
              }
            });
        for (Message waiting : new Agents(store, name).load().inbox()) {
          assertThat(found.add(waiting.id())).as("%s, %s", name, when).isTrue();
        }
        acknowledged.versions.put(name, version);
      }
      assertThat(found).as(when).containsAll(acknowledged.messages);
    }
  }

  @Test
  void secondHostIsRefusedUntilTheFirstIsDead() throws Exception {
    Path file = folder.resolve("store.db");
    Process host = start(file, "60000");
    try (BufferedReader said = host.inputReader()) {
      assertThat(said.readLine()).isEqualTo("open");
      assertThatThrownBy(() -> SqliteStore.open(file))
          .isInstanceOf(FaultException.class)
          .hasMessageContaining("STORE_LEASED")
          .hasMessageContaining("process " + host.pid());
      assertThat(said.readLine()).startsWith("sent");
      host.destroyForcibly().waitFor();
    }
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(join(store.verify())).isEmpty();
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void hostThatSleptThroughItsLeaseIsRefused() throws Exception {
    Path file = folder.resolve("store.db");
    Process host = start(file, "1500", "paced");
    try (BufferedReader said = host.inputReader()) {
      assertThat(said.readLine()).isEqualTo("open");
      step(host);
      assertThat(said.readLine()).startsWith("sent");
      assertThat(said.readLine()).startsWith("committed");
      signal(host, "-STOP");
      try (SqliteStore next = openWhenExpired(file, host)) {
        List<AgentInfo> agents = join(next.agents());
        assertThat(agents).isNotEmpty();
        signal(host, "-CONT");
        step(host);
        assertThat(said.readLine()).isEqualTo("refused STORE_LEASED");
        assertThat(join(next.agents())).isEqualTo(agents);
        Agents mine = new Agents(next, agents.get(0).name());
        mine.become(mine.load()).commit();
        assertThat(join(next.verify())).isEmpty();
      }
    } finally {
      host.destroyForcibly().waitFor();
    }
  }

  private static void signal(Process process, String signal) throws Exception {
    assertThat(new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor())
        .isZero();
  }

  private static void step(Process host) throws IOException {
    OutputStream in = host.getOutputStream();
    in.write('\n');
    in.flush();
  }

  /**
   * Tries until the lease has ended; lets the host go on for a moment if it sleeps on SQLite's
   * lock.
   */
  private static SqliteStore openWhenExpired(Path file, Process host) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try {
        return SqliteStore.open(file);
      } catch (FaultException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        if (e.fault().code() == FaultCode.STORE_UNAVAILABLE) {
          signal(host, "-CONT");
          signal(host, "-STOP");
        }
      }
    }
  }
}
