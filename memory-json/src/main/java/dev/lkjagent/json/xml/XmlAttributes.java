package dev.lkjagent.json.xml;

import java.util.Arrays;

/**
 * The names of one element's attributes, to find one that occurs twice. Beginning another element
 * costs one addition: what belongs to earlier elements is told by its epoch.
 *
 * <p>A name with a number is looked up by it. The others go into a hash table that is as large as
 * the largest such element needed, so an element with many attributes is read in linear time
 * whatever they are called.
 */
final class XmlAttributes {
  private final int[] seen = new int[XmlNames.MOST + 1];

  /**
   * Slots of names without a number: the epoch, and where the name begins; beside it the length.
   */
  private long[] places = new long[64];

  private int[] lengths = new int[64];
  private int unnumbered;

  private int epoch;
  private int count;

  /** Begins another element. */
  void begin() {
    if (++epoch == Integer.MAX_VALUE) {
      Arrays.fill(seen, 0);
      Arrays.fill(places, 0);
      epoch = 1;
    }
    count = 0;
    unnumbered = 0;
  }

  int count() {
    return count;
  }

  boolean none() {
    return count == 0;
  }

  /**
   * Adds a name.
   *
   * @param id its number, 0 for none
   * @param base where the text starts, which may move between two calls
   * @return false if this element has it already
   */
  boolean add(int id, byte[] text, int base, int from, int length) {
    count++;
    if (id != 0) {
      boolean isNew = seen[id] != epoch;
      seen[id] = epoch;
      return isNew;
    }
    if (2 * ++unnumbered > places.length) {
      grow(text, base);
    }
    return insert(text, base, from, length);
  }

  private boolean insert(byte[] text, int base, int from, int length) {
    int mask = places.length - 1;
    int slot = (int) (XmlNames.hash(text, from, length) >>> 32) & mask;
    while (places[slot] >>> 32 == epoch) {
      if (lengths[slot] == length
          && XmlChars.same(text, base + (int) places[slot], text, from, length)) {
        return false;
      }
      slot = slot + 1 & mask;
    }
    places[slot] = (long) epoch << 32 | from - base;
    lengths[slot] = length;
    return true;
  }

  private void grow(byte[] text, int base) {
    long[] oldPlaces = places;
    int[] oldLengths = lengths;
    places = new long[2 * oldPlaces.length];
    lengths = new int[2 * oldLengths.length];
    for (int i = 0; i < oldPlaces.length; i++) {
      if (oldPlaces[i] >>> 32 == epoch) {
        insert(text, base, base + (int) oldPlaces[i], oldLengths[i]);
      }
    }
  }
}
