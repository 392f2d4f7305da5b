package dev.lkjagent.testkit;

import dev.lkjagent.runtime.memory.TagSet;
import dev.lkjagent.runtime.store.AgentInfo;
import dev.lkjagent.runtime.store.Bytes;
import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.Commit;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.Due;
import dev.lkjagent.runtime.store.Entry;
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

/** Acknowledges commits without keeping them, and tells the meter; the rest is the store behind. */
final class MeteredStore implements Store {
  private final Store backing;
  private final Meter meter;
  private long version;

  MeteredStore(Store backing, Meter meter) {
    this.backing = backing;
    this.meter = meter;
  }

  @Override
  public void commit(Change change, CommitListener listener) {
    meter.commits();
    listener.committed(change, ++version);
    meter.committed();
  }

  @Override
  public CompletionStage<Snapshot> create(String agent, long time) {
    return backing.create(agent, time);
  }

  @Override
  public CompletionStage<Optional<Snapshot>> load(String agent) {
    return backing.load(agent);
  }

  @Override
  public CompletionStage<Snapshot> load(String agent, long cycle) {
    return backing.load(agent, cycle);
  }

  @Override
  public CompletionStage<SearchPage> search(Space space, Query query) {
    return backing.search(space, query);
  }

  @Override
  public CompletionStage<List<Entry>> read(Space space, Query query, long maxBytes) {
    return backing.read(space, query, maxBytes);
  }

  @Override
  public CompletionStage<Optional<Entry>> get(Space space, TagSet tags) {
    return backing.get(space, tags);
  }

  @Override
  public CompletionStage<Long> entries(Space space, long cycle, Consumer<Entry> consumer) {
    return backing.entries(space, cycle, consumer);
  }

  @Override
  public CompletionStage<List<String>> sharedSpaces() {
    return backing.sharedSpaces();
  }

  @Override
  public CompletionStage<List<Due>> due(long until, int limit) {
    return backing.due(until, limit);
  }

  @Override
  public CompletionStage<Message> send(String agent, String from, Bytes text, long time) {
    return backing.send(agent, from, text, time);
  }

  @Override
  public CompletionStage<Intent> decide(
      String agent, long cycle, int ordinal, boolean approved, String note, long time) {
    return backing.decide(agent, cycle, ordinal, approved, note, time);
  }

  @Override
  public CompletionStage<List<AgentInfo>> agents() {
    return backing.agents();
  }

  @Override
  public CompletionStage<List<Commit>> commits(String agent, long fromCycle, int cycles) {
    return backing.commits(agent, fromCycle, cycles);
  }

  @Override
  public CompletionStage<Snapshot> rewind(String agent, long cycle) {
    return backing.rewind(agent, cycle);
  }

  @Override
  public CompletionStage<Snapshot> fork(String agent, long cycle, String name, long time) {
    return backing.fork(agent, cycle, name, time);
  }

  @Override
  public CompletionStage<Void> delete(String agent) {
    return backing.delete(agent);
  }

  @Override
  public CompletionStage<Long> trim(String agent, long cycle) {
    return backing.trim(agent, cycle);
  }

  @Override
  public void close() {
    backing.close();
  }
}
