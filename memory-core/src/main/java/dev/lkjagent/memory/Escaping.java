package dev.lkjagent.memory;

/**
 * How characters that have a meaning in a format are written in it, and read back. Works on UTF-8
 * and allocates nothing.
 */
public enum Escaping {
  /** Inside the quotes of a JSON string (RFC 8259, section 7). */
  JSON,
  /** Between the tags of XML 1.0. */
  XML_TEXT,
  /** Inside the double quotes of an attribute of XML 1.0. */
  XML_ATTRIBUTE;

  private static final int MALFORMED = -1;
  private static final String HEX = "0123456789abcdef";
  private static final String[] ENTITIES = {"amp;&", "lt;<", "gt;>", "quot;\"", "apos;'"};

  /** Answers the length of the escaped text, or a negative number if it can't be written. */
  int escapedLength(byte[] text, int from, int length) {
    long sum = 0;
    int end = from + length;
    for (int at = from; at < end; at++) {
      int more = replacementLength(text[at]);
      if (more < 0 || this != JSON && text[at] == (byte) 0xEF && isNonCharacter(text, at, end)) {
        return MALFORMED;
      }
      sum += Math.max(1, more);
    }
    return (int) Math.min(sum, Integer.MAX_VALUE);
  }

  /** U+FFFE and U+FFFF, which XML has no way to write. */
  private static boolean isNonCharacter(byte[] text, int at, int end) {
    return end - at >= 3 && text[at + 1] == (byte) 0xBF && (text[at + 2] & 0xFE) == 0xBE;
  }

  /** Answers the length of what stands for a byte: 0 for itself, negative if nothing does. */
  private int replacementLength(byte b) {
    if (this == JSON) {
      return switch (b) {
        case '"', '\\', '\b', '\f', '\n', '\r', '\t' -> 2;
        default -> b >= 0 && b < 0x20 ? 6 : 0;
      };
    }
    return switch (b) {
      case '&', '\r' -> 5;
      case '<', '>' -> 4;
      case '"' -> this == XML_ATTRIBUTE ? 6 : 0;
      case '\t' -> this == XML_ATTRIBUTE ? 4 : 0;
      case '\n' -> this == XML_ATTRIBUTE ? 5 : 0;
      default -> b >= 0 && b < 0x20 ? MALFORMED : 0;
    };
  }

  /** Writes the escaped text, measured before; answers where it ends. */
  int escape(byte[] text, int from, int length, byte[] target, int start) {
    int at = start;
    for (int i = from; i < from + length; i++) {
      at = escape(text[i], target, at);
    }
    return at;
  }

  private int escape(byte b, byte[] target, int at) {
    if (replacementLength(b) == 0) {
      target[at] = b;
      return at + 1;
    }
    if (this != JSON) {
      return put(
          switch (b) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '"' -> "&quot;";
            case '\t' -> "&#9;";
            case '\n' -> "&#10;";
            default -> "&#13;";
          },
          target,
          at);
    }
    target[at] = '\\';
    char letter =
        switch (b) {
          case '\b' -> 'b';
          case '\f' -> 'f';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          case '"' -> '"';
          case '\\' -> '\\';
          default -> 'u';
        };
    target[at + 1] = (byte) letter;
    if (letter != 'u') {
      return at + 2;
    }
    target[at + 2] = '0';
    target[at + 3] = '0';
    target[at + 4] = (byte) HEX.charAt(b >>> 4);
    target[at + 5] = (byte) HEX.charAt(b & 15);
    return at + 6;
  }

  private static int put(String ascii, byte[] target, int at) {
    for (int i = 0; i < ascii.length(); i++) {
      target[at + i] = (byte) ascii.charAt(i);
    }
    return at + ascii.length();
  }

  /** Answers the length of the text that the escaped one stands for, negative if malformed. */
  int unescapedLength(byte[] text, int from, int length) {
    return unescape(text, from, length, null, 0);
  }

  /**
   * Writes the text that the escaped one stands for, or only measures it if there is no target.
   * Answers how many bytes that are, negative if the escaped text is malformed.
   */
  int unescape(
      byte[] text,
      int from,
      int length,
      byte @org.jspecify.annotations.Nullable [] target,
      int start) {
    int end = from + length;
    int written = 0;
    int at = from;
    byte mark = (byte) (this == JSON ? '\\' : '&');
    while (at < end) {
      byte b = text[at];
      if (b != mark) {
        if (this == JSON ? b == '"' || b >= 0 && b < 0x20 : b == '<') {
          return MALFORMED;
        }
        if (target != null) {
          target[start + written] = b;
        }
        written++;
        at++;
        continue;
      }
      long read = this == JSON ? readJson(text, at + 1, end) : readXml(text, at + 1, end);
      if (read < 0) {
        return MALFORMED;
      }
      int point = (int) read;
      at = (int) (read >>> 32);
      if (target != null) {
        Utf8.encode(point, target, start + written);
      }
      written += Utf8.size(point);
    }
    return written;
  }

  private static long answer(int point, int next) {
    return (long) next << 32 | point;
  }

  private static long readJson(byte[] text, int at, int end) {
    if (at >= end) {
      return MALFORMED;
    }
    int point =
        switch (text[at]) {
          case '"' -> '"';
          case '\\' -> '\\';
          case '/' -> '/';
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          default -> MALFORMED;
        };
    if (point >= 0) {
      return answer(point, at + 1);
    }
    if (text[at] != 'u') {
      return MALFORMED;
    }
    int high = hex4(text, at + 1, end);
    if (high < 0 || !Character.isSurrogate((char) high)) {
      return high < 0 ? MALFORMED : answer(high, at + 5);
    }
    if (!Character.isHighSurrogate((char) high)
        || end - at < 11
        || text[at + 5] != '\\'
        || text[at + 6] != 'u') {
      return MALFORMED;
    }
    int low = hex4(text, at + 7, end);
    return low < 0 || !Character.isLowSurrogate((char) low)
        ? MALFORMED
        : answer(Character.toCodePoint((char) high, (char) low), at + 11);
  }

  private static int hex4(byte[] text, int at, int end) {
    if (end - at < 4) {
      return MALFORMED;
    }
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = text[at + i] < 0 ? -1 : Character.digit(text[at + i], 16);
      if (digit < 0) {
        return MALFORMED;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static long readXml(byte[] text, int at, int end) {
    if (at < end && text[at] == '#') {
      return readReference(text, at + 1, end);
    }
    for (String entity : ENTITIES) {
      int length = entity.length() - 1;
      if (end - at >= length && matches(text, at, entity, length)) {
        return answer(entity.charAt(length), at + length);
      }
    }
    return MALFORMED;
  }

  private static boolean matches(byte[] text, int at, String ascii, int length) {
    for (int i = 0; i < length; i++) {
      if (text[at + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static long readReference(byte[] text, int from, int end) {
    int at = from;
    int radix = 10;
    if (at < end && text[at] == 'x') {
      radix = 16;
      at++;
    }
    int first = at;
    int point = 0;
    while (at < end && text[at] != ';') {
      int digit = text[at] < 0 ? -1 : Character.digit(text[at], radix);
      if (digit < 0) {
        return MALFORMED;
      }
      point = Math.min(point * radix + digit, 0x110000);
      at++;
    }
    return at == first || at == end || !isXmlCharacter(point) ? MALFORMED : answer(point, at + 1);
  }

  private static boolean isXmlCharacter(int point) {
    return Utf8.isScalar(point)
        && (point >= 0x20 || point == '\t' || point == '\n' || point == '\r')
        && point != 0xFFFE
        && point != 0xFFFF;
  }
}
