package dev.lkjagent.runtime.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON written straight into a growing array; whatever bytes go in, the outcome is valid UTF-8. */
final class JsonBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

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
    reserve(to - from + 2);
    bytes[length++] = '"';
    int i = from;
    while (i < to) {
      int plain = i;
      while (plain < to && source[plain] >= ' ' && source[plain] != '"' && source[plain] != '\\') {
        plain++;
      }
      raw(source, i, plain);
      i = plain;
      if (i < to) {
        i = special(source, i, to);
      }
    }
    reserve(1);
    bytes[length++] = '"';
    return this;
  }

  private int special(byte[] source, int at, int to) {
    byte b = source[at];
    if (b < 0) {
      int count = sequenceLength(source, at, to);
      if (count < 0) {
        raw(REPLACEMENT, 0, 3);
        return at - count;
      }
      raw(source, at, at + count);
      return at + count;
    }
    reserve(6);
    bytes[length++] = '\\';
    switch (b) {
      case '"', '\\' -> bytes[length++] = b;
      case '\n' -> bytes[length++] = 'n';
      case '\r' -> bytes[length++] = 'r';
      case '\t' -> bytes[length++] = 't';
      default -> {
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[b >> 4];
        bytes[length++] = HEX[b & 15];
      }
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
