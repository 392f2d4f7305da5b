package dev.lkjagent.json.lenient;

import dev.lkjagent.memory.tree.Tape;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a text without quotation marks ends, and whether it is a number, a literal or a
 * text.
 *
 * <p>Where the search stands is remembered, so a word that arrives byte by byte costs no more than
 * one that arrives whole.
 */
final class BareWord {
  /** Answered for an end that has not come, and for a value that is neither number nor literal. */
  static final int NONE = -1;

  private static final int LONGEST_LITERAL = 9;

  private final Source source;
  private final Sink sink;
  private final Repairs repairs;
  private int from;
  private int scan;
  private boolean url;
  private boolean atEnd;

  BareWord(Source source, Sink sink, Repairs repairs) {
    this.source = source;
    this.sink = sink;
    this.repairs = repairs;
  }

  /** Begins a word; its end is looked for from {@code scan} on. */
  void begin(int from, int scan) {
    this.from = from;
    this.scan = scan;
    url = false;
  }

  int from() {
    return from;
  }

  /** How far the word has been read. */
  int scanned() {
    return scan;
  }

  /** Whether the end that was found last is that of the input. */
  boolean atEnd() {
    return atEnd;
  }

  // Values

  /** Where a value ends, blanks before the end included, or {@link #NONE} for want of input. */
  int findEnd(int depth, boolean inObject, boolean inParentheses) {
    for (int i = scan; ; i++) {
      scan = i;
      int c = source.at(i);
      atEnd = c == Source.END;
      if (atEnd) {
        return source.starved() ? NONE : i;
      }
      if (url && Source.isUrl(c)) {
        continue;
      }
      url = false;
      boolean ends;
      switch (c) {
        case ',' -> ends = !commaInText(i, inObject);
        case '{', '}', '[', ']', '\n', '\r' -> ends = true;
        case ')' -> ends = inParentheses;
        case ':' -> {
          url =
              source.at(i + 1) == '/'
                  && source.at(i + 2) == '/'
                  && i > from
                  && Source.isLetter(source.known(i - 1));
          ends = false;
        }
        case '/' -> ends = i > from && (source.at(i + 1) == '*' || source.at(i + 1) == '/');
        case '+' -> ends = i > from && source.quoteAt(source.skipSpace(i + 1)) > 0;
        case '`' -> ends = source.fenceAt(i);
        case ' ', '\t' -> ends = endsAtBlank(i, depth);
        default -> ends = isMark(i);
      }
      if (source.starved()) {
        return NONE;
      }
      if (ends) {
        return i;
      }
    }
  }

  /** Whether a quotation mark stands at {@code i} that can't be an apostrophe in the word. */
  private boolean isMark(int i) {
    return i > from
        && source.quoteAt(i) > 0
        && (source.isDouble(i) || !Source.isWord(source.known(i - 1)));
  }

  /**
   * Whether the comma at {@code i} is part of a member's value: 1,234, or a text that lost its
   * mark.
   */
  private boolean commaInText(int i, boolean inObject) {
    if (!inObject || i == from) {
      return false;
    }
    if (Source.isDigit(source.known(i - 1)) && Source.isDigit(source.at(i + 1))) {
      int p = i + 1;
      while (p < i + 20 && Source.isDigit(source.at(p))) {
        p++;
      }
      return source.at(source.skipSpace(p)) != ':';
    }
    int p = source.skipSpace(i + 1);
    if (!Source.isWordStart(source.at(p)) || source.bareKeyAt(p)) {
      return false;
    }
    for (; p < i + 80; p++) {
      int c = source.at(p);
      if (c == Source.END || c == '\n' || c > 0 && ":{}[]".indexOf(c) >= 0) {
        return false;
      }
      if (c == '"') {
        int after = source.at(source.skipSpace(p + 1));
        return after == ',' || after == '}';
      }
    }
    return false;
  }

  /** Whether the word before the blank at {@code i} is a number or a literal that stands alone. */
  private boolean endsAtBlank(int i, int depth) {
    int c = source.known(from);
    if (c < 0x80 && !Source.isLetter(c) && isNumber(from, i)) {
      return depth > 0 || !Source.isLetter(source.at(source.skipSpace(i)));
    }
    return i - from <= LONGEST_LITERAL
        && literal(from, i) != null
        && !Source.isWord(source.at(source.skipSpace(i)));
  }

  // Names

  /** Where a member's name ends, or {@link #NONE} for want of input. */
  int findNameEnd() {
    int i = scan;
    int c = source.at(i);
    while (c != Source.END && !endsName(c) && !isMark(i) && !source.starved()) {
      c = source.at(++i);
    }
    scan = i;
    return source.starved() ? NONE : i;
  }

  /** Whether the name ends before a quotation mark at {@code i}. */
  boolean nameEndsAtMark(int i) {
    return isMark(i);
  }

  private static boolean endsName(int c) {
    return c == ':' || c == ',' || c == '{' || c == '}' || c == '[' || c == ']' || c == '\n'
        || c == '\r' || c == '=';
  }

  // What a word says

  /** Whether a word is neither a number nor a literal. */
  boolean isText(int from, int to) {
    return !isNumber(from, to) && literal(from, to) == null;
  }

  /** Writes a number or a literal; answers its node, or {@link #NONE} for any other word. */
  int value(int from, int to) {
    int c = source.known(from);
    if (c < 0x80 && !Source.isLetter(c) && isNumber(from, to)) {
      return number(from, to);
    }
    String literal = literal(from, to);
    if (literal == null) {
      return NONE;
    }
    if (to - from != literal.length() || !source.startsWith(from, literal)) {
      repairs.add(RepairCode.LITERAL_SPELLING, from);
    }
    return sink.literal(literal);
  }

  /** The literal that a word spells, in whatever language. */
  private @Nullable String literal(int from, int to) {
    switch (to - from) {
      case 4 -> {
        if (source.startsWithIgnoreCase(from, "true")) {
          return "true";
        }
        boolean none = source.startsWith(from, "None") || source.startsWithIgnoreCase(from, "null");
        return none ? "null" : null;
      }
      case 5 -> {
        return source.startsWithIgnoreCase(from, "false") ? "false" : null;
      }
      case LONGEST_LITERAL -> {
        return source.startsWith(from, "undefined") ? "null" : null;
      }
      default -> {
        return null;
      }
    }
  }

  /** The literal of JSON that a word begins and does not complete. */
  @Nullable String literalBegunBy(int from, int to) {
    return begins("true", from, to)
        ? "true"
        : begins("false", from, to) ? "false" : begins("null", from, to) ? "null" : null;
  }

  private boolean begins(String literal, int from, int to) {
    int n = to - from;
    for (int i = 0; i < n; i++) {
      if (i >= literal.length() || source.known(from + i) != literal.charAt(i)) {
        return false;
      }
    }
    return n < literal.length();
  }

  /** Whether a word is a number in some notation, an incomplete one included. */
  private boolean isNumber(int from, int to) {
    int i = from;
    int c = source.known(i);
    if (c == '-' || c == '+') {
      i++;
    }
    if (i == to) {
      return c == '-';
    }
    int digits = digits(i, to);
    if (digits - i > 1 && source.known(i) == '0') {
      return false;
    }
    boolean mantissa = digits > i;
    i = digits;
    if (i < to && source.known(i) == '.') {
      int more = digits(i + 1, to);
      mantissa |= more > i + 1;
      i = more;
    } else if (!mantissa) {
      return false;
    }
    if (i < to && (source.known(i) | 0x20) == 'e' && mantissa) {
      i++;
      if (i < to && (source.known(i) == '-' || source.known(i) == '+')) {
        i++;
      }
      i = digits(i, to);
    }
    return i == to;
  }

  private int digits(int from, int to) {
    int i = from;
    while (i < to && (Source.isDigit(source.known(i)) || source.known(i) == '_' && i > from)) {
      i++;
    }
    return i;
  }

  private int number(int from, int to) {
    int start = sink.begin();
    boolean changed = false;
    boolean digit = false;
    int i = from;
    if (source.known(i) == '+') {
      changed = true;
      i++;
    }
    for (; i < to; i++) {
      int c = source.known(i);
      if (c == '_') {
        changed = true;
        continue;
      }
      if (!digit && (c == '.' || (c | 0x20) == 'e')) {
        sink.put('0');
        changed = true;
      }
      digit = Source.isDigit(c);
      sink.put(c);
    }
    if (!digit) {
      sink.put('0');
      changed = true;
    }
    if (changed) {
      repairs.add(RepairCode.NUMBER_FORM, from);
    }
    return sink.add(Tape.node(Tape.NUMBER, sink.length() - start, start));
  }
}
