package dev.lkjagent.cli.command;

import dev.lkjagent.runtime.store.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a store is on the disk: its file, and what SQLite keeps beside it. */
final class StoreFile {
  private static final List<String> PARTS = List.of("", "-wal", "-shm");

  private StoreFile() {}

  /** Deletes a store, unless somebody uses it. One that is not there is no error. */
  static void delete(Path file) throws IOException {
    if (Files.exists(file)) {
      SqliteStore.open(file).close();
    }
    for (String part : PARTS) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + part));
    }
  }

  /** What it takes on the disk. */
  static long bytes(Path file) throws IOException {
    long bytes = 0;
    for (String part : PARTS.subList(0, 2)) {
      Path path = file.resolveSibling(file.getFileName() + part);
      bytes += Files.exists(path) ? Files.size(path) : 0;
    }
    return bytes;
  }
}
