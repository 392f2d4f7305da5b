package dev.lkjagent.json.lenient;

/**
 * Decides where a string ends whose quotation marks cannot be trusted.
 *
 * <p>One pass from the opening mark. Every mark that could close the string is judged by what
 * stands around it: what valid JSON has after a closing mark always closes, so a valid string is
 * never read differently; anything else is kept as text as long as a better mark may follow. What
 * is looked at beyond a mark is bounded, and where the pass stands is remembered, so a string that
 * arrives byte by byte costs no more than one that arrives whole.
 *
 * <p>If the end of the input comes first, the string ends at the first mark that looks like a
 * closing one; without one, at the first delimiter, if the text ends with a delimiter (the mark was
 * forgotten); else at the end (the reply was cut off).
 */
final class StringEnd {
  /** What the string is part of. */
  enum Place {
    KEY,
    MEMBER,
    ELEMENT,
    TOP
  }

  private static final int INNER = -1;
  private static final int CLOSE = -2;
  private static final int INLINE = -3;
  private static final int NOTHING = -1;

  /**
   * How often the text up to here may be read again because strings turned out shorter than
   * thought.
   */
  private static final int REREADS = 8;

  private final Source source;
  private int open;
  private int body;
  private int run;
  private boolean escapedQuotes;
  private Place place = Place.TOP;
  private int depth;
  private boolean inArray;
  private boolean inParentheses;
  private int scan;
  private int inner;
  private int closingLike;
  private int firstStop;
  private int firstColon;
  private int fence;
  private int square;
  private int curly;
  private int inline;
  private int inlineFrom;
  private boolean url;
  private long reread;
  private int end;
  private int next;
  private boolean missing;
  private boolean cut;

  StringEnd(Source source) {
    this.source = source;
  }

  void reset() {
    reread = 0;
  }

  /**
   * Begins a string whose opening mark (after a backslash, for escaped ones) stands at {@code
   * open}.
   */
  void begin(
      int open,
      boolean escapedQuotes,
      Place place,
      int depth,
      boolean inArray,
      boolean inParentheses) {
    this.open = open;
    this.escapedQuotes = escapedQuotes;
    this.place = place;
    this.depth = depth;
    this.inArray = inArray;
    this.inParentheses = inParentheses;
    run = 0;
    body = open + source.quoteAt(open);
    scan = body;
    inner = 0;
    closingLike = NOTHING;
    firstStop = NOTHING;
    firstColon = NOTHING;
    fence = NOTHING;
    square = 0;
    curly = 0;
    inline = 0;
    url = false;
  }

  /** How many marks open the string: two or three before a text are taken for one. */
  private int runAt(int at) {
    int c = source.at(at);
    if (escapedQuotes || c != '"' && c != '\'' || source.at(at + 1) != c) {
      return 1;
    }
    int n = source.at(at + 2) == c ? 3 : 2;
    int inside = source.at(at + n);
    boolean text =
        Source.isWord(inside) || n == 3 && inside == '\n' || inside == '<' || inside == '(';
    return text ? n : 1;
  }

  int open() {
    return open;
  }

  int body() {
    return body;
  }

  /** Whether more than one mark opens the string. */
  boolean doubled() {
    return run > 1;
  }

  boolean escapedQuotes() {
    return escapedQuotes;
  }

  Place place() {
    return place;
  }

  /** How far the string has been read. */
  int scanned() {
    return scan;
  }

  /** Where the text ends. */
  int end() {
    return end;
  }

  /** Where reading goes on. */
  int next() {
    return next;
  }

  /** Whether no mark closed the string. */
  boolean missing() {
    return missing;
  }

  /** Whether the input ended inside the string. */
  boolean cut() {
    return cut;
  }

  /** Reads on; answers whether the end is known. */
  boolean find() {
    if (run == 0) {
      int marks = runAt(open);
      if (source.starved()) {
        return false;
      }
      run = marks;
      body += (marks - 1) * (body - open);
      scan = body;
    }
    int i = scan;
    for (; ; ) {
      int c = source.at(i);
      if (c == Source.END) {
        scan = i;
        if (source.starved()) {
          return false;
        }
        atEnd(i);
        return true;
      }
      switch (c) {
        case '\\' -> {
          int after = backslash(i);
          if (after < 0) {
            scan = i;
            return false;
          }
          if (after == 0) {
            return true;
          }
          i = after;
          continue;
        }
        case '"', '\'', '`', 0xC2, 0xE2 -> {
          int n = source.quoteAt(i);
          boolean mark = n > 0 && source.closes(open, i);
          if (source.starved()) {
            scan = i;
            return false;
          }
          if (mark && inline == 0) {
            int verdict = judge(i, n);
            if (source.starved()) {
              scan = i;
              return false;
            }
            if (settle(verdict, i, n)) {
              return true;
            }
          }
          if (c == '`'
              && i > body
              && fence == NOTHING
              && source.known(i - 1) == '\n'
              && source.fenceAt(i)) {
            fence = i;
          }
          if (source.starved()) {
            scan = i;
            return false;
          }
          i += Math.max(n, 1);
          continue;
        }
        default -> {
          note(c, i);
          i++;
        }
      }
    }
  }

  private void note(int c, int i) {
    if (url && !Source.isUrl(c)) {
      url = false;
    }
    switch (c) {
      case '[' -> {
        square++;
        stop(i);
      }
      case ']' -> {
        square--;
        stop(i);
        closeInline();
      }
      case '{' -> {
        curly++;
        inline += inline > 0 ? 1 : 0;
        stop(i);
      }
      case '}' -> {
        curly--;
        stop(i);
        closeInline();
      }
      case ':' -> {
        if (firstColon == NOTHING) {
          firstColon = i;
        }
        if (i > body && Source.isLetter(source.known(i - 1)) && i - body < 12) {
          url = true;
        }
      }
      case '/', ',', '\n', '+' -> {
        if (!(url && c == '/')) {
          stop(i);
        }
      }
      default -> {}
    }
  }

  private void closeInline() {
    if (inline > 0) {
      inline--;
    }
  }

  private void stop(int i) {
    if (firstStop == NOTHING && !url) {
      firstStop = i;
    }
  }

  /** Goes past a backslash; answers 0 if it closed the string, a negative number if starved. */
  private int backslash(int i) {
    int n = source.at(i + 1);
    if (n == Source.END) {
      return source.starved() ? -1 : i + 1;
    }
    if (!escapedQuotes) {
      return i + 2;
    }
    if (n != '\\') {
      if (source.quoteAt(i + 1) > 0 && source.closes(open, i + 1)) {
        close(i, i + 1 + source.quoteAt(i + 1));
        return 0;
      }
      return i + 1;
    }
    int p = i + 2;
    while (p < i + 3 && source.at(p) == '\\') {
      p++;
    }
    if (source.at(p) == Source.END && source.starved()) {
      return -1;
    }
    return p + 1 > source.length() ? p : p + 1;
  }

  private void close(int at, int after) {
    scan = at;
    end = at;
    next = after;
    missing = false;
    cut = false;
    trimAfterNewline();
  }

  /** Carries out a verdict on the mark at {@code i}; answers whether the string has ended. */
  private boolean settle(int verdict, int i, int n) {
    if (verdict == CLOSE || blunt(i)) {
      int after = i + n;
      for (int k = 1; k < run && source.at(after) == source.known(open); k++) {
        after++;
      }
      close(i, after);
      return true;
    }
    if (verdict == INLINE) {
      inline = 1;
      inlineFrom = i;
      return false;
    }
    if (verdict >= 0) {
      reread += i - verdict;
      scan = i;
      end = verdict;
      next = verdict;
      missing = true;
      cut = false;
      trimEnd();
      return true;
    }
    boolean closing =
        i > body
            && !Source.isBlank(source.known(i - 1))
            && i + n < source.length()
            && Source.isBlank(source.known(i + n));
    if (closing && closingLike == NOTHING) {
      closingLike = i;
    }
    inner++;
    return false;
  }

  /** Whether so much has been read twice that every mark is now taken at its word. */
  private boolean blunt(int i) {
    return reread > (long) REREADS * i + 4096;
  }

  private void trimAfterNewline() {
    int p = source.lastInk(end, body) + 1;
    if (source.newlineBetween(p, end)) {
      end = p;
    }
  }

  private void trimEnd() {
    end = source.lastInk(end, body) + 1;
  }

  private void atEnd(int length) {
    int to = length;
    if (fence >= 0) {
      to = fence;
    }
    int ink = source.lastInk(to, body);
    int last = ink;
    while (last >= body && source.known(last) == '`') {
      last--;
    }
    if (ink - last >= 3) {
      ink = source.lastInk(last + 1, body);
      to = ink + 1;
    }
    missing = true;
    cut = true;
    if (inline > 0 && inlineFrom >= body) {
      closingLike = NOTHING;
    }
    if (closingLike >= 0) {
      reread += length - closingLike;
      close(closingLike, closingLike + source.quoteAt(closingLike));
      return;
    }
    boolean delimited = ink >= body && isDelimiter(source.known(ink)) && !(escapedAt(ink));
    int stop = firstStop;
    if (place == Place.KEY && firstColon >= 0 && (firstStop < 0 || firstColon < firstStop)) {
      stop = firstColon;
    } else if (place == Place.MEMBER && delimited) {
      stop = memberStop(to);
    }
    if (delimited && stop >= 0 && stop < to) {
      reread += length - stop;
      end = stop;
      next = stop;
      cut = false;
      trimEnd();
      return;
    }
    end = to;
    next = to;
    if (place == Place.KEY) {
      end = beforeCutEscape(end);
      trimEnd();
    } else if (source.newlineBetween(source.lastInk(end, body) + 1, end)) {
      trimEnd();
    }
  }

  /**
   * Where a member's value whose closing mark is missing ends: before what looks like what follows
   * one.
   */
  private int memberStop(int to) {
    int curly = 0;
    boolean inUrl = false;
    for (int i = body; i < to; i++) {
      int c = source.known(i);
      if (inUrl && Source.isUrl(c)) {
        continue;
      }
      inUrl = c == ':' && i + 2 < to && source.known(i + 1) == '/' && source.known(i + 2) == '/';
      if (c == '\\') {
        i++;
      } else if (c == '{') {
        curly++;
      } else if (c == '}' && curly-- == 0) {
        return i;
      } else if (c == ']' && inArray && source.at(source.skipSpace(i + 1)) == '}') {
        return i;
      } else if (c == ',' || c == '\n') {
        int p = source.skipSpace(i + 1);
        int d = source.at(p);
        if (d == Source.END
            || d == '}' && curly == 0
            || source.quotedKeyAt(p)
            || source.bareKeyAt(p)) {
          return i;
        }
      }
    }
    return NOTHING;
  }

  /** Where a text ends without the escape that was cut off at its end. */
  private int beforeCutEscape(int to) {
    for (int i = to - 1; i >= body && i > to - 6; i--) {
      if (source.known(i) == '\\') {
        return i + 1 == to || source.known(i + 1) == 'u' ? i : to;
      }
    }
    return to;
  }

  private boolean escapedAt(int i) {
    return i > body && source.known(i - 1) == '\\';
  }

  private static boolean isDelimiter(int c) {
    return c > 0 && ",:[]/{}()+".indexOf(c) >= 0;
  }

  private int judge(int q, int n) {
    int after = q + n;
    if (run > 1 && source.at(after) == source.known(open)) {
      return CLOSE;
    }
    int p = source.skipSpace(after);
    int c = source.at(p);
    if (c == Source.END) {
      return CLOSE;
    }
    if (escapedQuotes) {
      return CLOSE;
    }
    return switch (place) {
      case KEY -> judgeKey(q, p, c);
      case MEMBER -> judgeMember(q, n, p, c);
      case ELEMENT -> judgeElement(q, n, p, c);
      default -> judgeTop(q, n, p, c);
    };
  }

  private int judgeKey(int q, int p, int c) {
    if (c == ':' || !Source.isLetter(c) || literalAt(p)) {
      return CLOSE;
    }
    int ink = source.lastInk(q, body);
    if (ink >= body && source.known(ink) == ',' && firstColon >= 0 && source.quotedKeyAt(q)) {
      return firstColon;
    }
    return quoteAndColonAhead(p) ? INNER : CLOSE;
  }

  private boolean quoteAndColonAhead(int from) {
    for (int i = from; i < from + 80; i++) {
      int c = source.at(i);
      if (c == Source.END || c == '\n' || c == ':' || c == ',') {
        return false;
      }
      if (source.quoteAt(i) > 0 && source.closes(open, i)) {
        int p = source.skipSpace(i + source.quoteAt(i));
        return source.at(p) == ':';
      }
    }
    return false;
  }

  private int judgeMember(int q, int n, int p, int c) {
    boolean touched = inner > 0;
    boolean spaced = p > q + n;
    switch (c) {
      case '}' -> {
        return closerFits(p, curly > 0) ? CLOSE : INNER;
      }
      case ',' -> {
        return commaEndsMember(p, touched) ? CLOSE : INNER;
      }
      case ']' -> {
        return inArray && square <= 0 && closerFits(p, false) ? CLOSE : INNER;
      }
      case ':' -> {
        return touched ? INNER : CLOSE;
      }
      default -> {}
    }
    int common = judgeCommon(q, n, p, c);
    if (common != 0) {
      return common;
    }
    if (source.quoteAt(p) > 0) {
      if (source.quotedKeyAt(p)) {
        return CLOSE;
      }
      int behind = source.at(source.skipSpace(p + source.quoteAt(p)));
      boolean ends = behind == ',' || behind == '}' || behind == Source.END;
      return ends && source.newlineBetween(q + n, p) ? CLOSE : INNER;
    }
    if (spaced && (source.bareKeyAt(p) || wordThenKeyAt(p))) {
      return CLOSE;
    }
    return judgeOpening(q);
  }

  /** Whether the comma at {@code p} is followed by another member, or by nothing at all. */
  private boolean commaEndsMember(int p, boolean touched) {
    int m = source.skipSpace(p + 1);
    int d = source.at(m);
    if (d == Source.END || d == '}' || d == ',' || d == '/' || d == '#' || d == '.') {
      return true;
    }
    if (source.quoteAt(m) > 0 || d == '\\') {
      return !touched || source.quotedKeyAt(m);
    }
    if (d == ']') {
      return inArray;
    }
    if (d == '[' || d == '{') {
      return !touched;
    }
    return source.bareKeyAt(m) || wordThenKeyAt(m) || Source.isDigit(d) && !touched;
  }

  /** Whether a bare word stands here that is followed by a quoted name and its colon. */
  private boolean wordThenKeyAt(int i) {
    int p = i;
    while (p < i + 64 && Source.isWord(source.at(p))) {
      p++;
    }
    return p > i && source.quotedKeyAt(source.skipSpace(p));
  }

  private int judgeElement(int q, int n, int p, int c) {
    boolean touched = inner > 0;
    boolean spaced = p > q + n;
    switch (c) {
      case ']' -> {
        return closerFits(p, square > 0) ? CLOSE : INNER;
      }
      case ',' -> {
        return !touched || commaEndsElement(p) ? CLOSE : INNER;
      }
      case ':' -> {
        return touched ? INNER : CLOSE;
      }
      case '}' -> {
        return closerFits(p, curly > 0) ? CLOSE : INNER;
      }
      case '{', '[' -> {
        return CLOSE;
      }
      default -> {}
    }
    int common = judgeCommon(q, n, p, c);
    if (common != 0) {
      return common;
    }
    if (source.quoteAt(p) > 0) {
      int behind = source.at(source.skipSpace(p + source.quoteAt(p)));
      return !spaced && (behind == ',' || behind == ']') ? INNER : CLOSE;
    }
    if (spaced
        && (Source.isDigit(c) || c == '-' || literalAt(p) || source.newlineBetween(q + n, p))) {
      return CLOSE;
    }
    if (spaced && inner % 2 == 0 && !Source.isBlank(source.known(q - 1)) && wordWithLostMarkAt(p)) {
      return CLOSE;
    }
    return judgeOpening(q);
  }

  private boolean commaEndsElement(int p) {
    int m = source.skipSpace(p + 1);
    int d = source.at(m);
    return d == Source.END
        || d == ']'
        || d == '{'
        || d == '['
        || d == '-'
        || Source.isDigit(d)
        || source.quoteAt(m) > 0
        || literalAt(m);
  }

  /** Whether a bare word stands here that ends with a quotation mark and a delimiter. */
  private boolean wordWithLostMarkAt(int i) {
    int p = i;
    while (p < i + 64 && Source.isWord(source.at(p))) {
      p++;
    }
    int n = source.quoteAt(p);
    if (n == 0 || p == i) {
      return false;
    }
    int c = source.at(source.skipSpace(p + n));
    return c == ',' || c == ']';
  }

  private int judgeTop(int q, int n, int p, int c) {
    switch (c) {
      case ',', ':' -> {
        return CLOSE;
      }
      case ']' -> {
        return square > 0 ? INNER : CLOSE;
      }
      case '}' -> {
        return curly > 0 ? INNER : CLOSE;
      }
      default -> {}
    }
    int common = judgeCommon(q, n, p, c);
    if (common != 0) {
      return common;
    }
    if (source.newlineBetween(q + n, p)) {
      return CLOSE;
    }
    if (source.quoteAt(p) > 0 && p > q + n) {
      return CLOSE;
    }
    return judgeOpening(q);
  }

  /** What a mark means by what follows it, wherever it stands; 0 if that does not tell. */
  private int judgeCommon(int q, int n, int p, int c) {
    switch (c) {
      case ')' -> {
        return inParentheses ? CLOSE : INNER;
      }
      case '+' -> {
        int m = source.skipSpace(p + 1);
        return source.quoteAt(m) > 0 || source.at(m) == Source.END ? CLOSE : INNER;
      }
      case '/' -> {
        return source.at(p + 1) == '/' || source.at(p + 1) == '*' ? CLOSE : INNER;
      }
      case '#' -> {
        return p > q + n ? CLOSE : INNER;
      }
      case '`', '~' -> {
        return source.fenceAt(p) ? CLOSE : 0;
      }
      case '\\' -> {
        return p > q + n && source.quoteAt(p + 1) > 0 ? CLOSE : 0;
      }
      default -> {
        return 0;
      }
    }
  }

  /**
   * What a mark means that looks like an opening one: the string's own closing mark may be missing.
   */
  private int judgeOpening(int q) {
    int ink = source.lastInk(q, body);
    int before = ink >= body ? source.known(ink) : 0;
    boolean spaced = ink + 1 < q;
    if (before == ',') {
      boolean nextPart =
          place == Place.MEMBER
              ? source.quotedKeyAt(q)
              : place == Place.ELEMENT && source.quotedElementAt(q);
      return nextPart ? ink : INNER;
    }
    if (before == '{' || before == '[') {
      boolean literal = before == '{' ? source.quotedKeyAt(q) : source.quotedElementAt(q);
      if (!literal) {
        return INNER;
      }
      boolean afterObject = firstStop >= 0 && source.known(firstStop) == '}' && curly <= 0;
      return afterObject ? firstStop : INLINE;
    }
    if (before == '+' || before == '/' && ink > body && source.known(ink - 1) == '*') {
      return firstStop >= 0 ? firstStop : INNER;
    }
    if (before == ':' && place == Place.MEMBER && source.quotedElementAt(q)) {
      int comma = commaBeforeWord(ink);
      return comma >= 0 ? comma : INNER;
    }
    if (place == Place.MEMBER && spaced && inner == 0 && memberAt(q)) {
      return ink + 1;
    }
    return INNER;
  }

  /** The comma before the bare word that ends at {@code colon}, or a negative number. */
  private int commaBeforeWord(int colon) {
    int p = colon - 1;
    while (p > body && colon - p < 64 && Source.isWord(source.known(p))) {
      p--;
    }
    if (p == colon - 1) {
      return INNER;
    }
    int ink = source.lastInk(p + 1, body);
    return ink >= body && source.known(ink) == ',' ? ink : INNER;
  }

  /** Whether a quoted name, a colon and the beginning of a value stand here. */
  private boolean memberAt(int q) {
    if (!source.quotedKeyAt(q)) {
      return false;
    }
    int p = q + source.quoteAt(q);
    while (!(source.quoteAt(p) > 0 && source.closes(q, p))) {
      p += source.at(p) == '\\' ? 2 : 1;
    }
    p = source.skipSpace(source.skipSpace(p + source.quoteAt(p)) + 1);
    int c = source.at(p);
    return c == '{'
        || c == '['
        || c == '-'
        || Source.isDigit(c)
        || source.quoteAt(p) > 0
        || literalAt(p);
  }

  /** Whether the closing bracket at {@code p} is followed by what may follow one. */
  private boolean closerFits(int p, boolean openedInside) {
    if (depth == 1 && !(openedInside && inner > 0)) {
      return true;
    }
    int m = source.skipSpace(p + 1);
    int c = source.at(m);
    if (c == Source.END || c == ',' || c == ']' || c == '}' || c == ')' || c == ';') {
      return true;
    }
    if (source.newlineBetween(p + 1, m) || source.fenceAt(m)) {
      return true;
    }
    if (depth == 1) {
      return c == '<';
    }
    return c == '{'
        || c == '['
        || c == '/'
        || c == '#'
        || source.quoteAt(m) > 0
        || source.bareKeyAt(m);
  }

  private boolean literalAt(int i) {
    int c = source.at(i);
    if (c == 't' || c == 'T') {
      return source.startsWithIgnoreCase(i, "true") && !Source.isWord(source.at(i + 4));
    }
    if (c == 'f' || c == 'F') {
      return source.startsWithIgnoreCase(i, "false") && !Source.isWord(source.at(i + 5));
    }
    return (c == 'n' || c == 'N')
        && (source.startsWithIgnoreCase(i, "null") || source.startsWithIgnoreCase(i, "none"))
        && !Source.isWord(source.at(i + 4));
  }
}
