package dev.lkjagent.memory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where in the program sampled slots and nodes were taken: an open-addressed table from a number to
 * a site, with linear probing and deletion by moving entries back. Taking a sample allocates.
 */
final class AllocationSites {
  private static final int CAPACITY = 4096;
  private static final int MASK = CAPACITY - 1;
  private static final int FRAMES = 4;
  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final String HERE = AllocationSites.class.getPackageName() + ".";

  private final int every;
  private final int[] keys = new int[CAPACITY];
  private final @Nullable String[] sites = new String[CAPACITY];
  private final Map<String, String> known = new LinkedHashMap<>();
  private int countdown;
  private int used;

  AllocationSites(int every) {
    this.every = every;
    countdown = every;
  }

  static int keyOfSlot(int slot) {
    return slot << 1;
  }

  static int keyOfNode(int node) {
    return node << 1 | 1;
  }

  void taken(int key) {
    if (--countdown > 0 || used > CAPACITY / 2) {
      return;
    }
    countdown = every;
    String site = known.computeIfAbsent(walk(), s -> s);
    int at = home(key);
    while (sites[at] != null && keys[at] != key) {
      at = at + 1 & MASK;
    }
    used += sites[at] == null ? 1 : 0;
    keys[at] = key;
    sites[at] = site;
  }

  private static String walk() {
    List<String> frames =
        WALKER.walk(
            all ->
                all.filter(f -> !f.getClassName().startsWith(HERE) || isTest(f.getClassName()))
                    .limit(FRAMES)
                    .map(AllocationSites::show)
                    .toList());
    return String.join(" < ", frames);
  }

  private static boolean isTest(String className) {
    return className.endsWith("Test") || className.contains("Test$");
  }

  private static String show(StackWalker.StackFrame frame) {
    String type = frame.getClassName();
    return type.substring(type.lastIndexOf('.') + 1)
        + "."
        + frame.getMethodName()
        + ":"
        + frame.getLineNumber();
  }

  private static int home(int key) {
    return key * 0x9E3779B1 >>> 20 & MASK;
  }

  private int find(int key) {
    int at = home(key);
    while (sites[at] != null) {
      if (keys[at] == key) {
        return at;
      }
      at = at + 1 & MASK;
    }
    return -1;
  }

  void freed(int key) {
    int hole = find(key);
    if (hole < 0) {
      return;
    }
    used--;
    int at = hole;
    while (true) {
      at = at + 1 & MASK;
      if (sites[at] == null) {
        break;
      }
      int home = home(keys[at]);
      if ((at - home & MASK) >= (at - hole & MASK)) {
        keys[hole] = keys[at];
        sites[hole] = sites[at];
        hole = at;
      }
    }
    sites[hole] = null;
  }

  @Nullable String siteOf(int key) {
    int at = find(key);
    return at < 0 ? null : sites[at];
  }

  /** Counts sites in the order in which they were first seen. */
  static final class Tally {
    private final Map<String, Integer> counts = new LinkedHashMap<>();

    void add(@Nullable String site) {
      if (site != null) {
        counts.merge(site, 1, Integer::sum);
      }
    }

    List<LeakReport.Site> sites() {
      List<LeakReport.Site> list = new ArrayList<>();
      counts.forEach((site, count) -> list.add(new LeakReport.Site(site, count)));
      list.sort((a, b) -> Integer.compare(b.count(), a.count()));
      return list;
    }
  }
}
