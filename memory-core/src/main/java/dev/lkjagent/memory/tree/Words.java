package dev.lkjagent.memory.tree;

import static dev.lkjagent.memory.NodeRecords.LONG;

/** Compares short texts eight bytes at a time. */
final class Words {
  private Words() {}

  /**
   * Tells whether two ranges of one length hold the same bytes. The first and the last word are
   * compared before the rest: names that differ mostly differ there.
   */
  static boolean equal(byte[] left, int leftFrom, byte[] right, int rightFrom, int length) {
    if (length < Long.BYTES) {
      for (int i = 0; i < length; i++) {
        if (left[leftFrom + i] != right[rightFrom + i]) {
          return false;
        }
      }
      return true;
    }
    int last = length - Long.BYTES;
    if (word(left, leftFrom) != word(right, rightFrom)
        || word(left, leftFrom + last) != word(right, rightFrom + last)) {
      return false;
    }
    for (int i = Long.BYTES; i < last; i += Long.BYTES) {
      if (word(left, leftFrom + i) != word(right, rightFrom + i)) {
        return false;
      }
    }
    return true;
  }

  private static long word(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }
}
