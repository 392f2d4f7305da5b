package dev.lkjagent.json.xml;

import static dev.lkjagent.json.xml.XmlChars.first;
import static dev.lkjagent.json.xml.XmlChars.isSpace;
import static dev.lkjagent.json.xml.XmlChars.keep;
import static dev.lkjagent.json.xml.XmlChars.nameStops;
import static dev.lkjagent.json.xml.XmlChars.same;
import static dev.lkjagent.json.xml.XmlChars.skipSpace;
import static dev.lkjagent.json.xml.XmlChars.word;

import dev.lkjagent.memory.tree.NameIds;
import dev.lkjagent.memory.tree.Tape;

/**
 * Reads XML from an array of bytes into an array of nodes. It knows nothing of pools, opens
 * nothing, throws nothing and allocates nothing once it exists, except when an element has more
 * attributes without a name id than any before it.
 *
 * <p>It is a machine with few states that can stop at the end of the bytes it has and go on when
 * there are more, from nearly where it stopped: what it has to look at again is bounded, so feeding
 * a document byte by byte takes linear time. A whole document is the case in which the first piece
 * is the last. Between two calls of {@link #run} both arrays may move; positions are kept relative
 * to their starts.
 *
 * <p>The 64 bytes after the text must be zero. A zero byte is no XML character, so every scan stops
 * there by itself, and only then is it asked whether that was the end.
 *
 * <p>While an element is open, its node holds the number of the element around it in place of its
 * offset; that is the only stack there is. {@link #settle()} gives the open elements a provisional
 * end, so that an unfinished tree can be read.
 */
final class XmlEngine {
  /** What {@link #run} answers when the text so far is a good beginning. */
  static final int MORE = 0;

  /** Nodes that one step of content may append: a text, a name and an element. */
  private static final int STEP = 3;

  /** No character takes more bytes to refer to, but for zeros in front. */
  private static final int ANY_REFERENCE = 64;

  private static final int BEGIN = 0;
  private static final int PROLOG = 1;
  private static final int CONTENT = 2;
  private static final int TEXT = 3;
  private static final int TAG = 4;
  private static final int EQUALS = 5;
  private static final int QUOTE = 6;
  private static final int VALUE = 7;
  private static final int END_TAIL = 8;
  private static final int COMMENT = 9;
  private static final int CDATA = 10;
  private static final int GAP = 11;
  private static final int DATA = 12;
  private static final int EPILOG = 13;

  private static final int WAIT_NOTHING = 0;
  private static final int WAIT_NAME = 1;
  private static final int WAIT_DECLARATION = 2;

  private static final byte[] OPEN_COMMENT = {'<', '!', '-', '-'};
  private static final byte[] OPEN_CDATA = {'<', '!', '[', 'C', 'D', 'A', 'T', 'A', '['};
  private static final byte[] OPEN_DOCTYPE = {'<', '!', 'D', 'O', 'C', 'T', 'Y', 'P', 'E'};

  private final boolean keepComments;
  private final boolean keepInstructions;
  private final boolean keepBlanks;
  private final boolean stopAtRoot;
  private final int maxDepth;
  private final int maxNameBytes;
  private final int maxAttributes;
  private final int maxNodes;

  private final NameIds ids;
  private final XmlNames names;
  private final XmlAttributes attributes = new XmlAttributes();
  private final NextAttributes next = new NextAttributes();
  private final XmlDeclaration declaration = new XmlDeclaration();

  private byte[] text = new byte[0];
  private int base;
  private int end;
  private long[] tape = new long[0];
  private int tapeFrom;
  private int tapeTo;
  private boolean last;

  private int state;

  /** Where to go on, and where the text in progress began: relative to the text's start. */
  private int at;

  private int mark;
  private boolean escaped;
  private byte quote;

  /**
   * Nodes so far, the open element (-1 for none) and the root element: relative to the tape's
   * start.
   */
  private int count;

  private int open;
  private int root;
  private int depth;
  private int nameId;

  private int waiting;
  private int waited;

  private int outcome;
  private int errorOffset;

  XmlEngine(XmlOptions options) {
    this(options, false);
  }

  /** Creates an engine that, if asked to, is done at the end of the root element. */
  XmlEngine(XmlOptions options, boolean stopAtRoot) {
    this.stopAtRoot = stopAtRoot;
    keepComments = options.keepComments();
    keepInstructions = options.keepInstructions();
    keepBlanks = options.keepBlanks();
    XmlLimits limits = options.limits();
    maxDepth = limits.maxDepth();
    maxNameBytes = limits.maxNameBytes();
    maxAttributes = limits.maxAttributes();
    maxNodes = limits.maxNodes();
    ids = new NameIds();
    names = new XmlNames(ids);
    begin();
  }

  /** Forgets the document. */
  void begin() {
    if (names.refresh()) {
      next.clear();
    }
    state = BEGIN;
    at = 0;
    mark = 0;
    count = 0;
    open = -1;
    root = -1;
    depth = 0;
    waiting = WAIT_NOTHING;
    outcome = MORE;
    errorOffset = -1;
  }

  /** Begins a document and reads all of it, or its beginning; answers what {@link #run} does. */
  int parse(
      byte[] source, int from, int to, long[] nodes, int nodesFrom, int nodesTo, boolean isAll) {
    begin();
    return run(source, from, to, nodes, nodesFrom, nodesTo, isAll);
  }

  /**
   * Lets the next {@link #run} look at a name that has not ended yet. Without it what is wrong in a
   * name is found when it ends: then the time is linear even for a long name byte by byte.
   */
  void lookAgain() {
    waiting = WAIT_NOTHING;
  }

  /**
   * Goes on with a document of which more bytes, or all, are there now.
   *
   * @param source holds the document from its start
   * @param from where the document starts
   * @param to where what is there of it ends; 64 zero bytes follow
   * @param nodes holds the document's nodes from the first
   * @param nodesFrom where the first node is
   * @param nodesTo where the room for nodes ends
   * @param isLast whether nothing follows
   * @return the number of nodes if the document is complete, {@link #MORE}, or the status of an
   *     {@link XmlFault}; after {@link XmlFault#TOO_MANY_NODES} the same call may be repeated with
   *     more room
   */
  int run(
      byte[] source, int from, int to, long[] nodes, int nodesFrom, int nodesTo, boolean isLast) {
    text = source;
    base = from;
    end = to;
    tape = nodes;
    tapeFrom = nodesFrom;
    tapeTo = (int) Math.min(nodesTo, (long) nodesFrom + maxNodes);
    last = isLast;
    errorOffset = -1;
    if (waiting != WAIT_NOTHING && stillWaiting()) {
      return MORE;
    }
    int p = base + at;
    while (p >= 0) {
      p =
          switch (state) {
            case BEGIN -> start(p);
            case CONTENT -> content(p);
            case TEXT -> textTail(p);
            case TAG -> tag(p);
            case EQUALS, QUOTE -> equalsSign(p);
            case VALUE -> valueTail(p);
            case END_TAIL -> endTail(p);
            case COMMENT, CDATA, DATA -> section(p);
            case GAP -> gap(p);
            default -> misc(p);
          };
    }
    return outcome;
  }

  /** Answers how many bytes have been read for good. */
  int position() {
    return at;
  }

  /** Answers where the error is, relative to the text's start; -1 if there is none. */
  int errorOffset() {
    return errorOffset;
  }

  /** Answers the number of nodes so far. */
  int nodes() {
    return count;
  }

  /** Answers the number of the root element, -1 before it. */
  int rootNode() {
    return root;
  }

  /** Answers the table that gives the ids in the keys. */
  NameIds ids() {
    return ids;
  }

  /** Says where the nodes are now, if they have moved since {@link #run}. */
  void rebase(long[] nodes, int nodesFrom) {
    tape = nodes;
    tapeFrom = nodesFrom;
  }

  /**
   * Makes the nodes so far a tree that can be read: the open elements get the end that they would
   * have if the text ended here, and a text that has begun gets a node, for which there must be
   * room.
   *
   * @return the number of nodes to read
   */
  int settle() {
    int readable = count;
    if (state == EQUALS || state == QUOTE || state == VALUE) {
      readable--;
    } else if ((state == GAP || state == DATA) && keepInstructions) {
      readable--;
    } else if ((state == TEXT || state == CDATA) && at > mark) {
      int kind = state == TEXT ? Tape.TEXT : Tape.CDATA;
      tape[tapeFrom + count] = Tape.node(escaped ? kind + 1 : kind, at - mark, mark);
      readable++;
    }
    for (int e = open; e >= 0; e = (int) tape[tapeFrom + e]) {
      tape[tapeFrom + e] = Tape.node(Tape.ELEMENT, readable, (int) tape[tapeFrom + e]);
    }
    return readable;
  }

  // ---------------------------------------------------------------- the hot paths

  /** Production 43, from anywhere between two pieces of markup or at the start of one. */
  private int content(int from) {
    byte[] text = this.text;
    long[] tape = this.tape;
    int base = this.base;
    int tapeFrom = this.tapeFrom;
    int full = tapeTo - STEP;
    int n = tapeFrom + count;
    int element = tapeFrom + open;
    int p = from;
    for (; ; ) {
      if (n > full) {
        leave(n, element);
        return step(p);
      }
      if (text[p] != '<') {
        int start = p;
        if (text[p] == '\n') {
          p++;
        }
        long stops;
        while ((stops = XmlChars.textStops(word(text, p))) == 0) {
          p += 8;
        }
        p += first(stops);
        if (text[p] != '<' || p - start > Tape.MAX_LENGTH) {
          leave(n, element);
          beginText(start);
          p = textTail(p);
          if (p < 0) {
            return p;
          }
          n = tapeFrom + count;
        } else if (keepBlanks || !isBlank(start, p)) {
          tape[n++] = Tape.node(Tape.TEXT, p - start, start - base);
        }
      }
      int q = p + 1;
      if (text[q] == '/') {
        long key = tape[element - 1];
        int length = Tape.keyLength(key);
        q++;
        if (same(text, q, text, base + Tape.offset(key), length) && text[q + length] == '>') {
          p = q + length + 1;
          int outer = (int) tape[element];
          tape[element] = Tape.node(Tape.ELEMENT, n - tapeFrom, Tape.offset(key) - 1);
          element = tapeFrom + outer;
          if (--depth == 0) {
            leave(n, element);
            state = EPILOG;
            return p;
          }
          continue;
        }
        leave(n, element);
        return endTag(p);
      }
      long hash = XmlNames.seed();
      int r = q;
      long w = word(text, r);
      long stops;
      while ((stops = nameStops(w)) == 0) {
        hash = XmlNames.mix(hash, w);
        r += 8;
        w = word(text, r);
      }
      int rest = first(stops);
      hash = XmlNames.mix(hash, keep(w, rest));
      r += rest;
      byte b = text[r];
      int id = names.find(text, q, r - q, hash);
      if (id == 0 || b != '>' && b != '/' && !isSpace(b) || depth >= maxDepth) {
        leave(n, element);
        p = startTag(p);
        if (p < 0 || state != TAG) {
          return p;
        }
        r = p;
      } else {
        tape[n] = Tape.key(Tape.KEY, names.shared(id), r - q, q - base);
        tape[n + 1] = Tape.node(Tape.ELEMENT, 0, element - tapeFrom);
        element = n + 1;
        n += 2;
        depth++;
        if (b == '>') {
          p = r + 1;
          continue;
        }
        leave(n, element);
        state = TAG;
        attributes.begin();
      }
      p = tag(r);
      if (p < 0 || state != CONTENT) {
        return p;
      }
      n = tapeFrom + count;
      element = tapeFrom + open;
    }
  }

  private void leave(int n, int element) {
    count = n - tapeFrom;
    open = element - tapeFrom;
  }

  /** The rest of a start tag, from the end of the element's name or of an attribute's value. */
  private int tag(int from) {
    byte[] text = this.text;
    long[] tape = this.tape;
    int base = this.base;
    int n = tapeFrom + count;
    int mixture = Tape.nameId(tape[tapeFrom + open - 1]);
    int p = from;
    for (; ; ) {
      int id = next.guess(mixture);
      int known = next.matched(id, text, p);
      int start = p + known;
      byte q = '"';
      int r;
      if (known != 0) {
        p++;
        r = start - 2;
      } else {
        int safe = p;
        if (text[p] == ' ') {
          p++;
        }
        while (isSpace(text[p])) {
          p++;
        }
        byte b = text[p];
        if (b == '>') {
          state = CONTENT;
          return p + 1;
        }
        if (b == '/') {
          return emptyElementEnd(p);
        }
        if (p == safe) {
          return unexpected(p, attributes.none() ? XmlFault.BAD_TAG : XmlFault.MISSING_SPACE, p);
        }
        long hash = XmlNames.seed();
        r = p;
        long w = word(text, r);
        long stops;
        while ((stops = nameStops(w)) == 0) {
          hash = XmlNames.mix(hash, w);
          r += 8;
          w = word(text, r);
        }
        int rest = first(stops);
        hash = XmlNames.mix(hash, keep(w, rest));
        r += rest;
        id = names.find(text, p, r - p, hash);
        if (id == 0 || text[r] <= 0) {
          r = name(p, p - 1);
          if (r < 0) {
            return r;
          }
          id = nameId;
        }
        next.learn(mixture, id, text, p, r - p);
        q = text[r + 1];
        start = r + 2;
      }
      if (n + 2 > tapeTo) {
        return fail(XmlFault.TOO_MANY_NODES, p, p - 1);
      }
      if (!attributes.add(id, text, base, p, r - p)) {
        return fail(XmlFault.DUPLICATE_ATTRIBUTE, p);
      }
      if (attributes.count() > maxAttributes) {
        return fail(XmlFault.TOO_MANY_ATTRIBUTES, p);
      }
      mixture = NextAttributes.mix(mixture, id);
      tape[n++] = Tape.key(Tape.KEY, names.shared(id), r - p, p - base);
      count++;
      if (known == 0 && (text[r] != '=' || q != '"' && q != '\'')) {
        state = EQUALS;
        start = equalsSign(r);
        if (start < 0) {
          return start;
        }
        q = quote;
        state = TAG;
      }
      p = start;
      long quotes = q * XmlChars.ONES;
      long stops;
      while ((stops = XmlChars.valueStops(word(text, p), quotes)) == 0) {
        p += 8;
      }
      p += first(stops);
      if (text[p] != q || p - start > Tape.MAX_LENGTH) {
        quote = q;
        state = VALUE;
        mark = start - base;
        escaped = false;
        p = valueTail(p);
        if (p < 0) {
          return p;
        }
        n++;
        continue;
      }
      tape[n++] = Tape.node(Tape.ATTRIBUTE, p - start, start - base);
      count++;
      p++;
    }
  }

  // ---------------------------------------------------------------- content, one step at a time

  /** One step of content where there is little room for nodes left. */
  private int step(int p) {
    if (text[p] != '<') {
      beginText(p);
      return p;
    }
    return text[p + 1] == '/' ? endTag(p) : startTag(p);
  }

  private void beginText(int start) {
    state = TEXT;
    mark = start - base;
    escaped = false;
  }

  /** Goes on with character data to the next tag. */
  private int textTail(int from) {
    byte[] text = this.text;
    int p = from;
    for (; ; ) {
      byte b = text[p];
      if (b < 0) {
        p = XmlChars.skipWide(text, p);
        if (text[p] < 0) {
          return broken(p, p);
        }
        b = text[p];
      }
      switch (b) {
        case '<' -> {
          return endText(p);
        }
        case '&' -> {
          p = reference(p);
          if (p < 0) {
            return p;
          }
          escaped = true;
        }
        case ']' -> {
          if (p + 1 >= end || text[p + 1] == ']' && p + 2 >= end) {
            return starve(p);
          }
          if (text[p + 1] == ']' && text[p + 2] == '>') {
            return fail(XmlFault.CDATA_END_IN_TEXT, p);
          }
          p++;
        }
        case '\r' -> {
          escaped = true;
          p++;
        }
        case '\t', '\n' -> p++;
        default -> {
          if (b < ' ') {
            return unexpected(p, XmlFault.INVALID_CHARACTER, p);
          }
        }
      }
      long stops;
      while ((stops = XmlChars.textStops(word(text, p))) == 0) {
        p += 8;
      }
      p += first(stops);
    }
  }

  private int endText(int p) {
    int start = base + mark;
    if (p - start > Tape.MAX_LENGTH) {
      return fail(XmlFault.TEXT_TOO_LONG, start);
    }
    if (p > start && (keepBlanks || escaped || !isBlank(start, p))) {
      if (tapeFrom + count >= tapeTo) {
        return fail(XmlFault.TOO_MANY_NODES, p, p);
      }
      tape[tapeFrom + count++] =
          Tape.node(escaped ? Tape.TEXT_ESCAPED : Tape.TEXT, p - start, mark);
    }
    state = CONTENT;
    return p;
  }

  private boolean isBlank(int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isSpace(text[i])) {
        return false;
      }
    }
    return true;
  }

  /** A start tag up to the end of its name, or other markup that begins with {@code <}. */
  private int startTag(int p) {
    byte b = text[p + 1];
    if (b == '!') {
      return markup(p);
    }
    if (b == '?') {
      return instruction(p);
    }
    int q = p + 1;
    int r = name(q, p);
    if (r < 0) {
      return r;
    }
    b = text[r];
    if (b != '>' && b != '/' && !isSpace(b)) {
      return unexpected(r, XmlFault.BAD_TAG, p);
    }
    if (depth >= maxDepth) {
      return fail(XmlFault.TOO_DEEP, p);
    }
    if (tapeFrom + count + 2 > tapeTo) {
      return fail(XmlFault.TOO_MANY_NODES, p, p);
    }
    tape[tapeFrom + count] = Tape.key(Tape.KEY, names.shared(nameId), r - q, q - base);
    tape[tapeFrom + count + 1] = Tape.node(Tape.ELEMENT, 0, open);
    open = count + 1;
    count += 2;
    depth++;
    if (root < 0) {
      root = open;
    }
    state = TAG;
    attributes.begin();
    return r;
  }

  private int emptyElementEnd(int p) {
    if (text[p + 1] != '>') {
      return unexpected(p + 1, XmlFault.BAD_TAG, p);
    }
    close();
    return p + 2;
  }

  /** An end tag that is not simply the open element's name and {@code >}. */
  private int endTag(int p) {
    int q = p + 2;
    long key = tape[tapeFrom + open - 1];
    int r = name(q, p);
    if (r < 0) {
      return r;
    }
    if (r - q != Tape.keyLength(key) || !same(text, q, text, base + Tape.offset(key), r - q)) {
      return fail(XmlFault.MISMATCHED_TAG, p);
    }
    state = END_TAIL;
    return r;
  }

  private int endTail(int from) {
    int p = skipSpace(text, from);
    if (text[p] != '>') {
      return unexpected(p, XmlFault.BAD_TAG, p);
    }
    close();
    return p + 1;
  }

  private void close() {
    long key = tape[tapeFrom + open - 1];
    int outer = (int) tape[tapeFrom + open];
    tape[tapeFrom + open] = Tape.node(Tape.ELEMENT, count, Tape.offset(key) - 1);
    open = outer;
    depth--;
    state = depth == 0 ? EPILOG : CONTENT;
  }

  // ---------------------------------------------------------------- attributes

  /** Production 25 and the opening quote; answers where the value begins. */
  private int equalsSign(int from) {
    int p = skipSpace(text, from);
    if (state == EQUALS) {
      if (text[p] != '=') {
        return unexpected(p, XmlFault.MISSING_EQUALS, p);
      }
      state = QUOTE;
      p = skipSpace(text, p + 1);
    }
    byte b = text[p];
    if (b != '"' && b != '\'') {
      return unexpected(p, XmlFault.MISSING_QUOTE, p);
    }
    quote = b;
    state = VALUE;
    mark = p + 1 - base;
    escaped = false;
    return p + 1;
  }

  /** Goes on with an attribute's value to its closing quote. */
  private int valueTail(int from) {
    byte[] text = this.text;
    int p = from;
    long quotes = quote * XmlChars.ONES;
    for (; ; ) {
      byte b = text[p];
      if (b < 0) {
        p = XmlChars.skipWide(text, p);
        if (text[p] < 0) {
          return broken(p, p);
        }
        b = text[p];
      }
      if (b == quote) {
        return endValue(p);
      }
      switch (b) {
        case '<' -> {
          return fail(XmlFault.LESS_THAN_IN_VALUE, p);
        }
        case '&' -> {
          p = reference(p);
          if (p < 0) {
            return p;
          }
          escaped = true;
        }
        case '\r', '\t', '\n' -> {
          escaped = true;
          p++;
        }
        default -> {
          if (b < ' ') {
            return unexpected(p, XmlFault.INVALID_CHARACTER, p);
          }
        }
      }
      long stops;
      while ((stops = XmlChars.valueStops(word(text, p), quotes)) == 0) {
        p += 8;
      }
      p += first(stops);
    }
  }

  private int endValue(int p) {
    int start = base + mark;
    if (p - start > Tape.MAX_LENGTH) {
      return fail(XmlFault.TEXT_TOO_LONG, start);
    }
    if (tapeFrom + count >= tapeTo) {
      return fail(XmlFault.TOO_MANY_NODES, p, p);
    }
    tape[tapeFrom + count++] =
        Tape.node(escaped ? Tape.ATTRIBUTE_ESCAPED : Tape.ATTRIBUTE, p - start, mark);
    state = TAG;
    return p + 1;
  }

  /** Productions 66 and 68, at the ampersand; answers what follows the semicolon. */
  private int reference(int p) {
    if (text[p + 1] == '#') {
      return characterReference(p);
    }
    long w = word(text, p + 1);
    if ((w & 0xFFFFFFL) == ('l' | 't' << 8 | ';' << 16)
        || (w & 0xFFFFFFL) == ('g' | 't' << 8 | ';' << 16)) {
      return p + 4;
    }
    if ((w & 0xFFFFFFFFL) == ('a' | 'm' << 8 | 'p' << 16 | ';' << 24)) {
      return p + 5;
    }
    long five = w & 0xFFFFFFFFFFL;
    if (five == ('q' | 'u' << 8 | 'o' << 16 | 't' << 24 | (long) ';' << 32)
        || five == ('a' | 'p' << 8 | 'o' << 16 | 's' << 24 | (long) ';' << 32)) {
      return p + 6;
    }
    int r = name(p + 1, p);
    if (r < 0) {
      if (outcome == XmlFault.BAD_NAME.status()) {
        return fail(XmlFault.BAD_REFERENCE, p);
      }
      return r;
    }
    if (text[r] != ';') {
      return unexpected(r, XmlFault.BAD_REFERENCE, p);
    }
    return fail(XmlFault.UNKNOWN_ENTITY, p);
  }

  private int characterReference(int p) {
    boolean hex = text[p + 2] == 'x';
    int digits = hex ? p + 3 : p + 2;
    int c = 0;
    int r = digits;
    for (; ; r++) {
      int digit = digit(text[r], hex);
      if (digit < 0) {
        break;
      }
      c = Math.min(c * (hex ? 16 : 10) + digit, 0x110000);
      if (r - p > Math.max(maxNameBytes, ANY_REFERENCE)) {
        return fail(XmlFault.NAME_TOO_LONG, p);
      }
    }
    if (r >= end) {
      return starveInName(p);
    }
    if (r == digits || text[r] != ';') {
      return unexpected(r, XmlFault.BAD_REFERENCE, p);
    }
    return XmlChars.isChar(c) ? r + 1 : fail(XmlFault.BAD_CHARACTER_REFERENCE, p);
  }

  private static int digit(byte b, boolean hex) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int lower = b | 0x20;
    return hex && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  // ---------------------------------------------------------------- comments, CDATA, instructions

  private int markup(int p) {
    int comment = begins(p, OPEN_COMMENT);
    int cdata = open >= 0 ? begins(p, OPEN_CDATA) : 0;
    int doctype = state == PROLOG ? begins(p, OPEN_DOCTYPE) : 0;
    if (comment > 0) {
      return beginSection(COMMENT, p + OPEN_COMMENT.length);
    }
    if (cdata > 0) {
      return beginSection(CDATA, p + OPEN_CDATA.length);
    }
    if (doctype > 0) {
      return fail(XmlFault.DOCTYPE, p);
    }
    return comment < 0 || cdata < 0 || doctype < 0 ? starve(p) : fail(XmlFault.BAD_MARKUP, p);
  }

  private int beginSection(int kind, int p) {
    state = kind;
    mark = p - base;
    escaped = false;
    return p;
  }

  /** The inside of a comment, a CDATA section or an instruction, to its end. */
  private int section(int from) {
    byte[] text = this.text;
    byte ending = (byte) (state == COMMENT ? '-' : state == CDATA ? ']' : '?');
    long pattern = ending * XmlChars.ONES;
    int p = from;
    for (; ; ) {
      long stops;
      while ((stops = XmlChars.stops(word(text, p), pattern)) == 0) {
        p += 8;
      }
      p += first(stops);
      byte b = text[p];
      if (b < 0) {
        p = XmlChars.skipWide(text, p);
        if (text[p] < 0) {
          return broken(p, p);
        }
      } else if (b == ending) {
        int closing = closing(p);
        if (closing > 0) {
          return endSection(p, p + closing);
        }
        if (closing < 0) {
          return closing == STARVED ? starve(p) : fail(XmlFault.HYPHENS_IN_COMMENT, p);
        }
        p++;
      } else if (b == '\r') {
        escaped = true;
        p++;
      } else if (b == '\t' || b == '\n') {
        p++;
      } else {
        return unexpected(p, XmlFault.INVALID_CHARACTER, p);
      }
    }
  }

  private static final int STARVED = -1;
  private static final int HYPHENS = -2;

  /** Answers the length of the section's end if it stands at {@code p}, 0 or a reason otherwise. */
  private int closing(int p) {
    if (state == DATA) {
      return p + 1 >= end ? STARVED : text[p + 1] == '>' ? 2 : 0;
    }
    if (p + 1 >= end) {
      return STARVED;
    }
    if (text[p + 1] != text[p]) {
      return 0;
    }
    if (p + 2 >= end) {
      return STARVED;
    }
    return text[p + 2] == '>' ? 3 : state == COMMENT ? HYPHENS : 0;
  }

  private int endSection(int p, int after) {
    int start = base + mark;
    if (p - start > Tape.MAX_LENGTH) {
      return fail(XmlFault.TEXT_TOO_LONG, start);
    }
    boolean keeps = state == CDATA || (state == COMMENT ? keepComments : keepInstructions);
    if (keeps) {
      if (tapeFrom + count >= tapeTo) {
        return fail(XmlFault.TOO_MANY_NODES, p, p);
      }
      int kind =
          state == COMMENT
              ? Tape.COMMENT
              : state == DATA ? Tape.INSTRUCTION : escaped ? Tape.CDATA_ESCAPED : Tape.CDATA;
      tape[tapeFrom + count++] = Tape.node(kind, p - start, mark);
    }
    state = around();
    return after;
  }

  /** Answers the state in which a comment or an instruction stands. */
  private int around() {
    return open >= 0 ? CONTENT : root >= 0 ? EPILOG : PROLOG;
  }

  private int instruction(int p) {
    int q = p + 2;
    int r = name(q, p);
    if (r < 0) {
      return r;
    }
    if (r - q == 3
        && (text[q] | 0x20) == 'x'
        && (text[q + 1] | 0x20) == 'm'
        && (text[q + 2] | 0x20) == 'l') {
      return fail(XmlFault.RESERVED_TARGET, p);
    }
    if (text[r] == '?') {
      if (text[r + 1] != '>') {
        return unexpected(r + 1, XmlFault.BAD_INSTRUCTION, p);
      }
    } else if (!isSpace(text[r])) {
      return unexpected(r, XmlFault.BAD_INSTRUCTION, p);
    }
    if (keepInstructions) {
      if (tapeFrom + count + 2 > tapeTo) {
        return fail(XmlFault.TOO_MANY_NODES, p, p);
      }
      tape[tapeFrom + count++] = Tape.key(Tape.KEY, names.shared(nameId), r - q, q - base);
    }
    state = GAP;
    return r;
  }

  /** The white space between an instruction's target and its data. */
  private int gap(int from) {
    int p = skipSpace(text, from);
    return p >= end ? starve(p) : beginSection(DATA, p);
  }

  // ---------------------------------------------------------------- outside the root element

  private int misc(int from) {
    if (stopAtRoot && state == EPILOG) {
      return done(from);
    }
    int p = skipSpace(text, from);
    byte b = text[p];
    if (b == '<') {
      if (p + 1 >= end) {
        return starve(p);
      }
      b = text[p + 1];
      if (b == '/') {
        return fail(XmlFault.UNOPENED_TAG, p);
      }
      if (state == PROLOG || b == '!' || b == '?') {
        return startTag(p);
      }
      return fail(XmlFault.SECOND_ROOT, p);
    }
    if (p < end) {
      return unexpected(p, XmlFault.TEXT_OUTSIDE_ROOT, p);
    }
    if (!last || state == PROLOG) {
      return last ? fail(XmlFault.NO_ROOT, p) : starve(p);
    }
    return done(p);
  }

  private int done(int p) {
    at = p - base;
    outcome = count;
    return -1;
  }

  /** The byte order mark, signs of another encoding, and the XML declaration. */
  private int start(int from) {
    int p = from;
    int there = end - p;
    if (there < 4 && !last) {
      return starve(p);
    }
    if (begins(p, XmlDeclaration.BYTE_ORDER_MARK) > 0) {
      p += XmlDeclaration.BYTE_ORDER_MARK.length;
    } else if (there >= 2 && XmlDeclaration.isForeign(text, p, end)) {
      return fail(XmlFault.UNSUPPORTED_ENCODING, p);
    }
    int declared = begins(p, XmlDeclaration.OPENING);
    if (declared == 0 || declared < 0 && last) {
      state = PROLOG;
      return p;
    }
    int q = p + XmlDeclaration.OPENING.length;
    if (declared < 0 || q >= end) {
      return starve(from);
    }
    if (!isSpace(text[q])) {
      state = PROLOG;
      return p;
    }
    if (!last) {
      waiting = WAIT_DECLARATION;
      waited = q - base;
      if (stillWaiting()) {
        return starve(from);
      }
    }
    int after = declaration.read(text, q, end);
    if (after >= 0) {
      state = PROLOG;
      return after;
    }
    return declaration.namesAnotherEncoding()
        ? fail(XmlFault.UNSUPPORTED_ENCODING, ~after)
        : unexpected(~after, XmlFault.BAD_DECLARATION, from);
  }

  // ---------------------------------------------------------------- names and spaces

  /**
   * Production 5.
   *
   * @return where the name ends
   */
  private int name(int from, int safe) {
    byte[] text = this.text;
    int r = from;
    while (true) {
      byte b = text[r];
      boolean belongs;
      int bytes = 1;
      if (b >= 0) {
        belongs = r == from ? XmlChars.startsName(b) : XmlChars.continuesName(b);
      } else {
        int c = XmlChars.wideAt(text, r);
        if (c < 0) {
          return broken(r, safe);
        }
        belongs = r == from ? XmlChars.startsNameWide(c) : XmlChars.continuesNameWide(c);
        bytes = XmlChars.asks(b);
      }
      if (!belongs) {
        break;
      }
      r += bytes;
      if (r - from > maxNameBytes) {
        return fail(XmlFault.NAME_TOO_LONG, from);
      }
    }
    if (r == from) {
      return unexpected(r, XmlFault.BAD_NAME, safe);
    }
    if (r >= end) {
      return starveInName(safe);
    }
    nameId = names.intern(text, from, r - from, XmlNames.hash(text, from, r - from));
    return r;
  }

  private int begins(int p, byte[] bytes) {
    return XmlChars.begins(text, p, end, bytes);
  }

  // ---------------------------------------------------------------- stopping

  /** Stops because the text so far ends here; going on begins at {@code safe}. */
  private int starve(int safe) {
    if (last) {
      return fail(XmlFault.UNEXPECTED_END, end);
    }
    at = safe - base;
    outcome = MORE;
    return -1;
  }

  /** Stops where a name, or a reference, may go on: it is not looked at again before it ends. */
  private int starveInName(int safe) {
    waiting = WAIT_NAME;
    waited = end - base;
    return starve(safe);
  }

  private boolean stillWaiting() {
    int p = base + waited;
    if (waiting == WAIT_NAME) {
      while (p < end && XmlChars.mayBelongToName(text[p]) && p - base - at <= maxNameBytes) {
        p++;
      }
    } else {
      while (p < end && text[p] != '>') {
        p++;
      }
    }
    waited = p - base;
    if (p >= end && !last) {
      return true;
    }
    waiting = WAIT_NOTHING;
    return false;
  }

  /** Something else than what must stand here, or the end of the text so far. */
  private int unexpected(int p, XmlFault error, int safe) {
    if (p >= end) {
      return starve(safe);
    }
    byte b = text[p];
    if (b < 0 && XmlChars.wideAt(text, p) < 0) {
      return broken(p, safe);
    }
    return fail(b >= 0 && !XmlChars.isChar(b) ? XmlFault.INVALID_CHARACTER : error, p);
  }

  /** A byte beyond ASCII that begins no allowed character. */
  private int broken(int p, int safe) {
    int asked = XmlChars.asks(text[p]);
    if (p + asked > end) {
      return last ? fail(XmlFault.INVALID_UTF8, p) : starve(safe);
    }
    boolean nonCharacter =
        text[p] == (byte) 0xEF
            && text[p + 1] == (byte) 0xBF
            && (text[p + 2] == (byte) 0xBE || text[p + 2] == (byte) 0xBF);
    return fail(nonCharacter ? XmlFault.INVALID_CHARACTER : XmlFault.INVALID_UTF8, p);
  }

  private int fail(XmlFault error, int p) {
    return fail(error, p, p);
  }

  private int fail(XmlFault error, int p, int safe) {
    errorOffset = p - base;
    at = safe - base;
    outcome = error.status();
    return -1;
  }
}
