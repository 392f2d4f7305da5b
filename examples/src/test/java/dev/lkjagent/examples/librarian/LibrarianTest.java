package dev.lkjagent.examples.librarian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.RulesModel;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.Snapshot;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.SqliteStore;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LibrarianTest {
  private static final PoolSpec POOL = PoolSpec.SMALL.toBuilder().tier(4096, 64).build();
  private static final Librarian LIBRARIAN = new Librarian();

  @TempDir Path dir;

  private static AgentHost host(Store store) {
    return AgentHost.builder()
        .store(store)
        .model(new RulesModel(new LibrarianRules()))
        .pool(POOL)
        .build();
  }

  private static Agent agent(AgentHost host, List<AgentEvent> events) throws IOException {
    AgentBuilder builder = host.agent("librarian").listener(events::add);
    LIBRARIAN.configure(builder, null);
    return builder.start();
  }

  private static Map<String, String> storage(Store store) {
    Map<String, String> found = new TreeMap<>();
    var unused =
        StoreFaults.join(
            store.entries(
                Space.of("librarian"),
                Store.LATEST,
                entry -> found.put(entry.tags().canonical(), entry.value().utf8())));
    return found;
  }

  @Test
  void theAnswerComesFromANoteThatHadLeftAndWasLoadedAgain() throws IOException {
    List<AgentEvent> events = new ArrayList<>();
    try (Store store = SqliteStore.open(dir.resolve("one.db"));
        AgentHost host = host(store)) {
      RunResult result = agent(host, events).run(LIBRARIAN.defaultQuestion());
      assertThat(result.text()).contains("Marta Quill");
      List<String> done =
          events.stream()
              .filter(AgentEvent.Acted.class::isInstance)
              .map(event -> ((AgentEvent.Acted) event).outcome())
              .toList();
      int noted = indexOf(done, "working_memory_add [bees_md,note]");
      int left = indexOf(done, "working_memory_remove [bees_md,note]: removed");
      int loaded = indexOf(done, "storage_load [bees_md,note]: loaded 1 entry");
      assertThat(noted).isNotNegative().isLessThan(left);
      assertThat(left).isLessThan(loaded);
      assertThat(loaded).isLessThan(done.size() - 1);
      assertThat(events)
          .filteredOn(AgentEvent.Committed.class::isInstance)
          .anyMatch(event -> ((AgentEvent.Committed) event).from().equals("paging"));
    }
  }

  private static int indexOf(List<String> lines, String start) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(start)) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void withoutTheRowInStorageTheAnswerIsNotFound() throws IOException {
    try (Store store = SqliteStore.open(dir.resolve("one.db"))) {
      try (AgentHost host = host(store)) {
        agent(host, new ArrayList<>()).run(LIBRARIAN.defaultQuestion());
      }
      remove(store, "bees_md,note");
      try (AgentHost host = host(store)) {
        String again = "Tell me who carried the first hives to the island of Hollin";
        assertThat(agent(host, new ArrayList<>()).run(again).text()).isEqualTo("not found");
      }
    }
  }

  private static void remove(Store store, String tags) {
    Snapshot now = StoreFaults.join(store.load("librarian", Store.LATEST));
    byte[] head = now.head().toArray();
    byte[] name = tags.getBytes(StandardCharsets.UTF_8);
    Change change =
        new Change()
            .begin("librarian", now.version())
            .cycle(now.cycle() + 1, true)
            .state(now.state());
    change.head().putBytes(head, 0, head.length);
    change.remove(Space.OWN, name, 0, name.length);
    CompletableFuture<Long> done = new CompletableFuture<>();
    store.commit(
        change,
        new CommitListener() {
          @Override
          public void committed(Change committed, long version) {
            done.complete(version);
          }

          @Override
          public void refused(Change refused, Fault fault) {
            done.completeExceptionally(fault.asException());
          }
        });
    assertThat(done.join()).isPositive();
  }

  @Test
  void aRunThatIsInterruptedAnywhereEndsWithTheSameStorage() throws IOException {
    Map<String, String> whole;
    String trace;
    try (Store store = SqliteStore.open(dir.resolve("whole.db"));
        AgentHost host = host(store)) {
      Agent agent = agent(host, new ArrayList<>());
      agent.run(LIBRARIAN.defaultQuestion());
      whole = storage(store);
      trace = agent.status().traceHash();
    }
    try (Store store = SqliteStore.open(dir.resolve("parts.db"))) {
      int runs = 0;
      RunResult.Status status = RunResult.Status.STOPPED;
      while (status != RunResult.Status.FINISHED && runs++ < 40) {
        try (AgentHost host = host(store)) {
          Agent agent = agent(host, new ArrayList<>());
          if (runs == 1) {
            agent.send("task", LIBRARIAN.defaultQuestion());
          }
          for (int i = 0; i < 5 && status != RunResult.Status.FINISHED; i++) {
            status = agent.step().status();
          }
          if (status == RunResult.Status.FINISHED) {
            assertThat(agent.status().traceHash()).isEqualTo(trace);
          }
        }
      }
      assertThat(runs).isBetween(3, 39);
      assertThat(storage(store)).isEqualTo(whole);
    }
  }

  @Test
  void foldersThatCanNotBeUsedAreNamedBeforeTheFirstCycle() throws IOException {
    assertThatThrownBy(() -> new Shelf(dir.resolve("none")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("no such folder");
    assertThatThrownBy(() -> new Shelf(dir)).hasMessageContaining("no .md or .txt file");
    Path file = dir.resolve("a.txt");
    Files.write(file, new byte[] {'a', 0, 'b'});
    assertThatThrownBy(() -> new Shelf(dir)).hasMessageContaining("binary");
    Files.write(file, new byte[] {(byte) 0xFF, 'b'});
    assertThatThrownBy(() -> new Shelf(dir)).hasMessageContaining("UTF-8");
    Files.writeString(file, " \n");
    assertThatThrownBy(() -> new Shelf(dir)).hasMessageContaining("empty");
    Files.writeString(file, "x".repeat(300_000));
    assertThatThrownBy(() -> new Shelf(dir)).hasMessageContaining("300000 bytes");
    Files.writeString(file, "word ".repeat(2_000));
    assertThat(new Shelf(dir).size()).isGreaterThan(5);
    Files.writeString(file, "word ".repeat(50_000));
    Files.writeString(dir.resolve("b.txt"), "word ".repeat(50_000));
    assertThatThrownBy(() -> new Shelf(dir)).hasMessageContaining("more than 400 parts");
  }

  @Test
  void textsAreReadByNameAndCutAtTheEndsOfParagraphs() throws IOException {
    Files.writeString(dir.resolve("b.txt"), "two");
    Files.writeString(dir.resolve("c.bin"), "no text");
    String paragraph = "word ".repeat(140).strip();
    Files.writeString(dir.resolve("a.md"), paragraph + "\n\n" + paragraph);
    Shelf shelf = new Shelf(dir);
    assertThat(shelf.listTexts()).isEqualTo("a.md\na.md part 2\nb.txt");
    assertThat(shelf.readText("a.md part 2").text()).isEqualTo("a.md part 2\n" + paragraph);
  }
}
