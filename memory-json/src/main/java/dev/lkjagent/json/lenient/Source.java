package dev.lkjagent.json.lenient;

/**
 * The bytes received so far, read by position from the start of the reply.
 *
 * <p>Reading past the last byte answers {@link #END}. While more may come it also marks the source
 * as starved, and whoever was about to decide something on that answer gives up and tries again
 * with the next chunk: so no decision ever depends on where the input was split.
 */
final class Source {
  /** What {@link #at} answers past the last byte. */
  static final int END = -1;

  private static final int MAX_LOOK = 160;
  private static final int MAX_FENCE = 16;
  private static final int WORTH_REMEMBERING = 16;

  private byte[] bytes = new byte[0];
  private int from;
  private int length;
  private boolean finished;
  private boolean starved;
  private int spaceFrom;
  private int spaceTo;

  void reset() {
    bytes = NOTHING;
    from = 0;
    length = 0;
    finished = false;
    starved = false;
    spaceFrom = 0;
    spaceTo = 0;
  }

  private static final byte[] NOTHING = new byte[0];

  /** Shows the window that now holds everything received; earlier bytes must not have changed. */
  void window(byte[] bytes, int from, int length, boolean finished) {
    this.bytes = bytes;
    this.from = from;
    this.length = length;
    this.finished = finished;
    starved = false;
  }

  int length() {
    return length;
  }

  boolean finished() {
    return finished;
  }

  byte[] bytes() {
    return bytes;
  }

  int from() {
    return from;
  }

  boolean starved() {
    return starved;
  }

  void feedAgain() {
    starved = false;
  }

  int at(int i) {
    if (i < length) {
      return bytes[from + i] & 0xFF;
    }
    if (!finished) {
      starved = true;
    }
    return END;
  }

  /** The byte at a position that is known to have been received. */
  int known(int i) {
    return bytes[from + i] & 0xFF;
  }

  boolean startsWith(int i, String ascii) {
    for (int k = 0; k < ascii.length(); k++) {
      if (at(i + k) != ascii.charAt(k)) {
        return false;
      }
    }
    return true;
  }

  boolean startsWithIgnoreCase(int i, String lower) {
    for (int k = 0; k < lower.length(); k++) {
      int c = at(i + k);
      if (c >= 'A' && c <= 'Z') {
        c += 'a' - 'A';
      }
      if (c != lower.charAt(k)) {
        return false;
      }
    }
    return true;
  }

  /** The length of the white space character at a position, in bytes; 0 if there is none. */
  int spaceAt(int i) {
    int c = at(i);
    if (c <= ' ') {
      return c == ' ' || c >= '\t' && c <= '\r' ? 1 : 0;
    }
    switch (c) {
      case 0xC2 -> {
        return at(i + 1) == 0xA0 ? 2 : 0;
      }
      case 0xE1 -> {
        return at(i + 1) == 0xA0 && at(i + 2) == 0x8E ? 3 : 0;
      }
      case 0xE2 -> {
        int second = at(i + 1);
        if (second == 0x80) {
          int third = at(i + 2);
          boolean blank = third >= 0x80 && third <= 0x8B || third == 0xA8 || third == 0xA9;
          return blank || third == 0xAF ? 3 : 0;
        }
        return second == 0x81 && at(i + 2) == 0x9F ? 3 : 0;
      }
      case 0xE3 -> {
        return at(i + 1) == 0x80 && at(i + 2) == 0x80 ? 3 : 0;
      }
      case 0xEF -> {
        return at(i + 1) == 0xBB && at(i + 2) == 0xBF ? 3 : 0;
      }
      default -> {
        return 0;
      }
    }
  }

  /**
   * The first position at or after {@code i} that is not white space; remembers how far it went.
   */
  int skipSpace(int i) {
    int p = i >= spaceFrom && i <= spaceTo ? spaceTo : i;
    for (int n = spaceAt(p); n > 0; n = spaceAt(p)) {
      p += n;
    }
    if (i >= spaceFrom && i <= spaceTo) {
      spaceTo = p;
    } else if (p - i >= WORTH_REMEMBERING) {
      spaceFrom = i;
      spaceTo = p;
    }
    return p;
  }

  /** The last position before {@code i} that is not ASCII white space, or {@code floor - 1}. */
  int lastInk(int i, int floor) {
    int p = i - 1;
    while (p >= floor && isBlank(known(p))) {
      p--;
    }
    return p;
  }

  /** The last position up to {@code to} at which no character is cut in two. */
  int wholeCharacters(int from, int to) {
    int p = to;
    while (p > from && to - p < 3 && (known(p - 1) & 0xC0) == 0x80) {
      p--;
    }
    if (p == from || known(p - 1) < 0xC0) {
      return to;
    }
    int lead = known(p - 1);
    int wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    return to - (p - 1) < wanted ? p - 1 : to;
  }

  boolean newlineBetween(int a, int b) {
    for (int i = a; i < b; i++) {
      if (known(i) == '\n' || known(i) == '\r') {
        return true;
      }
    }
    return false;
  }

  /** The length of the quotation mark at a position, in bytes; 0 if there is none. */
  int quoteAt(int i) {
    int c = at(i);
    if (c < 0x80) {
      return c == '"' || c == '\'' || c == '`' ? 1 : 0;
    }
    if (c == 0xE2) {
      if (at(i + 1) != 0x80) {
        return 0;
      }
      int third = at(i + 2);
      return third == 0x98 || third == 0x99 || third == 0x9C || third == 0x9D ? 3 : 0;
    }
    return c == 0xC2 && at(i + 1) == 0xB4 ? 2 : 0;
  }

  /** Tells whether the quotation mark at a position is one of the double ones. */
  boolean isDouble(int i) {
    int c = at(i);
    return c == '"' || c == 0xE2 && at(i + 2) >= 0x9C;
  }

  /**
   * Tells whether the quotation mark at {@code i} may close what the one at {@code open} opened.
   */
  boolean closes(int open, int i) {
    int o = known(open);
    int c = at(i);
    if (o == '"' || o == '\'') {
      return c == o;
    }
    return isDouble(open) == isDouble(i);
  }

  boolean fenceAt(int i) {
    int c = at(i);
    return (c == '`' || c == '~') && at(i + 1) == c && at(i + 2) == c;
  }

  /** The first position after a fence's marks. */
  int afterFence(int i) {
    int c = at(i);
    int p = i;
    while (p - i < MAX_FENCE && at(p) == c) {
      p++;
    }
    return p;
  }

  /** Tells whether nothing but blanks stands between the start of a line and a position. */
  boolean startsLine(int i) {
    int p = i - 1;
    while (p >= 0 && (known(p) == ' ' || known(p) == '\t')) {
      p--;
    }
    return p < 0 || known(p) == '\n' || known(p) == '\r';
  }

  /** Tells whether a quoted name with a colon after it stands at a position, on one line. */
  boolean quotedKeyAt(int i) {
    int n = quoteAt(i);
    if (n == 0) {
      return false;
    }
    int close = shortQuoteEnd(i, n);
    if (close < 0) {
      return false;
    }
    int p = skipSpace(close);
    return at(p) == ':';
  }

  /** Tells whether a short quoted text that ends like an element of its container stands here. */
  boolean quotedElementAt(int i) {
    int n = quoteAt(i);
    if (n == 0) {
      return false;
    }
    int close = shortQuoteEnd(i, n);
    if (close < 0) {
      return false;
    }
    int c = at(skipSpace(close));
    return c == ',' || c == ']' || c == '}' || c == END;
  }

  private int shortQuoteEnd(int open, int n) {
    int limit = open + MAX_LOOK;
    for (int p = open + n; p < limit; p++) {
      int c = at(p);
      if (c == END || c == '\n' || c == '\r') {
        return -1;
      }
      if (c == '\\') {
        p++;
      } else if (quoteAt(p) > 0 && closes(open, p)) {
        return p + quoteAt(p);
      }
    }
    return -1;
  }

  /** Tells whether a bare word with a colon after it stands at a position. */
  boolean bareKeyAt(int i) {
    if (!isWordStart(at(i))) {
      return false;
    }
    int p = i + 1;
    int limit = i + MAX_LOOK / 2;
    while (p < limit && isWord(at(p))) {
      p++;
    }
    if (at(p) == '"') {
      p++;
    }
    p = skipSpace(p);
    return at(p) == ':' && !(at(p + 1) == '/' && at(p + 2) == '/');
  }

  static boolean isBlank(int c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  static boolean isLetter(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  static boolean isWordStart(int c) {
    return isLetter(c) || c == '_' || c == '$' || c >= 0x80;
  }

  static boolean isWord(int c) {
    return isWordStart(c) || isDigit(c) || c == '-';
  }

  static boolean isUrl(int c) {
    return isLetter(c) || isDigit(c) || c > 0 && "-._~:/?#@!$&'()*+;=%".indexOf(c) >= 0;
  }
}
