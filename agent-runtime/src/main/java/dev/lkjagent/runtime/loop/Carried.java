package dev.lkjagent.runtime.loop;

import dev.lkjagent.runtime.prompt.Inbox;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What an agent takes along from one worker to another, between two cycles.
 *
 * @param image its counters and its memory
 * @param inbox what it has not read yet
 * @param waiting who waits for it to come to rest
 * @param goesOn whether it was about to begin its next cycle
 * @param stopping whether it is to rest before that
 * @param stale whether it has to be loaded from the store first
 * @param checkpoint whether the next commit is to hold an image
 */
record Carried(
    Parked image,
    Inbox inbox,
    List<CompletableFuture<RunResult>> waiting,
    boolean goesOn,
    boolean stopping,
    boolean stale,
    boolean checkpoint) {
  /** Tells those who wait that the agent can't go on; what it takes along stays with it. */
  void giveUp(AgentHost host, RuntimeException why) {
    for (CompletableFuture<RunResult> future : waiting) {
      host.fail(future, why);
    }
    waiting.clear();
  }
}
