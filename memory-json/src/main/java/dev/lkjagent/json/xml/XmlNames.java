package dev.lkjagent.json.xml;

import dev.lkjagent.memory.tree.NameIds;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The names a reader has met, each with a small number. Bounded: at most {@link #MOST} names of at
 * most {@link #LONGEST} bytes; whatever does not fit has the number 0 and costs its reader more
 * time, never a failure. Every name in the table has been found well-formed, so finding it again is
 * also the proof that it is one.
 *
 * <p>The hash is seeded and probing is bounded, so no choice of names makes the table slow.
 */
final class XmlNames {
  /** The highest number of a name. */
  static final int MOST = 1_000;

  /** The longest name in the table, in bytes. */
  static final int LONGEST = 64;

  private static final int SLOTS = 4_096;
  private static final int PROBES = 8;
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final long SEED = new SecureRandom().nextLong();

  private final short[] slots = new short[SLOTS + PROBES];

  /** By number: the hash without its low bits, and in those the length. */
  private final long[] tags = new long[MOST + 1];

  private final byte[] bytes = new byte[(MOST + 1) * LONGEST + 8];

  /** By number: the id in the table that trees and paths share. */
  private final short[] shared = new short[MOST + 1];

  private final NameIds ids;
  private int count;

  XmlNames(NameIds ids) {
    this.ids = ids;
  }

  /**
   * Begins anew if the table is full; only to be called between two documents.
   *
   * @return true if the numbers given so far mean nothing any more
   */
  boolean refresh() {
    if (count < MOST) {
      return false;
    }
    count = 0;
    Arrays.fill(slots, (short) 0);
    ids.clear();
    return true;
  }

  /** Answers the id that trees and paths know a name by, 0 if it has none. */
  int shared(int number) {
    return shared[number];
  }

  /** Answers the hash to begin with. */
  static long seed() {
    return SEED;
  }

  /**
   * Takes the next word of a name into its hash. A name is its full words and then, always, one
   * word with the rest of its bytes, of which there may be none.
   */
  static long mix(long hash, long word) {
    long h = (hash ^ word) * MULTIPLIER;
    return h ^ h >>> 29;
  }

  static long hash(byte[] text, int from, int length) {
    long h = SEED;
    int p = from;
    for (; p + 8 <= from + length; p += 8) {
      h = mix(h, XmlChars.word(text, p));
    }
    return mix(h, XmlChars.keep(XmlChars.word(text, p), from + length - p));
  }

  /** Answers the number of a name, 0 if the table does not hold it. */
  int find(byte[] text, int from, int length, long hash) {
    long tag = tag(hash, length);
    int slot = slot(hash);
    for (int i = slot; i < slot + PROBES; i++) {
      int id = slots[i];
      if (id == 0) {
        return 0;
      }
      if (tags[id] == tag
          && length <= LONGEST
          && XmlChars.same(text, from, bytes, id * LONGEST, length)) {
        return id;
      }
    }
    return 0;
  }

  /** Answers the number of a well-formed name, giving it one if there is room. */
  int intern(byte[] text, int from, int length, long hash) {
    int known = find(text, from, length, hash);
    if (known != 0 || length > LONGEST || count == MOST) {
      return known;
    }
    int slot = slot(hash);
    for (int i = slot; i < slot + PROBES; i++) {
      if (slots[i] == 0) {
        int id = ++count;
        slots[i] = (short) id;
        tags[id] = tag(hash, length);
        System.arraycopy(text, from, bytes, id * LONGEST, length);
        shared[id] = (short) ids.idOf(text, from, length);
        return id;
      }
    }
    return 0;
  }

  private static int slot(long hash) {
    return (int) (hash >>> 52);
  }

  private static long tag(long hash, int length) {
    return hash << 16 | length & 0xFFFF;
  }
}
