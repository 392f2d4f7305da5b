package dev.lkjagent.testkit;

import dev.lkjagent.runtime.store.Change;
import dev.lkjagent.runtime.store.CommitListener;
import dev.lkjagent.runtime.store.ForwardingStore;
import dev.lkjagent.runtime.store.Store;

/** Acknowledges commits without keeping them, and tells the meter; the rest is the store behind. */
final class MeteredStore extends ForwardingStore {
  private final Meter meter;
  private long version;

  MeteredStore(Store backing, Meter meter) {
    super(backing);
    this.meter = meter;
  }

  @Override
  public void commit(Change change, CommitListener listener) {
    meter.commits();
    listener.committed(change, ++version);
    meter.committed();
  }
}
