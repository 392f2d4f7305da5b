package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.memory.TagSet;
import dev.lkjagent.runtime.memory.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store on the heap, for tests and for agents that need not survive: it keeps every commit until
 * it is closed, and behaves as the durable ones do.
 *
 * <p>It answers on the caller's thread before the method returns. One lock guards everything; a
 * text search reads every entry of the store.
 */
public final class InMemoryStore implements Store {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, MemoryAgent> agents = new TreeMap<>();
  private final Map<String, MemorySpace> shared = new TreeMap<>();

  /** The next version of names whose agents were deleted. */
  private final Map<String, Long> goneVersions = new TreeMap<>();

  private final Tags normaliser = new Tags();
  private byte[] scratch = new byte[256];
  private long nextRow = 1;
  private long nextMessage = 1;
  private boolean closed;

  /** Opens an empty store. */
  public InMemoryStore() {}

  @Override
  public CompletionStage<Snapshot> create(String agent, long time) {
    checkName(agent);
    return answer(
        () -> {
          if (agents.containsKey(agent)) {
            throw StoreFaults.nameTaken(agent).asException();
          }
          MemoryAgent made =
              new MemoryAgent(agent, time, goneVersions.getOrDefault(agent, 0L), null, 0);
          agents.put(agent, made);
          return made.snapshot(LATEST);
        });
  }

  @Override
  public CompletionStage<Optional<Snapshot>> load(String agent) {
    return answer(() -> Optional.ofNullable(agents.get(agent)).map(a -> a.snapshot(LATEST)));
  }

  @Override
  public CompletionStage<Snapshot> load(String agent, long cycle) {
    return answer(() -> reaching(agent, cycle).snapshot(cycle));
  }

  @Override
  public void commit(Change change, CommitListener listener) {
    change.check();
    Fault fault;
    long version = change.expectedVersion() + 1;
    lock.lock();
    try {
      checkOpen();
      fault = apply(change);
    } finally {
      lock.unlock();
    }
    if (fault == null) {
      listener.committed(change, version);
    } else {
      listener.refused(change, fault);
    }
  }

  private @Nullable Fault apply(Change change) {
    MemoryAgent agent = agents.get(change.agent());
    if (agent == null) {
      return StoreFaults.noSuchAgent(change.agent());
    }
    for (int i = 0; i < change.writeCount(); i++) {
      Bytes tags = change.writeTags(i);
      if (!isCanonical(tags)) {
        return StoreFaults.badTags(change.agent(), tags.utf8());
      }
    }
    Fault fault = agent.apply(change);
    if (fault != null) {
      return fault;
    }
    for (int i = 0; i < change.writeCount(); i++) {
      Space name = change.writeSpace(i);
      MemorySpace space =
          name.shared()
              ? shared.computeIfAbsent(name.name(), n -> new MemorySpace(false))
              : agent.space;
      TagSet tags = new TagSet(change.writeTags(i).utf8());
      if (change.isKept(i)) {
        MemorySpace.Row there = space.get(tags);
        if (agent.space.get(tags) != null
            || there != null && there.value.equals(change.writeValue(i))) {
          continue;
        }
        tags = there == null ? tags : Change.earlier(tags);
        space = agent.space;
      }
      if (change.isRemoval(i)) {
        space.remove(tags, agent.version());
      } else {
        space.save(
            new MemorySpace.Row(
                nextRow++, tags, change.writeValue(i), change.time(), agent.version()));
      }
    }
    return null;
  }

  private boolean isCanonical(Bytes tags) {
    int room = Tags.maxBytes(tags.size());
    if (scratch.length < 2 * room) {
      scratch = new byte[2 * room];
    }
    tags.copyTo(scratch, 0);
    int length = normaliser.normalize(scratch, 0, tags.size(), scratch, room);
    return length == tags.size() && Bytes.copyOf(scratch, room, room + length).equals(tags);
  }

  @Override
  public CompletionStage<SearchPage> search(Space space, Query query) {
    return answer(
        () -> {
          List<Ranked> all = rank(space, query);
          TextQuery text = query.text() == null ? null : TextQuery.of(query.text());
          List<Hit> hits = new ArrayList<>();
          for (Ranked one : page(all, query)) {
            MemorySpace.Row row = one.row;
            hits.add(
                new Hit(
                    row.tags,
                    row.value.size(),
                    row.time,
                    Snippets.of(row.value.utf8(), text, query.snippetChars()),
                    one.score));
          }
          return new SearchPage(hits, query.offset(), Math.min(all.size(), SearchPage.COUNT_MAX));
        });
  }

  @Override
  public CompletionStage<List<Entry>> read(Space space, Query query, long maxBytes) {
    return answer(
        () -> {
          List<Entry> entries = new ArrayList<>();
          long bytes = 0;
          for (Ranked one : page(rank(space, query), query)) {
            bytes += one.row.value.size();
            if (bytes > maxBytes) {
              break;
            }
            entries.add(one.row.entry());
          }
          return entries;
        });
  }

  private record Ranked(MemorySpace.Row row, double score) {}

  private static List<Ranked> page(List<Ranked> all, Query query) {
    int from = Math.min(query.offset(), all.size());
    return all.subList(from, from + Math.min(query.limit(), all.size() - from));
  }

  private List<Ranked> rank(Space space, Query query) {
    MemorySpace rows = find(space);
    List<Ranked> found = new ArrayList<>();
    if (rows == null) {
      return found;
    }
    Bm25 ranking =
        query.text() == null ? null : new Bm25(TextQuery.of(query.text()), this::everyRow);
    for (MemorySpace.Row row : rows.live()) {
      if (carries(row.tags, query) && (ranking == null || ranking.matches(row))) {
        found.add(new Ranked(row, ranking == null ? 0 : ranking.score(row)));
      }
    }
    found.sort(
        Comparator.comparingDouble(Ranked::score).thenComparingLong(one -> one.row.id).reversed());
    return found;
  }

  private static boolean carries(TagSet tags, Query query) {
    return (query.all() == null || tags.containsAll(query.all()))
        && (query.any() == null || tags.common(query.any()) > 0)
        && (query.not() == null || tags.common(query.not()) == 0);
  }

  private void everyRow(Consumer<MemorySpace.Row> consumer) {
    agents.values().forEach(agent -> agent.space.live().forEach(consumer));
    shared.values().forEach(space -> space.live().forEach(consumer));
  }

  private @Nullable MemorySpace find(Space space) {
    if (space.shared()) {
      return shared.get(space.name());
    }
    return existing(space.name()).space;
  }

  @Override
  public CompletionStage<Optional<Entry>> get(Space space, TagSet tags) {
    return answer(
        () -> {
          MemorySpace rows = find(space);
          return Optional.ofNullable(rows == null ? null : rows.get(tags))
              .map(MemorySpace.Row::entry);
        });
  }

  @Override
  public CompletionStage<Long> entries(Space space, long cycle, Consumer<Entry> consumer) {
    if (space.shared() && cycle != LATEST) {
      throw new IllegalArgumentException("the " + space + " keeps no past: ask for LATEST");
    }
    CompletionStage<List<Entry>> all =
        answer(
            () -> {
              List<Entry> list = new ArrayList<>();
              MemorySpace rows = find(space);
              if (rows != null) {
                Iterable<MemorySpace.Row> held =
                    cycle == LATEST
                        ? rows.live()
                        : rows.at(reaching(space.name(), cycle).versionOf(cycle));
                held.forEach(row -> list.add(row.entry()));
              }
              return list;
            });
    return all.thenApply(
        list -> {
          list.forEach(consumer);
          return (long) list.size();
        });
  }

  @Override
  public CompletionStage<List<String>> sharedSpaces() {
    return answer(
        () ->
            shared.entrySet().stream()
                .filter(e -> e.getValue().size() > 0)
                .map(Map.Entry::getKey)
                .toList());
  }

  @Override
  public CompletionStage<List<Due>> due(long until, int limit) {
    return answer(
        () ->
            agents.values().stream()
                .filter(a -> a.due() <= until && a.due() != Change.NEVER)
                .map(a -> new Due(a.name, a.due()))
                .sorted(Comparator.comparingLong(Due::time).thenComparing(Due::agent))
                .limit(limit)
                .toList());
  }

  @Override
  public CompletionStage<Message> send(String agent, String from, Bytes text, long time) {
    return answer(
        () -> {
          MemoryAgent to = existing(agent);
          Message message = new Message(nextMessage++, from, text, time);
          to.receive(message);
          return message;
        });
  }

  @Override
  public CompletionStage<Intent> decide(
      String agent, long cycle, int ordinal, boolean approved, String note, long time) {
    return answer(
        () -> {
          Intent decided = existing(agent).decide(cycle, ordinal, approved, note, time);
          if (decided == null) {
            throw StoreFaults.noSuchIntent(agent, cycle, ordinal, "waits for a decision")
                .asException();
          }
          return decided;
        });
  }

  @Override
  public CompletionStage<List<AgentInfo>> agents() {
    return answer(() -> agents.values().stream().map(MemoryAgent::info).toList());
  }

  @Override
  public CompletionStage<List<Commit>> commits(String agent, long fromCycle, int cycles) {
    return answer(() -> existing(agent).commits(fromCycle, cycles));
  }

  @Override
  public CompletionStage<Snapshot> rewind(String agent, long cycle) {
    return answer(
        () -> {
          MemoryAgent one = reaching(agent, cycle);
          one.rewind(cycle == LATEST ? one.cycle() : cycle);
          return one.snapshot(LATEST);
        });
  }

  @Override
  public CompletionStage<Snapshot> fork(String agent, long cycle, String name, long time) {
    checkName(name);
    return answer(
        () -> {
          MemoryAgent one = reaching(agent, cycle);
          if (agents.containsKey(name)) {
            throw StoreFaults.nameTaken(name).asException();
          }
          long lowest = goneVersions.getOrDefault(name, 0L);
          MemoryAgent fork =
              one.fork(cycle, name, lowest, time, () -> nextMessage++, () -> nextRow++);
          agents.put(name, fork);
          return fork.snapshot(LATEST);
        });
  }

  @Override
  public CompletionStage<Void> delete(String agent) {
    return this.<Optional<Void>>answer(
            () -> {
              goneVersions.put(agent, existing(agent).version() + 1);
              agents.remove(agent);
              return Optional.empty();
            })
        .thenAccept(nothing -> {});
  }

  @Override
  public CompletionStage<Long> trim(String agent, long cycle) {
    return answer(
        () -> {
          MemoryAgent one = reaching(agent, cycle);
          one.trim(cycle);
          return one.earliest();
        });
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      agents.clear();
      shared.clear();
    } finally {
      lock.unlock();
    }
  }

  private MemoryAgent existing(String agent) {
    MemoryAgent found = agents.get(agent);
    if (found == null) {
      throw StoreFaults.noSuchAgent(agent).asException();
    }
    return found;
  }

  private MemoryAgent reaching(String agent, long cycle) {
    MemoryAgent found = existing(agent);
    if (found.versionOf(cycle) < 0) {
      throw StoreFaults.noSuchCycle(agent, cycle, found.earliest(), found.cycle()).asException();
    }
    return found;
  }

  private <T> CompletionStage<T> answer(Supplier<T> question) {
    lock.lock();
    try {
      checkOpen();
      return CompletableFuture.completedStage(question.get());
    } catch (FaultException e) {
      return CompletableFuture.failedStage(e);
    } finally {
      lock.unlock();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  static void checkName(String agent) {
    if (agent.isEmpty()) {
      throw new IllegalArgumentException("an agent needs a name");
    }
  }
}
