package dev.lkjagent.runtime.memory;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * The normaliser of tags: any UTF-8 text becomes the one canonical spelling of the tag set that it
 * names.
 *
 * <p>The text is split on commas. In each piece, letters and digits of any script are kept,
 * lower-cased by the simple mapping of code points; every other run of characters becomes one
 * {@code _}, and none stands at the ends. Empty pieces and duplicates are dropped, the rest is
 * sorted by code point, which is the order of its UTF-8 bytes, and joined by commas. Bytes that are
 * no UTF-8 count as characters that are neither letters nor digits.
 *
 * <p>An instance holds scratch space: one thread at a time. It allocates only when an input is
 * longer, or has more tags, than any before.
 */
public final class Tags {
  /** Answered when no tag is left. */
  public static final int NONE = -1;

  /** Answered when the target has not enough room; nothing was written to it. */
  public static final int NO_ROOM = -2;

  private static final int INSERTION_SORT_MAX = 16;

  /** Per ASCII character what it becomes, or 0 if it is neither letter nor digit. */
  private static final byte[] ASCII = new byte[128];

  static {
    for (int c = 0; c < 128; c++) {
      ASCII[c] = Character.isLetterOrDigit(c) ? (byte) Character.toLowerCase(c) : 0;
    }
  }

  private byte[] work;
  private int[] starts;
  private int[] ends;
  private int count;

  /** Makes a normaliser with room for 256 bytes and 16 tags, which grows when it must. */
  public Tags() {
    work = new byte[256];
    starts = new int[16];
    ends = new int[16];
  }

  /**
   * The most bytes that the canonical form of a text can take; lower-casing lengthens some
   * characters.
   *
   * @param inputBytes the length of the text in bytes
   * @return the bound in bytes
   */
  public static int maxBytes(int inputBytes) {
    return Math.addExact(inputBytes, (inputBytes >> 1) + 1);
  }

  /**
   * Writes the canonical form of a text. Source and target may overlap.
   *
   * @param src holds the text, UTF-8
   * @param from where it begins
   * @param to where it ends
   * @param dst takes the canonical bytes
   * @param at where they begin
   * @return their number, {@link #NONE} or {@link #NO_ROOM}
   */
  public int normalize(byte[] src, int from, int to, byte[] dst, int at) {
    Objects.checkFromToIndex(from, to, src.length);
    Objects.checkFromToIndex(at, dst.length, dst.length);
    collect(src, from, to);
    if (count == 0) {
      return NONE;
    }
    sort();
    return join(dst, at);
  }

  /**
   * The canonical form of a text.
   *
   * @param text any text
   * @return the canonical tags joined by commas, empty if no tag is left
   */
  public static String normalize(String text) {
    byte[] src = text.getBytes(StandardCharsets.UTF_8);
    byte[] dst = new byte[maxBytes(src.length)];
    int length = new Tags().normalize(src, 0, src.length, dst, 0);
    return length < 0 ? "" : new String(dst, 0, length, StandardCharsets.UTF_8);
  }

  /**
   * Whether a canonical set holds every tag of another.
   *
   * @param set holds the set
   * @param from where it begins
   * @param to where it ends
   * @param wanted holds the tags looked for
   * @param wantedFrom where they begin
   * @param wantedTo where they end
   * @return true if all of them are in the set; of no tags at all, all are
   */
  public static boolean containsAll(
      byte[] set, int from, int to, byte[] wanted, int wantedFrom, int wantedTo) {
    int s = from;
    int w = wantedFrom;
    while (w < wantedTo) {
      int wEnd = pieceEnd(wanted, w, wantedTo);
      int order = 1;
      while (s < to && order > 0) {
        int sEnd = pieceEnd(set, s, to);
        order = Arrays.compareUnsigned(wanted, w, wEnd, set, s, sEnd);
        s = order < 0 ? s : sEnd + 1;
      }
      if (order != 0) {
        return false;
      }
      w = wEnd + 1;
    }
    return true;
  }

  /**
   * How many tags two canonical sets have in common.
   *
   * @param set holds the one
   * @param from where it begins
   * @param to where it ends
   * @param other holds the other
   * @param otherFrom where it begins
   * @param otherTo where it ends
   * @return the number of tags that are in both
   */
  public static int common(byte[] set, int from, int to, byte[] other, int otherFrom, int otherTo) {
    int s = from;
    int o = otherFrom;
    int both = 0;
    while (s < to && o < otherTo) {
      int sEnd = pieceEnd(set, s, to);
      int oEnd = pieceEnd(other, o, otherTo);
      int order = Arrays.compareUnsigned(set, s, sEnd, other, o, oEnd);
      if (order == 0) {
        both++;
      }
      s = order <= 0 ? sEnd + 1 : s;
      o = order >= 0 ? oEnd + 1 : o;
    }
    return both;
  }

  private static int pieceEnd(byte[] set, int from, int to) {
    int i = from;
    while (i < to && set[i] != ',') {
      i++;
    }
    return i;
  }

  /** Writes the normalised pieces one after the other into the scratch space. */
  private void collect(byte[] src, int from, int to) {
    int room = maxBytes(to - from);
    if (work.length < room) {
      work = new byte[Math.max(room, work.length << 1)];
    }
    count = 0;
    int out = 0;
    int start = 0;
    boolean gap = false;
    int i = from;
    while (i < to) {
      int b = src[i];
      int c;
      if (b >= 0) {
        i++;
        if (b == ',') {
          out = endPiece(start, out);
          start = out;
          gap = false;
          continue;
        }
        c = ASCII[b];
      } else {
        int decoded = decode(src, i, to);
        i += decoded < 0 ? 1 : length(decoded);
        int lower = decoded < 0 ? 0 : Character.toLowerCase(decoded);
        c = Character.isLetterOrDigit(lower) ? lower : 0;
      }
      if (c == 0) {
        gap = out > start;
        continue;
      }
      if (gap) {
        work[out++] = '_';
        gap = false;
      }
      out = encode(c, out);
    }
    endPiece(start, out);
  }

  private int endPiece(int start, int out) {
    if (out > start) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, count << 1);
        ends = Arrays.copyOf(ends, count << 1);
      }
      starts[count] = start;
      ends[count++] = out;
    }
    return out;
  }

  /** The code point at i, or -1 if no well-formed sequence begins there. */
  private static int decode(byte[] src, int i, int to) {
    int b = src[i] & 0xFF;
    int extra =
        b >= 0xC2 && b < 0xE0 ? 1 : b >= 0xE0 && b < 0xF0 ? 2 : b >= 0xF0 && b < 0xF5 ? 3 : 0;
    if (extra == 0 || to - i <= extra) {
      return -1;
    }
    int c = b & (0x3F >> extra);
    for (int k = 1; k <= extra; k++) {
      int next = src[i + k];
      if ((next & 0xC0) != 0x80) {
        return -1;
      }
      c = c << 6 | next & 0x3F;
    }
    boolean overlong = c < (extra == 1 ? 0x80 : extra == 2 ? 0x800 : 0x10000);
    return overlong || c > Character.MAX_CODE_POINT || c >= 0xD800 && c < 0xE000 ? -1 : c;
  }

  private static int length(int c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }

  private int encode(int c, int at) {
    int out = at;
    switch (length(c)) {
      case 1 -> work[out++] = (byte) c;
      case 2 -> {
        work[out++] = (byte) (0xC0 | c >> 6);
        work[out++] = (byte) (0x80 | c & 0x3F);
      }
      case 3 -> {
        work[out++] = (byte) (0xE0 | c >> 12);
        work[out++] = (byte) (0x80 | c >> 6 & 0x3F);
        work[out++] = (byte) (0x80 | c & 0x3F);
      }
      default -> {
        work[out++] = (byte) (0xF0 | c >> 18);
        work[out++] = (byte) (0x80 | c >> 12 & 0x3F);
        work[out++] = (byte) (0x80 | c >> 6 & 0x3F);
        work[out++] = (byte) (0x80 | c & 0x3F);
      }
    }
    return out;
  }

  private void sort() {
    if (count <= INSERTION_SORT_MAX) {
      for (int i = 1; i < count; i++) {
        for (int k = i; k > 0 && compare(k - 1, k) > 0; k--) {
          swap(k - 1, k);
        }
      }
      return;
    }
    for (int root = (count >> 1) - 1; root >= 0; root--) {
      sift(root, count);
    }
    for (int end = count - 1; end > 0; end--) {
      swap(0, end);
      sift(0, end);
    }
  }

  private void sift(int from, int end) {
    int root = from;
    for (int child = 2 * root + 1; child < end; child = 2 * root + 1) {
      int larger = child + 1 < end && compare(child, child + 1) < 0 ? child + 1 : child;
      if (compare(root, larger) >= 0) {
        return;
      }
      swap(root, larger);
      root = larger;
    }
  }

  /** Compares two tags, neither of which is empty; most differ in the first byte. */
  private int compare(int a, int b) {
    int first = (work[starts[a]] & 0xFF) - (work[starts[b]] & 0xFF);
    return first != 0
        ? first
        : Arrays.compareUnsigned(work, starts[a], ends[a], work, starts[b], ends[b]);
  }

  private void swap(int a, int b) {
    int start = starts[a];
    int end = ends[a];
    starts[a] = starts[b];
    ends[a] = ends[b];
    starts[b] = start;
    ends[b] = end;
  }

  /** Writes the sorted tags one behind the other, each once. */
  private int join(byte[] dst, int at) {
    int kept = 1;
    int total = ends[0] - starts[0];
    for (int i = 1; i < count; i++) {
      if (compare(kept - 1, i) != 0) {
        starts[kept] = starts[i];
        ends[kept] = ends[i];
        kept++;
        total += 1 + ends[i] - starts[i];
      }
    }
    if (total > dst.length - at) {
      return NO_ROOM;
    }
    int out = at;
    for (int i = 0; i < kept; i++) {
      if (i > 0) {
        dst[out++] = ',';
      }
      int length = ends[i] - starts[i];
      System.arraycopy(work, starts[i], dst, out, length);
      out += length;
    }
    return total;
  }
}
