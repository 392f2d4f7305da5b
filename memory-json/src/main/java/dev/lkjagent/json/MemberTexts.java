package dev.lkjagent.json;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What stood between two values of an object the last times: the raw text from the end of one value
 * to the start of the next, such as {@code ,\n "role": }, with the key that it holds, which text
 * followed it last time, and which one opened the object under it.
 *
 * <p>A scanner that finds the expected text again writes the key and jumps over it. The expectation
 * costs nothing but time if it is wrong, because the text is compared in full; and a text that
 * begins with a comma (after white space) is only ever expected after a value, one that does not
 * only after an opening brace, so a match is sound.
 *
 * <p>Texts of up to {@value #MAX_TEXT} bytes are kept, {@value #MAX_RECORDS} of them; when the
 * table is full it is emptied. Learning needs credit, so that texts that never come back cost
 * little.
 *
 * <pre>
 *   0..7   the text, in words
 *   8      the key node, its offset counted from the text's start
 *   9      mask of the bytes of the first word that belong to the text
 *   10     the last eight bytes of the text, if it has more than eight
 *   11     the length of the text in bytes
 *   12     low half: the record that followed this one last; high half: the one before that
 *   13     the same of the records that opened the object under this one
 * </pre>
 */
final class MemberTexts {
  static final int MAX_TEXT = 64;
  static final int MAX_RECORDS = 1_024;
  static final int MAX_CREDIT = 256;
  static final int MIN_CREDIT = 32;

  /** Longs per record; a record is named by the index of its first long. */
  static final int STRIDE = 16;

  static final int KEY = 8;
  static final int MASK = 9;
  static final int LAST = 10;
  static final int LENGTH = 11;
  static final int FOLLOWERS = 12;
  static final int OPENERS = 13;

  /** The record that stands for no text: nothing is expected after it. */
  static final int NONE = 0;

  /** The record that stands for the start of a document. */
  static final int ROOT = STRIDE;

  private static final int SLOTS = 2 * MAX_RECORDS;

  final long[] records = new long[MAX_RECORDS * STRIDE];

  private final long seed = new SplittableRandom().nextLong() | 1;
  private final int[] slots = new int[SLOTS];
  private int end = ROOT + STRIDE;
  private int credit = MAX_CREDIT;

  /** Begins a document: some credit is due to it, whatever the ones before it were like. */
  void begin() {
    credit = Math.max(credit, MIN_CREDIT);
  }

  /** Counts an object that ended with a known text. */
  void reward() {
    if (credit < MAX_CREDIT) {
      credit++;
    }
  }

  /** Forgets everything. */
  void clear() {
    Arrays.fill(slots, 0);
    Arrays.fill(records, 0);
    end = ROOT + STRIDE;
    credit = MAX_CREDIT;
  }

  /**
   * Answers the record of a text, made if there is none and credit is left.
   *
   * @param from where the text begins; 64 bytes after its end can be read
   * @param key the key node, its offset counted from {@code from}
   */
  int learn(byte[] text, int from, int length, long key) {
    if (length > MAX_TEXT || credit == 0) {
      return NONE;
    }
    credit--;
    long hash = length * seed;
    int words = length + 7 >>> 3;
    for (int i = 0; i < words; i++) {
      hash = (hash ^ wordOf(text, from, length, i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    int slot = (int) (hash * seed >>> 53);
    for (int record = slots[slot]; record != 0; record = slots[slot]) {
      if (holds(record, text, from, length)) {
        return record;
      }
      slot = slot + 1 & SLOTS - 1;
    }
    if (end == records.length) {
      int left = credit;
      clear();
      credit = left;
      return NONE;
    }
    int record = end;
    end += STRIDE;
    slots[slot] = record;
    for (int i = 0; i < words; i++) {
      records[record + i] = wordOf(text, from, length, i);
    }
    records[record + KEY] = key;
    records[record + MASK] = length >= 8 ? -1L : ~(-1L << (length << 3));
    records[record + LAST] = length >= 8 ? Words.word(text, from + length - 8) : 0;
    records[record + LENGTH] = length;
    records[record + FOLLOWERS] = 0;
    records[record + OPENERS] = 0;
    return record;
  }

  private boolean holds(int record, byte[] text, int from, int length) {
    if (records[record + LENGTH] != length) {
      return false;
    }
    int words = length + 7 >>> 3;
    for (int i = 0; i < words; i++) {
      if (records[record + i] != wordOf(text, from, length, i)) {
        return false;
      }
    }
    return true;
  }

  /** Word {@code i} of a text, with zeros after the text's end. */
  private static long wordOf(byte[] text, int from, int length, int i) {
    long word = Words.word(text, from + (i << 3));
    int left = length - (i << 3);
    return left >= 8 ? word : word & ~(-1L << (left << 3));
  }
}
