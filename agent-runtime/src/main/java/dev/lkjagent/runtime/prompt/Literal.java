package dev.lkjagent.runtime.prompt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A short text that prompts are framed with, kept as words, so that writing it is a few stores.
 *
 * @param words the text, eight bytes each, with zeros behind it
 * @param length how many bytes of them are the text
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record Literal(long[] words, int length) {
  /** How many bytes behind its end a literal may write. */
  static final int SLACK = Long.BYTES;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  static Literal of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(bytes, bytes.length + Long.BYTES);
    long[] words = new long[(bytes.length + Long.BYTES - 1) / Long.BYTES];
    for (int i = 0; i < words.length; i++) {
      words[i] = (long) LONG.get(padded, i * Long.BYTES);
    }
    return new Literal(words, bytes.length);
  }

  /**
   * Writes it into an array that has room for it and {@link #SLACK} bytes more; answers its end.
   */
  int write(byte[] target, int at) {
    for (int i = 0; i < words.length; i++) {
      LONG.set(target, at + i * Long.BYTES, words[i]);
    }
    return at + length;
  }
}
