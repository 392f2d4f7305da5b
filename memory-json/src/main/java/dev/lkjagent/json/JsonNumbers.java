package dev.lkjagent.json;

import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.Tape;
import java.util.Arrays;

/**
 * Reads numbers as they are written into {@code long} and correctly rounded {@code double}, without
 * allocation. Not safe for use by several threads at once: the rare hard cases need the object's
 * scratch.
 *
 * <p>A double is found in up to four steps, each of which is exact when it answers. Up to 15 digits
 * and small powers of ten are one exact operation (Clinger 1990). Otherwise the digits are
 * multiplied by a power of five that is rounded down, first to 64 bits and then to 128 (after
 * Lemire 2021, "Number Parsing at a Gigabyte per Second"): the product is a lower bound with a
 * known error, and if both ends of that interval round to the same double, it is the answer. If
 * they do not, the digits are compared with the middle between two doubles in whole numbers.
 */
public final class JsonNumbers {
  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final long INFINITY = 0x7FFL << 52;
  private static final int DIGITS_IN_A_LONG = 19;

  /** More digits than this never matter, except that there are some that are not 0. */
  private static final int DIGITS_THAT_DECIDE = 800;

  private static final int EXPONENT_CLAMP = 1 << 29;

  private static final long[] TENS = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000
  };

  /**
   * Between these powers of ten, 64 bits of digits make neither a subnormal number nor infinity.
   */
  private static final int LOWEST_PLAIN = -307;

  private static final int HIGHEST_PLAIN = 288;

  private static final long UNDECIDED = -1;

  private final int[] left = new int[192];
  private final int[] right = new int[192];
  private int leftSize;
  private int rightSize;

  /** Creates a reader of numbers. */
  public JsonNumbers() {}

  /**
   * Tells whether a number is written as an integer, without fraction and exponent, that fits a
   * long.
   *
   * @param text where the number stands
   * @param from its first byte
   * @param length its length in bytes
   * @return true if {@link #toLong} answers
   */
  public static boolean isLong(byte[] text, int from, int length) {
    boolean negative = length > 0 && text[from] == '-';
    int at = negative ? from + 1 : from;
    int end = from + length;
    if (at == end || end - at > DIGITS_IN_A_LONG) {
      return false;
    }
    long value = 0;
    for (; at < end; at++) {
      int digit = text[at] - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      value = value * 10 + digit;
    }
    // Nineteen digits stay below 2^64: what is too large for a long has the sign bit.
    return value >= 0 || negative && value == Long.MIN_VALUE;
  }

  /**
   * Reads a number as a long.
   *
   * @param text where the number stands
   * @param from its first byte
   * @param length its length in bytes
   * @return its value
   * @throws ArithmeticException if it has a fraction or an exponent, or does not fit
   */
  public static long toLong(byte[] text, int from, int length) {
    if (!isLong(text, from, length)) {
      throw new ArithmeticException(
          "not an integer that fits a long: " + new String(text, from, length, ASCII));
    }
    long value = 0;
    int start = text[from] == '-' ? from + 1 : from;
    for (int at = start; at < from + length; at++) {
      value = value * 10 + (text[at] - '0');
    }
    return start == from ? value : -value;
  }

  private static final java.nio.charset.Charset ASCII = java.nio.charset.StandardCharsets.US_ASCII;

  /**
   * Reads the number of a node as a long.
   *
   * @param tree a tree
   * @param node a node of kind {@link Tape#NUMBER}
   * @return its value
   * @throws ArithmeticException if it has a fraction or an exponent, or does not fit
   * @throws IllegalArgumentException if the node is not a number
   */
  public static long toLong(ObjectTree tree, long node) {
    int from = number(tree, node);
    if (from < 0) {
      throw new ArithmeticException(
          "a number of " + tree.textLength(node) + " characters does not fit into 64 bits");
    }
    return toLong(tree.textBytes(node), from, tree.textLength(node));
  }

  /**
   * Reads the number of a node as the nearest double.
   *
   * @param tree a tree
   * @param node a node of kind {@link Tape#NUMBER}
   * @return its value; infinite if it is too large
   * @throws IllegalArgumentException if the node is not a number
   */
  public double toDouble(ObjectTree tree, long node) {
    int from = number(tree, node);
    int length = tree.textLength(node);
    if (from < 0) {
      byte[] whole = new byte[length];
      tree.copyText(node, whole, 0);
      return toDouble(whole, 0, length);
    }
    return toDouble(tree.textBytes(node), from, length);
  }

  private static int number(ObjectTree tree, long node) {
    if (tree.kind(node) != Tape.NUMBER) {
      throw new IllegalArgumentException("the node is not a number but of kind " + tree.kind(node));
    }
    return tree.textOffset(node);
  }

  /**
   * Reads a number as the nearest double; of two that are equally near, the even one.
   *
   * @param text where the number stands, written as JSON asks; digits may be missing on one side of
   *     the point
   * @param from its first byte
   * @param length its length in bytes
   * @return its value; infinite if it is too large
   */
  public double toDouble(byte[] text, int from, int length) {
    int end = from + length;
    boolean negative = length > 0 && text[from] == '-';
    int first = negative ? from + 1 : from;
    int at = first;
    long digits = 0;
    for (; at < end && isDigit(text[at]); at++) {
      digits = digits * 10 + (text[at] - '0');
    }
    int count = at - first;
    int exponent = 0;
    if (at < end && text[at] == '.') {
      int point = ++at;
      for (int run = digitsAt(text, at, end); run > 0; run = digitsAt(text, at, end)) {
        digits = digits * TENS[run] + Words.decimal(Words.word(text, at), run);
        at += run;
      }
      for (; at < end && isDigit(text[at]); at++) {
        digits = digits * 10 + (text[at] - '0');
      }
      exponent = point - at;
      count += at - point;
    }
    int digitsEnd = at;
    if (at < end) {
      exponent += exponent(text, at + 1, end);
    }
    double value =
        count > DIGITS_IN_A_LONG
            ? manyDigits(text, first, digitsEnd, end)
            : value(digits, exponent, false, text, first, digitsEnd);
    return negative ? -value : value;
  }

  private static boolean isDigit(byte character) {
    return (character - '0' & 0xFF) < 10;
  }

  /** How many of the next eight bytes are digits; 0 also where the array ends before them. */
  private static int digitsAt(byte[] text, int at, int end) {
    return text.length - at < Long.BYTES
        ? 0
        : Math.min(Words.lowest(Words.nonDigits(Words.word(text, at))), end - at);
  }

  /** The value of a number of which not all digits need fit a long; leading zeros are no digits. */
  private double manyDigits(byte[] text, int first, int digitsEnd, int end) {
    long digits = 0;
    int count = 0;
    int exponent = digitsEnd < end ? exponent(text, digitsEnd + 1, end) : 0;
    boolean point = false;
    boolean inexact = false;
    for (int at = first; at < digitsEnd; at++) {
      int digit = text[at] - '0';
      if (digit < 0) {
        point = true;
      } else if (count < DIGITS_IN_A_LONG) {
        digits = digits * 10 + digit;
        count += digits == 0 ? 0 : 1;
        exponent -= point ? 1 : 0;
      } else {
        inexact |= digit != 0;
        exponent += point ? 0 : 1;
      }
    }
    return value(digits, exponent, inexact, text, first, digitsEnd);
  }

  private double value(
      long digits, int exponent, boolean inexact, byte[] text, int first, int digitsEnd) {
    if (inexact) {
      return Double.longBitsToDouble(bits(digits, exponent, true, text, first, digitsEnd));
    }
    if (digits >>> 53 == 0 && exponent >= -22 && exponent <= 22) {
      return exponent < 0 ? digits / POWERS_OF_TEN[-exponent] : digits * POWERS_OF_TEN[exponent];
    }
    long bits = plainBits(digits, exponent);
    return Double.longBitsToDouble(
        bits == UNDECIDED ? bits(digits, exponent, false, text, first, digitsEnd) : bits);
  }

  /**
   * The bits of {@code digits * 10^q}, if it is far from the least and the greatest double and one
   * product decides: its upper word is too small by less than 2, so the rest that is rounded must
   * not lie that close below the middle, nor on it.
   */
  private static long plainBits(long digits, int q) {
    if (digits == 0 || q < LOWEST_PLAIN || q > HIGHEST_PLAIN) {
      return UNDECIDED;
    }
    int zeros = Long.numberOfLeadingZeros(digits);
    long upper = unsignedMultiplyHigh(digits << zeros, PowersOfFive.high(q));
    int shift = Long.numberOfLeadingZeros(upper);
    int drop = 11 - shift;
    long half = 1L << drop - 1;
    long rest = upper & (half << 1) - 1;
    if (rest >= half - 3 && rest <= half) {
      return UNDECIDED;
    }
    int binary = 127 - shift + PowersOfFive.exponent(q) + 64 - zeros + q;
    return ((long) (binary + 1_022) << 52) + ((upper >>> drop - 1) + 1 >>> 1);
  }

  private static int exponent(byte[] text, int from, int end) {
    boolean negative = from < end && text[from] == '-';
    int at = negative || from < end && text[from] == '+' ? from + 1 : from;
    long value = 0;
    for (; at < end; at++) {
      value = Math.min(value * 10 + (text[at] - '0'), EXPONENT_CLAMP);
    }
    return (int) (negative ? -value : value);
  }

  /**
   * The bits of {@code digits * 10^q}; if {@code inexact}, of something between that and {@code
   * (digits + 1) * 10^q} that the text says.
   */
  private long bits(long digits, int q, boolean inexact, byte[] text, int first, int digitsEnd) {
    if (digits == 0 || q < PowersOfFive.LOWEST) {
      return 0;
    }
    if (q > PowersOfFive.HIGHEST) {
      return INFINITY;
    }
    int zeros = Long.numberOfLeadingZeros(digits);
    long normal = digits << zeros;
    long low = PowersOfFive.low(q);
    // The upper 128 of the 192 bits of the product, and whether those below are all 0.
    long upper = unsignedMultiplyHigh(normal, PowersOfFive.high(q));
    long lower = normal * PowersOfFive.high(q);
    long carry = unsignedMultiplyHigh(normal, low);
    boolean below = normal * low != 0;
    lower += carry;
    if (Long.compareUnsigned(lower, carry) < 0) {
      upper++;
    }
    int shift = Long.numberOfLeadingZeros(upper);
    int binary = 127 - shift + PowersOfFive.exponent(q) + 64 - zeros + q;
    if (binary > 1_023) {
      return INFINITY;
    }
    int keep = Math.min(53, 53 + binary + 1_022);
    if (keep < 0) {
      // The lower bound may fall just short of half of the least double where the number does not.
      return keep == -1 && compareWithMiddle(text, first, digitsEnd, q, 0, -1_075) > 0 ? 1 : 0;
    }
    int drop = 64 - shift - keep;
    long mantissa = drop == 64 ? 0 : upper >>> drop;
    long rest = drop == 64 ? upper : upper & (1L << drop) - 1;
    long half = 1L << drop - 1;
    boolean exact = !inexact && q >= 0 && q <= PowersOfFive.HIGHEST_EXACT;
    int side = Long.compareUnsigned(rest, half);
    if (side == 0) {
      if (!exact) {
        side = compareWithMiddle(text, first, digitsEnd, q, mantissa, binary - keep);
      } else {
        side = lower != 0 || below ? 1 : 0;
      }
    } else if (side < 0 && !exact) {
      // The value lies below rest + error; is that below the middle, too?
      long error = inexact ? 1L << zeros : 0;
      long carried = lower == -1 || lower == -2 ? 1 : 0;
      if (Long.compareUnsigned(rest + error + carried, half) >= 0) {
        side = compareWithMiddle(text, first, digitsEnd, q, mantissa, binary - keep);
      }
    }
    if (side > 0 || side == 0 && (mantissa & 1) != 0) {
      mantissa++;
    }
    return keep == 53 ? ((long) (binary + 1_022) << 52) + mantissa : mantissa;
  }

  /** {@link Math#multiplyHigh} for unsigned numbers. */
  private static long unsignedMultiplyHigh(long a, long b) {
    return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
  }

  /**
   * Compares a number with {@code (2 mantissa + 1) * 2^y}, the middle between two doubles, in whole
   * numbers.
   */
  private int compareWithMiddle(
      byte[] text, int first, int digitsEnd, int q, long mantissa, int y) {
    int exponent = q + takeDigits(text, first, digitsEnd);
    Arrays.fill(right, 0);
    right[0] = (int) (2 * mantissa + 1);
    right[1] = (int) (2 * mantissa + 1 >>> 32);
    rightSize = 2;
    if (exponent >= 0) {
      leftSize = timesPowerOfFive(left, leftSize, exponent);
    } else {
      rightSize = timesPowerOfFive(right, rightSize, -exponent);
    }
    if (exponent >= y) {
      leftSize = shift(left, leftSize, exponent - y);
    } else {
      rightSize = shift(right, rightSize, y - exponent);
    }
    for (int i = Math.max(leftSize, rightSize) - 1; i >= 0; i--) {
      int order = Integer.compareUnsigned(left[i], right[i]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /**
   * Puts the digits into {@link #left}; digits beyond those that decide become one 1 if one of them
   * is not 0. Answers by how much the exponent differs from that of the first nineteen digits.
   */
  private int takeDigits(byte[] text, int first, int digitsEnd) {
    Arrays.fill(left, 0);
    leftSize = 0;
    int count = 0;
    int more = 0;
    boolean rest = false;
    for (int at = first; at < digitsEnd; at++) {
      int digit = text[at] - '0';
      if (digit < 0 || count == 0 && digit == 0) {
        continue;
      }
      if (count < DIGITS_THAT_DECIDE) {
        leftSize = timesPlus(left, leftSize, 10, digit);
        count++;
        more += count > DIGITS_IN_A_LONG ? 1 : 0;
      } else {
        rest |= digit != 0;
      }
    }
    if (rest) {
      leftSize = timesPlus(left, leftSize, 10, 1);
      more++;
    }
    return -more;
  }

  private static int timesPowerOfFive(int[] number, int size, int power) {
    int left = power;
    int grown = size;
    for (; left >= 13; left -= 13) {
      grown = timesPlus(number, grown, 1_220_703_125, 0);
    }
    for (; left > 0; left--) {
      grown = timesPlus(number, grown, 5, 0);
    }
    return grown;
  }

  private static int timesPlus(int[] number, int size, int factor, int summand) {
    long carry = summand;
    for (int i = 0; i < size; i++) {
      carry += (number[i] & 0xFFFFFFFFL) * factor;
      number[i] = (int) carry;
      carry >>>= 32;
    }
    if (carry != 0) {
      number[size] = (int) carry;
      return size + 1;
    }
    return size;
  }

  private static int shift(int[] number, int size, int bits) {
    int words = bits >>> 5;
    int rest = bits & 31;
    for (int i = size - 1; i >= 0; i--) {
      long wide = (number[i] & 0xFFFFFFFFL) << rest;
      number[i] = 0;
      number[i + words + 1] |= (int) (wide >>> 32);
      number[i + words] = (int) wide;
    }
    return size + words + 1;
  }
}
