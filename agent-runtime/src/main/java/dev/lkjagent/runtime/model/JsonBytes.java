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
      while (next < piece) {
        next = plain(source, next, piece);
        // What has to be looked at comes in runs, so another word is not tried at once.
        while (next < piece && isSpecial(source[next])) {
          next = special(source, next, to);
        }
      }
    }
    return this;
  }

  private static boolean isSpecial(byte b) {
    return b < ' ' || b == '"' || b == '\\';
  }

  /** Copies up to the first byte that has to be looked at, eight bytes at a time. */
  private int plain(byte[] source, int from, int end) {
    byte[] target = bytes;
    int words = Math.min(end, source.length - Long.BYTES + 1);
    int next = from;
    int out = length;
    while (next < words) {
      long word = (long) LONG.get(source, next);
      LONG.set(target, out, word);
      // Flipping bit 1 swaps the quote with the blank: it and the controls are below 0x21 then.
      long stops = (word ^ ONES * 2) - ONES * 0x21 | (word ^ ONES * '\\') - ONES | word;
      if ((stops & HIGH) != 0) {
        int plain = Math.min(Long.numberOfTrailingZeros(stops & HIGH) >>> 3, end - next);
        length = out + plain;
        return next + plain;
      }
      next += Long.BYTES;
      out += Long.BYTES;
    }
    if (next > end) {
      length = out - (next - end);
      return end;
    }
    while (next < end && !isSpecial(source[next])) {
      target[out++] = source[next++];
    }
    length = out;
    return next;
  }

  /** Appends what stands for the byte or the sequence there; answers where it ends. */
  private int special(byte[] source, int at, int to) {
    byte b = source[at];
    if (b < 0) {
      int count = sequenceLength(source, at, to);
      byte[] from = count < 0 ? REPLACEMENT : source;
      int first = count < 0 ? 0 : at;
      int last = count < 0 ? REPLACEMENT.length : at + count;
      for (int i = first; i < last; i++) {
        bytes[length++] = from[i];
      }
      return at + Math.abs(count);
    }
    int letter =
        switch (b) {
          case '"', '\\' -> b;
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          default -> 'u';
        };
    bytes[length++] = '\\';
    bytes[length++] = (byte) letter;
    if (letter == 'u') {
      bytes[length++] = '0';
      bytes[length++] = '0';
      bytes[length++] = HEX[b >> 4];
      bytes[length++] = HEX[b & 15];
    }
    return at + 1;
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
