package dev.lkjagent.memory;

import java.security.SecureRandom;

/**
 * A 32-bit hash of bytes, seeded once per process, so that keys which an attacker chose do not
 * collide on purpose. It mixes words by multiplication and folding (the construction of wyhash,
 * Wang Yi).
 */
public final class SeededHash {
  private static final long SEED = new SecureRandom().nextLong() | 1;
  private static final long SECOND_SEED = new SecureRandom().nextLong() | 1;
  private static final long THIRD_SEED = new SecureRandom().nextLong() | 1;
  private static final long K1 = 0x9E3779B97F4A7C15L;
  private static final long K2 = 0xD6E8FEB86659FD93L;

  private SeededHash() {}

  /**
   * Hashes a range of bytes.
   *
   * @param bytes the array
   * @param from the first byte
   * @param length how many
   * @return the hash; it differs between processes
   */
  public static int of(byte[] bytes, int from, int length) {
    long outer;
    long inner = length * K1;
    if (length >= Long.BYTES) {
      int last = from + length - Long.BYTES;
      outer = fold(word(bytes, from) ^ SEED, word(bytes, last) ^ SECOND_SEED);
      if (length > 2 * Long.BYTES) {
        inner ^= inner(bytes, from + Long.BYTES, last - Long.BYTES);
      }
    } else {
      long all = shorter(bytes, from, length);
      outer = fold(all ^ SEED, all ^ SECOND_SEED);
    }
    long hash = fold(outer ^ SEED, inner ^ K2);
    return (int) (hash ^ hash >>> 32);
  }

  /**
   * Mixes what lies between the first word and the last. Up to 32 bytes in all it does not wait for
   * the mixing of those two.
   */
  private static long inner(byte[] bytes, int first, int last) {
    long hash = fold(word(bytes, first) ^ THIRD_SEED, word(bytes, last) ^ SEED);
    for (int at = first + Long.BYTES; at < last; at += 2 * Long.BYTES) {
      hash = fold(word(bytes, at) ^ SEED ^ hash, word(bytes, at + Long.BYTES) ^ SECOND_SEED);
    }
    return hash;
  }

  private static long shorter(byte[] bytes, int from, int length) {
    long all = 0;
    for (int i = 0; i < length; i++) {
      all = all << 8 | bytes[from + i] & 0xFF;
    }
    return all;
  }

  private static long word(byte[] bytes, int at) {
    return (long) NodeRecords.LONG.get(bytes, at);
  }

  private static long fold(long a, long b) {
    return a * b ^ Math.multiplyHigh(a, b);
  }
}
