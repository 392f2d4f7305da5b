package dev.lkjagent.runtime.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tag without attributes, or a reference, kept as words, so that it is found by a few
 * comparisons.
 *
 * @param bytes the tag with its angle brackets, or the reference with its ampersand, ASCII
 * @param words the same, eight bytes each, with zeros behind it
 * @param mask what of the last word belongs to it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record Tag(byte[] bytes, long[] words, long mask) {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  static Tag of(String text) {
    byte[] bytes = Outcome.ascii(text);
    long[] words = new long[(bytes.length + Long.BYTES - 1) / Long.BYTES];
    byte[] padded = Arrays.copyOf(bytes, words.length * Long.BYTES);
    for (int i = 0; i < words.length; i++) {
      words[i] = (long) LONG.get(padded, i * Long.BYTES);
    }
    return new Tag(bytes, words, -1L >>> Long.SIZE - 8 * (bytes.length - 8 * (words.length - 1)));
  }

  int length() {
    return bytes.length;
  }

  /** Whether all of it stands at a place of a text that goes up to {@code to}. */
  boolean stands(byte[] text, int at, int to) {
    if (to - at < bytes.length) {
      return false;
    }
    int last = words.length - 1;
    if (text.length - at < words.length * Long.BYTES) {
      return Arrays.equals(text, at, at + bytes.length, bytes, 0, bytes.length);
    }
    for (int i = 0; i < last; i++) {
      if ((long) LONG.get(text, at + i * Long.BYTES) != words[i]) {
        return false;
      }
    }
    return (((long) LONG.get(text, at + last * Long.BYTES) ^ words[last]) & mask) == 0;
  }

  /** Whether it may stand there once more of the text has come. */
  boolean mayStand(byte[] text, int at, int to) {
    int there = to - at;
    return there < bytes.length && Arrays.equals(text, at, to, bytes, 0, there);
  }
}
