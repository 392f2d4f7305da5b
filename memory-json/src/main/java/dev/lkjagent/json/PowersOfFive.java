package dev.lkjagent.json;

import java.math.BigInteger;

/**
 * The powers of five that a decimal exponent of a {@code double} needs, as their highest 128 bits
 * with the highest bit set, rounded down. So {@code 5^q} lies in {@code [P, P + 1) * 2^e} with
 * {@code P} the 128 bits and {@code e = exponent(q)}.
 */
final class PowersOfFive {
  /** Below this exponent a number of up to 20 digits is 0. */
  static final int LOWEST = -345;

  /** Above this exponent a number that is not 0 is infinite. */
  static final int HIGHEST = 308;

  /** Powers from 0 to this one fit 128 bits without rounding. */
  static final int HIGHEST_EXACT = 55;

  private static final long[] HIGH = new long[HIGHEST - LOWEST + 1];
  private static final long[] LOW = new long[HIGHEST - LOWEST + 1];

  static {
    BigInteger five = BigInteger.valueOf(5);
    BigInteger power = BigInteger.ONE;
    for (int q = 0; q <= -LOWEST; q++) {
      if (q <= HIGHEST) {
        put(q, power);
      }
      if (q > 0) {
        // 2^b / 5^q with 128 significant bits
        int bits = power.bitLength() + 127;
        BigInteger reciprocal = BigInteger.ONE.shiftLeft(bits).divide(power);
        put(-q, reciprocal);
      }
      power = power.multiply(five);
    }
  }

  private PowersOfFive() {}

  private static void put(int q, BigInteger value) {
    BigInteger top = value.shiftRight(value.bitLength() - 128);
    HIGH[q - LOWEST] = top.shiftRight(64).longValue();
    LOW[q - LOWEST] = top.longValue();
  }

  static long high(int q) {
    return HIGH[q - LOWEST];
  }

  static long low(int q) {
    return LOW[q - LOWEST];
  }

  /** The {@code e} with {@code 2^127 <= 5^q / 2^e < 2^128}. */
  static int exponent(int q) {
    return floorLog2(q) - 127;
  }

  /**
   * The largest {@code e} with {@code 2^e <= 5^q}; the fraction is log2(5), close enough for |q|
   * &lt; 400.
   */
  private static int floorLog2(int q) {
    return q * 1_217_359 >> 19;
  }
}
