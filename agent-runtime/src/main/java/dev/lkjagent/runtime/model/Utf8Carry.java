package dev.lkjagent.runtime.model;

import java.util.Arrays;

/**
 * Turns pieces of text into UTF-8. A surrogate pair may be cut between two pieces, as some servers
 * do that stream by code unit; what never becomes a pair becomes U+FFFD.
 */
final class Utf8Carry {
  private byte[] bytes = new byte[256];
  private int length;
  private char high;

  /** Encodes a piece; a high surrogate at its end waits for the next one. */
  void encode(CharSequence text) {
    length = 0;
    reserve(3 * text.length() + 3);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (high != 0) {
        if (Character.isLowSurrogate(c)) {
          put(Character.toCodePoint(high, c));
          high = 0;
          continue;
        }
        put(0xFFFD);
        high = 0;
      }
      if (Character.isHighSurrogate(c)) {
        high = c;
      } else {
        put(Character.isLowSurrogate(c) ? 0xFFFD : c);
      }
    }
  }

  /** Encodes what still waits. */
  void end() {
    length = 0;
    if (high != 0) {
      put(0xFFFD);
      high = 0;
    }
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  private void put(int codePoint) {
    reserve(4);
    if (codePoint < 0x80) {
      bytes[length++] = (byte) codePoint;
    } else if (codePoint < 0x800) {
      bytes[length++] = (byte) (0xC0 | codePoint >> 6);
      bytes[length++] = (byte) (0x80 | codePoint & 0x3F);
    } else if (codePoint < 0x10000) {
      bytes[length++] = (byte) (0xE0 | codePoint >> 12);
      bytes[length++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
      bytes[length++] = (byte) (0x80 | codePoint & 0x3F);
    } else {
      bytes[length++] = (byte) (0xF0 | codePoint >> 18);
      bytes[length++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
      bytes[length++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
      bytes[length++] = (byte) (0x80 | codePoint & 0x3F);
    }
  }

  private void reserve(int more) {
    if (more > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }
}
