package dev.lkjagent.runtime.store;

import static dev.lkjagent.runtime.store.StoreFaults.join;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {
  @TempDir Path folder = Path.of("");

  @Override
  Store open() {
    return SqliteStore.open(folder.resolve("store.db"));
  }

  @AfterEach
  void fileIsWhole() {
    store.close();
    try (SqliteStore again = SqliteStore.open(folder.resolve("store.db"))) {
      assertThat(join(again.verify())).isEmpty();
    }
  }
}
