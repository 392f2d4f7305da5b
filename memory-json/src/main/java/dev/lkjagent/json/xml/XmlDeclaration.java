package dev.lkjagent.json.xml;

import static dev.lkjagent.json.xml.XmlChars.begins;
import static dev.lkjagent.json.xml.XmlChars.skipSpace;

/**
 * What may stand at the very start of a document: a byte order mark, the signs of another encoding
 * (XML 1.0, appendix F), and the XML declaration (productions 23 to 32 and 80).
 */
final class XmlDeclaration {
  static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  static final byte[] OPENING = {'<', '?', 'x', 'm', 'l'};

  private static final byte[] EBCDIC = {0x4C, 0x6F, (byte) 0xA7, (byte) 0x94};
  private static final byte[] VERSION = {'v', 'e', 'r', 's', 'i', 'o', 'n'};
  private static final byte[] ENCODING = {'e', 'n', 'c', 'o', 'd', 'i', 'n', 'g'};
  private static final byte[] STANDALONE = {'s', 't', 'a', 'n', 'd', 'a', 'l', 'o', 'n', 'e'};
  private static final byte[] ONE_POINT = {'1', '.'};
  private static final byte[] YES = {'y', 'e', 's'};
  private static final byte[] NO = {'n', 'o'};
  private static final byte[] UTF_8 = {'u', 't', 'f', '-', '8'};

  private byte[] text = UTF_8;
  private int end;
  private boolean foreign;

  /** Whether the first two bytes or four are those of a document in UTF-16, UTF-32 or EBCDIC. */
  static boolean isForeign(byte[] text, int p, int end) {
    int a = text[p];
    int b = text[p + 1];
    return a == (byte) 0xFE && b == (byte) 0xFF
        || a == (byte) 0xFF && b == (byte) 0xFE
        || a == 0 && (b == 0 || b == '<')
        || a == '<' && b == 0
        || begins(text, p, end, EBCDIC) > 0;
  }

  /** Whether the declaration that was read last is refused because it names another encoding. */
  boolean namesAnotherEncoding() {
    return foreign;
  }

  /**
   * Reads a declaration from the white space after {@code <?xml}.
   *
   * @return what follows {@code ?>}, or the complement of where something else stands
   */
  int read(byte[] source, int from, int to) {
    text = source;
    end = to;
    foreign = false;
    int p = valueOf(skipSpace(text, from), VERSION);
    if (p < 0) {
      return p;
    }
    byte closing = text[p - 1];
    if (begins(text, p, end, ONE_POINT) <= 0) {
      return ~p;
    }
    int digits = p + ONE_POINT.length;
    p = digits;
    while (text[p] >= '0' && text[p] <= '9') {
      p++;
    }
    if (p == digits || text[p] != closing) {
      return ~p;
    }
    int space = ++p;
    p = skipSpace(text, p);
    if (p > space && text[p] == ENCODING[0]) {
      p = encoding(p);
      if (p < 0) {
        return p;
      }
      space = p;
      p = skipSpace(text, p);
    }
    if (p > space && text[p] == STANDALONE[0]) {
      p = standalone(p);
      if (p < 0) {
        return p;
      }
      p = skipSpace(text, p);
    }
    if (text[p] != '?' || text[p + 1] != '>') {
      return text[p] == '?' ? ~(p + 1) : ~p;
    }
    return p + 2;
  }

  private int encoding(int from) {
    int name = valueOf(from, ENCODING);
    if (name < 0) {
      return name;
    }
    byte closing = text[name - 1];
    int p = name;
    while (XmlChars.continuesName(text[p]) && text[p] != ':') {
      p++;
    }
    if (!XmlChars.startsName(text[name]) || text[name] == '_' || text[p] != closing) {
      return ~p;
    }
    foreign = !isUtf8(name, p);
    return foreign ? ~name : p + 1;
  }

  private int standalone(int from) {
    int p = valueOf(from, STANDALONE);
    if (p < 0) {
      return p;
    }
    byte closing = text[p - 1];
    boolean yes = begins(text, p, end, YES) > 0;
    boolean no = begins(text, p, end, NO) > 0;
    int length = yes ? YES.length : no ? NO.length : 0;
    return length == 0 || text[p + length] != closing ? ~p : p + length + 1;
  }

  /** Reads a word, an equals sign and an opening quote; answers where the value begins. */
  private int valueOf(int from, byte[] word) {
    if (begins(text, from, end, word) <= 0) {
      return ~from;
    }
    int p = skipSpace(text, from + word.length);
    if (text[p] != '=') {
      return ~p;
    }
    p = skipSpace(text, p + 1);
    return text[p] == '"' || text[p] == '\'' ? p + 1 : ~p;
  }

  private boolean isUtf8(int from, int to) {
    if (to - from != UTF_8.length) {
      return false;
    }
    for (int i = 0; i < UTF_8.length; i++) {
      int b = text[from + i];
      if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != UTF_8[i]) {
        return false;
      }
    }
    return true;
  }
}
