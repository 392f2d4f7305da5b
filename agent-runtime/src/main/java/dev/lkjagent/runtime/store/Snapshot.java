package dev.lkjagent.runtime.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is needed to go on with an agent: the nearest checkpoint, the commits after it, and what
 * waits for the agent.
 *
 * @param agent its name
 * @param version its version, which the next change must name
 * @param incarnation which of the agents of its name it is, and which of its lines after it went
 *     back: 0 for the first, and higher whenever cycles are numbered anew; part of {@link
 *     dev.lkjagent.runtime.action.ActionCall#key()}
 * @param cycle its last cycle that ended, 0 before the first
 * @param state its state after the last commit, empty before the first
 * @param head the head of the last commit, empty before the first
 * @param due when it is due, {@link Change#NEVER} if it waits for something else
 * @param wake what else makes it due, see {@link Change#wake}
 * @param checkpoint the nearest checkpoint, null if there is none: memory was empty before the
 *     first commit
 * @param commits the commits after the checkpoint, oldest first
 * @param inbox the messages not consumed yet, oldest first
 * @param intents the calls not closed yet, in the order of cycle and ordinal
 */
public record Snapshot(
    String agent,
    long version,
    long incarnation,
    long cycle,
    String state,
    Bytes head,
    long due,
    int wake,
    @Nullable Checkpoint checkpoint,
    List<Commit> commits,
    List<Message> inbox,
    List<Intent> intents) {
  /**
   * Takes copies of the lists.
   *
   * @param agent its name
   * @param version its version
   * @param incarnation which of the agents of its name it is
   * @param cycle its last cycle that ended
   * @param state its state after the last commit
   * @param head the head of the last commit
   * @param due when it is due
   * @param wake what else makes it due
   * @param checkpoint the nearest checkpoint
   * @param commits the commits after the checkpoint
   * @param inbox the messages not consumed yet
   * @param intents the calls not closed yet
   */
  public Snapshot {
    commits = List.copyOf(commits);
    inbox = List.copyOf(inbox);
    intents = List.copyOf(intents);
  }

  /**
   * The commits of a cycle that was cut off before its end: they follow the last one that ends a
   * cycle.
   *
   * @return them, oldest first; empty if the last cycle ended
   */
  public List<Commit> cutOff() {
    int from = commits.size();
    while (from > 0 && !commits.get(from - 1).ends()) {
      from--;
    }
    return commits.subList(from, commits.size());
  }
}
