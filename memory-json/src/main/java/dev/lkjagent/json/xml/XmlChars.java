package dev.lkjagent.json.xml;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The character classes of XML 1.0, fifth edition, and words of text tested eight bytes at a time.
 */
final class XmlChars {
  /** Reads eight bytes, the first of them lowest. */
  static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  static final long ONES = 0x0101010101010101L;
  static final long HIGHS = 0x8080808080808080L;
  static final long BLANKS = ' ' * ONES;

  /**
   * By byte: {@link #START} and {@link #PART} bits; bytes of other characters have {@link #WIDE}.
   */
  private static final byte[] CLASSES = new byte[256];

  static final int START = 1;
  static final int PART = 2;
  static final int WIDE = 4;
  static final int SPACE = 8;

  /** NameStartChar above ASCII, production 4: pairs of first and last. */
  private static final int[] STARTS = {
    0xC0, 0xD6, 0xD8, 0xF6, 0xF8, 0x2FF, 0x370, 0x37D, 0x37F, 0x1FFF, 0x200C, 0x200D, 0x2070,
    0x218F, 0x2C00, 0x2FEF, 0x3001, 0xD7FF, 0xF900, 0xFDCF, 0xFDF0, 0xFFFD, 0x10000, 0xEFFFF
  };

  /** What production 4a adds above ASCII. */
  private static final int[] PARTS = {0xB7, 0xB7, 0x300, 0x36F, 0x203F, 0x2040};

  static {
    for (int c = 'a'; c <= 'z'; c++) {
      CLASSES[c] = START | PART;
      CLASSES[c - 'a' + 'A'] = START | PART;
    }
    CLASSES['_'] = START | PART;
    CLASSES[':'] = START | PART;
    Arrays.fill(CLASSES, '0', '9' + 1, (byte) PART);
    CLASSES['-'] = PART;
    CLASSES['.'] = PART;
    CLASSES[' '] = SPACE;
    CLASSES['\t'] = SPACE;
    CLASSES['\n'] = SPACE;
    CLASSES['\r'] = SPACE;
    Arrays.fill(CLASSES, 128, 256, (byte) WIDE);
  }

  private XmlChars() {}

  static long word(byte[] text, int at) {
    return (long) WORD.get(text, at);
  }

  static boolean isSpace(int b) {
    return (CLASSES[b & 0xFF] & SPACE) != 0;
  }

  static int skipSpace(byte[] text, int from) {
    int p = from;
    while (isSpace(text[p])) {
      p++;
    }
    return p;
  }

  /**
   * Answers 1 if some bytes stand at {@code p}, 0 if not, -1 if the text ends while they still
   * might.
   */
  static int begins(byte[] text, int p, int end, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (p + i >= end) {
        return -1;
      }
      if (text[p + i] != bytes[i]) {
        return 0;
      }
    }
    return 1;
  }

  /** Tells whether an ASCII byte begins a name. */
  static boolean startsName(int b) {
    return (CLASSES[b & 0xFF] & START) != 0;
  }

  /** Tells whether an ASCII byte goes on with a name. */
  static boolean continuesName(int b) {
    return (CLASSES[b & 0xFF] & PART) != 0;
  }

  /** Tells whether a byte may belong to a name, as far as the byte alone can tell. */
  static boolean mayBelongToName(int b) {
    return (CLASSES[b & 0xFF] & (PART | WIDE)) != 0;
  }

  static boolean startsNameWide(int codePoint) {
    return within(STARTS, codePoint);
  }

  static boolean continuesNameWide(int codePoint) {
    return within(STARTS, codePoint) || within(PARTS, codePoint);
  }

  /** Production 2. */
  static boolean isChar(int codePoint) {
    return codePoint >= 0x20
        ? codePoint < 0xD800
            || codePoint > 0xDFFF
                && codePoint != 0xFFFE
                && codePoint != 0xFFFF
                && codePoint <= 0x10FFFF
        : codePoint == '\t' || codePoint == '\n' || codePoint == '\r';
  }

  private static boolean within(int[] ranges, int codePoint) {
    for (int i = 0; i < ranges.length; i += 2) {
      if (codePoint >= ranges[i] && codePoint <= ranges[i + 1]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Marks the bytes at which character data can not simply go on: {@code <}, {@code &}, {@code ]},
   * control characters and everything beyond ASCII. Only the lowest mark is certain.
   */
  static long textStops(long w) {
    return (((w ^ '<' * ONES) - ONES)
            | ((w ^ '&' * ONES) - ONES)
            | ((w ^ ']' * ONES) - ONES)
            | (w - BLANKS)
            | w)
        & HIGHS;
  }

  /**
   * Marks the bytes at which an attribute's value can not simply go on. Only the lowest mark is
   * certain.
   */
  static long valueStops(long w, long quotes) {
    return (((w ^ quotes) - ONES)
            | ((w ^ '<' * ONES) - ONES)
            | ((w ^ '&' * ONES) - ONES)
            | (w - BLANKS)
            | w)
        & HIGHS;
  }

  /**
   * Marks one byte, control characters and everything beyond ASCII. Only the lowest mark is
   * certain.
   */
  static long stops(long w, long pattern) {
    return (((w ^ pattern) - ONES) | (w - BLANKS) | w) & HIGHS;
  }

  /**
   * Marks the bytes that end a name in a tag: whatever is below {@code -}, {@code /}, {@code <} to
   * {@code ?} and everything beyond ASCII. Only the lowest mark is certain.
   */
  static long nameStops(long w) {
    return ((w - '-' * ONES)
            | (((w & 0xFCFCFCFCFCFCFCFCL) ^ '<' * ONES) - ONES)
            | ((w ^ '/' * ONES) - ONES)
            | w)
        & HIGHS;
  }

  /** Answers the number of the lowest marked byte. */
  static int first(long marks) {
    return Long.numberOfTrailingZeros(marks) >>> 3;
  }

  /** Keeps the first bytes of a word, 0 to 7 of them. */
  static long keep(long w, int bytes) {
    return w & ~(-1L << (bytes << 3));
  }

  /** Compares two stretches of text; both may be followed by seven bytes that do not matter. */
  static boolean same(byte[] a, int aFrom, byte[] b, int bFrom, int length) {
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      if (word(a, aFrom + i) != word(b, bFrom + i)) {
        return false;
      }
    }
    return i == length || keep(word(a, aFrom + i) ^ word(b, bFrom + i), length - i) == 0;
  }

  /**
   * Walks over well-formed characters beyond ASCII.
   *
   * @return where something else begins: an ASCII byte, or a byte at {@code at} or after that
   *     begins no allowed character
   */
  static int skipWide(byte[] text, int at) {
    int p = at;
    for (; ; ) {
      long w = word(text, p);
      if ((w & 0xC0C0F0C0C0F0L) == 0x8080E08080E0L
          && plainLead((int) w)
          && plainLead((int) (w >>> 24))) {
        p += 6;
        continue;
      }
      int length = wideLength((int) w);
      if (length == 0) {
        return p;
      }
      p += length;
    }
  }

  /** Tells whether any two continuation bytes may follow this three-byte lead. */
  private static boolean plainLead(int b) {
    return (0b0101_1111_1111_1110 >>> (b & 15) & 1) != 0;
  }

  /**
   * Answers the length of the allowed character beyond ASCII that the low bytes hold, 0 if they
   * hold none.
   */
  private static int wideLength(int bytes) {
    int lead = bytes & 0xFF;
    if (lead < 0xC2) {
      return 0;
    }
    if (lead < 0xE0) {
      return (bytes & 0xC000) == 0x8000 ? 2 : 0;
    }
    if (lead < 0xF0) {
      if ((bytes & 0xC0C000) != 0x808000) {
        return 0;
      }
      int c = (lead & 0x0F) << 12 | (bytes >>> 8 & 0x3F) << 6 | bytes >>> 16 & 0x3F;
      return c >= 0x800 && isChar(c) ? 3 : 0;
    }
    if (lead > 0xF4 || (bytes & 0xC0C0C000) != 0x80808000) {
      return 0;
    }
    int c =
        (lead & 7) << 18
            | (bytes >>> 8 & 0x3F) << 12
            | (bytes >>> 16 & 0x3F) << 6
            | bytes >>> 24 & 0x3F;
    return c >= 0x10000 && c <= 0x10FFFF ? 4 : 0;
  }

  /**
   * Decodes the allowed character beyond ASCII at a position.
   *
   * @return the code point, or -1 if none begins there
   */
  static int wideAt(byte[] text, int at) {
    int bytes = (int) word(text, at);
    int lead = bytes & 0xFF;
    return switch (wideLength(bytes)) {
      case 2 -> (lead & 0x1F) << 6 | bytes >>> 8 & 0x3F;
      case 3 -> (lead & 0x0F) << 12 | (bytes >>> 8 & 0x3F) << 6 | bytes >>> 16 & 0x3F;
      case 4 ->
          (lead & 7) << 18
              | (bytes >>> 8 & 0x3F) << 12
              | (bytes >>> 16 & 0x3F) << 6
              | bytes >>> 24 & 0x3F;
      default -> -1;
    };
  }

  /** Answers the bytes that a lead byte asks for, 1 if it is none. */
  static int asks(int b) {
    int lead = b & 0xFF;
    return lead < 0xC2 || lead > 0xF4 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  }
}
