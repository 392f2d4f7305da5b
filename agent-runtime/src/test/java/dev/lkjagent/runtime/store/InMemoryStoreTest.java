package dev.lkjagent.runtime.store;

class InMemoryStoreTest extends StoreContract {
  @Override
  Store open() {
    return new InMemoryStore();
  }
}
