package dev.lkjagent.benchmarks.store;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * Durable commits per second, with as many agents as are asked for: each commits a cycle (a delta
 * and a journal record of 500 bytes each, one entry of 200 bytes) and the next as soon as that is
 * acknowledged. With one agent, each commit has a synchronisation of its own; with many they share
 * it.
 *
 * <p>Arguments: seconds per measurement, 3 if none is given. The temporary folder must be on the
 * disk that is to be measured.
 */
public final class CommitThroughput {
  private final SqliteStore store;
  private final CountDownLatch ended;
  private final long deadline;
  private final byte[] text = "a word and another one ".repeat(30).getBytes(StandardCharsets.UTF_8);

  /** One agent that goes on until the time is over. */
  private final class Busy implements CommitListener {
    private final String name;
    private final Change change = new Change();
    private long version;

    Busy(String name) {
      this.name = name;
    }

    void next() {
      change.begin(name, version).cycle(version + 1, true).state("thinking").time(version);
      change.delta().putBytes(text, 0, 500);
      change.record().putBytes(text, 0, 500);
      byte[] tags = ("n" + version % 100).getBytes(StandardCharsets.UTF_8);
      change.save(Space.OWN, tags, 0, tags.length, text, 0, 200);
      store.commit(change, this);
    }

    @Override
    public void committed(Change done, long now) {
      version = now;
      if (System.nanoTime() < deadline) {
        next();
      } else {
        ended.countDown();
      }
    }

    @Override
    public void refused(Change done, Fault fault) {
      System.err.println(fault);
      ended.countDown();
    }
  }

  private CommitThroughput(SqliteStore store, int agents, double seconds) {
    this.store = store;
    ended = new CountDownLatch(agents);
    deadline = System.nanoTime() + (long) (seconds * 1e9);
  }

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
      double alone = commitsPerSecond(1, seconds);
      double grouped = commitsPerSecond(64, seconds);
      System.out.printf(
          "1 agent %.0f/s, 64 agents %.0f/s, ratio %.1f%n", alone, grouped, grouped / alone);
    }
  }

  /**
   * Measures on a new store.
   *
   * @param agents how many commit at the same time
   * @param seconds for how long
   * @return acknowledged commits per second
   * @throws IOException if there is no place for a temporary file
   * @throws InterruptedException if the measurement is interrupted
   */
  public static double commitsPerSecond(int agents, double seconds)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile("throughput", ".db");
    try (SqliteStore store = SqliteStore.open(file)) {
      CommitThroughput one = new CommitThroughput(store, agents, seconds);
      Busy[] all = new Busy[agents];
      for (int i = 0; i < agents; i++) {
        all[i] = one.new Busy("agent" + i);
        StoreFaults.join(store.create(all[i].name, 0));
      }
      long start = System.nanoTime();
      for (Busy busy : all) {
        busy.next();
      }
      one.ended.await();
      double took = (System.nanoTime() - start) / 1e9;
      long commits = 0;
      for (Busy busy : all) {
        commits += busy.version;
      }
      return commits / took;
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
