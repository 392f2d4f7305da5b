package dev.lkjagent.memory.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing array of bytes, written at its end. It keeps its size, so a second image allocates
 * nothing.
 */
final class Bytes {
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  byte[] array = new byte[1024];
  int length;

  void clear() {
    length = 0;
  }

  /** Makes room and answers where it begins. */
  int room(long bytes) {
    reserve(bytes);
    int at = length;
    length = at + (int) bytes;
    return at;
  }

  /** Makes room behind the end, but leaves the end where it is. */
  void reserve(long bytes) {
    if (bytes > array.length - length) {
      grow(length + bytes);
    }
  }

  private void grow(long needed) {
    if (needed > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException("an image holds less than 2 GiB");
    }
    array = Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - 8L, needed * 3 / 2));
  }

  void putInt(int value) {
    int at = room(Integer.BYTES);
    INT.set(array, at, value);
  }

  void putLong(long value) {
    int at = room(Long.BYTES);
    LONG.set(array, at, value);
  }

  void setInt(int at, int value) {
    INT.set(array, at, value);
  }

  void setLong(int at, long value) {
    LONG.set(array, at, value);
  }

  int getInt(int at) {
    return (int) INT.get(array, at);
  }

  long getLong(int at) {
    return (long) LONG.get(array, at);
  }
}
