package dev.lkjagent.memory;

import java.security.SecureRandom;

/**
 * A 32-bit hash of bytes, seeded once per process, so that keys which an attacker chose do not
 * collide on purpose. It mixes 16 bytes at a time by multiplication and folding (the construction
 * of wyhash, Wang Yi).
 */
public final class SeededHash {
  private static final long SEED = new SecureRandom().nextLong() | 1;
  private static final long SECOND_SEED = new SecureRandom().nextLong() | 1;
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
    long hash = length * K1;
    long first;
    long last;
    if (length >= Long.BYTES) {
      int end = from + length;
      int at = from;
      for (; at + 2 * Long.BYTES < end; at += 2 * Long.BYTES) {
        hash ^= fold(word(bytes, at) ^ SEED ^ hash, word(bytes, at + Long.BYTES) ^ SECOND_SEED);
      }
      first = word(bytes, Math.min(at, end - Long.BYTES));
      last = word(bytes, end - Long.BYTES);
    } else {
      first = 0;
      for (int i = 0; i < length; i++) {
        first = first << 8 | bytes[from + i] & 0xFF;
      }
      last = first;
    }
    hash = fold(fold(first ^ SEED ^ hash, last ^ SECOND_SEED) ^ SEED, K2 ^ hash);
    return (int) (hash ^ hash >>> 32);
  }

  private static long word(byte[] bytes, int at) {
    return (long) NodeRecords.LONG.get(bytes, at);
  }

  private static long fold(long a, long b) {
    return a * b ^ Math.multiplyHigh(a, b);
  }
}
