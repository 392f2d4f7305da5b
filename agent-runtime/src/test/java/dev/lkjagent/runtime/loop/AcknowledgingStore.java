package dev.lkjagent.runtime.loop;

import dev.lkjagent.runtime.memory.TagSet;
import dev.lkjagent.runtime.store.AgentInfo;
import dev.lkjagent.runtime.store.Bytes;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.Due;
import dev.lkjagent.runtime.store.Entry;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.Intent;
import dev.lkjagent.runtime.store.Message;
import dev.lkjagent.runtime.store.Query;
import dev.lkjagent.runtime.store.SearchPage;
import dev.lkjagent.runtime.store.Snapshot;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A store that acknowledges every commit and keeps none, so that nothing is counted but what
 * happens up to its door. Everything else is asked of one in memory.
 */
class AcknowledgingStore implements Store {
  private final InMemoryStore empty = new InMemoryStore();

  @Override
  public void commit(Change change, CommitListener listener) {
    listener.committed(change, change.expectedVersion() + 1);
  }

  @Override
  public CompletionStage<Snapshot> create(String agent, long time) {
    return empty.create(agent, time);
  }

  @Override
  public CompletionStage<Optional<Snapshot>> load(String agent) {
    return empty.load(agent);
  }

  @Override
  public CompletionStage<Snapshot> load(String agent, long cycle) {
    return empty.load(agent, cycle);
  }

  @Override
  public CompletionStage<SearchPage> search(Space space, Query query) {
    return empty.search(space, query);
  }

  @Override
  public CompletionStage<List<Entry>> read(Space space, Query query, long maxBytes) {
    return empty.read(space, query, maxBytes);
  }

  @Override
  public CompletionStage<Optional<Entry>> get(Space space, TagSet tags) {
    return empty.get(space, tags);
  }

  @Override
  public CompletionStage<Long> entries(Space space, long cycle, Consumer<Entry> consumer) {
    return empty.entries(space, cycle, consumer);
  }

  @Override
  public CompletionStage<List<String>> sharedSpaces() {
    return empty.sharedSpaces();
  }

  @Override
  public CompletionStage<List<Due>> due(long until, int limit) {
    return empty.due(until, limit);
  }

  @Override
  public CompletionStage<Message> send(String agent, String from, Bytes text, long time) {
    return empty.send(agent, from, text, time);
  }

  @Override
  public CompletionStage<Intent> decide(
      String agent, long cycle, int ordinal, boolean approved, String note, long time) {
    return empty.decide(agent, cycle, ordinal, approved, note, time);
  }

  @Override
  public CompletionStage<List<AgentInfo>> agents() {
    return empty.agents();
  }

  @Override
  public CompletionStage<List<Commit>> commits(String agent, long fromCycle, int cycles) {
    return empty.commits(agent, fromCycle, cycles);
  }

  @Override
  public CompletionStage<Snapshot> rewind(String agent, long cycle) {
    return empty.rewind(agent, cycle);
  }

  @Override
  public CompletionStage<Snapshot> fork(String agent, long cycle, String name, long time) {
    return empty.fork(agent, cycle, name, time);
  }

  @Override
  public CompletionStage<Void> delete(String agent) {
    return empty.delete(agent);
  }

  @Override
  public CompletionStage<Long> trim(String agent, long cycle) {
    return empty.trim(agent, cycle);
  }

  @Override
  public void close() {
    empty.close();
  }
}
