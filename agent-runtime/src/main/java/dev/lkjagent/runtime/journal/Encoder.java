package dev.lkjagent.runtime.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * A byte buffer that grows and is reused: what a cycle hands to the store is encoded into some of
 * these.
 *
 * <p>Numbers of fixed width are little-endian. A variable-length number takes seven bits a byte,
 * the low ones first, the high bit telling that more follow. The array is replaced when it grows,
 * so nobody keeps {@link #array()} over a write. One thread at a time.
 */
public final class Encoder {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** The most bytes that a variable-length number takes. */
  public static final int MAX_VAR_BYTES = 10;

  private static final int MAX_BYTES = Integer.MAX_VALUE - 64;

  private byte[] bytes;
  private int size;

  /** Makes an empty buffer of 256 bytes. */
  public Encoder() {
    this(256);
  }

  /**
   * Makes an empty buffer.
   *
   * @param capacityBytes how much it holds before it grows
   */
  public Encoder(int capacityBytes) {
    bytes = new byte[Math.max(16, capacityBytes)];
    LONG.set(bytes, 0, 0L);
    INT.set(bytes, 0, 0);
  }

  /** Forgets the content and keeps the room. */
  public void clear() {
    size = 0;
  }

  /**
   * Takes back what was written after some point.
   *
   * @param length the length to go back to, at most the present one
   */
  public void truncate(int length) {
    size = Objects.checkIndex(length, size + 1);
  }

  /**
   * How much was written.
   *
   * @return the length in bytes
   */
  public int size() {
    return size;
  }

  /**
   * The bytes written, from index 0 on; more may follow that mean nothing.
   *
   * @return the array in use until the next write
   */
  public byte[] array() {
    return bytes;
  }

  /**
   * Makes sure that so many bytes can be written without growing, for a caller that writes into
   * {@link #array()} itself from {@link #size()} on and then calls {@link #advance}.
   *
   * @param more how many bytes
   */
  public void reserve(int more) {
    if (more > bytes.length - size) {
      if (more > MAX_BYTES - size) {
        throw new IllegalStateException(
            "a buffer of "
                + size
                + " bytes cannot take "
                + more
                + " more: one array holds "
                + MAX_BYTES);
      }
      int doubled = bytes.length > MAX_BYTES >> 1 ? MAX_BYTES : bytes.length << 1;
      bytes = Arrays.copyOf(bytes, Math.max(size + more, doubled));
    }
  }

  /**
   * Counts bytes that the caller wrote into {@link #array()} after {@link #reserve}.
   *
   * @param written how many
   */
  public void advance(int written) {
    size += Objects.checkIndex(written, bytes.length - size + 1);
  }

  /**
   * Appends one byte.
   *
   * @param value its low eight bits are written
   */
  public void put(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  /**
   * Appends four bytes.
   *
   * @param value the number
   */
  public void putInt(int value) {
    reserve(4);
    INT.set(bytes, size, value);
    size += 4;
  }

  /**
   * Appends eight bytes.
   *
   * @param value the number
   */
  public void putLong(long value) {
    reserve(8);
    LONG.set(bytes, size, value);
    size += 8;
  }

  /**
   * Appends a number in as many bytes as its magnitude needs, negative ones in ten.
   *
   * @param value the number
   */
  public void putVar(long value) {
    if ((value & ~0x7FL) == 0) {
      put((int) value);
      return;
    }
    reserve(MAX_VAR_BYTES);
    size = putVar(bytes, size, value);
  }

  /**
   * Writes a number like {@link #putVar(long)}, for a caller that writes into {@link #array()}
   * itself.
   *
   * @param target has room for {@link #MAX_VAR_BYTES}
   * @param at where it begins
   * @param value the number
   * @return where it ends
   */
  public static int putVar(byte[] target, int at, long value) {
    int next = at;
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      target[next++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[next++] = (byte) rest;
    return next;
  }

  /**
   * Appends a range of bytes as it is.
   *
   * @param src holds them
   * @param from where they begin
   * @param to where they end
   */
  public void putBytes(byte[] src, int from, int to) {
    Objects.checkFromToIndex(from, to, src.length);
    reserve(to - from);
    System.arraycopy(src, from, bytes, size, to - from);
    size += to - from;
  }

  /**
   * Appends a range of bytes behind its length.
   *
   * @param src holds them
   * @param from where they begin
   * @param to where they end
   */
  public void putSized(byte[] src, int from, int to) {
    Objects.checkFromToIndex(from, to, src.length);
    putVar(to - from);
    putBytes(src, from, to);
  }

  /**
   * Appends a text as UTF-8 behind its length in bytes, without allocating. A lone surrogate
   * becomes {@code ?}.
   *
   * @param text the text
   */
  public void putText(CharSequence text) {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      int c = codePoint(text, i);
      length += utf8Length(c);
      i += c >= 0x10000 ? 1 : 0;
    }
    putVar(length);
    reserve(length);
    for (int i = 0; i < text.length(); i++) {
      int c = codePoint(text, i);
      putUtf8(c);
      i += c >= 0x10000 ? 1 : 0;
    }
  }

  private static int codePoint(CharSequence text, int i) {
    int c = Character.codePointAt(text, i);
    return c >= 0xD800 && c < 0xE000 ? '?' : c;
  }

  private static int utf8Length(int c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }

  private void putUtf8(int c) {
    if (c < 0x80) {
      bytes[size++] = (byte) c;
      return;
    }
    int more = utf8Length(c) - 1;
    bytes[size++] = (byte) (0xFF00 >> more + 1 | c >> 6 * more);
    for (int shift = 6 * (more - 1); shift >= 0; shift -= 6) {
      bytes[size++] = (byte) (0x80 | c >> shift & 0x3F);
    }
  }
}
