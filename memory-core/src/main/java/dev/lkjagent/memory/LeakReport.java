package dev.lkjagent.memory;

import java.util.List;
import java.util.Locale;

/**
 * What is in use, and by whom: at a pool's close, what was not returned.
 *
 * @param pool the id of the pool
 * @param leaks per scope and kind what is in use, in the order of scopes, then of kinds
 * @param state the pool's tiers and nodes at that moment
 */
public record LeakReport(int pool, List<Leak> leaks, PoolReport state) {
  /**
   * Things of one kind in use by one scope.
   *
   * @param scope the scope's path, such as "pool/host/librarian"
   * @param what "slots of 256 B", "nodes" or "document nodes"
   * @param slotBytes the size of a slot, 0 for nodes
   * @param count how many
   * @param bytes their size
   * @param sites where sampled ones were taken; empty without sampling
   */
  public record Leak(
      String scope, String what, int slotBytes, int count, long bytes, List<Site> sites) {
    /**
     * Copies the list.
     *
     * @param scope the scope's path, such as "pool/host/librarian"
     * @param what "slots of 256 B", "nodes" or "document nodes"
     * @param slotBytes the size of a slot, 0 for nodes
     * @param count how many
     * @param bytes their size
     * @param sites where sampled ones were taken; empty without sampling
     */
    public Leak {
      sites = List.copyOf(sites);
    }
  }

  /**
   * A place in the program.
   *
   * @param frames its innermost frames, innermost first
   * @param count how many of the sampled ones were taken there
   */
  public record Site(String frames, int count) {}

  /**
   * Copies the list.
   *
   * @param pool the id of the pool
   * @param leaks per scope and kind what is in use, in the order of scopes, then of kinds
   * @param state the pool's tiers and nodes at that moment
   */
  public LeakReport {
    leaks = List.copyOf(leaks);
  }

  /**
   * Tells whether everything has been returned.
   *
   * @return true if there are no leaks
   */
  public boolean clean() {
    return leaks.isEmpty();
  }

  /**
   * Shows the leaks, their sites and the pool's tables.
   *
   * @return lines
   */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    int retired = state.tiers().stream().mapToInt(TierReport::retired).sum();
    retired += state.nodes().retired();
    if (leaks.isEmpty()) {
      out.append("pool ").append(pool).append(": everything was returned");
    } else {
      long bytes = leaks.stream().mapToLong(Leak::bytes).sum();
      out.append(
          String.format(
              Locale.ROOT,
              "pool %d: %,d slots and nodes, %,d B in all, were not returned",
              pool,
              leaks.stream().mapToInt(Leak::count).sum(),
              bytes));
    }
    if (retired > 0) {
      out.append(String.format(Locale.ROOT, "; %,d retired, out of generations", retired));
    }
    out.append('\n');
    for (Leak leak : leaks) {
      out.append(
          String.format(
              Locale.ROOT,
              "  %-32s %,9d %s (%,d B)\n",
              leak.scope(),
              leak.count(),
              leak.count() == 1 ? leak.what().replaceFirst("(slot|node)s", "$1") : leak.what(),
              leak.bytes()));
      for (Site site : leak.sites()) {
        out.append(
            String.format(Locale.ROOT, "    %,d sampled at %s\n", site.count(), site.frames()));
      }
    }
    return out.append(state).toString();
  }
}
