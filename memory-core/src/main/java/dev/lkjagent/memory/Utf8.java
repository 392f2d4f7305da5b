package dev.lkjagent.memory;

/**
 * UTF-8 over byte arrays: encoding, checking, boundaries of characters (RFC 3629; Unicode 15, table
 * 3-7). Nothing here allocates.
 */
final class Utf8 {
  /** The answer for text that has no encoding: a lone surrogate. */
  static final int MALFORMED = -1;

  private Utf8() {}

  /** Answers the bytes that the characters take, or {@link #MALFORMED}. */
  static int length(CharSequence text) {
    int chars = text.length();
    long bytes = chars;
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        if (c < 0x800) {
          bytes++;
        } else if (!Character.isSurrogate(c)) {
          bytes += 2;
        } else if (isPair(text, i, chars)) {
          bytes += 2;
          i++;
        } else {
          return MALFORMED;
        }
      }
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  private static boolean isPair(CharSequence text, int at, int end) {
    return Character.isHighSurrogate(text.charAt(at))
        && at + 1 < end
        && Character.isLowSurrogate(text.charAt(at + 1));
  }

  /** Answers how many bytes the longest start of the text has that fits: whole characters only. */
  static int lengthUpTo(CharSequence text, int maxBytes) {
    int chars = text.length();
    int bytes = 0;
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      int size = c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
      if (Character.isSurrogate(c)) {
        if (!isPair(text, i, chars)) {
          return MALFORMED;
        }
        size = 4;
        i++;
      }
      if (size > maxBytes - bytes) {
        return bytes;
      }
      bytes += size;
    }
    return bytes;
  }

  /**
   * Writes characters until exactly {@code bytes} are written. The text was measured before; if it
   * has changed since, nothing is written past the end.
   *
   * @throws IllegalArgumentException if the text has changed so that it is malformed, or its
   *     characters end elsewhere
   * @throws IndexOutOfBoundsException if it has become shorter
   */
  static void encode(CharSequence text, byte[] target, int from, int bytes) {
    int at = from;
    int end = from + bytes;
    int i = 0;
    while (at < end) {
      char c = text.charAt(i++);
      if (c < 0x80) {
        target[at++] = (byte) c;
        continue;
      }
      int point = c;
      if (Character.isSurrogate(c)) {
        point = pair(c, text.charAt(i++));
      }
      if (size(point) > end - at) {
        throw changed();
      }
      at += encode(point, target, at);
    }
  }

  /**
   * Answers the code point of two characters of a text that was well-formed when it was measured.
   */
  static int pair(char high, char low) {
    if (!Character.isSurrogatePair(high, low)) {
      throw changed();
    }
    return Character.toCodePoint(high, low);
  }

  static IllegalArgumentException changed() {
    return new IllegalArgumentException(
        "the text was changed while it was copied: hand over a String of it");
  }

  /** Answers how many bytes a code point takes. */
  static int size(int point) {
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }

  static boolean isScalar(int point) {
    return point >= 0 && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
  }

  /** Writes a code point; answers how many bytes. */
  static int encode(int point, byte[] target, int at) {
    if (point < 0x80) {
      target[at] = (byte) point;
      return 1;
    }
    if (point < 0x800) {
      target[at] = (byte) (0xC0 | point >>> 6);
      target[at + 1] = (byte) (0x80 | point & 0x3F);
      return 2;
    }
    if (point < 0x10000) {
      target[at] = (byte) (0xE0 | point >>> 12);
      target[at + 1] = (byte) (0x80 | point >>> 6 & 0x3F);
      target[at + 2] = (byte) (0x80 | point & 0x3F);
      return 3;
    }
    target[at] = (byte) (0xF0 | point >>> 18);
    target[at + 1] = (byte) (0x80 | point >>> 12 & 0x3F);
    target[at + 2] = (byte) (0x80 | point >>> 6 & 0x3F);
    target[at + 3] = (byte) (0x80 | point & 0x3F);
    return 4;
  }

  /** Answers the bytes of the character that begins at a place, or {@link #MALFORMED}. */
  static int sizeAt(byte[] bytes, int at, int end) {
    int b = bytes[at];
    if (b >= 0) {
      return 1;
    }
    int lead = b & 0xFF;
    if (lead < 0xC2 || lead > 0xF4) {
      return MALFORMED;
    }
    int size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size > end - at) {
      return MALFORMED;
    }
    int second = bytes[at + 1] & 0xFF;
    int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high) {
      return MALFORMED;
    }
    for (int i = 2; i < size; i++) {
      if ((bytes[at + i] & 0xC0) != 0x80) {
        return MALFORMED;
      }
    }
    return size;
  }

  /** Answers the code point at a place where a whole character begins. */
  static int pointAt(byte[] bytes, int at, int size) {
    return switch (size) {
      case 1 -> bytes[at];
      case 2 -> (bytes[at] & 0x1F) << 6 | bytes[at + 1] & 0x3F;
      case 3 -> (bytes[at] & 0x0F) << 12 | (bytes[at + 1] & 0x3F) << 6 | bytes[at + 2] & 0x3F;
      default ->
          (bytes[at] & 0x07) << 18
              | (bytes[at + 1] & 0x3F) << 12
              | (bytes[at + 2] & 0x3F) << 6
              | bytes[at + 3] & 0x3F;
    };
  }

  static boolean isValid(byte[] bytes, int from, int length) {
    int at = from;
    int end = from + length;
    while (at < end) {
      if (at + 8 <= end && ((long) NodeRecords.LONG.get(bytes, at) & 0x8080808080808080L) == 0) {
        at += 8;
        continue;
      }
      int size = sizeAt(bytes, at, end);
      if (size < 0) {
        return false;
      }
      at += size;
    }
    return true;
  }

  /** Answers the last place up to {@code at} where a character begins or the text ends. */
  static int floor(byte[] bytes, int from, int at, int end) {
    int floor = at;
    while (floor > from && floor < end && (bytes[floor] & 0xC0) == 0x80) {
      floor--;
    }
    return floor;
  }

  /** Tells whether the bytes from a place on begin with the characters, which are measured. */
  static boolean startsWith(byte[] bytes, int from, int end, CharSequence text) {
    int at = from;
    int chars = text.length();
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      if (at >= end) {
        return false;
      }
      if (c < 0x80) {
        if (bytes[at++] != c) {
          return false;
        }
        continue;
      }
      int point = c;
      if (Character.isHighSurrogate(c) && i + 1 < chars) {
        point = Character.toCodePoint(c, text.charAt(++i));
      }
      int size = sizeAt(bytes, at, end);
      if (size < 0 || pointAt(bytes, at, size) != point) {
        return false;
      }
      at += size;
    }
    return true;
  }

  /** Answers the first byte of a text's encoding. */
  static byte firstByte(CharSequence text) {
    int point = Character.codePointAt(text, 0);
    if (point < 0x80) {
      return (byte) point;
    }
    return (byte)
        (point < 0x800
            ? 0xC0 | point >>> 6
            : point < 0x10000 ? 0xE0 | point >>> 12 : 0xF0 | point >>> 18);
  }
}
