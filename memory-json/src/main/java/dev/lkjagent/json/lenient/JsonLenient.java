package dev.lkjagent.json.lenient;

import static dev.lkjagent.json.lenient.OpenContainers.BRACES;
import static dev.lkjagent.json.lenient.OpenContainers.COMMA;
import static dev.lkjagent.json.lenient.OpenContainers.FILLED;
import static dev.lkjagent.json.lenient.OpenContainers.IMPLICIT;
import static dev.lkjagent.json.lenient.OpenContainers.MANY;
import static dev.lkjagent.json.lenient.OpenContainers.PARENTHESES;

import dev.lkjagent.json.lenient.Sink.Notation;
import dev.lkjagent.json.lenient.StringEnd.Place;
import dev.lkjagent.memory.tree.Tape;

/**
 * Reads what was meant to be JSON.
 *
 * <p>A machine of small steps over an explicit stack, {@link OpenContainers}. A step first looks
 * (and changes nothing while it looks), then writes; a step that ran out of input or room is taken
 * back and done again later. What it reads from one token is remembered between two attempts, so
 * that the whole is linear in the input however it is split.
 */
final class JsonLenient {
  /** What {@link #run} answers. */
  enum Outcome {
    /** More input is needed. */
    WAIT,
    /** The value is complete. */
    DONE,
    /** The sink is full. */
    FULL,
    /** Nothing here can be read as a value. */
    NOTHING,
    /** More containers are open than the limit allows. */
    TOO_DEEP
  }

  private enum State {
    VALUE,
    AFTER,
    KEY,
    COLON,
    STRING,
    JOINED_STRING,
    BARE,
    BARE_KEY,
    TOP,
    END
  }

  private static final int NONE = -1;
  private static final int MAX_PATTERN = 512;

  private final Source source;
  private final Sink sink;
  private final Repairs repairs;
  private final StringEnd string;
  private final BareWord word;
  private final OpenContainers open;

  private State state = State.VALUE;
  private int pos;
  private int last;
  private int lastEnd;
  private int key;
  private boolean keyBare;
  private boolean inFence;
  private boolean sequences;
  private boolean topComma;
  private int values;
  private int completed;
  private boolean joined;

  private int callEnd;
  private int bareTo;
  private int commentScan;
  private int commentEnd;

  private State savedState = State.VALUE;
  private int savedPos;
  private int savedLast;
  private int savedLastEnd;
  private int savedKey;
  private boolean savedKeyBare;
  private int savedValues;
  private int savedCompleted;
  private boolean savedTopComma;
  private boolean savedJoined;

  JsonLenient(Source source, Sink sink, Repairs repairs, int maxDepth) {
    this.source = source;
    this.sink = sink;
    this.repairs = repairs;
    string = new StringEnd(source);
    word = new BareWord(source, sink, repairs);
    open = new OpenContainers(sink, maxDepth);
  }

  /** Begins at a position; {@code sequences} gathers the values that follow the first. */
  void begin(int at, boolean inFence, boolean sequences) {
    this.inFence = inFence;
    this.sequences = sequences;
    pos = at;
    state = State.VALUE;
    open.clear();
    last = NONE;
    lastEnd = at;
    key = NONE;
    keyBare = false;
    topComma = false;
    values = 0;
    completed = at;
    joined = false;
    commentScan = NONE;
    string.reset();
  }

  /** Where the value ended. */
  int completed() {
    return completed;
  }

  /** Where reading stands. */
  int position() {
    return pos;
  }

  /** Makes the tree readable as it is; the sink and the repairs are restored afterwards. */
  void show() {
    int before = last;
    boolean wasJoined = joined;
    boolean value = false;
    if (state == State.STRING && string.place() != Place.KEY && string.scanned() >= string.body()) {
      int to = source.wholeCharacters(string.body(), string.scanned());
      Notation notation = string.escapedQuotes() ? Notation.ESCAPED : Notation.QUOTED;
      text(string.body(), to, notation, string.open(), true);
      value = true;
    } else if (state == State.BARE) {
      int from = word.from();
      int to = source.wholeCharacters(from, word.scanned());
      value = to > from && word.literalBegunBy(from, to) == null;
      if (value) {
        bareValue(from, to);
      }
    }
    last = before;
    joined = wasJoined;
    if (!value && key >= 0 && sink.nodes() == key + 1) {
      sink.truncate(key, Tape.offset(sink.node(key)));
    }
    open.show();
    finishSequence();
  }

  Outcome run() {
    while (state != State.END) {
      save();
      source.feedAgain();
      Outcome outcome = step();
      if (source.starved()) {
        restore();
        return Outcome.WAIT;
      }
      if (sink.full()) {
        restore();
        return Outcome.FULL;
      }
      if (outcome != Outcome.WAIT) {
        return outcome;
      }
    }
    return values == 0 ? Outcome.NOTHING : Outcome.DONE;
  }

  private void save() {
    savedState = state;
    savedPos = pos;
    savedLast = last;
    savedLastEnd = lastEnd;
    savedKey = key;
    savedKeyBare = keyBare;
    savedValues = values;
    savedCompleted = completed;
    savedTopComma = topComma;
    savedJoined = joined;
    open.save();
    sink.save();
    repairs.save();
  }

  private void restore() {
    state = savedState;
    pos = savedPos;
    last = savedLast;
    lastEnd = savedLastEnd;
    key = savedKey;
    keyBare = savedKeyBare;
    values = savedValues;
    completed = savedCompleted;
    topComma = savedTopComma;
    joined = savedJoined;
    open.restore();
    sink.restore();
    repairs.restore();
  }

  /** One step; {@link Outcome#WAIT} means only that there are more. */
  private Outcome step() {
    switch (state) {
      case STRING -> {
        return finishString();
      }
      case JOINED_STRING -> {
        return joinString();
      }
      case BARE -> {
        return bare();
      }
      case BARE_KEY -> {
        return bareKey();
      }
      default -> {}
    }
    if (!trivia()) {
      return Outcome.WAIT;
    }
    if (open.any() && inFence && source.fenceAt(pos) && source.startsLine(pos)) {
      return truncated();
    }
    return switch (state) {
      case VALUE -> value();
      case AFTER -> after();
      case KEY -> key();
      case COLON -> colon();
      default -> top();
    };
  }

  // White space and comments

  /**
   * Goes past white space and one comment; answers false if there was a comment or input ran out.
   */
  private boolean trivia() {
    if (commentScan == NONE) {
      int p = source.skipSpace(pos);
      for (int i = pos; i < p; i++) {
        if (source.known(i) >= 0xC0) {
          repairs.add(RepairCode.UNUSUAL_SPACE, i);
        }
      }
      pos = p;
      if (source.starved()) {
        keepTrivia();
        return false;
      }
      int c = source.at(p);
      if (c == '/') {
        int n = source.at(p + 1);
        if (n != '/' && n != '*') {
          return !source.starved();
        }
      } else if (!(c == '#' && hashComment(p))) {
        return !source.starved();
      }
      if (source.starved()) {
        return false;
      }
      commentScan = p;
      commentEnd = NONE;
      keepTrivia();
    }
    return comment();
  }

  /** White space that was skipped stays skipped even if the step is taken back. */
  private void keepTrivia() {
    savedPos = pos;
    repairs.save();
  }

  private boolean hashComment(int p) {
    int n = source.at(p + 1);
    return n == ' '
        || n == '!'
        || n == '#'
        || state != State.VALUE && state != State.KEY && open.any()
        || source.startsLine(p) && open.any();
  }

  private boolean comment() {
    boolean block = source.known(pos) == '/' && source.known(pos + 1) == '*';
    int i = Math.max(commentScan, block ? pos + 2 : pos + 1);
    int c = source.at(i);
    while (c != Source.END) {
      if (block) {
        if (c == '*' && source.at(i + 1) == '/') {
          commentDone(i + 2);
          return false;
        }
        if (source.starved()) {
          commentScan = i;
          return false;
        }
      } else if (c == '\n' || c == '\r') {
        commentDone(i);
        return false;
      } else if (commentEnd == NONE && open.any() && (c == '}' || c == ']')) {
        commentEnd = i;
      }
      c = source.at(++i);
    }
    commentScan = i;
    if (!source.starved()) {
      commentDone(commentEnd == NONE || block ? i : commentEnd);
    }
    return false;
  }

  private void commentDone(int end) {
    repairs.add(RepairCode.COMMENT, pos);
    pos = end;
    commentScan = NONE;
  }

  // Values

  private Place place() {
    if (open.none()) {
      return Place.TOP;
    }
    return open.inObject() ? Place.MEMBER : Place.ELEMENT;
  }

  private Outcome value() {
    int c = source.at(pos);
    boolean member = open.inObject();
    switch (c) {
      case Source.END -> {
        return source.starved() ? Outcome.WAIT : truncated();
      }
      case '{' -> {
        return push(Tape.OBJECT, 0, pos + 1);
      }
      case '[' -> {
        return push(Tape.ARRAY, 0, pos + 1);
      }
      case '(' -> {
        repairs.add(RepairCode.PARENTHESES, pos);
        return push(Tape.ARRAY, PARENTHESES, pos + 1);
      }
      case '}', ']', ')' -> {
        if (open.none()) {
          repairs.add(RepairCode.STRAY_BRACKET, pos);
          pos++;
          return Outcome.WAIT;
        }
        if (member) {
          missingValue();
          return Outcome.WAIT;
        }
        if (open.has(COMMA)) {
          repairs.add(RepairCode.EXTRA_COMMA, pos);
          open.clear(COMMA);
        }
        return closer(c);
      }
      case ',' -> {
        if (member) {
          missingValue();
          return Outcome.WAIT;
        }
        repairs.add(RepairCode.EXTRA_COMMA, pos);
        pos++;
        return Outcome.WAIT;
      }
      case ':' -> {
        repairs.add(RepairCode.MISSING_COLON, pos);
        pos++;
        return Outcome.WAIT;
      }
      case '.', 0xE2 -> {
        if (ellipsis()) {
          return Outcome.WAIT;
        }
      }
      case '/' -> {
        return regex();
      }
      case '`', '~' -> {
        if (source.fenceAt(pos)) {
          return skipFence();
        }
      }
      case '\\' -> {
        int n = source.quoteAt(pos + 1);
        if (n > 0) {
          return beginString(pos + 1, true, place());
        }
      }
      default -> {}
    }
    if (source.quoteAt(pos) > 0) {
      return beginString(pos, false, place());
    }
    if (Source.isWordStart(c) && call()) {
      return push(Tape.ARRAY, PARENTHESES, callEnd);
    }
    if (source.starved()) {
      return Outcome.WAIT;
    }
    joined = false;
    word.begin(pos, pos);
    state = State.BARE;
    return Outcome.WAIT;
  }

  /** A member's value that is not there reads as null. */
  private void missingValue() {
    repairs.add(RepairCode.MISSING_VALUE, pos);
    sink.literal("null");
    valueDone();
  }

  private Outcome push(int kind, int flag, int next) {
    if (open.full()) {
      return Outcome.TOO_DEEP;
    }
    int node = sink.add(Tape.node(kind, 0, sink.length()));
    open.push(node, kind, flag);
    state = kind == Tape.OBJECT ? State.KEY : State.VALUE;
    key = NONE;
    pos = next;
    return Outcome.WAIT;
  }

  private boolean ellipsis() {
    int n =
        source.startsWith(pos, "...")
            ? 3
            : source.at(pos + 1) == 0x80 && source.at(pos + 2) == 0xA6 ? 3 : 0;
    if (n == 0 || source.starved() || open.none()) {
      return false;
    }
    int p = source.skipSpace(pos + n);
    int c = source.at(p);
    if (source.starved()) {
      return false;
    }
    if (c != ',' && c != ']' && c != '}' && c != ')' && c != Source.END && c != '/' && c != '#') {
      return false;
    }
    repairs.add(RepairCode.ELLIPSIS, pos);
    pos = c == ',' ? p + 1 : p;
    open.clear(COMMA);
    return true;
  }

  private Outcome skipFence() {
    int p = source.afterFence(pos);
    while (Source.isWord(source.at(p))) {
      p++;
    }
    if (source.starved()) {
      return Outcome.WAIT;
    }
    repairs.add(RepairCode.CODE_FENCE, pos);
    pos = p;
    return Outcome.WAIT;
  }

  private Outcome regex() {
    int p = pos + 1;
    int c = source.at(p);
    boolean set = false;
    while (c != Source.END && c != '\n' && (c != '/' || set)) {
      set = c == '[' || set && c != ']';
      p += c == '\\' ? 2 : 1;
      c = source.at(p);
      if (p - pos > MAX_PATTERN) {
        break;
      }
    }
    if (source.starved()) {
      return Outcome.WAIT;
    }
    if (c != '/') {
      if (pos + 1 >= source.length() && open.none()) {
        pos++;
        return Outcome.WAIT;
      }
      joined = false;
      word.begin(pos, pos + 1);
      state = State.BARE;
      return Outcome.WAIT;
    }
    p++;
    while (Source.isLetter(source.at(p))) {
      p++;
    }
    if (source.starved()) {
      return Outcome.WAIT;
    }
    repairs.add(RepairCode.BARE_TEXT, pos);
    joined = false;
    text(pos, p, Notation.RAW, NONE, false);
    pos = p;
    valueDone();
    return Outcome.WAIT;
  }

  /** Takes a name and its opening parenthesis, as in {@code ObjectId("1")} or a JSONP callback. */
  private boolean call() {
    int p = pos;
    while (p < pos + 64
        && (Source.isWord(source.at(p)) && source.at(p) < 0x80 || source.at(p) == '.')) {
      p++;
    }
    int q = source.skipSpace(p);
    if (source.at(q) != '(' || source.starved()) {
      return false;
    }
    repairs.add(RepairCode.CALL, pos);
    callEnd = q + 1;
    return true;
  }

  // Strings

  private Outcome beginString(int quote, boolean escaped, Place place) {
    if (source.starved()) {
      return Outcome.WAIT;
    }
    string.begin(quote, escaped, place, open.depth(), open.arrays() > 0, open.has(PARENTHESES));
    joined = state == State.JOINED_STRING;
    pos = quote;
    state = State.STRING;
    return Outcome.WAIT;
  }

  private Outcome finishString() {
    if (!string.find()) {
      return Outcome.WAIT;
    }
    int quote = string.open();
    if (string.escapedQuotes()) {
      repairs.add(RepairCode.ESCAPED_QUOTES, quote - 1);
    } else if (source.known(quote) != '"' || string.doubled()) {
      repairs.add(RepairCode.QUOTE_STYLE, quote);
    }
    int end = Math.max(string.end(), string.body());
    Notation notation = string.escapedQuotes() ? Notation.ESCAPED : Notation.QUOTED;
    if (string.place() == Place.KEY) {
      if (string.cut() && end == string.body()) {
        pos = string.next();
        state = State.KEY;
        return Outcome.WAIT;
      }
      keyText(string.body(), end, notation, quote, string.cut());
    } else {
      text(string.body(), end, notation, quote, string.cut());
    }
    if (string.missing() && !(string.cut() && open.any())) {
      repairs.add(string.cut() ? RepairCode.TRUNCATED : RepairCode.MISSING_CLOSING_QUOTE, end);
    }
    pos = string.next();
    if (string.place() == Place.KEY) {
      keyBare = false;
      state = State.COLON;
    } else {
      valueDone();
    }
    return Outcome.WAIT;
  }

  /** Writes a text as the next value, or at the end of the one before if the two are joined. */
  private void text(int from, int to, Notation notation, int quote, boolean cut) {
    boolean append = joined && last >= 0;
    joined = false;
    int start = append ? Tape.offset(sink.node(last)) : sink.length();
    boolean before = append && Tape.kind(sink.node(last)) == Tape.STRING_ESCAPED;
    sink.begin();
    sink.string(from, to, notation, quote, cut);
    int kind = before || sink.escaped() ? Tape.STRING_ESCAPED : Tape.STRING;
    long node = Tape.node(kind, sink.length() - start, start);
    if (append) {
      sink.set(last, node);
    } else {
      last = sink.add(node);
    }
  }

  private void keyText(int from, int to, Notation notation, int quote, boolean cut) {
    int start = sink.begin();
    sink.string(from, to, notation, quote, cut);
    key =
        sink.add(
            Tape.key(
                sink.escaped() ? Tape.KEY_ESCAPED : Tape.KEY, 0, sink.length() - start, start));
  }

  /** After {@code +}: the next string belongs to the one before. */
  private Outcome joinString() {
    if (!trivia()) {
      return Outcome.WAIT;
    }
    if (source.quoteAt(pos) > 0 && !source.starved()) {
      return beginString(pos, false, place());
    }
    if (!source.starved()) {
      values += open.none() ? 1 : 0;
      state = open.none() ? State.TOP : State.AFTER;
    }
    return Outcome.WAIT;
  }

  // What follows a value

  private void valueDone() {
    lastEnd = pos;
    key = NONE;
    if (open.none()) {
      values++;
      completed = pos;
      state = State.TOP;
      if (!sequences && Tape.isContainer(sink.node(0))) {
        state = State.END;
      }
    } else {
      open.filled();
      state = State.AFTER;
    }
  }

  private boolean lastIsText() {
    if (last < 0 || last != sink.nodes() - 1) {
      return false;
    }
    int kind = Tape.kind(sink.node(last));
    return kind == Tape.STRING || kind == Tape.STRING_ESCAPED;
  }

  private Outcome after() {
    int c = source.at(pos);
    boolean object = open.inObject();
    switch (c) {
      case Source.END -> {
        return source.starved() ? Outcome.WAIT : truncated();
      }
      case ',' -> {
        pos++;
        open.set(COMMA | MANY);
        state = object ? State.KEY : State.VALUE;
        return Outcome.WAIT;
      }
      case '}', ']', ')' -> {
        return closer(c);
      }
      case ':' -> {
        if (!object && lastIsText()) {
          return implicitObject();
        }
        repairs.add(RepairCode.DROPPED_TEXT, pos);
        pos++;
        return Outcome.WAIT;
      }
      case '+' -> {
        if (lastIsText()) {
          repairs.add(RepairCode.CONCATENATION, pos);
          pos++;
          state = State.JOINED_STRING;
          return Outcome.WAIT;
        }
      }
      case ';' -> {
        repairs.add(RepairCode.DROPPED_TEXT, pos);
        pos++;
        return Outcome.WAIT;
      }
      case '`', '~' -> {
        if (source.fenceAt(pos)) {
          return skipFence();
        }
      }
      default -> {}
    }
    if (strayQuote(object)) {
      return Outcome.WAIT;
    }
    if (source.starved()) {
      return Outcome.WAIT;
    }
    if (!object
        || c == '"'
        || c == '\''
        || c == '['
        || source.quoteAt(pos) > 0
        || source.bareKeyAt(pos)) {
      repairs.add(RepairCode.MISSING_COMMA, pos);
    }
    open.set(COMMA);
    state = object ? State.KEY : State.VALUE;
    return Outcome.WAIT;
  }

  /** Drops a quotation mark that can neither open nor close anything. */
  private boolean strayQuote(boolean object) {
    int n = source.quoteAt(pos);
    if (n == 0) {
      return false;
    }
    int p = source.skipSpace(pos + n);
    int c = source.at(p);
    boolean ends = c == ',' || c == '}' || c == ']' || c == Source.END;
    if (!ends || source.starved() || !object && pos > lastEnd) {
      return false;
    }
    if (object && source.quotedKeyAt(pos) || source.starved()) {
      return false;
    }
    repairs.add(RepairCode.STRAY_QUOTE, pos);
    pos += n;
    return true;
  }

  /** The text before the colon at {@code pos} was a name: braces around it are missing. */
  private Outcome implicitObject() {
    if (open.has(MANY)
        && open.depth() > 1
        && !open.has(PARENTHESES | BRACES)
        && open.aroundIs(Tape.OBJECT)) {
      return nameAfterArray();
    }
    if (open.full()) {
      return Outcome.TOO_DEEP;
    }
    long text = sink.node(last);
    int at = last;
    sink.insert(at, Tape.node(Tape.OBJECT, 0, Tape.offset(text)));
    if (sink.full()) {
      return Outcome.WAIT;
    }
    repairs.add(RepairCode.MISSING_BRACE, pos);
    int kind = Tape.kind(text) == Tape.STRING ? Tape.KEY : Tape.KEY_ESCAPED;
    key = at + 1;
    keyBare = false;
    sink.set(key, Tape.key(kind, 0, Tape.length(text), Tape.offset(text)));
    open.push(at, Tape.OBJECT, IMPLICIT);
    if (open.depth() == 1) {
      values--;
    }
    state = State.COLON;
    last = NONE;
    return Outcome.WAIT;
  }

  /** The array around was not closed before a name of the object around it. */
  private Outcome nameAfterArray() {
    long text = sink.node(last);
    repairs.add(RepairCode.MISSING_BRACKET, pos);
    open.popArrayBefore(last);
    int kind = Tape.kind(text) == Tape.STRING ? Tape.KEY : Tape.KEY_ESCAPED;
    key = last;
    keyBare = false;
    sink.set(key, Tape.key(kind, 0, Tape.length(text), Tape.offset(text)));
    state = State.COLON;
    last = NONE;
    return Outcome.WAIT;
  }

  // Closing

  private Outcome closer(int c) {
    boolean object = open.inObject();
    boolean parentheses = open.has(PARENTHESES);
    if (c == ')') {
      if (parentheses) {
        pos++;
        close();
        return Outcome.WAIT;
      }
    } else if (c == '}') {
      if (object || open.has(BRACES)) {
        pos++;
        close();
        return Outcome.WAIT;
      }
      if (!parentheses && open.depth() == 2 && open.objects() == 1 && memberFollows()) {
        repairs.add(RepairCode.STRAY_BRACKET, pos);
        pos++;
        close();
        return Outcome.WAIT;
      }
      if (open.objects() > 0 && !objectFollows()) {
        return closeThrough(Tape.OBJECT);
      }
    } else {
      if (!object && !parentheses) {
        pos++;
        close();
        return Outcome.WAIT;
      }
      if (object && open.has(IMPLICIT) && open.depth() > 1) {
        close();
        return Outcome.WAIT;
      }
      if (open.arrays() > 0) {
        return closeThrough(Tape.ARRAY);
      }
    }
    if (source.starved()) {
      return Outcome.WAIT;
    }
    repairs.add(RepairCode.STRAY_BRACKET, pos);
    pos++;
    return Outcome.WAIT;
  }

  /**
   * Whether the brace at {@code pos} is followed by a comma and another brace: it is one too many.
   */
  private boolean objectFollows() {
    int p = source.skipSpace(pos + 1);
    return source.at(p) == ',' && source.at(source.skipSpace(p + 1)) == '{';
  }

  /** Whether the brace at {@code pos} is followed by another member: it should be a bracket. */
  private boolean memberFollows() {
    int p = source.skipSpace(pos + 1);
    if (source.at(p) != ',') {
      return false;
    }
    p = source.skipSpace(p + 1);
    return source.quotedKeyAt(p) || source.bareKeyAt(p);
  }

  private Outcome closeThrough(int kind) {
    if (source.starved()) {
      return Outcome.WAIT;
    }
    repairs.add(RepairCode.MISSING_BRACKET, pos);
    while (open.any()) {
      boolean found = Tape.kind(sink.node(open.top())) == kind && !open.has(PARENTHESES);
      if (found) {
        pos++;
        close();
        return Outcome.WAIT;
      }
      close();
    }
    return Outcome.WAIT;
  }

  /** Closes the innermost container. */
  private void close() {
    last = open.pop();
    valueDone();
  }

  // Members

  private Outcome key() {
    int c = source.at(pos);
    switch (c) {
      case Source.END -> {
        return source.starved() ? Outcome.WAIT : truncated();
      }
      case '}', ']', ')' -> {
        if (open.has(COMMA) && c != ')') {
          repairs.add(RepairCode.EXTRA_COMMA, pos);
          open.clear(COMMA);
        }
        return closer(c);
      }
      case ',' -> {
        repairs.add(RepairCode.EXTRA_COMMA, pos);
        pos++;
        return Outcome.WAIT;
      }
      case ':', ';', '+' -> {
        repairs.add(RepairCode.DROPPED_TEXT, pos);
        pos++;
        return Outcome.WAIT;
      }
      case '{' -> {
        return braceAsKey();
      }
      case '[' -> {
        return arrayAsKey();
      }
      case '(' -> {
        repairs.add(RepairCode.DROPPED_TEXT, pos);
        pos++;
        return Outcome.WAIT;
      }
      case '.', 0xE2 -> {
        if (ellipsis()) {
          return Outcome.WAIT;
        }
      }
      case '`', '~' -> {
        if (source.fenceAt(pos)) {
          return skipFence();
        }
      }
      case '\\' -> {
        if (source.quoteAt(pos + 1) > 0) {
          return beginString(pos + 1, true, Place.KEY);
        }
      }
      default -> {}
    }
    if (source.quoteAt(pos) > 0) {
      return beginString(pos, false, Place.KEY);
    }
    if (source.starved()) {
      return Outcome.WAIT;
    }
    word.begin(pos, pos);
    state = State.BARE_KEY;
    return Outcome.WAIT;
  }

  /**
   * An object where a name should be: the next element of the array around, or a brace too many.
   */
  private Outcome braceAsKey() {
    boolean element = open.has(FILLED) && open.depth() > 1 && open.aroundIs(Tape.ARRAY);
    if (element) {
      repairs.add(RepairCode.MISSING_BRACKET, pos);
      close();
      state = State.VALUE;
      return Outcome.WAIT;
    }
    repairs.add(RepairCode.MISSING_BRACE, pos);
    pos++;
    return Outcome.WAIT;
  }

  /** An array where a name should be: it goes on with the one before, or the object is an array. */
  private Outcome arrayAsKey() {
    int top = open.top();
    boolean reopen =
        last >= 0
            && last > top
            && Tape.kind(sink.node(last)) == Tape.ARRAY
            && Tape.length(sink.node(last)) == sink.nodes();
    if (reopen) {
      if (open.full()) {
        return Outcome.TOO_DEEP;
      }
      repairs.add(RepairCode.REOPENED_ARRAY, pos);
      open.push(last, Tape.ARRAY, FILLED | MANY | COMMA);
      pos++;
      state = State.VALUE;
      return Outcome.WAIT;
    }
    if (open.has(FILLED)) {
      repairs.add(RepairCode.DROPPED_TEXT, pos);
      pos++;
      return Outcome.WAIT;
    }
    bracesAsArray();
    state = State.VALUE;
    return Outcome.WAIT;
  }

  private void bracesAsArray() {
    repairs.add(RepairCode.BRACES_AS_ARRAY, pos);
    open.becomesArray();
  }

  private Outcome colon() {
    int c = source.at(pos);
    switch (c) {
      case ':' -> {
        pos++;
        state = State.VALUE;
        return Outcome.WAIT;
      }
      case '=' -> {
        if (source.at(pos + 1) == Source.END && source.starved()) {
          return Outcome.WAIT;
        }
        repairs.add(RepairCode.MISSING_COLON, pos);
        pos += source.at(pos + 1) == '>' ? 2 : 1;
        state = State.VALUE;
        return Outcome.WAIT;
      }
      case Source.END -> {
        if (source.starved()) {
          return Outcome.WAIT;
        }
        state = State.VALUE;
        return Outcome.WAIT;
      }
      case ',', '}', ']' -> {
        return keyWithoutValue(c);
      }
      default -> {}
    }
    repairs.add(RepairCode.MISSING_COLON, pos);
    state = State.VALUE;
    return Outcome.WAIT;
  }

  /**
   * A name that is followed by no colon: an element of a set, a word too many, or a name cut short.
   */
  private Outcome keyWithoutValue(int c) {
    if (!open.has(FILLED) && !open.has(IMPLICIT)) {
      long name = sink.node(key);
      int kind = Tape.kind(name) == Tape.KEY ? Tape.STRING : Tape.STRING_ESCAPED;
      last = key;
      if (keyBare) {
        sink.truncate(key, Tape.offset(name));
        bareValue(word.from(), bareTo);
        if (sink.full()) {
          return Outcome.WAIT;
        }
      } else {
        sink.set(key, Tape.node(kind, Tape.keyLength(name), Tape.offset(name)));
      }
      bracesAsArray();
      valueDone();
      return Outcome.WAIT;
    }
    if (keyBare) {
      repairs.add(RepairCode.DROPPED_TEXT, word.from());
      sink.truncate(key, Tape.offset(sink.node(key)));
      key = NONE;
      state = c == ',' ? State.AFTER : State.KEY;
      open.clear(COMMA);
      return Outcome.WAIT;
    }
    missingValue();
    return Outcome.WAIT;
  }

  // Texts without quotation marks

  private Outcome bare() {
    int i = word.findEnd(open.depth(), open.inObject(), open.has(PARENTHESES));
    return i == NONE ? Outcome.WAIT : bareEnds(i);
  }

  private Outcome bareEnds(int i) {
    int from = word.from();
    int to = source.lastInk(i, from) + 1;
    if (to == from) {
      repairs.add(RepairCode.DROPPED_TEXT, from);
      pos = from + Math.max(1, source.quoteAt(from));
      state = open.none() && values > 0 ? State.TOP : State.VALUE;
      return Outcome.WAIT;
    }
    int next = to;
    boolean quoted = false;
    int n = source.quoteAt(to);
    if (to == i && n > 0) {
      int p = source.skipSpace(to + n);
      int c = source.at(p);
      quoted =
          c == ','
              || c == '}'
              || c == ']'
              || c == ')'
              || c == Source.END
              || c == ':' && !open.inObject();
      next = quoted ? to + n : to;
    }
    if (source.starved()) {
      return Outcome.WAIT;
    }
    String begun = word.atEnd() ? word.literalBegunBy(from, to) : null;
    if (begun != null) {
      if (open.none()) {
        repairs.add(RepairCode.TRUNCATED, to);
      }
      last = sink.literal(begun);
      pos = to;
      valueDone();
      return Outcome.WAIT;
    }
    boolean sign = open.any() && to == from + 1 && source.known(from) == '-';
    boolean nothingMore = sign && source.at(source.skipSpace(to)) == Source.END;
    if (source.starved()) {
      return Outcome.WAIT;
    }
    if (nothingMore) {
      repairs.add(RepairCode.DROPPED_TEXT, from);
      pos = to;
      return truncated();
    }
    if (quoted) {
      if (word.isText(from, to)) {
        repairs.add(RepairCode.MISSING_OPENING_QUOTE, from);
      } else {
        repairs.add(RepairCode.STRAY_QUOTE, to);
      }
    }
    bareValue(from, to);
    pos = next;
    valueDone();
    return Outcome.WAIT;
  }

  private void bareValue(int from, int to) {
    int node = word.value(from, to);
    if (node != NONE) {
      last = node;
      return;
    }
    repairs.add(RepairCode.BARE_TEXT, from);
    text(from, to, Notation.RAW, NONE, false);
  }

  // Names without quotation marks

  private Outcome bareKey() {
    int i = word.findNameEnd();
    if (i == NONE) {
      return Outcome.WAIT;
    }
    int from = word.from();
    int to = source.lastInk(i, from) + 1;
    if (to == from) {
      repairs.add(RepairCode.DROPPED_TEXT, from);
      pos = from + 1;
      state = State.KEY;
      return Outcome.WAIT;
    }
    int next = i;
    if (word.nameEndsAtMark(i)) {
      int n = source.quoteAt(i);
      boolean closing = to == i && source.at(source.skipSpace(i + n)) == ':';
      boolean beginsKey = !closing && source.quotedKeyAt(i);
      if (source.starved()) {
        return Outcome.WAIT;
      }
      if (beginsKey) {
        repairs.add(RepairCode.DROPPED_TEXT, from);
        pos = i;
        state = State.KEY;
        return Outcome.WAIT;
      }
      if (closing) {
        repairs.add(RepairCode.MISSING_OPENING_QUOTE, from);
        next = i + n;
      } else {
        repairs.add(RepairCode.BARE_KEY, from);
      }
    } else {
      repairs.add(RepairCode.BARE_KEY, from);
    }
    bareTo = to;
    keyText(from, to, Notation.RAW, NONE, false);
    keyBare = true;
    pos = next;
    state = State.COLON;
    return Outcome.WAIT;
  }

  // The end

  /** The input, or the fence around it, ended. */
  private Outcome truncated() {
    if (open.any()) {
      if (key >= 0 && sink.nodes() == key + 1) {
        repairs.add(RepairCode.MISSING_VALUE, pos);
        sink.literal("null");
        if (sink.full()) {
          return Outcome.WAIT;
        }
      }
      repairs.add(RepairCode.TRUNCATED, pos);
      while (open.any()) {
        close();
      }
      completed = pos;
    }
    state = State.END;
    return Outcome.WAIT;
  }

  /** After a value that stands in nothing: another value, something to skip, or the end. */
  private Outcome top() {
    int c = source.at(pos);
    boolean line = source.newlineBetween(Math.max(0, lastEnd), pos);
    switch (c) {
      case Source.END -> {
        if (!source.starved()) {
          state = State.END;
        }
        return Outcome.WAIT;
      }
      case ',' -> {
        repairs.add(RepairCode.EXTRA_COMMA, pos);
        topComma = true;
        pos++;
        lastEnd = pos;
        return Outcome.WAIT;
      }
      case '}', ']', ')' -> {
        repairs.add(RepairCode.STRAY_BRACKET, pos);
        pos++;
        lastEnd = pos;
        completed = pos;
        return Outcome.WAIT;
      }
      case ';' -> {
        pos++;
        lastEnd = pos;
        completed = pos;
        return Outcome.WAIT;
      }
      case ':' -> {
        if (lastIsText() && sink.nodes() == 1) {
          return implicitObject();
        }
      }
      case '+' -> {
        if (lastIsText() && !topComma) {
          repairs.add(RepairCode.CONCATENATION, pos);
          pos++;
          values--;
          state = State.JOINED_STRING;
          return Outcome.WAIT;
        }
      }
      default -> {}
    }
    boolean more = sequences && startsAnother(c, line);
    if (source.starved()) {
      return Outcome.WAIT;
    }
    if (!more) {
      state = State.END;
      return Outcome.WAIT;
    }
    if (values == 1) {
      sink.insert(0, Tape.node(Tape.ARRAY, 0, 0));
      if (sink.full()) {
        return Outcome.WAIT;
      }
      repairs.add(RepairCode.SEQUENCE, pos);
    }
    topComma = false;
    last = NONE;
    state = State.VALUE;
    return Outcome.WAIT;
  }

  private boolean startsAnother(int c, boolean line) {
    boolean containers = Tape.isContainer(sink.node(values > 1 ? 1 : 0));
    if (c == '{') {
      return topComma || line || containers;
    }
    if (c == '[') {
      int n = source.at(source.skipSpace(pos + 1));
      boolean plausible =
          n == '{'
              || n == '['
              || n == ']'
              || n == '-'
              || Source.isDigit(n)
              || n == '"'
              || n == '\'';
      return plausible && (topComma || line || containers);
    }
    if (!topComma && !line) {
      return false;
    }
    if (source.quoteAt(pos) > 0 && !source.fenceAt(pos) || Source.isDigit(c) || c == '-') {
      return true;
    }
    return !containers && Source.isWordStart(c);
  }

  /**
   * Closes what is still open in the tape, so that it can be read; the next step undoes nothing.
   */
  int finishSequence() {
    if (values > 1) {
      sink.close(0);
    }
    return sink.nodes();
  }
}
