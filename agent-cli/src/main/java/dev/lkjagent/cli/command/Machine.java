package dev.lkjagent.cli.command;

import com.sun.management.OperatingSystemMXBean;
import dev.lkjagent.cli.shell.Version;
import dev.lkjagent.memory.PoolSpec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Examines what an agent needs of the machine. */
final class Machine {
  private static final long MIB = 1 << 20;
  private static final long LOW_DISK_MIB = 256;

  private Machine() {}

  static List<Finding> examine(Path storeFolder) {
    return List.of(
        Finding.ok("lkjagent", Version.lkjagent()),
        Finding.ok("java", Version.java()),
        memory(Runtime.getRuntime().maxMemory(), PoolSpec.DEFAULT.payloadBytes()),
        disk(storeFolder.toAbsolutePath()),
        storeDriver());
  }

  /** The pool's bytes lie in the heap, and an agent needs about as much again beside them. */
  static Finding memory(long heapBytes, long poolBytes) {
    String text =
        String.format(
            "heap up to %,d MiB of %,d MiB; the default pool holds %,d MiB",
            heapBytes / MIB, physicalBytes() / MIB, poolBytes / MIB);
    return heapBytes >= 2 * poolBytes
        ? Finding.ok("memory", text)
        : Finding.warning(
            "memory",
            text,
            "Raise the heap (LKJAGENT_JAVA_OPTS=-Xmx512m) or configure a smaller pool.");
  }

  private static long physicalBytes() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }

  static Finding disk(Path folder) {
    Path existing = folder;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
      return Finding.broken(
          "disk",
          (existing == null ? folder : existing) + " is not a folder that this user may write to",
          "Name another with --store DIR, or change its permissions.");
    }
    try {
      FileStore store = Files.getFileStore(existing);
      long free = store.getUsableSpace() / MIB;
      String text = String.format("%,d MiB free for %s (%s)", free, folder, store.type());
      return free >= LOW_DISK_MIB
          ? Finding.ok("disk", text)
          : Finding.warning("disk", text, "A store grows; free some space or name another folder.");
    } catch (IOException e) {
      return Finding.broken(
          "disk", folder + " cannot be examined: " + e.getMessage(), "Name another folder.");
    }
  }

  private static Finding storeDriver() {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        Statement statement = connection.createStatement()) {
      String version;
      try (ResultSet rows = statement.executeQuery("select sqlite_version()")) {
        version = rows.next() ? rows.getString(1) : "?";
      }
      statement.execute("create virtual table probe using fts5(text)");
      return Finding.ok("store", "SQLite " + version + " with text search");
    } catch (SQLException | LinkageError e) {
      return Finding.broken(
          "store",
          "SQLite cannot be used: " + e.getMessage(),
          "Its native library is unpacked into the folder for temporary files; that folder must"
              + " be writable and allow execution (-Dorg.sqlite.tmpdir=DIR names another).");
    }
  }
}
