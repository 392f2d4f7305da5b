package dev.lkjagent.json.lenient;

/**
 * Recognises tags, and the names that mean something in an agent's reply.
 *
 * <p>A tag is at most {@link #MAX_TAG} bytes long; what is longer is text.
 */
final class Tags {
  /** What {@link #readTag} answers for something that is not a tag. */
  static final int NOT_A_TAG = -1;

  /** What {@link #readTag} answers for the beginning of a tag at the end of the input. */
  static final int CUT_TAG = -2;

  /** No name of the reply contract. */
  static final int OTHER = 0;

  /** The root of a reply. */
  static final int AGENT = 1;

  /** Holds parts of the contract: one action, or several. */
  static final int GROUP = 2;

  /** Holds one word: the next state, an action's type or tags. */
  static final int WORD = 3;

  /** Holds text: a value or a log. */
  static final int TEXT = 4;

  /** Holds thoughts. */
  static final int THOUGHTS = 5;

  private static final int MAX_TAG = 1024;
  private static final int MAX_ATTRIBUTES = 32;
  private static final String[] THINK = {
    "think",
    "thinking",
    "reasoning",
    "thought",
    "thoughts",
    "scratchpad",
    "reflection",
    "antthinking",
    "analysis"
  };
  private static final String[] GROUPS = {"action", "actions"};
  private static final String[] WORDS = {"next_state", "type", "tags"};
  private static final String[] TEXTS = {"value", "thinking_log", "evaluation_log"};

  private final Source source;
  private final int[] attributes = new int[4 * MAX_ATTRIBUTES];
  private int count;
  private int dropped;
  private int unclosed;
  private int nameEnd;
  private boolean selfClosing;
  private boolean missingEnd;

  Tags(Source source) {
    this.source = source;
  }

  static boolean isNameStart(int c) {
    return Source.isLetter(c) || c == '_' || c == ':' || c >= 0x80;
  }

  static boolean isName(int c) {
    return isNameStart(c) || Source.isDigit(c) || c == '-' || c == '.';
  }

  int nameEnd() {
    return nameEnd;
  }

  boolean selfClosing() {
    return selfClosing;
  }

  boolean missingEnd() {
    return missingEnd;
  }

  /** The offset of a quotation mark that no other closes, or a negative number. */
  int unclosed() {
    return unclosed;
  }

  /** The offset of the first attribute that had no room, or a negative number. */
  int dropped() {
    return dropped;
  }

  int attributes() {
    return count;
  }

  int attributeFrom(int index) {
    return attributes[4 * index];
  }

  int attributeTo(int index) {
    return attributes[4 * index + 1];
  }

  /** Where the value begins; negative if there is none. */
  int valueFrom(int index) {
    return attributes[4 * index + 2];
  }

  int valueTo(int index) {
    return attributes[4 * index + 3];
  }

  int nameEndAt(int from) {
    int p = from;
    while (p - from < MAX_TAG && isName(source.at(p))) {
      p++;
    }
    return p;
  }

  /** The part of the reply contract that a name stands for. */
  int roleOf(int from, int to) {
    switch (NameTable.lower(source.known(from))) {
      case 'a', 'n', 't', 'v', 'e', 'r', 's' -> {}
      default -> {
        return OTHER;
      }
    }
    if (is("agent", from, to)) {
      return AGENT;
    }
    return any(GROUPS, from, to)
        ? GROUP
        : any(WORDS, from, to)
            ? WORD
            : any(TEXTS, from, to) ? TEXT : any(THINK, from, to) ? THOUGHTS : OTHER;
  }

  private boolean any(String[] names, int from, int to) {
    for (String name : names) {
      if (is(name, from, to)) {
        return true;
      }
    }
    return false;
  }

  private boolean is(String name, int from, int to) {
    return to - from == name.length() && source.startsWithIgnoreCase(from, name);
  }

  /** Reads the start tag whose {@code <} stands at {@code i}; answers where it ends. */
  int readTag(int i) {
    count = 0;
    dropped = -1;
    unclosed = -1;
    selfClosing = false;
    missingEnd = false;
    int limit = i + MAX_TAG;
    nameEnd = nameEndAt(i + 1);
    int p = nameEnd;
    int c = source.at(p);
    if (p >= limit || !(Source.isBlank(c) || c == '>' || c == '/' || c == '<' || c == Source.END)) {
      return NOT_A_TAG;
    }
    boolean known = nameEnd < source.length() && roleOf(i + 1, nameEnd) != OTHER;
    int withoutValue = 0;
    while (p < limit) {
      c = source.at(p);
      if (Source.isBlank(c)) {
        p++;
      } else if (c == '>') {
        return withoutValue > 0 && withoutValue == count && !known ? NOT_A_TAG : p + 1;
      } else if (c == '/') {
        if (source.at(p + 1) == '>') {
          selfClosing = true;
          return p + 2;
        }
        p++;
      } else if (c == Source.END) {
        return CUT_TAG;
      } else if (c == '<') {
        missingEnd = true;
        count = 0;
        return known ? nameEnd : NOT_A_TAG;
      } else if (isNameStart(c)) {
        int from = p;
        p = nameEndAt(p);
        int to = p;
        int q = p;
        while (Source.isBlank(source.at(q)) && q < limit) {
          q++;
        }
        if (source.at(q) != '=') {
          add(from, to, -1, -1);
          withoutValue++;
          continue;
        }
        p = readValue(q + 1, limit, from, to);
        if (p < 0) {
          return p;
        }
      } else if (known) {
        p++;
      } else {
        return NOT_A_TAG;
      }
    }
    return NOT_A_TAG;
  }

  private int readValue(int at, int limit, int nameFrom, int nameTo) {
    int p = at;
    while (Source.isBlank(source.at(p)) && p < limit) {
      p++;
    }
    int n = source.quoteAt(p);
    if (n > 0) {
      int close = closingQuote(p, p + n, limit);
      if (close >= 0) {
        add(nameFrom, nameTo, p + n, close);
        return close + source.quoteAt(close);
      }
      if (source.starved()) {
        return CUT_TAG;
      }
      unclosed = p;
      p += n;
    }
    int q = p;
    int c = source.at(q);
    while (q < limit
        && c != Source.END
        && c != '>'
        && c != '<'
        && !blankEnds(n, c)
        && !(c == '/' && source.at(q + 1) == '>')) {
      c = source.at(++q);
    }
    if (c == Source.END) {
      return CUT_TAG;
    }
    add(nameFrom, nameTo, p, q);
    return q;
  }

  /** Whether a blank ends a value: not if it began with a quotation mark that was never closed. */
  private static boolean blankEnds(int mark, int c) {
    return mark == 0 && Source.isBlank(c);
  }

  /**
   * The mark that closes a value: what follows it shows that it does, if there is markup between.
   */
  private int closingQuote(int open, int from, int limit) {
    boolean markup = false;
    for (int q = from; q < limit; q++) {
      int c = source.at(q);
      if (c == Source.END) {
        return -1;
      }
      markup |= c == '<';
      if (source.quoteAt(q) > 0 && source.closes(open, q)) {
        int after = source.at(q + source.quoteAt(q));
        boolean fits = !markup || after == '>' || after == '/' || Source.isBlank(after);
        return source.starved() || !fits ? -1 : q;
      }
    }
    return -1;
  }

  private void add(int nameFrom, int nameTo, int valueFrom, int valueTo) {
    for (int k = 0; k < count; k++) {
      boolean same = attributeTo(k) - attributeFrom(k) == nameTo - nameFrom;
      for (int j = 0; same && j < nameTo - nameFrom; j++) {
        same = source.known(attributeFrom(k) + j) == source.known(nameFrom + j);
      }
      if (same) {
        dropped = nameFrom;
        return;
      }
    }
    if (count == MAX_ATTRIBUTES) {
      dropped = nameFrom;
      return;
    }
    attributes[4 * count] = nameFrom;
    attributes[4 * count + 1] = nameTo;
    attributes[4 * count + 2] = valueFrom;
    attributes[4 * count + 3] = valueTo;
    count++;
  }
}
