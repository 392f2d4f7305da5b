package dev.lkjagent.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a cycle writes follows what it changed; the benchmarks measure the same with more entries.
 */
class SqliteBytesTest {
  private static final int CYCLES = 21;
  private static final double OWED = 1.5;

  @TempDir Path folder = Path.of("");
  private final Random random = new Random(7);

  @Test
  void cycleWritesNoMoreWhenMoreIsStored() throws IOException, SQLException {
    long few = medianOfLog("few.db", 100);
    long many = medianOfLog("many.db", 6_000);
    assertThat(few).isPositive();
    assertThat((double) many / few).isLessThanOrEqualTo(OWED);
  }

  /** How long the log is after a cycle that began with an empty one. */
  private long medianOfLog(String name, int entries) throws IOException, SQLException {
    Path file = folder.resolve(name);
    long[] bytes = new long[CYCLES];
    try (SqliteStore store = SqliteStore.open(file);
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      Agents agent = Agents.create(store, "a");
      for (int i = 0; i < entries; i++) {
        agent.save("n" + i + ",topic" + i % 50, text());
        if (i % 500 == 499 || i == entries - 1) {
          agent.commit();
        }
      }
      for (int i = 0; i < CYCLES; i++) {
        statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        int old = random.nextInt(entries);
        agent.save("new" + i, text()).save("n" + old + ",topic" + old % 50, text()).commit();
        bytes[i] = Files.size(folder.resolve(name + "-wal"));
      }
    }
    Arrays.sort(bytes);
    return bytes[CYCLES / 2];
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    while (text.length() < 400) {
      text.append("w").append((int) Math.exp(random.nextDouble() * Math.log(5_000))).append(' ');
    }
    return text.toString();
  }
}
