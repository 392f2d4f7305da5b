package dev.lkjagent.runtime.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** An immutable range of bytes as the store hands it out; equal by content. */
public final class Bytes {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

  private final byte[] array;
  private final int from;
  private final int size;

  private Bytes(byte[] array, int from, int size) {
    this.array = array;
    this.from = from;
    this.size = size;
  }

  /**
   * A copy of a range.
   *
   * @param src holds the bytes
   * @param from where they begin
   * @param to where they end
   * @return the copy
   */
  public static Bytes copyOf(byte[] src, int from, int to) {
    return from == to ? EMPTY : wrap(Arrays.copyOfRange(src, from, to));
  }

  /**
   * The UTF-8 bytes of a text.
   *
   * @param text the text
   * @return its bytes
   */
  public static Bytes utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The array itself, which nobody may write to any more. */
  static Bytes wrap(byte[] array) {
    return wrap(array, 0, array.length);
  }

  /** A range of an array that nobody may write to any more. */
  static Bytes wrap(byte[] array, int from, int to) {
    return from == to ? EMPTY : new Bytes(array, from, to - from);
  }

  /**
   * How many there are.
   *
   * @return the length in bytes
   */
  public int size() {
    return size;
  }

  /**
   * One byte.
   *
   * @param index which, from 0
   * @return it
   */
  public byte at(int index) {
    return array[from + Objects.checkIndex(index, size)];
  }

  /**
   * Copies them all into an array, without allocating.
   *
   * @param dst takes them
   * @param at where the first one goes
   */
  public void copyTo(byte[] dst, int at) {
    System.arraycopy(array, from, dst, at, size);
  }

  /**
   * The bytes in an array of their own.
   *
   * @return a new array
   */
  public byte[] toArray() {
    return Arrays.copyOfRange(array, from, from + size);
  }

  /**
   * The bytes as text.
   *
   * @return the text; what is no UTF-8 becomes U+FFFD
   */
  public String utf8() {
    return new String(array, from, size, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that
        && Arrays.equals(array, from, from + size, that.array, that.from, that.from + that.size);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = from; i < from + size; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  /** The size and the first bytes as text. */
  @Override
  public String toString() {
    String text = new String(array, from, Math.min(size, 40), StandardCharsets.UTF_8);
    return size + " B \"" + text + (size > 40 ? "…\"" : "\"");
  }
}
