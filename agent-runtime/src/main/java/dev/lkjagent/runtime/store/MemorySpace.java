package dev.lkjagent.runtime.store;

import dev.lkjagent.runtime.memory.TagSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A storage space on the heap. An own space keeps the rows that were replaced, a shared one does
 * not.
 */
final class MemorySpace {
  /** In place of the version until which a row held: it still does. */
  static final long LIVE = Long.MAX_VALUE;

  /** An entry between two versions. */
  static final class Row {
    final long id;
    final TagSet tags;
    final Bytes value;
    final long time;
    final long from;
    long until = LIVE;
    private @Nullable List<String> terms;

    Row(long id, TagSet tags, Bytes value, long time, long from) {
      this.id = id;
      this.tags = tags;
      this.value = value;
      this.time = time;
      this.from = from;
    }

    /** The terms of the value. */
    List<String> terms() {
      List<String> known = terms;
      if (known == null) {
        List<String> found = new ArrayList<>();
        Terms.scan(value.utf8(), (term, start, end, kind) -> found.add(term));
        known = List.copyOf(found);
        terms = known;
      }
      return known;
    }

    /**
     * How many terms the entry has for ranking: those of the value, one per tag, one for the space.
     */
    int length() {
      return terms().size() + tags.tags().size() + 1;
    }

    Entry entry() {
      return new Entry(tags, value, time);
    }

    boolean heldAt(long version) {
      return from <= version && version < until;
    }
  }

  private final boolean keepsHistory;
  private final TreeMap<TagSet, Row> live = new TreeMap<>();
  private final List<Row> dead = new ArrayList<>();

  MemorySpace(boolean keepsHistory) {
    this.keepsHistory = keepsHistory;
  }

  void save(Row row) {
    retire(live.put(row.tags, row), row.from);
  }

  void remove(TagSet tags, long version) {
    retire(live.remove(tags), version);
  }

  private void retire(@Nullable Row row, long version) {
    if (row != null && keepsHistory) {
      row.until = version;
      if (row.from < version) {
        dead.add(row);
      }
    }
  }

  @Nullable Row get(TagSet tags) {
    return live.get(tags);
  }

  /** The live rows in the order of their tag sets. */
  Iterable<Row> live() {
    return live.values();
  }

  int size() {
    return live.size();
  }

  /** The rows that held at a version, in the order of their tag sets. */
  Iterable<Row> at(long version) {
    TreeMap<TagSet, Row> held = new TreeMap<>();
    for (Row row : live.values()) {
      if (row.heldAt(version)) {
        held.put(row.tags, row);
      }
    }
    for (Row row : dead) {
      if (row.heldAt(version)) {
        held.put(row.tags, row);
      }
    }
    return held.values();
  }

  void rewind(long version) {
    live.values().removeIf(row -> row.from > version);
    for (Iterator<Row> rows = dead.iterator(); rows.hasNext(); ) {
      Row row = rows.next();
      if (row.from > version || row.until > version) {
        rows.remove();
      }
      if (row.heldAt(version)) {
        row.until = LIVE;
        live.put(row.tags, row);
      }
    }
  }

  /** Forgets the rows that were replaced up to a version. */
  void trim(long version) {
    dead.removeIf(row -> row.until <= version);
  }

  /** Copies what held at a version or was replaced after another, for a fork. */
  MemorySpace copy(long after, long version, java.util.function.LongSupplier ids) {
    MemorySpace copy = new MemorySpace(keepsHistory);
    List<Row> rows = new ArrayList<>(dead);
    rows.addAll(live.values());
    rows.sort((a, b) -> Long.compare(a.id, b.id));
    for (Row row : rows) {
      if (row.from <= version && row.until > after) {
        Row same = new Row(ids.getAsLong(), row.tags, row.value, row.time, row.from);
        same.until = row.until > version ? LIVE : row.until;
        if (same.until == LIVE) {
          copy.live.put(same.tags, same);
        } else {
          copy.dead.add(same);
        }
      }
    }
    return copy;
  }
}
