package dev.lkjagent.memory;

/**
 * The state of a tier, or of the nodes, at one moment. Always: {@code live + listed + neverUsed +
 * retired = count}.
 *
 * @param slotBytes bytes in a slot
 * @param count how many slots there are
 * @param live how many are in use
 * @param listed how many were used and are free again
 * @param neverUsed how many were never used
 * @param retired how many are out of generations
 * @param peak the most that were in use at once, retired ones included
 * @param promotions how many texts outgrew this tier
 * @param exhaustions how often a request could not be served from it
 */
public record TierReport(
    int slotBytes,
    int count,
    int live,
    int listed,
    int neverUsed,
    int retired,
    int peak,
    long promotions,
    long exhaustions) {
  static TierReport of(
      int slotBytes,
      int count,
      int highWater,
      int listed,
      int retired,
      long promotions,
      long exhaustions) {
    return new TierReport(
        slotBytes,
        count,
        highWater - listed - retired,
        listed,
        count - highWater,
        retired,
        highWater,
        promotions,
        exhaustions);
  }

  /**
   * Answers how many slots can be taken.
   *
   * @return slots
   */
  public int free() {
    return listed + neverUsed;
  }
}
