package dev.lkjagent.memory;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a pool does on top of its work when its options ask for it: poison, samples, proofs. */
final class Watch {
  static final byte POISON = (byte) 0xDB;

  private final MemoryPool pool;
  private final boolean poison;
  final boolean debug;
  private final boolean paranoid;
  private final @Nullable AllocationSites sites;
  private final @Nullable AllocationFaults faults;

  Watch(MemoryPool pool, PoolOptions options) {
    this.pool = pool;
    poison = options.poison;
    debug = options.checks != CheckLevel.STANDARD;
    paranoid = options.checks == CheckLevel.PARANOID;
    sites = options.sampleEvery == 0 ? null : new AllocationSites(options.sampleEvery);
    faults = options.faults;
  }

  static boolean wanted(PoolOptions options) {
    return options.poison
        || options.checks != CheckLevel.STANDARD
        || options.sampleEvery != 0
        || options.faults != null;
  }

  boolean refuses(int unit) {
    if (faults == null || !faults.strikes()) {
      return false;
    }
    pool.noteRefusal(Accounts.HOUSE, unit);
    return true;
  }

  void taken(long handle, int tier, int index) {
    if (debug) {
      int from = pool.tierOffset[tier] + index * pool.slotBytes[tier];
      if (Handles.generation(handle) > pool.firstGeneration()) {
        provePoison(handle, from, from + pool.slotBytes[tier]);
      }
    }
    if (sites != null) {
      sites.taken(AllocationSites.keyOfSlot(Handles.slot(handle)));
    }
    proveSlots();
  }

  private void provePoison(long handle, int from, int to) {
    for (int at = from; at < to; at++) {
      if (pool.slab[at] != POISON) {
        throw new MemoryException(
            String.format(
                Locale.ROOT,
                "slot %d of tier %,d B was written after it was freed: byte %,d is %02x and not"
                    + " %02x; look for a place kept across a free",
                pool.indexOf(handle),
                to - from,
                at - from,
                pool.slab[at],
                POISON));
      }
    }
  }

  void freed(int tier, int index) {
    if (poison) {
      int from = pool.tierOffset[tier] + index * pool.slotBytes[tier];
      Arrays.fill(pool.slab, from, from + pool.slotBytes[tier], POISON);
    }
    if (sites != null) {
      sites.freed(AllocationSites.keyOfSlot(pool.slotNumber(tier, index)));
    }
  }

  void nodeTaken(int node) {
    if (sites != null) {
      sites.taken(AllocationSites.keyOfNode(node));
    }
    proveSlots();
  }

  void nodeFreed(int node) {
    if (sites != null) {
      sites.freed(AllocationSites.keyOfNode(node));
    }
  }

  /** Proves, if that is wanted, all invariants: an edit of a tree has ended. */
  void prove() {
    if (paranoid && !pool.isReclaiming()) {
      new Invariants(pool).prove();
    }
  }

  /** Proves, if that is wanted, all that holds in the middle of an operation on a tree, too. */
  void proveSlots() {
    if (paranoid) {
      new Invariants(pool).proveSlots();
    }
  }

  @Nullable String siteOf(int key) {
    return sites == null ? null : sites.siteOf(key);
  }
}
