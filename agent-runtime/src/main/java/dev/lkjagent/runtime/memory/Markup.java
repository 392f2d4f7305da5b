package dev.lkjagent.runtime.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the characters that a prompt has to escape, {@code <}, {@code >} and {@code &}, eight bytes
 * at a time: a byte is one of them if it becomes zero under an exclusive or, and the lowest zero
 * byte of a word is found by a subtraction ("Hacker's Delight", 6-1).
 */
public final class Markup {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = ONES << 7;

  /** {@code <} and {@code >} differ in this bit only. */
  private static final long EITHER = ONES * ('<' ^ '>');

  private Markup() {}

  /**
   * By how many bytes a text grows when all of them are escaped.
   *
   * @param bytes hold text, UTF-8
   * @param from where it begins
   * @param to where it ends
   * @return 3 for each angle bracket, 4 for each ampersand
   */
  public static int growth(byte[] bytes, int from, int to) {
    int growth = 0;
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long word = (long) LONG.get(bytes, i);
      long angle = (word | EITHER) ^ ONES * ('<' | '>');
      long ampersand = word ^ ONES * '&';
      if (((angle - ONES & ~angle | ampersand - ONES & ~ampersand) & HIGH) != 0) {
        growth += 3 * zeros(angle) + 4 * zeros(ampersand);
      }
    }
    for (; i < to; i++) {
      growth += bytes[i] == '&' ? 4 : bytes[i] == '<' || bytes[i] == '>' ? 3 : 0;
    }
    return growth;
  }

  /** How many bytes of a word are zero; exact, unlike the subtraction. */
  private static int zeros(long word) {
    return Long.bitCount(~((word & ~HIGH) + ~HIGH | word) & HIGH);
  }

  /**
   * The next such character.
   *
   * @param bytes hold text, UTF-8
   * @param from where to begin
   * @param to where the text ends
   * @return its index, or {@code to} if there is none
   */
  public static int next(byte[] bytes, int from, int to) {
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long word = (long) LONG.get(bytes, i);
      long angle = (word | EITHER) ^ ONES * ('<' | '>');
      long ampersand = word ^ ONES * '&';
      long found = (angle - ONES & ~angle | ampersand - ONES & ~ampersand) & HIGH;
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (i < to && bytes[i] != '<' && bytes[i] != '>' && bytes[i] != '&') {
      i++;
    }
    return i;
  }
}
