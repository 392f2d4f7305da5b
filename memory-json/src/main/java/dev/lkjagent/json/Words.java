package dev.lkjagent.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight bytes at a time: little-endian views of a byte array and the tests that scanners make on
 * them.
 *
 * <p>All tests answer a mask with the high bit of some bytes set. Only the lowest of them is exact,
 * since a borrow or carry may spoil the bytes above it; that one is all a scan needs.
 */
final class Words {
  static final long ONES = 0x0101010101010101L;
  static final long HIGHS = 0x8080808080808080L;
  static final long BLANKS = 0x2020202020202020L;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Words() {}

  static long word(byte[] text, int at) {
    return (long) LONGS.get(text, at);
  }

  static void put(byte[] text, int at, long word) {
    LONGS.set(text, at, word);
  }

  /**
   * Marks the bytes at which the plain part of a string ends: control characters, quote, backslash
   * and everything that is not ASCII. Flipping bit 1 swaps the quote, 0x22, with the blank, 0x20,
   * so that quote and control characters become one range below 0x21.
   */
  static long stops(long word) {
    return ((word ^ 0x0202020202020202L) - 0x2121212121212121L
            | (word ^ 0x5C5C5C5C5C5C5C5CL) - ONES
            | word)
        & HIGHS;
  }

  /**
   * Marks the bytes that a string can't hold as they are: control characters, quote and backslash.
   */
  static long specials(long word) {
    return ((word ^ 0x0202020202020202L) - 0x2121212121212121L
            | (word ^ 0x5C5C5C5C5C5C5C5CL) - ONES)
        & ~word
        & HIGHS;
  }

  /** Marks the bytes that are not decimal digits. */
  static long nonDigits(long word) {
    long digits = word ^ 0x3030303030303030L;
    return (digits + 0x7676767676767676L | digits) & HIGHS;
  }

  /** The number that the first digits of a word make; 1 to 8 of them, and all are digits. */
  static long decimal(long word, int count) {
    // Digits that count move up, so that zeros stand before them; then neighbours join twice, and
    // once more: 8 x 1 digit, 4 x 2, 2 x 4, 1 x 8.
    long ones = (word ^ 0x3030303030303030L) << 64 - 8 * count;
    long pairs = ones * 10 + (ones >>> 8) & 0x00FF00FF00FF00FFL;
    long fours = pairs * 100 + (pairs >>> 16) & 0x0000FFFF0000FFFFL;
    return fours * 10_000 + (fours >>> 32) & 0xFFFFFFFFL;
  }

  /** The number of bytes below the lowest mark; 8 if there is none. */
  static int lowest(long mask) {
    return Long.numberOfTrailingZeros(mask) >>> 3;
  }

  /** The first byte at or after {@code at} that {@link #stops} marks. */
  static int stop(byte[] text, int at) {
    long marks = stops(word(text, at));
    if (marks != 0) {
      return at + lowest(marks);
    }
    marks = stops(word(text, at + 8));
    if (marks != 0) {
      return at + 8 + lowest(marks);
    }
    marks = stops(word(text, at + 16));
    if (marks != 0) {
      return at + 16 + lowest(marks);
    }
    int next = at + 24;
    for (; ; next += 16) {
      marks = stops(word(text, next));
      if (marks != 0) {
        return next + lowest(marks);
      }
      marks = stops(word(text, next + 8));
      if (marks != 0) {
        return next + 8 + lowest(marks);
      }
    }
  }

  /** The first byte at or after {@code at} that is not a decimal digit. */
  static int afterDigits(byte[] text, int at) {
    int next = at;
    for (; ; next += 8) {
      long marks = nonDigits(word(text, next));
      if (marks != 0) {
        return next + lowest(marks);
      }
    }
  }

  /** The first byte at or after {@code at} that is not JSON white space. */
  static int afterBlanks(byte[] text, int at) {
    int next = at;
    for (; ; ) {
      int c = text[next];
      if (c > ' ') {
        return next;
      }
      if (c != ' ') {
        if (c != '\n' && c != '\r' && c != '\t') {
          return next;
        }
        next++;
      }
      long others = word(text, next) ^ BLANKS;
      while (others == 0) {
        next += 8;
        others = word(text, next) ^ BLANKS;
      }
      next += lowest(others);
    }
  }
}
