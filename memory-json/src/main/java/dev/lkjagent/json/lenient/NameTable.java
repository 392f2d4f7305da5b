package dev.lkjagent.json.lenient;

import java.util.Arrays;

/**
 * The element names of one reply, so that "is an element of this name open?" costs no search.
 *
 * <p>Names that differ only in the case of ASCII letters are one name here. When the table is full,
 * further names have no number and match only the elements that were opened last.
 */
final class NameTable {
  static final int UNKNOWN = -1;

  private static final int SLOTS = 1024;
  private static final int FULL = 700;

  private final Source source;
  private final int[] from = new int[SLOTS];
  private final int[] length = new int[SLOTS];
  private final int[] opened = new int[SLOTS];
  private int count;

  NameTable(Source source) {
    this.source = source;
  }

  void reset() {
    if (count > 0) {
      Arrays.fill(length, 0);
    }
    count = 0;
  }

  /** The number of the name in the source from {@code a} to {@code b}. */
  int number(int a, int b) {
    int hash = 17;
    for (int i = a; i < b; i++) {
      hash = 31 * hash + lower(source.known(i));
    }
    int slot = (hash ^ hash >>> 15) & SLOTS - 1;
    while (length[slot] != 0) {
      if (length[slot] == b - a && same(from[slot], a, b - a)) {
        return slot;
      }
      slot = slot + 1 & SLOTS - 1;
    }
    if (count == FULL) {
      return UNKNOWN;
    }
    count++;
    from[slot] = a;
    length[slot] = b - a;
    opened[slot] = 0;
    return slot;
  }

  boolean isOpen(int number) {
    return opened[number] > 0;
  }

  void opened(int number) {
    if (number != UNKNOWN) {
      opened[number]++;
    }
  }

  void closed(int number) {
    if (number != UNKNOWN) {
      opened[number]--;
    }
  }

  /** Whether two names are the same but for the case of their ASCII letters. */
  boolean same(int a, int b, int n) {
    for (int i = 0; i < n; i++) {
      if (lower(source.known(a + i)) != lower(source.known(b + i))) {
        return false;
      }
    }
    return true;
  }

  static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }
}
