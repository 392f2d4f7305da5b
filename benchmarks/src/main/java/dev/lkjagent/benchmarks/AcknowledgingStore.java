package dev.lkjagent.benchmarks;

import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.ForwardingStore;
import dev.lkjagent.runtime.store.InMemoryStore;

/**
 * A store that says yes to every commit and keeps none: what a cycle costs up to the door of the
 * store, its change encoded. Everything else is asked of an empty store in memory.
 */
public final class AcknowledgingStore extends ForwardingStore {
  private volatile long changeBytes;

  /** Opens it. */
  public AcknowledgingStore() {
    super(new InMemoryStore());
  }

  /** How large the last change was: head, delta, journal and entries. */
  long changeBytes() {
    return changeBytes;
  }

  @Override
  public void commit(Change change, CommitListener listener) {
    changeBytes = change.sizeBytes();
    listener.committed(change, change.expectedVersion() + 1);
  }
}
