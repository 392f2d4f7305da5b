package dev.lkjagent.memory;

import java.security.SecureRandom;

/**
 * A 32-bit hash of bytes, seeded once per process, so that keys which an attacker chose do not
 * collide on purpose. It mixes 8 bytes at a time by multiplication and folding (the construction of
 * wyhash, Wang Yi).
 */
public final class SeededHash {
  private static final long SEED = new SecureRandom().nextLong() | 1;
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
    long hash = SEED ^ length * K1;
    int at = from;
    int end = from + length;
    while (at + 8 <= end) {
      hash = mix(hash ^ (long) NodeRecords.LONG.get(bytes, at));
      at += 8;
    }
    long tail = 0;
    for (int shift = 0; at < end; at++, shift += 8) {
      tail |= (bytes[at] & 0xFFL) << shift;
    }
    hash = mix(hash ^ tail);
    return (int) (hash ^ hash >>> 32);
  }

  private static long mix(long value) {
    return value * K1 ^ Math.multiplyHigh(value, K2);
  }
}
