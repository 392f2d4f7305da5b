package dev.lkjagent.memory.tree;

import java.util.Arrays;

/**
 * The members of narrow objects that paths have found in a document's content, so that none is
 * looked for twice: several paths begin alike, and the last of several members with one name is not
 * known before all of them have been passed.
 *
 * <p>An entry is one {@code long}; what falls on the place of another replaces it.
 *
 * <pre>
 *  63                37 36              27 26                 0
 * +--------------------+------------------+--------------------+
 * | object's number 27 | id of the name 10| member's number 27 |
 * +--------------------+------------------+--------------------+
 * </pre>
 *
 * The member's number is 0 if the object has none of that name: no member stands before its object.
 * No entry is 0, because no name has the id 0.
 */
final class FoundMembers {
  /** Nothing is known. */
  static final int UNKNOWN = -1;

  /** The object has no member of that name. */
  static final int ABSENT = 0;

  private static final int NUMBER_BITS = 27;
  private static final int ID_BITS = 10;
  private static final int PLACE_BITS = 4;

  private final long[] entries = new long[1 << PLACE_BITS];
  private boolean used;

  /** Forgets everything: the content has changed, or the ids mean something else. */
  void clear() {
    if (used) {
      Arrays.fill(entries, 0);
      used = false;
    }
  }

  /** Answers the member's number, {@link #ABSENT} or {@link #UNKNOWN}. */
  int get(int object, int nameId) {
    long key = key(object, nameId);
    long entry = entries[place(key)];
    return entry >>> NUMBER_BITS == key ? (int) entry & Tape.MAX_LENGTH : UNKNOWN;
  }

  /** Notes what was found, the member's number or {@link #ABSENT}. */
  void put(int object, int nameId, int member) {
    long key = key(object, nameId);
    entries[place(key)] = key << NUMBER_BITS | member;
    used = true;
  }

  private static long key(int object, int nameId) {
    return (long) object << ID_BITS | nameId;
  }

  private static int place(long key) {
    return (int) (key * 0x9E3779B97F4A7C15L >>> Long.SIZE - PLACE_BITS);
  }
}
