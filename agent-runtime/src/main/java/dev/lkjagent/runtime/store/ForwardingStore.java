package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.memory.TagSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A store that hands everything on to another: what a store that watches or changes a few things
 * begins with. Closing it closes the other.
 *
 * <p>As safe for threads as the store behind it.
 */
public abstract class ForwardingStore implements Store {
  private final Store backing;

  /**
   * A store before another.
   *
   * @param backing what does the work
   */
  protected ForwardingStore(Store backing) {
    this.backing = Objects.requireNonNull(backing, "backing");
  }

  @Override
  public void commit(Change change, CommitListener listener) {
    backing.commit(change, listener);
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
