package dev.lkjagent.benchmarks.store;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.memory.Tags;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * How many bytes one committed cycle writes, by the number of entries that are stored already.
 *
 * <p>A cycle saves one new entry of some 400 bytes with three tags, replaces one, and carries a
 * delta and a journal record of 1 KB each; each is a transaction of its own, also those that fill
 * the store, since the text index merges by the size of transactions. <i>Median</i>: the length of
 * the write-ahead log after one cycle that began with an empty one. <i>Mean</i>: all bytes that the
 * process wrote, log, checkpoints and index merges included, over the last tenth of the filling
 * (from {@code /proc/self/io}).
 *
 * <p>Arguments: numbers of entries, {@code 100 1000000} if none are given. The store lies in memory
 * where Linux has a file system there with room enough, so that no disk slows the filling down; the
 * bytes are the same.
 */
public final class BytesPerCycle {
  private static final int CYCLES = 300;
  private static final int MEAN_CYCLES_MIN = 200;
  private static final int VOCABULARY = 20_000;
  private static final Path IN_MEMORY = Path.of("/dev/shm");

  /** More than a store takes for each of its entries, with its log and the index. */
  private static final long ROOM_PER_ENTRY = 8_192;

  private final Random random = new Random(42);
  private final Tags tags = new Tags();
  private final byte[] scratch = new byte[256];
  private final String agent = "measured";
  private final SqliteStore store;
  private final Path file;
  private long version;
  private long entries;

  private BytesPerCycle(Path file) {
    this.file = file;
    store = SqliteStore.open(file);
    StoreFaults.join(store.create(agent, 0));
  }

  /**
   * What cycles wrote at one size of the store.
   *
   * @param entries how many entries there were
   * @param median bytes of one cycle
   * @param mean bytes of one cycle, checkpoints and index merges included
   */
  public record Row(long entries, double median, double mean) {}

  /**
   * Measures and prints a table.
   *
   * @param args numbers of entries
   * @throws IOException if there is no place for a temporary file
   * @throws SQLException if the log cannot be emptied
   */
  public static void main(String[] args) throws IOException, SQLException {
    long[] sizes = Arrays.stream(args).mapToLong(Long::parseLong).toArray();
    List<Row> rows = measure(sizes.length == 0 ? new long[] {100, 1_000_000} : sizes);
    Row first = rows.get(0);
    System.out.printf(
        "%12s %12s %12s %9s %9s%n", "entries", "median B", "mean B", "median ×", "mean ×");
    for (Row row : rows) {
      System.out.printf(
          "%12d %12.0f %12.0f %9.2f %9.2f%n",
          row.entries, row.median, row.mean, row.median / first.median, row.mean / first.mean);
    }
  }

  /**
   * Measures.
   *
   * @param sizes numbers of entries
   * @return one row for each
   * @throws IOException if there is no place for a temporary file
   * @throws SQLException if the log cannot be emptied
   */
  public static List<Row> measure(long... sizes) throws IOException, SQLException {
    List<Row> rows = new ArrayList<>();
    for (long size : sizes) {
      Path folder = folder(size);
      BytesPerCycle one = new BytesPerCycle(folder.resolve("store.db"));
      long window = Math.max(MEAN_CYCLES_MIN, size / 10);
      one.fill(Math.max(1, size - window / 2));
      long before = written();
      one.fill(one.entries + window);
      double mean = (double) (written() - before) / window;
      long[] bytes = one.logPerCycle();
      one.store.close();
      Arrays.sort(bytes);
      rows.add(new Row(size, bytes[bytes.length / 2], mean));
      Files.delete(one.file);
      Files.delete(folder);
    }
    return rows;
  }

  private static Path folder(long size) throws IOException {
    String name = "bytes-per-cycle";
    return Files.isWritable(IN_MEMORY)
            && Files.getFileStore(IN_MEMORY).getUsableSpace() > size * ROOM_PER_ENTRY
        ? Files.createTempDirectory(IN_MEMORY, name)
        : Files.createTempDirectory(name);
  }

  /** How many bytes this process has written so far, to any file. */
  private static long written() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/io"))) {
      if (line.startsWith("wchar: ")) {
        return Long.parseLong(line.substring("wchar: ".length()));
      }
    }
    throw new IOException("/proc/self/io has no wchar");
  }

  private void fill(long size) {
    while (entries < size) {
      cycle();
    }
  }

  private void cycle() {
    Change change = begin();
    byte[] kilobyte = text(1_000);
    change.delta().putBytes(kilobyte, 0, kilobyte.length);
    change.record().putBytes(kilobyte, 0, kilobyte.length);
    if (entries > 0) {
      save(change, random.nextLong(entries));
    }
    save(change, entries++);
    commit(change);
  }

  private long[] logPerCycle() throws SQLException, IOException {
    long[] bytes = new long[CYCLES];
    Path log = file.resolveSibling(file.getFileName() + "-wal");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < CYCLES; i++) {
        statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        cycle();
        bytes[i] = Files.size(log);
      }
    }
    return bytes;
  }

  private Change begin() {
    return new Change()
        .begin(agent, version)
        .cycle(version + 1, true)
        .state("thinking")
        .time(version);
  }

  private void commit(Change change) {
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
    version = StoreFaults.join(answer);
  }

  private void save(Change change, long number) {
    String spelling = "Note " + number + ", topic " + number % 50 + ", kind " + number % 7;
    byte[] utf8 = spelling.getBytes(StandardCharsets.UTF_8);
    int length = tags.normalize(utf8, 0, utf8.length, scratch, 0);
    byte[] value = text(400);
    change.save(Space.OWN, scratch, 0, length, value, 0, value.length);
  }

  /** Words whose frequencies fall as those of a language do. */
  private byte[] text(int bytes) {
    StringBuilder text = new StringBuilder();
    while (text.length() < bytes) {
      int word = (int) Math.exp(random.nextDouble() * Math.log(VOCABULARY));
      text.append("w").append(Integer.toString(word * 7919 % VOCABULARY, 36)).append(' ');
    }
    return text.substring(0, bytes).getBytes(StandardCharsets.UTF_8);
  }
}
