package dev.lkjagent.benchmarks;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Counts in SQLite's write-ahead log what commits write: a frame per page, of which the last one of
 * each transaction says how large the database is (SQLite's file format, section 4.1).
 */
final class StoreCosts {
  private static final int LOG_HEADER = 32;
  private static final int FRAME_HEADER = 24;
  private static final int CYCLES = 20;
  private static final int AGENTS = 64;

  private final Path file;
  private final SqliteStore store;
  private final Statement sql;

  private StoreCosts(Path file, SqliteStore store, Statement sql) {
    this.file = file;
    this.store = store;
    this.sql = sql;
  }

  private record Written(int transactions, int pages, long bytes) {}

  static void count(Map<String, Double> counted) throws IOException, SQLException {
    Path folder = Files.createTempDirectory("store-costs");
    Path file = folder.resolve("store.db");
    try (SqliteStore store = SqliteStore.open(file);
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement sql = connection.createStatement()) {
      StoreCosts costs = new StoreCosts(file, store, sql);
      costs.alone(counted);
      costs.together(counted);
    }
    Files.delete(file);
    Files.delete(folder);
  }

  private void alone(Map<String, Double> counted) throws IOException, SQLException {
    StoreFaults.join(store.create("alone", 0));
    StoreFaults.join(commit("alone", 0));
    emptyLog();
    for (int i = 1; i <= CYCLES; i++) {
      StoreFaults.join(commit("alone", i));
    }
    Written written = written();
    counted.put("transactions per cycle of one agent", (double) written.transactions() / CYCLES);
    counted.put("pages written per cycle of one agent", (double) written.pages() / CYCLES);
    counted.put("bytes written per cycle of one agent", (double) written.bytes() / CYCLES);
  }

  /** Nobody can write while another connection does, so all commits wait for the same moment. */
  private void together(Map<String, Double> counted) throws IOException, SQLException {
    for (int i = 0; i < AGENTS; i++) {
      StoreFaults.join(store.create("a" + i, 0));
    }
    emptyLog();
    sql.execute("BEGIN IMMEDIATE");
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    for (int i = 0; i < AGENTS; i++) {
      answers.add(commit("a" + i, 0));
    }
    sql.execute("ROLLBACK");
    answers.forEach(StoreFaults::join);
    counted.put(
        "transactions for 64 commits that wait together", (double) written().transactions());
  }

  private void emptyLog() throws SQLException {
    sql.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  private Written written() throws IOException {
    ByteBuffer log =
        ByteBuffer.wrap(Files.readAllBytes(file.resolveSibling(file.getFileName() + "-wal")));
    int frame = FRAME_HEADER + log.getInt(8);
    int transactions = 0;
    int pages = 0;
    for (int at = LOG_HEADER; at + frame <= log.capacity(); at += frame) {
      pages++;
      transactions += log.getInt(at + 4) != 0 ? 1 : 0;
    }
    return new Written(transactions, pages, log.capacity());
  }

  private CompletableFuture<Long> commit(String agent, long version) {
    byte[] text = "a word and another one ".repeat(50).getBytes(StandardCharsets.UTF_8);
    Change change =
        new Change().begin(agent, version).cycle(version + 1, true).state("thinking").time(version);
    change.delta().putBytes(text, 0, 1_000);
    change.record().putBytes(text, 0, 1_000);
    for (String name : new String[] {"note_" + version, "summary"}) {
      byte[] tags = name.getBytes(StandardCharsets.UTF_8);
      change.save(Space.OWN, tags, 0, tags.length, text, 0, 400);
    }
    CompletableFuture<Long> answer = new CompletableFuture<>();
    store.commit(
        change,
        new CommitListener() {
          @Override
          public void committed(Change done, long now) {
            answer.complete(now);
          }

          @Override
          public void refused(Change done, Fault fault) {
            answer.completeExceptionally(fault.asException());
          }
        });
    return answer;
  }
}
