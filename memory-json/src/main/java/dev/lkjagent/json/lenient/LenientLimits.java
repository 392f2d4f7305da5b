package dev.lkjagent.json.lenient;

/**
 * What a reader may use for one reply; it takes all of it when it is made.
 *
 * @param maxBytes the longest reply, and the longest text of a tree, in bytes
 * @param maxNodes the most nodes of a tree, names included
 * @param maxDepth the most containers open at once
 * @param maxRepairs how many repairs are listed; further ones are counted
 */
public record LenientLimits(int maxBytes, int maxNodes, int maxDepth, int maxRepairs) {
  /** One mebibyte of text, 65,536 nodes, 256 levels, 512 repairs. */
  public static final LenientLimits DEFAULT = new LenientLimits(1 << 20, 1 << 16, 256, 512);

  /**
   * Checks the limits.
   *
   * @param maxBytes the longest reply, and the longest text of a tree, in bytes
   * @param maxNodes the most nodes of a tree, names included
   * @param maxDepth the most containers open at once
   * @param maxRepairs how many repairs are listed
   * @throws IllegalArgumentException if one is not positive
   */
  public LenientLimits {
    if (maxBytes < 1 || maxNodes < 1 || maxDepth < 1 || maxRepairs < 1) {
      throw new IllegalArgumentException(
          "limits must be positive: bytes "
              + maxBytes
              + ", nodes "
              + maxNodes
              + ", depth "
              + maxDepth
              + ", repairs "
              + maxRepairs);
    }
  }
}
