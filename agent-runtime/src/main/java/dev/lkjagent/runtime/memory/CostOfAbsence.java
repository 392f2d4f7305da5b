package dev.lkjagent.runtime.memory;

/**
 * The default policy: what leaves is the entry whose absence costs least for the room that it
 * makes.
 *
 * <p>An entry is worth keeping if it will be asked for soon. The best guess at that is how lately
 * it was asked for, so the chance is taken to fall with the square of the cycles since then: an
 * entry that was read in this cycle outlives one that nobody asked for in ten, whatever their
 * sizes. Room is counted in bytes; two entries of half the size cost two searches to bring back
 * instead of one, so size counts with its square root only. A copy of what storage holds anyway is
 * worth half of a note: dropping it writes nothing. A message is worth twice one, for the agent did
 * not choose its tags and will find it less easily.
 *
 * <p>Ties go to the older entry. The order depends on nothing but the memory and the cycle.
 */
public final class CostOfAbsence implements PagingPolicy {
  private static final int HALF = 1;
  private static final int WHOLE = 2;
  private static final int DOUBLE = 4;

  /** Makes the policy; it has no state. */
  public CostOfAbsence() {}

  @Override
  public int choose(WorkingMemory memory, int cycle) {
    int chosen = WorkingMemory.NONE;
    double highest = -1;
    for (int i = 0; i < memory.count(); i++) {
      EntryKind kind = memory.kind(i);
      if (!kind.paged() || memory.pinned(i)) {
        continue;
      }
      double age = 1 + Math.max(0, cycle - memory.readCycle(i));
      double size = memory.tagsBytes(i) + memory.valueBytes(i) + memory.escapedGrowth(i);
      double gain = age * age * Math.sqrt(size) / worth(kind);
      if (gain > highest) {
        highest = gain;
        chosen = i;
      }
    }
    return chosen;
  }

  private static int worth(EntryKind kind) {
    return switch (kind) {
      case LOADED -> HALF;
      case MESSAGE -> DOUBLE;
      default -> WHOLE;
    };
  }
}
