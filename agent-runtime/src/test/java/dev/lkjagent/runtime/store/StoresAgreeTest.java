package dev.lkjagent.runtime.store;

import static dev.lkjagent.runtime.store.StoreFaults.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.memory.TagSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same random life in both stores: every answer of the one is the answer of the other. */
class StoresAgreeTest {
  private static final int STEPS = 700;
  private static final String[] WORDS = {
    "alpha", "beta", "gamma", "delta", "Épée", "日本語", "本", "x1", "the", "of", "naïve", "ÄÖÜ"
  };

  @TempDir Path folder = Path.of("");
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final List<String> names = new ArrayList<>();
  private final List<Long> messages = new ArrayList<>();

  @Test
  void bothStoresAnswerAlike() {
    try (Store memory = new InMemoryStore();
        Store sqlite = SqliteStore.open(folder.resolve("store.db"))) {
      for (int step = 0; step < STEPS; step++) {
        String done = step(memory, sqlite, step);
        compare(memory, sqlite, "seed " + seed + ", step " + step + ": " + done);
      }
      assertThat(join(((SqliteStore) sqlite).verify())).isEmpty();
    }
  }

  private String step(Store memory, Store sqlite, int step) {
    String name = names.isEmpty() ? "none" : names.get(random.nextInt(names.size()));
    long cycle = random.nextInt(8) - 1L;
    switch (random.nextInt(20)) {
      case 0 -> {
        String fresh = "agent" + random.nextInt(6);
        both(memory, sqlite, s -> s.create(fresh, step));
        names.remove(fresh);
        names.add(fresh);
        return "create " + fresh;
      }
      case 1, 2 -> {
        Message sent =
            (Message) both(memory, sqlite, s -> s.send(name, "me", Bytes.utf8("m" + step), step));
        if (sent != null) {
          messages.add(sent.id());
        }
        return "send " + name;
      }
      case 3 -> {
        int ordinal = random.nextInt(3);
        boolean yes = random.nextBoolean();
        both(memory, sqlite, s -> s.decide(name, cycle, ordinal, yes, "n" + step, step));
        return "decide " + name + " " + cycle + "." + ordinal;
      }
      case 4 -> {
        both(memory, sqlite, s -> s.rewind(name, cycle));
        return "rewind " + name + " to " + cycle;
      }
      case 5 -> {
        String fork = "fork" + random.nextInt(3);
        both(memory, sqlite, s -> s.fork(name, cycle, fork, step));
        names.remove(fork);
        names.add(fork);
        return "fork " + name + " at " + cycle + " as " + fork;
      }
      case 6 -> {
        if (random.nextInt(4) == 0) {
          both(memory, sqlite, s -> s.trim(name, cycle));
          return "trim " + name + " to " + cycle;
        }
        if (random.nextInt(4) == 0) {
          both(memory, sqlite, s -> s.delete(name));
          return "delete " + name;
        }
        return "nothing";
      }
      default -> {
        return commit(memory, sqlite, name, step);
      }
    }
  }

  /** Asks both and compares what they answer; the answer, or null if both have the same fault. */
  private Object both(Store memory, Store sqlite, Function<Store, CompletionStage<?>> question) {
    List<Object> answers = new ArrayList<>();
    for (Store store : List.of(memory, sqlite)) {
      try {
        Object answer = join(question.apply(store));
        answers.add(answer == null ? "done" : answer);
      } catch (FaultException e) {
        answers.add(e.fault());
      }
    }
    assertThat(answers.get(1)).as("seed %d", seed).isEqualTo(answers.get(0));
    return answers.get(0) instanceof Fault ? null : answers.get(0);
  }

  private String commit(Store memory, Store sqlite, String name, int step) {
    long version = join(memory.load(name)).map(Snapshot::version).orElse(0L);
    long cycle = join(memory.load(name)).map(Snapshot::cycle).orElse(0L) + 1;
    Change change = new Change();
    change.begin(name, version > 0 && random.nextInt(30) == 0 ? version - 1 : version);
    boolean ends = random.nextInt(5) > 0;
    change.cycle(cycle, ends).state("s" + step).time(step).wake(random.nextInt(4));
    change.due(random.nextInt(3) == 0 ? Change.NEVER : random.nextInt(1000));
    change.head().putLong(step);
    change.delta().putVar(step);
    change.record().putText("record " + step);
    if (ends && random.nextInt(4) == 0) {
      change.image().putText("image " + step);
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      Space space = random.nextInt(4) == 0 ? Space.shared("s" + random.nextInt(2)) : Space.OWN;
      byte[] tags = tags().bytes();
      byte[] value = Agents.bytes(text(random.nextInt(12)));
      if (random.nextInt(5) == 0) {
        change.remove(space, tags, 0, tags.length);
      } else {
        change.save(space, tags, 0, tags.length, value, 0, value.length);
      }
    }
    byte[] request = {(byte) step};
    int ordinal = random.nextInt(3);
    switch (random.nextInt(7)) {
      case 0 -> change.ask(ordinal, request, 0, 1);
      case 1 -> change.open(Math.max(1, cycle - random.nextInt(2)), ordinal, request, 0, 1);
      case 2 -> change.close(Math.max(1, cycle - random.nextInt(3)), ordinal);
      case 3 -> {
        if (!messages.isEmpty()) {
          change.consume(messages.get(Math.max(0, messages.size() - 1 - random.nextInt(4))));
        }
      }
      default -> {}
    }
    Fault first = Answer.to(memory, change).fault();
    Fault second = Answer.to(sqlite, change).fault();
    assertThat(second).as("seed %d step %d", seed, step).isEqualTo(first);
    return "commit " + name + (first == null ? "" : " refused " + first.code());
  }

  private TagSet tags() {
    TreeSet<String> tags = new TreeSet<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      tags.add("t" + random.nextInt(5));
    }
    return TagSet.of(String.join(",", tags));
  }

  private String text(int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(6) == 0 ? "" : " ");
    }
    return text.toString();
  }

  private void compare(Store memory, Store sqlite, String when) {
    assertThat(join(sqlite.agents())).as(when).isEqualTo(join(memory.agents()));
    assertThat(join(sqlite.due(500, 4))).as(when).isEqualTo(join(memory.due(500, 4)));
    assertThat(join(sqlite.sharedSpaces())).as(when).isEqualTo(join(memory.sharedSpaces()));
    if (names.isEmpty()) {
      return;
    }
    String name = names.get(random.nextInt(names.size()));
    assertThat(join(sqlite.load(name))).as(when).isEqualTo(join(memory.load(name)));
    long cycle = random.nextInt(6);
    both(memory, sqlite, s -> s.load(name, cycle));
    both(memory, sqlite, s -> s.commits(name, cycle, 3));
    both(memory, sqlite, s -> entries(s, Space.of(name), cycle));
    Space space = random.nextInt(4) == 0 ? Space.shared("s0") : Space.of(name);
    both(memory, sqlite, s -> entries(s, space, Store.LATEST));
    Query query = query();
    both(memory, sqlite, s -> s.search(space, query).thenApply(StoresAgreeTest::rounded));
    both(memory, sqlite, s -> s.read(space, query, 60));
    TagSet tags = tags();
    both(memory, sqlite, s -> s.get(space, tags));
  }

  private static CompletionStage<List<Entry>> entries(Store store, Space space, long cycle) {
    List<Entry> all = new ArrayList<>();
    return store.entries(space, cycle, all::add).thenApply(count -> all);
  }

  /** The C library's logarithm and Java's may differ in the last digit. */
  private static SearchPage rounded(SearchPage page) {
    return new SearchPage(
        page.hits().stream()
            .map(
                h ->
                    new Hit(
                        h.tags(),
                        h.sizeBytes(),
                        h.time(),
                        h.snippet(),
                        Math.round(h.score() * 1e9) / 1e9))
            .toList(),
        page.offset(),
        page.total());
  }

  private Query query() {
    Query query =
        Query.EVERYTHING
            .page(random.nextInt(3), 1 + random.nextInt(6))
            .snippets(random.nextInt(40));
    query = random.nextInt(3) == 0 ? query.all(tags().canonical()) : query;
    query = random.nextInt(4) == 0 ? query.any(tags().canonical()) : query;
    query = random.nextInt(4) == 0 ? query.not(tags().canonical()) : query;
    String quote = random.nextInt(3) == 0 ? "\"" : "";
    return random.nextInt(2) == 0 ? query.text(quote + text(1 + random.nextInt(2)) + quote) : query;
  }
}
