package dev.lkjagent.memory.tree;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Turns a text as it is written in a document into the text that it means: JSON escapes (RFC 8259,
 * section 7), XML references (XML 1.0, section 4.1), line ends (section 2.11) and blanks in
 * attributes (section 3.3.3). It trusts the parser that accepted the text. The meaning is never
 * longer than what is written.
 *
 * <p>Every method runs the same loop: {@link #next} answers one character of the meaning and where
 * the next one is written.
 */
final class TextDecoder {
  private static final int MISMATCH = -1;

  private TextDecoder() {}

  /** Answers how many bytes the meaning has. */
  static int length(int kind, byte[] source, int from, int length) {
    if (kind == Tape.STRING_ESCAPED || kind == Tape.KEY_ESCAPED) {
      return lengthJson(source, from, length);
    }
    int count = 0;
    for (int at = from, end = from + length; at < end; ) {
      if (isCopied(kind, source[at])) {
        at++;
        count++;
      } else {
        long step = next(kind, source, at, end);
        at = (int) step;
        count += Utf8.size((int) (step >>> 32));
      }
    }
    return count;
  }

  /** The same for a JSON string: what its escapes save is taken from what is written. */
  private static int lengthJson(byte[] source, int from, int length) {
    int count = length;
    int end = from + length;
    for (int at = escapeFrom(source, from, end); at < end; at = escapeFrom(source, at, end)) {
      if (source[at + 1] != 'u') {
        count--;
        at += 2;
        continue;
      }
      long step = escape(source, at + 1);
      int next = (int) step;
      count -= next - at - Utf8.size((int) (step >>> 32));
      at = next;
    }
    return count;
  }

  /** Where the next escape stands, or the end. */
  private static int escapeFrom(byte[] source, int from, int end) {
    int at = from;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      long other = (long) LITTLE.get(source, at) ^ BACKSLASHES;
      long marks = other - 0x0101010101010101L & ~other & 0x8080808080808080L;
      if (marks != 0) {
        return at + (Long.numberOfTrailingZeros(marks) >>> 3);
      }
    }
    while (at < end && source[at] != '\\') {
      at++;
    }
    return at;
  }

  /**
   * Writes the meaning.
   *
   * @param kind the kind of the node
   * @param source where its text stands
   * @param from its first byte
   * @param length its length in bytes
   * @param target where the meaning goes
   * @param start the first byte there
   * @return how many bytes were written
   */
  static int decode(int kind, byte[] source, int from, int length, byte[] target, int start) {
    int out = start;
    for (int at = from, end = from + length; at < end; ) {
      byte b = source[at];
      if (isCopied(kind, b)) {
        target[out++] = b;
        at++;
      } else {
        long step = next(kind, source, at, end);
        at = (int) step;
        out += Utf8.write((int) (step >>> 32), target, out);
      }
    }
    return out - start;
  }

  /**
   * Puts the meaning of a JSON string where the string stands, moving eight bytes at a time where
   * there is no escape. Reads up to seven bytes behind the string, and leaves them as they are.
   *
   * @return how many bytes the meaning has
   */
  static int decodeJsonInPlace(byte[] text, int from, int length) {
    int end = from + length;
    int at = from;
    int out = from;
    while (true) {
      long word = (long) LITTLE.get(text, at);
      long other = word ^ BACKSLASHES;
      long marks = other - 0x0101010101010101L & ~other & 0x8080808080808080L;
      if (marks == 0 && at + Long.BYTES <= end) {
        LITTLE.set(text, out, word);
        at += Long.BYTES;
        out += Long.BYTES;
        continue;
      }
      int plain = Math.min(Long.numberOfTrailingZeros(marks) >>> 3, end - at);
      if (at - out < Long.BYTES) {
        // What is written behind the plain bytes would be read next: it has to stay.
        long kept = -1L << (plain << 3);
        word = word & ~kept | (long) LITTLE.get(text, out) & kept;
      }
      LITTLE.set(text, out, word);
      at += plain;
      out += plain;
      if (at == end) {
        return out - from;
      }
      byte one = BY_LETTER[text[at + 1] & 0x7F];
      if (one != 0) {
        text[out++] = one;
        at += 2;
      } else {
        long step = escape(text, at + 1);
        at = (int) step;
        out += Utf8.write((int) (step >>> 32), text, out);
      }
    }
  }

  /** By the letter of an escape what it means, 0 for the one with digits. */
  private static final byte[] BY_LETTER = new byte[128];

  static {
    for (char letter : new char[] {'"', '\\', '/', 'b', 'f', 'n', 'r', 't'}) {
      BY_LETTER[letter] = (byte) escaped(letter);
    }
  }

  private static final long BACKSLASHES = 0x5C5C5C5C5C5C5C5CL;
  private static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Tells whether the meaning is that of other bytes. */
  static boolean equalTo(
      int kind, byte[] source, int from, int length, byte[] other, int otherFrom, int otherLength) {
    int in = otherFrom;
    int otherEnd = otherFrom + otherLength;
    for (int at = from, end = from + length; at < end; ) {
      byte b = source[at];
      if (isCopied(kind, b)) {
        if (in == otherEnd || other[in++] != b) {
          return false;
        }
        at++;
      } else {
        long step = next(kind, source, at, end);
        at = (int) step;
        int matched = Utf8.match((int) (step >>> 32), other, in, otherEnd);
        if (matched == MISMATCH) {
          return false;
        }
        in = matched;
      }
    }
    return in == otherEnd;
  }

  private static boolean isCopied(int kind, byte b) {
    return switch (kind) {
      case Tape.STRING_ESCAPED, Tape.KEY_ESCAPED -> b != '\\';
      case Tape.TEXT_ESCAPED -> b != '&' && b != '\r';
      case Tape.ATTRIBUTE_ESCAPED -> b != '&' && b != '\r' && b != '\n' && b != '\t';
      default -> b != '\r';
    };
  }

  /** Reads what is not copied: the character in the upper half, where to go on in the lower. */
  private static long next(int kind, byte[] source, int at, int end) {
    byte b = source[at];
    if (b == '\\' && (kind == Tape.STRING_ESCAPED || kind == Tape.KEY_ESCAPED)) {
      return escape(source, at + 1);
    }
    if (b == '&') {
      return reference(source, at + 1);
    }
    int after = b == '\r' && at + 1 < end && source[at + 1] == '\n' ? at + 2 : at + 1;
    return step(kind == Tape.ATTRIBUTE_ESCAPED ? ' ' : '\n', after);
  }

  private static long step(int character, int after) {
    return (long) character << 32 | after;
  }

  private static long escape(byte[] source, int at) {
    byte letter = source[at];
    if (letter != 'u') {
      return step(escaped(letter), at + 1);
    }
    int character = hex(source, at + 1, at + 5);
    if (!Character.isHighSurrogate((char) character)) {
      return step(character, at + 5);
    }
    int low = hex(source, at + 7, at + 11);
    return step(Character.toCodePoint((char) character, (char) low), at + 11);
  }

  private static int escaped(int letter) {
    return switch (letter) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> letter;
    };
  }

  private static int hex(byte[] source, int from, int end) {
    int value = 0;
    for (int i = from; i < end; i++) {
      value = value << 4 | Character.digit(source[i], 16);
    }
    return value;
  }

  private static long reference(byte[] source, int from) {
    int end = from;
    while (source[end] != ';') {
      end++;
    }
    int character;
    if (source[from] != '#') {
      character =
          switch (source[from]) {
            case 'l' -> '<';
            case 'g' -> '>';
            case 'q' -> '"';
            default -> source[from + 1] == 'm' ? '&' : '\'';
          };
    } else if (source[from + 1] == 'x') {
      character = hex(source, from + 2, end);
    } else {
      character = 0;
      for (int i = from + 1; i < end; i++) {
        character = character * 10 + source[i] - '0';
      }
    }
    return step(character, end + 1);
  }
}
