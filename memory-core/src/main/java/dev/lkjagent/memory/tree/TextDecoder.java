package dev.lkjagent.memory.tree;

/**
 * Turns a text as it is written in a document into the text that it means: JSON escapes (RFC 8259,
 * section 7), XML references (XML 1.0, section 4.1), line ends (section 2.11) and blanks in
 * attributes (section 3.3.3). It trusts the parser that accepted the text. The meaning is never
 * longer than what is written.
 */
final class TextDecoder {
  private TextDecoder() {}

  /**
   * Decodes a text.
   *
   * @param kind the kind of its node
   * @param source where it stands
   * @param from its first byte
   * @param length its length in bytes
   * @param target where its meaning goes; null to count only
   * @param at the first byte there
   * @return how many bytes the meaning has
   */
  static int decode(int kind, byte[] source, int from, int length, byte[] target, int at) {
    return kind == Tape.STRING_ESCAPED || kind == Tape.KEY_ESCAPED
        ? json(source, from, from + length, target, at)
        : xml(kind, source, from, from + length, target, at);
  }

  /** Only counts what {@link #decode} would write. */
  static int length(int kind, byte[] source, int from, int length) {
    return decode(kind, source, from, length, NO_TARGET, -1);
  }

  /** Compares the meaning of a text with bytes. */
  static boolean equalTo(
      int kind, byte[] source, int from, int length, byte[] other, int otherFrom, int otherLength) {
    if (length(kind, source, from, length) != otherLength) {
      return false;
    }
    byte[] decoded = new byte[otherLength];
    decode(kind, source, from, length, decoded, 0);
    return java.util.Arrays.equals(
        decoded, 0, otherLength, other, otherFrom, otherFrom + otherLength);
  }

  private static final byte[] NO_TARGET = {};

  private static int json(byte[] source, int from, int end, byte[] target, int start) {
    int out = start;
    boolean write = start >= 0;
    int count = 0;
    for (int i = from; i < end; i++) {
      byte b = source[i];
      if (b != '\\') {
        if (write) {
          target[out++] = b;
        }
        count++;
        continue;
      }
      byte escape = source[++i];
      if (escape != 'u') {
        if (write) {
          target[out++] = unescaped(escape);
        }
        count++;
        continue;
      }
      int code = hex4(source, i + 1);
      i += 4;
      if (code >= 0xD800 && code < 0xDC00) {
        code = Character.toCodePoint((char) code, (char) hex4(source, i + 3));
        i += 6;
      }
      int size = write ? encode(code, target, out) : size(code);
      out += size;
      count += size;
    }
    return count;
  }

  private static byte unescaped(byte escape) {
    return switch (escape) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> escape;
    };
  }

  private static int hex4(byte[] source, int at) {
    int code = 0;
    for (int i = at; i < at + 4; i++) {
      code = code << 4 | Character.digit(source[i], 16);
    }
    return code;
  }

  private static int xml(int kind, byte[] source, int from, int end, byte[] target, int start) {
    boolean attribute = kind == Tape.ATTRIBUTE_ESCAPED;
    boolean references = attribute || kind == Tape.TEXT_ESCAPED;
    boolean write = start >= 0;
    int out = start;
    int count = 0;
    int i = from;
    while (i < end) {
      byte b = source[i++];
      int code = b;
      int size = 1;
      if (b == '\r') {
        if (i < end && source[i] == '\n') {
          i++;
        }
        code = attribute ? ' ' : '\n';
      } else if (attribute && (b == '\n' || b == '\t')) {
        code = ' ';
      } else if (references && b == '&') {
        int semicolon = i;
        while (source[semicolon] != ';') {
          semicolon++;
        }
        code = reference(source, i, semicolon);
        size = size(code);
        i = semicolon + 1;
      }
      if (write) {
        if (size == 1) {
          target[out] = (byte) code;
        } else {
          encode(code, target, out);
        }
        out += size;
      }
      count += size;
    }
    return count;
  }

  private static int reference(byte[] source, int from, int end) {
    if (source[from] != '#') {
      return switch (source[from]) {
        case 'l' -> '<';
        case 'g' -> '>';
        case 'q' -> '"';
        default -> source[from + 1] == 'm' ? '&' : '\'';
      };
    }
    int code = 0;
    if (source[from + 1] == 'x') {
      for (int i = from + 2; i < end; i++) {
        code = code << 4 | Character.digit(source[i], 16);
      }
    } else {
      for (int i = from + 1; i < end; i++) {
        code = code * 10 + source[i] - '0';
      }
    }
    return code;
  }

  private static int size(int code) {
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }

  private static int encode(int code, byte[] target, int at) {
    if (code < 0x80) {
      target[at] = (byte) code;
      return 1;
    }
    if (code < 0x800) {
      target[at] = (byte) (0xC0 | code >> 6);
      target[at + 1] = (byte) (0x80 | code & 0x3F);
      return 2;
    }
    if (code < 0x10000) {
      target[at] = (byte) (0xE0 | code >> 12);
      target[at + 1] = (byte) (0x80 | code >> 6 & 0x3F);
      target[at + 2] = (byte) (0x80 | code & 0x3F);
      return 3;
    }
    target[at] = (byte) (0xF0 | code >> 18);
    target[at + 1] = (byte) (0x80 | code >> 12 & 0x3F);
    target[at + 2] = (byte) (0x80 | code >> 6 & 0x3F);
    target[at + 3] = (byte) (0x80 | code & 0x3F);
    return 4;
  }
}
