package dev.lkjagent.runtime.loop;

import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.ForwardingStore;
import dev.lkjagent.runtime.store.InMemoryStore;

/**
 * A store that acknowledges every commit and keeps none, so that nothing is counted but what
 * happens up to its door. Everything else is asked of one in memory.
 */
class AcknowledgingStore extends ForwardingStore {
  AcknowledgingStore() {
    super(new InMemoryStore());
  }

  @Override
  public void commit(Change change, CommitListener listener) {
    listener.committed(change, change.expectedVersion() + 1);
  }
}
