package dev.lkjagent.memory;

/** Reads a piece of a text where it lies. */
@FunctionalInterface
public interface SliceConsumer {
  /**
   * Reads a piece. The array belongs to the pool: it is not written to, and not kept.
   *
   * @param bytes the array
   * @param from the first byte
   * @param length how many
   * @return true to go on with the next piece
   */
  boolean accept(byte[] bytes, int from, int length);
}
