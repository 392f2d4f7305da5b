package dev.lkjagent.memory;

import java.util.ArrayList;
import java.util.List;

/** Finds everything that is in use, by reading all metadata; counted per account and unit. */
final class LeakSearch {
  private final MemoryPool pool;
  private final int tiers;
  private final int[][] counts;
  private final AllocationSites.Tally[][] sites;

  LeakSearch(MemoryPool pool) {
    this.pool = pool;
    tiers = pool.slotBytes.length;
    int accounts = pool.spec().scopes() + 1;
    counts = new int[tiers + 2][accounts];
    sites = new AllocationSites.Tally[tiers + 2][accounts];
    for (int tier = 0; tier < tiers; tier++) {
      for (int i = 0; i < pool.highWater[tier]; i++) {
        int row = pool.metaBase[tier] + i;
        if (pool.meta[row] > 0) {
          found(tier, pool.owner[row], AllocationSites.keyOfSlot(pool.slotNumber(tier, i)));
        }
      }
    }
    for (int n = 0; n < pool.nodes.highWater(); n++) {
      if (pool.nodes.live(n)) {
        found(tiers, pool.nodes.owner(n), AllocationSites.keyOfNode(n));
      }
    }
    pool.tape.countInto(counts[tiers + 1]);
  }

  private void found(int unit, int account, int key) {
    counts[unit][account]++;
    Watch watch = pool.watch;
    String site = watch == null ? null : watch.siteOf(key);
    if (site != null) {
      if (sites[unit][account] == null) {
        sites[unit][account] = new AllocationSites.Tally();
      }
      sites[unit][account].add(site);
    }
  }

  int count(int unit, int account) {
    return counts[unit][account];
  }

  LeakReport report() {
    List<LeakReport.Leak> leaks = new ArrayList<>();
    for (Scope scope = pool.root(); scope != null; scope = scope.following()) {
      collect(scope, leaks);
    }
    return new LeakReport(pool.id(), leaks, pool.published());
  }

  LeakReport reportOf(Scope top) {
    List<LeakReport.Leak> leaks = new ArrayList<>();
    for (Scope scope = top; scope != null && top.contains(scope); scope = scope.following()) {
      collect(scope, leaks);
    }
    return new LeakReport(pool.id(), leaks, pool.published());
  }

  private void collect(Scope scope, List<LeakReport.Leak> leaks) {
    int account = scope.account();
    for (int unit = 0; unit < tiers + 2; unit++) {
      int count = counts[unit][account];
      if (count > 0) {
        AllocationSites.Tally tally = sites[unit][account];
        leaks.add(
            new LeakReport.Leak(
                scope.path(),
                Shortage.what(pool, unit),
                unit < tiers ? pool.slotBytes[unit] : 0,
                count,
                count * sizeOf(unit),
                tally == null ? List.of() : tally.sites()));
      }
    }
  }

  private long sizeOf(int unit) {
    if (unit < tiers) {
      return pool.slotBytes[unit];
    }
    return unit == tiers ? NodeRecords.BYTES : Long.BYTES;
  }
}
