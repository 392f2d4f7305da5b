package dev.lkjagent.memory;

/**
 * How ropes are made: the texts that are longer than the largest tier, or grow piece by piece.
 *
 * @param chunkBytes the size of the slots that a rope is a chain of; the smallest tier that fits
 *     serves
 * @param maxBytes how long a rope may be, whatever the budget allows
 */
public record RopeRules(int chunkBytes, long maxBytes) {
  /** The least that a chunk may have: its links take 24 bytes. */
  public static final int MIN_CHUNK_BYTES = 64;

  /**
   * Checks the values.
   *
   * @param chunkBytes the size of the slots that a rope is a chain of
   * @param maxBytes how long a rope may be
   */
  public RopeRules {
    if (chunkBytes < MIN_CHUNK_BYTES || chunkBytes > PoolSpec.MAX_SLOT_BYTES) {
      throw new IllegalArgumentException(
          "a chunk of a rope has "
              + MIN_CHUNK_BYTES
              + " to "
              + PoolSpec.MAX_SLOT_BYTES
              + " bytes; not "
              + chunkBytes);
    }
    if (maxBytes < 0) {
      throw new IllegalArgumentException("a rope has 0 bytes or more; not " + maxBytes);
    }
  }
}
