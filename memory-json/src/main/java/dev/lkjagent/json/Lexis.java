package dev.lkjagent.json;

/**
 * The pieces of JSON that are smaller than a token and longer than a byte: escapes (RFC 8259, 7)
 * and UTF-8 sequences (RFC 3629, 4).
 *
 * <p>Each method answers the length of the piece in bytes or the status of a {@link JsonFault}. A
 * piece that is cut off by the end, but could go on from there, is {@link
 * JsonFault#UNEXPECTED_END}; so a scanner that waits for more bytes and one that has them all
 * agree.
 */
final class Lexis {
  static final int END = JsonFault.UNEXPECTED_END.status();
  private static final int BAD_ESCAPE = JsonFault.BAD_ESCAPE.status();
  private static final int LONE_SURROGATE = JsonFault.LONE_SURROGATE.status();
  private static final int BAD_UTF8 = JsonFault.BAD_UTF8.status();

  private Lexis() {}

  /**
   * The escape whose backslash stands at {@code at}: 2, 6 or, for a pair of surrogates, 12 bytes.
   */
  static int escape(byte[] text, int at, int to) {
    if (at + 1 >= to) {
      return END;
    }
    byte letter = text[at + 1];
    if (letter != 'u') {
      return shortEscape(letter) != 0 ? 2 : BAD_ESCAPE;
    }
    int unit = hex4(text, at + 2, to);
    if (unit < 0) {
      return unit;
    }
    if (unit < 0xD800 || unit > 0xDFFF) {
      return 6;
    }
    if (unit > 0xDBFF) {
      return LONE_SURROGATE;
    }
    if (at + 6 >= to) {
      return END;
    }
    if (text[at + 6] != '\\') {
      return LONE_SURROGATE;
    }
    if (at + 7 >= to) {
      return END;
    }
    if (text[at + 7] != 'u') {
      return LONE_SURROGATE;
    }
    int low = hex4(text, at + 8, to);
    if (low == BAD_ESCAPE) {
      return LONE_SURROGATE;
    }
    if (low < 0) {
      return low;
    }
    return low >= 0xDC00 && low <= 0xDFFF ? 12 : LONE_SURROGATE;
  }

  /** What an escape of two bytes means by its letter; 0 if there is no such escape. */
  static byte shortEscape(byte letter) {
    return SHORT_ESCAPES[letter & 0xFF];
  }

  private static final byte[] SHORT_ESCAPES = new byte[256];

  static {
    for (char letter : new char[] {'"', '\\', '/', 'b', 'f', 'n', 'r', 't'}) {
      SHORT_ESCAPES[letter] = meaning(letter);
    }
  }

  /** The value of four hex digits. */
  static int hex4(byte[] text, int at, int to) {
    int value = 0;
    for (int i = at; i < at + 4; i++) {
      if (i >= to) {
        return END;
      }
      int digit = hexDigit(text[i]);
      if (digit < 0) {
        return BAD_ESCAPE;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /**
   * Writes the meaning of a well-formed string to another array; it is never longer than the
   * string.
   *
   * @return the number of bytes written
   */
  static int unescape(byte[] text, int from, int length, byte[] into, int at) {
    int end = from + length;
    int w = at;
    int p = from;
    while (p < end) {
      byte c = text[p];
      if (c != '\\') {
        into[w++] = c;
        p++;
        continue;
      }
      int escape = escape(text, p, end);
      if (escape == 2) {
        into[w++] = meaning(text[p + 1]);
      } else {
        int unit = hex4(text, p + 2, end);
        int point =
            escape == 6 ? unit : (unit << 10) + hex4(text, p + 8, end) - (0xD800 << 10) + 0x2400;
        w = encode(point, into, w);
      }
      p += escape;
    }
    return w - at;
  }

  private static byte meaning(int letter) {
    return switch (letter) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> (byte) letter;
    };
  }

  private static int encode(int point, byte[] into, int at) {
    int w = at;
    if (point < 0x80) {
      into[w++] = (byte) point;
      return w;
    }
    if (point < 0x800) {
      into[w++] = (byte) (0xC0 | point >> 6);
    } else {
      if (point < 0x10000) {
        into[w++] = (byte) (0xE0 | point >> 12);
      } else {
        into[w++] = (byte) (0xF0 | point >> 18);
        into[w++] = (byte) (0x80 | point >> 12 & 0x3F);
      }
      into[w++] = (byte) (0x80 | point >> 6 & 0x3F);
    }
    into[w++] = (byte) (0x80 | point & 0x3F);
    return w;
  }

  /** Tells whether a text is a number as JSON writes it. */
  static boolean isNumber(byte[] text, int from, int length) {
    int end = from + length;
    int at = from < end && text[from] == '-' ? from + 1 : from;
    int digits = at;
    at = afterDigits(text, at, end);
    if (at == digits || at - digits > 1 && text[digits] == '0') {
      return false;
    }
    if (at < end && text[at] == '.') {
      digits = at + 1;
      at = afterDigits(text, digits, end);
      if (at == digits) {
        return false;
      }
    }
    if (at < end && (text[at] | 0x20) == 'e') {
      at++;
      if (at < end && (text[at] == '+' || text[at] == '-')) {
        at++;
      }
      digits = at;
      at = afterDigits(text, at, end);
      if (at == digits) {
        return false;
      }
    }
    return at == end;
  }

  private static int afterDigits(byte[] text, int from, int end) {
    int at = from;
    while (at < end && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    return at;
  }

  private static int hexDigit(int c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int letter = c | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  /** The sequence of more than one byte that begins at {@code at}: 2, 3 or 4 bytes. */
  static int sequence(byte[] text, int at, int to) {
    int lead = text[at] & 0xFF;
    int length;
    int lowest = 0x80;
    int highest = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
      length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      length = 3;
      lowest = lead == 0xE0 ? 0xA0 : 0x80;
      highest = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      length = 4;
      lowest = lead == 0xF0 ? 0x90 : 0x80;
      highest = lead == 0xF4 ? 0x8F : 0xBF;
    } else {
      return BAD_UTF8;
    }
    for (int i = 1; i < length; i++) {
      if (at + i >= to) {
        return END;
      }
      int next = text[at + i] & 0xFF;
      if (next < lowest || next > highest) {
        return BAD_UTF8;
      }
      lowest = 0x80;
      highest = 0xBF;
    }
    return length;
  }

  /**
   * The end of the run of well-formed sequences of more than one byte that begins at {@code at}.
   * What stands there is an ASCII byte, or the begin of a sequence that {@link #sequence} refuses.
   */
  static int afterSequences(byte[] text, int at, int to) {
    int next = at;
    while (text[next] < 0) {
      long word = Words.word(text, next);
      if (isTwoThrees(word)) {
        next += 6;
      } else if (isFourTwos(word)) {
        next += 8;
      } else {
        int length = sequence(text, next, to);
        if (length < 0) {
          return next;
        }
        next += length;
      }
    }
    return next;
  }

  /**
   * Two sequences of three bytes: E0–EF, two of 80–BF. With the five bits that decide (the lead's
   * low four and the second byte's bit 5) 0 is overlong, and 0x200D a surrogate; the additions
   * carry into bit 23 of each half exactly if it is neither.
   */
  private static boolean isTwoThrees(long word) {
    if ((word & 0xC0C0F0C0C0F0L) != 0x8080E08080E0L) {
      return false;
    }
    long bits = word & 0x00200F00200FL;
    long overlong = bits + 0x7FFFFF7FFFFFL;
    long surrogate = (bits ^ 0x00200D00200DL) + 0x7FFFFF7FFFFFL;
    return (overlong & surrogate & 0x800000800000L) == 0x800000800000L;
  }

  /** Four sequences of two bytes: C2–DF, 80–BF; a lead whose bits 1 to 4 are 0 is overlong. */
  private static boolean isFourTwos(long word) {
    return (word & 0xC0E0C0E0C0E0C0E0L) == 0x80C080C080C080C0L
        && ((word & 0x001E001E001E001EL) + 0x7FFF7FFF7FFF7FFFL & 0x8000800080008000L)
            == 0x8000800080008000L;
  }
}
