package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.memory.TagSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The port to durable storage.
 *
 * <p>Every method may be called from any thread and returns without waiting for a disk. What is
 * answered by a stage completes on a thread of the store, or at once on the caller's; an expected
 * fault completes it with a {@link dev.lkjagent.runtime.fault.FaultException} (which {@code
 * whenComplete} sees bare, or wrapped in a {@link java.util.concurrent.CompletionException} after a
 * dependent stage). {@link StoreFaults#join} waits for one and unwraps that, for code that may
 * block.
 *
 * <p>Whatever was acknowledged is seen by every read that begins afterwards. An agent that does not
 * exist is the fault {@code NO_SUCH_AGENT}; a cycle that is not there (not reached, rewound,
 * trimmed) is {@code NO_SUCH_CYCLE}.
 */
public interface Store extends AutoCloseable {
  /** In place of a cycle: the agent as it is now. */
  long LATEST = -1;

  /**
   * Creates an agent with cycle 0, no memory, due at once. Its version is 0, or if there were
   * agents of that name before, one that none of them had: a host that still runs a deleted agent
   * is refused, whatever was created in its place.
   *
   * @param agent its name, not empty
   * @param time now, in milliseconds since the epoch
   * @return completes with its snapshot; with the fault {@code AGENT_NAME_TAKEN} if there is one
   *     already
   */
  CompletionStage<Snapshot> create(String agent, long time);

  /**
   * Loads an agent.
   *
   * @param agent its name
   * @return completes with its snapshot, empty if there is no such agent
   */
  CompletionStage<Optional<Snapshot>> load(String agent);

  /**
   * Loads an agent as it was at the end of a cycle, without changing it. Its version is the one it
   * had; messages and intents are those that waited then.
   *
   * @param agent its name
   * @param cycle the cycle, 0 for the time before the first, or {@link #LATEST}
   * @return completes with the snapshot
   */
  CompletionStage<Snapshot> load(String agent, long cycle);

  /**
   * Applies a change entirely or not at all, and answers when that is durable. The change belongs
   * to the store until then. Refusals: {@code STORE_CONFLICT} if the agent has another version than
   * the change names, {@code NO_SUCH_AGENT}, {@code STORE_REFUSED} if its cycle does not follow the
   * last (the first commit of an agent may end any cycle: that is how one is imported) or its tags
   * are not canonical, {@code NOTHING_THERE} if it consumes a message or closes an intent that is
   * not there, and the faults of the medium.
   *
   * @param change what to apply
   * @param listener takes the answer
   */
  void commit(Change change, CommitListener listener);

  /**
   * Searches a space. A space without entries has no hits.
   *
   * @param space where
   * @param query what for
   * @return completes with a page of hits
   */
  CompletionStage<SearchPage> search(Space space, Query query);

  /**
   * Reads whole entries: those that a search would find, in its order, from the query's offset to
   * its limit, stopping before the one that would exceed a number of bytes.
   *
   * @param space where
   * @param query what for
   * @param maxBytes how many bytes of values at most
   * @return completes with the entries
   */
  CompletionStage<List<Entry>> read(Space space, Query query, long maxBytes);

  /**
   * Finds the entry that a tag set names.
   *
   * @param space where
   * @param tags its name
   * @return completes with the entry, or empty
   */
  CompletionStage<Optional<Entry>> get(Space space, TagSet tags);

  /**
   * Passes every entry of a space to a consumer, in the order of their tag sets, as one consistent
   * view.
   *
   * @param space where
   * @param cycle of an agent's own space: as it was at the end of that cycle; {@link #LATEST}
   *     otherwise
   * @param consumer is called on the thread that completes the stage
   * @return completes after the last one with their number
   */
  CompletionStage<Long> entries(Space space, long cycle, Consumer<Entry> consumer);

  /**
   * The names of the shared spaces that have entries.
   *
   * @return completes with the names in order
   */
  CompletionStage<List<String>> sharedSpaces();

  /**
   * The agents that are due up to a time, the earliest first.
   *
   * @param until in milliseconds since the epoch; with {@link Change#NEVER} minus one, all that
   *     have a time
   * @param limit how many at most
   * @return completes with the agents and their times
   */
  CompletionStage<List<Due>> due(long until, int limit);

  /**
   * Puts a message into an agent's inbox. If the agent wakes on messages it becomes due at once.
   *
   * @param agent its name
   * @param from who sends it
   * @param text what it says, UTF-8
   * @param time now, in milliseconds since the epoch
   * @return completes with the message when it is durable
   */
  CompletionStage<Message> send(String agent, String from, Bytes text, long time);

  /**
   * Approves or denies a call that an agent asked for. If the agent wakes on decisions it becomes
   * due at once.
   *
   * @param agent its name
   * @param cycle the cycle of the call
   * @param ordinal the number of the action in that cycle
   * @param approved whether it may be made
   * @param note what the person says about it
   * @param time now, in milliseconds since the epoch
   * @return completes with the intent as it is now; with the fault {@code NOTHING_THERE} if no such
   *     call waits for a decision
   */
  CompletionStage<Intent> decide(
      String agent, long cycle, int ordinal, boolean approved, String note, long time);

  /**
   * All agents in the order of their names.
   *
   * @return completes with the list
   */
  CompletionStage<List<AgentInfo>> agents();

  /**
   * The journal of an agent: the commits of some cycles, oldest first.
   *
   * @param agent its name
   * @param fromCycle the first cycle
   * @param cycles how many cycles, some of which may have several commits
   * @return completes with the commits; fewer cycles than asked for if there are no more
   */
  CompletionStage<List<Commit>> commits(String agent, long fromCycle, int cycles);

  /**
   * Makes an agent what it was at the end of a cycle: later commits, entries and intents are gone,
   * and the messages that they had consumed are in the inbox again. Its version goes on rising, so
   * that a host that still runs it is refused.
   *
   * @param agent its name
   * @param cycle the cycle, 0 for the time before the first
   * @return completes with the agent's snapshot when that is durable
   */
  CompletionStage<Snapshot> rewind(String agent, long cycle);

  /**
   * Makes a second agent of what an agent was at the end of a cycle, its own storage, waiting
   * messages and open intents included. Its journal begins with the checkpoint nearest to that
   * cycle.
   *
   * @param agent the agent to fork
   * @param cycle the cycle, or {@link #LATEST}
   * @param name the name of the new agent
   * @param time now, in milliseconds since the epoch
   * @return completes with the new agent's snapshot; with the fault {@code AGENT_NAME_TAKEN} if
   *     there is one already
   */
  CompletionStage<Snapshot> fork(String agent, long cycle, String name, long time);

  /**
   * Deletes an agent, its journal and its own storage.
   *
   * @param agent its name
   * @return completes when that is durable
   */
  CompletionStage<Void> delete(String agent);

  /**
   * Forgets an agent's past before the last checkpoint up to a cycle: commits, checkpoints and
   * replaced entries. It cannot go back beyond that any more.
   *
   * @param agent its name
   * @param cycle the earliest cycle that must stay reachable
   * @return completes with the cycle that is the earliest now
   */
  CompletionStage<Long> trim(String agent, long cycle);

  /**
   * Answers what was begun, then releases everything. Later calls throw {@link
   * IllegalStateException}.
   */
  @Override
  void close();
}
