package dev.lkjagent.runtime.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON written straight into a growing array; whatever bytes go in, the outcome is valid UTF-8. */
final class JsonBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = ONES << 7;

  /** By what letter a character of ASCII is escaped; 0 for one that stands for itself. */
  private static final byte[] ESCAPES = new byte[128];

  static {
    Arrays.fill(ESCAPES, 0, ' ', (byte) 'u');
    ESCAPES['\n'] = 'n';
    ESCAPES['\r'] = 'r';
    ESCAPES['\t'] = 't';
    ESCAPES['"'] = '"';
    ESCAPES['\\'] = '\\';
  }

  /** A backslash, a u and two zeros, little-endian. */
  private static final long CONTROL = '\\' | 'u' << 8 | '0' << 16 | '0' << 24;

  /** A control character: a backslash, a u and four digits. */
  private static final int LONGEST_ESCAPE = 6;

  /** How much is escaped at a time; there is room for escapes of all of it. */
  private static final int PIECE = 256;

  private byte[] bytes;
  private int length;

  JsonBytes(int capacity) {
    bytes = new byte[capacity];
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Takes back what was written after some point. */
  void truncate(int to) {
    length = to;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** Appends JSON as it is. */
  JsonBytes raw(String json) {
    byte[] source = json.getBytes(StandardCharsets.UTF_8);
    return raw(source, 0, source.length);
  }

  /** Appends JSON as it is. */
  JsonBytes raw(byte[] source, int from, int to) {
    reserve(to - from);
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
    return this;
  }

  /** Appends a string with its quotes. */
  JsonBytes quoted(String text) {
    byte[] source = text.getBytes(StandardCharsets.UTF_8);
    return quoted(source, 0, source.length);
  }

  /** Appends UTF-8 as a string with its quotes; malformed sequences become U+FFFD. */
  JsonBytes quoted(byte[] source, int from, int to) {
    reserve(1);
    bytes[length++] = '"';
    escaped(source, from, to);
    reserve(1);
    bytes[length++] = '"';
    return this;
  }

  /** Appends UTF-8 as it stands in a string, without quotes; see {@link #quoted}. */
  JsonBytes escaped(byte[] source, int from, int to) {
    int next = from;
    while (next < to) {
      int piece = Math.min(to, next + PIECE);
      reserve(LONGEST_ESCAPE * (piece - next) + Long.BYTES);
      next = escapedPiece(source, next, piece, to);
    }
    return this;
  }

  /** Escapes up to the end of a piece, or of the character that goes beyond it. */
  private int escapedPiece(byte[] source, int from, int piece, int to) {
    byte[] target = bytes;
    int words = Math.min(piece, source.length - Long.BYTES + 1);
    int next = from;
    int out = length;
    while (next < piece) {
      while (next < words) {
        long word = (long) LONG.get(source, next);
        LONG.set(target, out, word);
        long stops = stops(word);
        if (stops != 0) {
          int plain = Long.numberOfTrailingZeros(stops) >>> 3;
          next += plain;
          out += plain;
          break;
        }
        next += Long.BYTES;
        out += Long.BYTES;
      }
      if (next >= piece) {
        // What was copied of the last word may stand behind the piece.
        length = out - (next - piece);
        return piece;
      }
      byte b = source[next];
      if (b < 0) {
        // Letters beyond ASCII come in runs, so another word is not tried at once.
        do {
          int count = sequenceLength(source, next, to);
          if (count < 0) {
            length = out;
            replace();
            out = length;
            next -= count;
          } else {
            for (int end = next + count; next < end; ) {
              target[out++] = source[next++];
            }
          }
        } while (next < piece && source[next] < 0);
        continue;
      }
      next++;
      int escape = ESCAPES[b];
      if (escape == 0) {
        target[out++] = b;
      } else if (escape == 'u') {
        LONG.set(target, out, CONTROL | (long) HEX[b >> 4] << 32 | (long) HEX[b & 15] << 40);
        out += LONGEST_ESCAPE;
      } else {
        target[out] = '\\';
        target[out + 1] = (byte) escape;
        out += 2;
      }
    }
    length = out;
    return next;
  }

  /**
   * Sets the high bit of the first byte of a word that has to be looked at; those of the bytes
   * behind it mean nothing.
   */
  private static long stops(long word) {
    // Flipping bit 1 swaps the quote with the blank: it and the controls are below 0x21 then.
    return ((word ^ ONES * 2) - ONES * 0x21 | (word ^ ONES * '\\') - ONES | word) & HIGH;
  }

  /** Appends what stands for a malformed sequence. */
  private void replace() {
    System.arraycopy(REPLACEMENT, 0, bytes, length, REPLACEMENT.length);
    length += REPLACEMENT.length;
  }

  /**
   * The length of the well-formed sequence at a byte above 0x7F (Unicode 15, table 3-7), or minus
   * the length of the ill-formed part to be replaced by one U+FFFD.
   */
  static int sequenceLength(byte[] source, int at, int to) {
    int lead = source[at] & 0xFF;
    int count = lead >= 0xF5 ? 0 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (count == 0) {
      return -1;
    }
    int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (int i = 1; i < count; i++) {
      int next = at + i < to ? source[at + i] & 0xFF : -1;
      if (next < low || next > high) {
        return -i;
      }
      low = 0x80;
      high = 0xBF;
    }
    return count;
  }

  private void reserve(int more) {
    if (more > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), 2 * bytes.length));
    }
  }
}
