package dev.lkjagent.json.lenient;

import dev.lkjagent.memory.tree.Tape;

/**
 * Where a parse writes: the repaired text, and the nodes whose offsets point into it.
 *
 * <p>Every text is written as JSON or XML would write it, so its node keeps the promise of its
 * kind. What does not fit marks the sink as full; the step that was writing is then taken back.
 */
final class Sink {
  /** How a text is written in the source. */
  enum Notation {
    /** Between quotation marks, with escapes. */
    QUOTED,
    /** Between escaped quotation marks: every escape has one backslash too many. */
    ESCAPED,
    /** As it is: a backslash is a backslash. */
    RAW
  }

  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };
  private static final String[] ENTITIES = {
    "nbsp", "copy", "mdash", "ndash", "hellip", "lsquo", "rsquo", "ldquo", "rdquo", "rarr", "larr",
    "times", "deg"
  };
  private static final char[] MEANINGS = {
    '\u00A0', '\u00A9', '\u2014', '\u2013', '\u2026', '\u2018', '\u2019', '\u201C', '\u201D',
    '\u2192', '\u2190', '\u00D7', '\u00B0'
  };

  private final Source source;
  private final Repairs repairs;
  private byte[] out = new byte[0];
  private int outFrom;
  private int outRoom;
  private int length;
  private long[] tape = new long[0];
  private int tapeFrom;
  private int tapeRoom;
  private int nodes;
  private boolean outFull;
  private boolean tapeFull;
  private boolean escaped;
  private int savedLength;
  private int savedNodes;

  Sink(Source source, Repairs repairs) {
    this.source = source;
    this.repairs = repairs;
  }

  void window(byte[] out, int outFrom, int outRoom, long[] tape, int tapeFrom, int tapeRoom) {
    this.out = out;
    this.outFrom = outFrom;
    this.outRoom = outRoom;
    this.tape = tape;
    this.tapeFrom = tapeFrom;
    this.tapeRoom = tapeRoom;
    outFull = false;
    tapeFull = false;
  }

  void clear() {
    length = 0;
    nodes = 0;
    outFull = false;
    tapeFull = false;
  }

  void save() {
    savedLength = length;
    savedNodes = nodes;
  }

  void restore() {
    length = savedLength;
    nodes = savedNodes;
  }

  void roomAgain() {
    outFull = false;
    tapeFull = false;
  }

  boolean full() {
    return outFull || tapeFull;
  }

  boolean outFull() {
    return outFull;
  }

  int length() {
    return length;
  }

  int nodes() {
    return nodes;
  }

  void truncate(int nodes, int length) {
    this.nodes = nodes;
    this.length = length;
  }

  long node(int index) {
    return tape[tapeFrom + index];
  }

  void set(int index, long node) {
    tape[tapeFrom + index] = node;
  }

  int add(long node) {
    if (nodes == tapeRoom) {
      tapeFull = true;
      return 0;
    }
    tape[tapeFrom + nodes] = node;
    return nodes++;
  }

  /** Adds {@code true}, {@code false} or {@code null}. */
  int literal(String word) {
    int from = begin();
    put(word);
    int kind = word.equals("true") ? Tape.TRUE : word.equals("false") ? Tape.FALSE : Tape.NULL;
    return add(Tape.node(kind, word.length(), from));
  }

  /** Ends a container: its subtree is everything after it. */
  void close(int index) {
    long node = node(index);
    set(index, Tape.node(Tape.kind(node), nodes, Tape.offset(node)));
  }

  /** Makes room for one node before {@code index}; everything from there on must be closed. */
  void insert(int index, long node) {
    if (nodes == tapeRoom) {
      tapeFull = true;
      return;
    }
    for (int i = nodes; i > index; i--) {
      set(i, shifted(node(i - 1), 1));
    }
    nodes++;
    set(index, node);
  }

  /** Removes one node; everything after it must be closed. */
  void remove(int index) {
    for (int i = index + 1; i < nodes; i++) {
      set(i - 1, shifted(node(i), -1));
    }
    nodes--;
  }

  private static long shifted(long node, int by) {
    return Tape.isContainer(node)
        ? Tape.node(Tape.kind(node), Tape.length(node) + by, Tape.offset(node))
        : node;
  }

  /** Tells whether the text written since {@link #begin} differs from its meaning. */
  boolean escaped() {
    return escaped;
  }

  /** Whether a key is this name. */
  boolean isName(long key, String ascii) {
    int n = ascii.length();
    if (Tape.kind(key) != Tape.KEY || Tape.keyLength(key) != n) {
      return false;
    }
    for (int i = 0; i < n; i++) {
      if (NameTable.lower(out[outFrom + Tape.offset(key) + i]) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  int begin() {
    escaped = false;
    return length;
  }

  void put(int b) {
    if (length == outRoom) {
      outFull = true;
      return;
    }
    out[outFrom + length++] = (byte) b;
  }

  void put(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      put(ascii.charAt(i));
    }
  }

  private void putReplacement() {
    put(0xEF);
    put(0xBF);
    put(0xBD);
  }

  /**
   * Writes a JSON string's inside.
   *
   * @param open where its quotation mark stands; negative for a text without
   * @param cut whether the input ended inside it, so that an escape may be incomplete
   */
  void string(int from, int to, Notation notation, int open, boolean cut) {
    boolean controlSeen = false;
    boolean escapeSeen = false;
    int i = from;
    while (i < to && !outFull) {
      int c = source.known(i);
      if (c < ' ') {
        if (!controlSeen && notation != Notation.RAW) {
          repairs.add(RepairCode.RAW_CONTROL, i);
          controlSeen = true;
        }
        putControl(c);
        i++;
      } else if (c == '"') {
        if (open >= 0 && source.known(open) == '"' || notation == Notation.ESCAPED) {
          repairs.add(RepairCode.INNER_QUOTE, i);
        }
        putEscape('"');
        i++;
      } else if (c == '\\') {
        if (notation == Notation.RAW) {
          putEscape('\\');
          i++;
        } else if (notation == Notation.ESCAPED) {
          i = unescapeOnce(i, to);
        } else {
          int next = escape(i, to, cut, !escapeSeen);
          escapeSeen |= next < 0;
          i = Math.abs(next);
        }
      } else if (c < 0x80) {
        if (c == '\'' && open >= 0 && source.known(open) == '\'') {
          repairs.add(RepairCode.INNER_QUOTE, i);
        }
        put(c);
        i++;
      } else {
        i = character(i, to);
      }
    }
  }

  private void putEscape(int c) {
    escaped = true;
    put('\\');
    put(c);
  }

  private void putControl(int c) {
    switch (c) {
      case '\n' -> putEscape('n');
      case '\r' -> putEscape('r');
      case '\t' -> putEscape('t');
      case '\b' -> putEscape('b');
      case '\f' -> putEscape('f');
      default -> putUnicode(c);
    }
  }

  private void putUnicode(int unit) {
    putEscape('u');
    for (int shift = 12; shift >= 0; shift -= 4) {
      put(HEX[unit >> shift & 15]);
    }
  }

  /**
   * Writes the escape at {@code i}; answers where it ends, negative if it was not one of JSON's.
   */
  private int escape(int i, int to, boolean cut, boolean report) {
    if (i + 1 == to) {
      if (!cut) {
        putEscape('\\');
      }
      return to;
    }
    int c = source.known(i + 1);
    switch (c) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        putEscape(c);
        return i + 2;
      }
      case 'u' -> {
        return unicodeEscape(i, to, cut, report);
      }
      default -> {}
    }
    if (report && c != '\'') {
      repairs.add(RepairCode.UNKNOWN_ESCAPE, i);
    }
    if (c == 'x' && hex(i + 2, to, 2) >= 0) {
      putUnicode(hex(i + 2, to, 2));
      return -(i + 4);
    }
    if (c != '\'' && c != '`' && c != '_' && c != '\n' && c != '\r') {
      putEscape('\\');
    }
    return -(i + 1);
  }

  private int unicodeEscape(int i, int to, boolean cut, boolean report) {
    int unit = hex(i + 2, to, 4);
    if (unit < 0) {
      if (cut && allHex(i + 2, to)) {
        return to;
      }
      if (report) {
        repairs.add(RepairCode.UNKNOWN_ESCAPE, i);
      }
      putEscape('\\');
      return -(i + 1);
    }
    if (unit >= 0xD800 && unit < 0xE000) {
      int low =
          unit < 0xDC00 && i + 7 < to && source.known(i + 6) == '\\' && source.known(i + 7) == 'u'
              ? hex(i + 8, to, 4)
              : -1;
      if (low < 0xDC00 || low > 0xDFFF) {
        if (cut
            && unit < 0xDC00
            && (i + 6 == to || i + 7 == to || i + 12 > to && allHex(i + 8, to))) {
          return to;
        }
        repairs.add(RepairCode.LONE_SURROGATE, i);
        putReplacement();
        return i + 6;
      }
      escaped = true;
      copy(i, i + 12);
      return i + 12;
    }
    escaped = true;
    copy(i, i + 6);
    return i + 6;
  }

  private int hex(int i, int to, int digits) {
    if (i + digits > to) {
      return -1;
    }
    int value = 0;
    for (int k = 0; k < digits; k++) {
      int d = Character.digit(source.known(i + k), 16);
      if (d < 0 || source.known(i + k) >= 0x80) {
        return -1;
      }
      value = value << 4 | d;
    }
    return value;
  }

  private boolean allHex(int i, int to) {
    for (int k = i; k < to; k++) {
      if (source.known(k) >= 0x80 || Character.digit(source.known(k), 16) < 0) {
        return false;
      }
    }
    return to - i < 4;
  }

  /** Takes one backslash off an escape that has one too many. */
  private int unescapeOnce(int i, int to) {
    if (i + 1 == to) {
      return to;
    }
    int c = source.known(i + 1);
    if (c != '\\') {
      if (c == 'n' || c == 't' || c == 'r') {
        putEscape(c);
        return i + 2;
      }
      return i + 1;
    }
    int p = i + 2;
    while (p < to && source.known(p) == '\\' && p - i < 3) {
      p++;
    }
    if (p < to && (source.known(p) == '"' || "bfnrt/".indexOf(source.known(p)) >= 0)) {
      putEscape(source.known(p));
      return p + 1;
    }
    putEscape('\\');
    return p;
  }

  private void copy(int from, int to) {
    for (int i = from; i < to; i++) {
      put(source.known(i));
    }
  }

  /**
   * Writes the character at {@code i} that is not ASCII, or a replacement; answers where it ends.
   */
  private int character(int i, int to) {
    int n = utf8Length(i, to);
    if (n == 0) {
      repairs.add(RepairCode.INVALID_UTF8, i);
      putReplacement();
      int p = i + 1;
      while (p < to && (source.known(p) & 0xC0) == 0x80) {
        p++;
      }
      return p;
    }
    copy(i, i + n);
    return i + n;
  }

  private int utf8Length(int i, int to) {
    int c = source.known(i);
    int n = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4 || i + n > to) {
      return 0;
    }
    int second = source.known(i + 1);
    int low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    int high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high) {
      return 0;
    }
    for (int k = 2; k < n; k++) {
      if ((source.known(i + k) & 0xC0) != 0x80) {
        return 0;
      }
    }
    return n;
  }

  /** Writes XML character data, or an attribute's value, with references where they are needed. */
  void xml(int from, int to, boolean attribute, boolean markup) {
    boolean forbidden = false;
    int i = from;
    while (i < to && !outFull) {
      int c = source.known(i);
      if (c == '&') {
        i = reference(i, to);
      } else if (c == '<') {
        if (!markup) {
          repairs.add(RepairCode.BARE_LESS_THAN, i);
        }
        putReference("&lt;");
        i++;
      } else if (c == '>'
          && i - from >= 2
          && source.known(i - 1) == ']'
          && source.known(i - 2) == ']') {
        putReference("&gt;");
        i++;
      } else if (c >= 0x80) {
        i = xmlCharacter(i, to);
      } else {
        boolean blank = c == '\n' || c == '\t' || c == '\r';
        escaped |= c == '\r' || attribute && blank;
        if (c < ' ' && !blank) {
          if (!forbidden) {
            repairs.add(RepairCode.FORBIDDEN_CHARACTER, i);
            forbidden = true;
          }
          putReplacement();
        } else {
          put(c);
        }
        i++;
      }
    }
  }

  /** Writes the inside of a CDATA section. */
  void cdata(int from, int to) {
    boolean forbidden = false;
    int i = from;
    while (i < to && !outFull) {
      int c = source.known(i);
      if (c >= 0x80) {
        i = xmlCharacter(i, to);
        continue;
      }
      escaped |= c == '\r';
      if (c < ' ' && c != '\n' && c != '\t' && c != '\r') {
        if (!forbidden) {
          repairs.add(RepairCode.FORBIDDEN_CHARACTER, i);
          forbidden = true;
        }
        putReplacement();
      } else {
        put(c);
      }
      i++;
    }
  }

  /** Writes a name that has been checked already, whatever is wrong with its UTF-8 replaced. */
  void name(int from, int to) {
    int i = from;
    while (i < to && !outFull) {
      int c = source.known(i);
      if (c < 0x80) {
        put(c);
        i++;
      } else {
        i = character(i, to);
      }
    }
  }

  private int xmlCharacter(int i, int to) {
    if (source.known(i) == 0xEF
        && i + 2 < to
        && source.known(i + 1) == 0xBF
        && source.known(i + 2) >= 0xBE) {
      repairs.add(RepairCode.FORBIDDEN_CHARACTER, i);
      putReplacement();
      return i + 3;
    }
    return character(i, to);
  }

  private void putReference(String reference) {
    escaped = true;
    put(reference);
  }

  private int reference(int i, int to) {
    int limit = Math.min(to, i + 12);
    int semicolon = i + 1;
    while (semicolon < limit && source.known(semicolon) != ';') {
      semicolon++;
    }
    if (semicolon < limit) {
      if (isReference(i + 1, semicolon)) {
        escaped = true;
        copy(i, semicolon + 1);
        return semicolon + 1;
      }
      for (int e = 0; e < ENTITIES.length; e++) {
        if (ENTITIES[e].length() == semicolon - i - 1 && source.startsWith(i + 1, ENTITIES[e])) {
          repairs.add(RepairCode.BARE_AMPERSAND, i);
          putMeaning(MEANINGS[e]);
          return semicolon + 1;
        }
      }
    }
    repairs.add(RepairCode.BARE_AMPERSAND, i);
    putReference("&amp;");
    return i + 1;
  }

  private void putMeaning(int c) {
    if (c < 0x800) {
      put(0xC0 | c >> 6);
    } else {
      put(0xE0 | c >> 12);
      put(0x80 | c >> 6 & 0x3F);
    }
    put(0x80 | c & 0x3F);
  }

  private boolean isReference(int from, int to) {
    if (from < to && source.known(from) == '#') {
      boolean hex = from + 1 < to && source.known(from + 1) == 'x';
      int digits = from + (hex ? 2 : 1);
      int value = digits == to ? -1 : 0;
      for (int i = digits; i < to && value >= 0; i++) {
        int c = source.known(i);
        int d = c < 0x80 ? Character.digit(c, hex ? 16 : 10) : -1;
        value = d < 0 || value > 0x10FFFF ? -1 : value * (hex ? 16 : 10) + d;
      }
      return value == '\t'
          || value == '\n'
          || value == '\r'
          || value >= ' ' && value < 0xD800
          || value > 0xDFFF && value < 0xFFFE
          || value > 0xFFFF && value <= 0x10FFFF;
    }
    int n = to - from;
    return n == 3 && source.startsWith(from, "amp")
        || n == 2 && (source.startsWith(from, "lt") || source.startsWith(from, "gt"))
        || n == 4 && (source.startsWith(from, "quot") || source.startsWith(from, "apos"));
  }
}
