package dev.lkjagent.runtime.journal;

/**
 * Reads what {@link Encoder} wrote, and never beyond its end: what is missing or has no meaning
 * sets {@link #failed()} and reads as 0.
 */
public final class Decoder {
  private byte[] source = new byte[0];
  private int at;
  private int to;
  private boolean failed;

  /** Makes a decoder that has nothing to read. */
  public Decoder() {}

  /**
   * Begins to read.
   *
   * @param bytes hold what was written
   * @param from where it begins
   * @param end where it ends
   * @return this
   */
  public Decoder open(byte[] bytes, int from, int end) {
    source = bytes;
    at = from;
    to = end;
    failed = false;
    return this;
  }

  /**
   * Where the next byte stands.
   *
   * @return an index into the array that was opened
   */
  public int at() {
    return at;
  }

  /**
   * Whether something could not be read.
   *
   * @return true after the first failure
   */
  public boolean failed() {
    return failed;
  }

  /**
   * Reads one byte.
   *
   * @return the byte, with its sign
   */
  public int next() {
    if (at >= to) {
      failed = true;
      return 0;
    }
    return source[at++];
  }

  /**
   * Reads a number of variable length.
   *
   * @return the number
   */
  public long number() {
    long number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = next();
      number |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return number;
      }
    }
    failed = true;
    return 0;
  }

  /**
   * Skips a range that stands behind its length.
   *
   * @return where it begins; {@link #at()} is where it ends
   */
  public int range() {
    long length = number();
    int from = at;
    if (length < 0 || length > to - at) {
      failed = true;
      return from;
    }
    at += (int) length;
    return from;
  }

  /**
   * Skips bytes.
   *
   * @param count how many
   * @return where they begin
   */
  public int skip(int count) {
    int from = at;
    if (count > to - at) {
      failed = true;
      return from;
    }
    at += count;
    return from;
  }
}
