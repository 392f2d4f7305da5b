package dev.lkjagent.runtime.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Builds changes as a loop would, for one agent of a store. */
final class Agents {
  final Store store;
  final String name;
  long version;
  long cycle;
  private final List<Runnable> more = new ArrayList<>();
  private Change change = new Change();

  Agents(Store store, String name) {
    this.store = store;
    this.name = name;
  }

  static Agents create(Store store, String name) {
    StoreFaults.join(store.create(name, 1_000));
    return new Agents(store, name);
  }

  /** Adds to the next change. */
  Agents save(String tags, String value) {
    return save(Space.OWN, tags, value);
  }

  Agents save(Space space, String tags, String value) {
    byte[] t = bytes(tags);
    byte[] v = bytes(value);
    more.add(() -> change.save(space, t, 0, t.length, v, 0, v.length));
    return this;
  }

  Agents keep(Space space, String tags, String value) {
    byte[] t = bytes(tags);
    byte[] v = bytes(value);
    more.add(() -> change.keep(space, t, 0, t.length, v, 0, v.length));
    return this;
  }

  Agents remove(Space space, String tags) {
    byte[] t = bytes(tags);
    more.add(() -> change.remove(space, t, 0, t.length));
    return this;
  }

  Agents with(java.util.function.Consumer<Change> what) {
    more.add(() -> what.accept(change));
    return this;
  }

  /** The change of the next cycle, not committed yet. */
  Change next(boolean ends) {
    change = new Change();
    change.begin(name, version).cycle(cycle + 1, ends).state("thinking").time(10_000 + version);
    String label = name + " v" + (version + 1);
    text(change.head(), "head " + label);
    text(change.delta(), "delta " + label);
    text(change.record(), "record " + label);
    more.forEach(Runnable::run);
    more.clear();
    return change;
  }

  /** Commits the next cycle. */
  long commit() {
    Change made = next(true);
    version = Answer.to(store, made).version();
    cycle++;
    return version;
  }

  /** Commits a part of the next cycle. */
  long commitPart() {
    version = Answer.to(store, next(false)).version();
    return version;
  }

  Snapshot load() {
    return StoreFaults.join(store.load(name)).orElseThrow();
  }

  Snapshot load(long at) {
    return StoreFaults.join(store.load(name, at));
  }

  Agents become(Snapshot snapshot) {
    version = snapshot.version();
    cycle = snapshot.cycle();
    return this;
  }

  Space space() {
    return Space.of(name);
  }

  static void text(dev.lkjagent.runtime.journal.Encoder encoder, String text) {
    byte[] utf8 = bytes(text);
    encoder.putBytes(utf8, 0, utf8.length);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
