package dev.lkjagent.runtime.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes a key out of a text that arrives in pieces, wherever they were cut. What may become the key
 * is held back until it is decided, so a piece can give less than it brought, and the next more.
 *
 * <p>The search is that of Knuth, Morris and Pratt: each byte is looked at once, whatever the key.
 * Without a key pieces pass as they are.
 */
final class KeyFilter {
  private static final byte[] SHOWN = {'*', '*', '*'};

  private final byte @Nullable [] key;

  /**
   * For each length of a beginning of the key: how much of it is the key's beginning at its end.
   */
  private final int[] border;

  private int matched;
  private byte[] out = new byte[0];
  private int length;

  KeyFilter(byte @Nullable [] key) {
    this.key = key;
    border = new int[key == null ? 0 : key.length];
    for (int i = 1, k = 0; key != null && i < key.length; i++) {
      while (k > 0 && key[i] != key[k]) {
        k = border[k - 1];
      }
      k += key[i] == key[k] ? 1 : 0;
      border[i] = k;
    }
  }

  /** Takes a piece; what is decided by it stands in {@link #bytes} from index 0. */
  void feed(byte[] piece, int pieceLength) {
    if (key == null) {
      out = piece;
      length = pieceLength;
      return;
    }
    length = 0;
    for (int i = 0; i < pieceLength; i++) {
      byte b = piece[i];
      while (matched > 0 && key[matched] != b) {
        int kept = border[matched - 1];
        put(key, matched - kept);
        matched = kept;
      }
      if (key[matched] != b) {
        put(b);
      } else if (++matched == key.length) {
        put(SHOWN, SHOWN.length);
        matched = 0;
      }
    }
  }

  /** Takes the last piece: nothing is held back any more. */
  void end(byte[] piece, int pieceLength) {
    feed(piece, pieceLength);
    if (key != null) {
      put(key, matched);
      matched = 0;
    }
  }

  byte[] bytes() {
    return out;
  }

  int length() {
    return length;
  }

  private void put(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      put(bytes[i]);
    }
  }

  private void put(byte b) {
    if (length == out.length) {
      out = Arrays.copyOf(out, Math.max(256, 2 * length));
    }
    out[length++] = b;
  }
}
