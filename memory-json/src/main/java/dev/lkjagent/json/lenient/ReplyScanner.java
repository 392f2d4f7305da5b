package dev.lkjagent.json.lenient;

import dev.lkjagent.memory.tree.Tape;

/**
 * Finds the block in what a model said, and has it read.
 *
 * <p>Whatever stands around the block is gone through once, from the front: prose, blocks of
 * thoughts, fences, comments. What counts as the block is described at {@link ReplyForm}.
 */
final class ReplyScanner {
  /** What {@link #advance} answers. */
  enum Outcome {
    /** More input is needed. */
    WAIT,
    /** The block is complete. */
    DONE,
    /** The region for text or nodes is full; go on with a larger one. */
    FULL,
    /** The reply ends in a fault. */
    FAULT
  }

  private enum Phase {
    START,
    PROSE,
    THOUGHTS,
    SKIPPED_FENCE,
    ELEMENT,
    JSON,
    XML,
    TRAIL,
    REST,
    DONE
  }

  private static final int NONE = -1;
  private static final int MAX_INSTRUCTION = 1024;
  private static final int MAX_FAILED_SEARCHES = 16;

  private final Source source;
  private final Sink sink;
  private final Repairs repairs;
  private final Tags tags;
  private final JsonLenient json;
  private final XmlLenient xml;
  private final Finder search;

  private ReplyForm form = ReplyForm.ANY;
  private Phase phase = Phase.START;
  private int pos;
  private int start;
  private int block;
  private int blockEnd;
  private int tagFrom;
  private int tagTo;
  private int afterTag;
  private int failedSearches;
  private int noThoughtsEnd;
  private int skipFrom;
  private boolean fenced;
  private boolean held;
  private boolean bare;
  private boolean proseReported;
  private LenientFault fault = LenientFault.NONE;
  private int faultAt;

  ReplyScanner(Source source, Sink sink, Repairs repairs, int maxDepth) {
    this.source = source;
    this.sink = sink;
    this.repairs = repairs;
    tags = new Tags(source);
    json = new JsonLenient(source, sink, repairs, maxDepth);
    xml = new XmlLenient(source, sink, repairs, tags, maxDepth);
    search = new Finder(source);
  }

  void begin(ReplyForm form) {
    this.form = form;
    phase = Phase.START;
    pos = 0;
    start = 0;
    block = NONE;
    blockEnd = NONE;
    failedSearches = 0;
    noThoughtsEnd = NONE;
    fenced = false;
    held = false;
    bare = false;
    proseReported = false;
    fault = LenientFault.NONE;
    faultAt = 0;
    search.reset();
  }

  LenientFault fault() {
    return fault;
  }

  int faultAt() {
    return faultAt;
  }

  /** Where the block begins that is read or was read last, 0 without one. */
  int blockAt() {
    return Math.max(0, block);
  }

  /** Where the block ends; what follows was not part of it. */
  int used() {
    return blockEnd;
  }

  Outcome advance() {
    for (; ; ) {
      source.feedAgain();
      Outcome outcome;
      switch (phase) {
        case START -> outcome = start();
        case PROSE, TRAIL -> outcome = prose();
        case THOUGHTS -> outcome = thoughts();
        case SKIPPED_FENCE -> outcome = skippedFence();
        case ELEMENT -> outcome = element();
        case JSON -> outcome = jsonBlock();
        case XML -> outcome = xmlBlock();
        case REST -> outcome = rest();
        default -> {
          return fault == LenientFault.NONE ? Outcome.DONE : Outcome.FAULT;
        }
      }
      if (outcome != Outcome.DONE) {
        return outcome;
      }
    }
  }

  /** Closes what is open, so that the tree can be read as far as it has come. */
  boolean show() {
    sink.save();
    repairs.save();
    if (phase == Phase.JSON) {
      json.show();
    } else if (phase == Phase.XML) {
      xml.show();
    }
    if (sink.nodes() == 0 || sink.full()) {
      unshow();
      return false;
    }
    return true;
  }

  void unshow() {
    sink.restore();
    repairs.restore();
    sink.roomAgain();
  }

  private Outcome fail(LenientFault what, int at) {
    fault = what;
    faultAt = at;
    phase = Phase.DONE;
    return Outcome.FAULT;
  }

  /** Decides by its first sign whether the reply is nothing but a value. */
  private Outcome start() {
    int p = source.skipSpace(pos);
    int c = source.at(p);
    if (source.starved()) {
      return Outcome.WAIT;
    }
    if (c == Source.END) {
      return fail(LenientFault.EMPTY, p);
    }
    start = p;
    boolean value =
        form != ReplyForm.XML
            && (form == ReplyForm.JSON && c != '`' && c != '~' && !isProse(c) || startsValue(p, c));
    if (source.starved()) {
      return Outcome.WAIT;
    }
    pos = p;
    if (value) {
      int skip = (c == '[' || c == '{') && source.fenceAt(p + 1) ? afterFenceHead(p + 1) : p;
      if (source.starved()) {
        return Outcome.WAIT;
      }
      if (skip != p) {
        repairs.add(RepairCode.STRAY_BRACKET, p);
        repairs.add(RepairCode.CODE_FENCE, p + 1);
      }
      beginJson(skip, skip != p);
    } else {
      phase = Phase.PROSE;
    }
    return Outcome.DONE;
  }

  private static boolean isProse(int c) {
    return Source.isWordStart(c) || c == '*' || c == '#' || c == '<' || c == '/';
  }

  private boolean startsValue(int p, int c) {
    if (c == '{' || c == '[' || c == '(') {
      return true;
    }
    if (c == '\\') {
      return source.quoteAt(p + 1) > 0;
    }
    if (source.fenceAt(p)) {
      return false;
    }
    return source.quoteAt(p) > 0 || callAt(p);
  }

  /** A name and a parenthesis with a value in it: JSONP, or a constructor. */
  private boolean callAt(int p) {
    int q = p;
    while (q < p + 64
        && (Source.isWord(source.at(q)) && source.at(q) < 0x80 || source.at(q) == '.')) {
      q++;
    }
    if (q == p) {
      return false;
    }
    q = source.skipSpace(q);
    if (source.at(q) != '(') {
      return false;
    }
    q = source.skipSpace(q + 1);
    int c = source.at(q);
    return c == '{'
        || c == '['
        || c == '-'
        || Source.isDigit(c)
        || source.quoteAt(q) > 0
        || source.startsWith(q, "null")
        || source.startsWith(q, "true")
        || source.startsWith(q, "false");
  }

  private void beginJson(int at, boolean inFence) {
    sink.clear();
    block = at;
    fenced = inFence;
    json.begin(at, inFence, form.sequences());
    phase = Phase.JSON;
  }

  private void beginXml(int at, boolean inFence) {
    sink.clear();
    if (held) {
      repairs.add(RepairCode.SKIPPED_BLOCK, block);
      held = false;
    }
    block = at;
    fenced = inFence;
    xml.begin(at, inFence);
    phase = Phase.XML;
  }

  private void reportProse(int to) {
    if (!proseReported && !held) {
      proseReported = true;
      if (source.lastInk(to, start) >= start) {
        repairs.add(RepairCode.LEADING_TEXT, source.skipSpace(start));
      }
    }
  }

  // Around the block

  private Outcome prose() {
    int p = pos;
    for (; ; ) {
      int c = source.at(p);
      switch (c) {
        case Source.END -> {
          pos = p;
          return source.starved() ? Outcome.WAIT : nothingFound();
        }
        case '<' -> {
          pos = p;
          Outcome markup = markup(p);
          if (source.starved()) {
            return Outcome.WAIT;
          }
          if (markup != Outcome.WAIT) {
            return markup;
          }
          p = Math.max(pos, p + 1);
          continue;
        }
        case '`', '~' -> {
          boolean fence = source.fenceAt(p);
          if (source.starved()) {
            pos = p;
            return Outcome.WAIT;
          }
          if (fence) {
            pos = p;
            return fence(p);
          }
        }
        case '{', '[' -> {
          boolean plausible = !held && form != ReplyForm.XML && plausible(p, c);
          if (source.starved()) {
            pos = p;
            return Outcome.WAIT;
          }
          if (plausible) {
            reportProse(p);
            beginJson(p, false);
            return Outcome.DONE;
          }
        }
        default -> {}
      }
      p++;
    }
  }

  /** Whether a bracket in prose begins a value. */
  private boolean plausible(int p, int c) {
    int q = source.skipSpace(p + 1);
    int d = source.at(q);
    if (c == '{') {
      return d == '}'
          || d == '"'
          || d == '\''
          || d == '\\'
          || d == '/'
          || d == Source.END
          || source.quoteAt(q) > 0
          || source.bareKeyAt(q)
          || d == '.'
          || d == '#'
          || d == '{';
    }
    if (d == '{' || d == '[' || d == '"' || d == ']' || d == '\'') {
      return true;
    }
    if (source.newlineBetween(p + 1, q)) {
      return d == '-' || Source.isDigit(d) || d == '/' || d == Source.END;
    }
    if (d != '-' && !Source.isDigit(d)) {
      return false;
    }
    for (int i = q; i < q + 64; i++) {
      int e = source.at(i);
      if (e == ',') {
        return true;
      }
      if (e == ']' || e == Source.END || Source.isLetter(e)) {
        return false;
      }
    }
    return false;
  }

  /** What a {@code <} in prose begins; {@link Outcome#WAIT} if it is nothing, or was skipped. */
  private Outcome markup(int p) {
    int c = source.at(p + 1);
    if (c == '!') {
      return declaration(p);
    }
    if (c == '?') {
      int end = endWithin(p, "?>", MAX_INSTRUCTION);
      if (end > 0 && !source.starved()) {
        pos = end;
        start = source.lastInk(p, start) < start ? end : start;
      }
      return Outcome.WAIT;
    }
    if (c == '/') {
      return strayThoughtsEnd(p);
    }
    if (!Tags.isNameStart(c)) {
      return Outcome.WAIT;
    }
    int end = tags.readTag(p);
    if (source.starved() || end == Tags.NOT_A_TAG) {
      return Outcome.WAIT;
    }
    int from = p + 1;
    int to = tags.nameEnd();
    int role = tags.roleOf(from, to);
    if (role == Tags.THOUGHTS && end > 0 && form != ReplyForm.XML) {
      return beginThoughts(p, from, to, end);
    }
    if (form == ReplyForm.JSON) {
      return Outcome.WAIT;
    }
    if (role == Tags.AGENT) {
      reportProse(p);
      beginXml(p, false);
      return Outcome.DONE;
    }
    boolean first = source.lastInk(p, start) < start;
    if (held || end < 0 && !first) {
      return Outcome.WAIT;
    }
    if (first || tags.selfClosing() && form == ReplyForm.XML) {
      beginXml(p, false);
      return Outcome.DONE;
    }
    if (tags.selfClosing() || failedSearches >= MAX_FAILED_SEARCHES) {
      return Outcome.WAIT;
    }
    tagFrom = from;
    tagTo = to;
    afterTag = end;
    pos = p;
    phase = Phase.ELEMENT;
    return Outcome.DONE;
  }

  /** In prose, an element is one only if it is closed. */
  private Outcome element() {
    int close = search.nextEndTag(tagFrom, tagTo - tagFrom, afterTag);
    if (source.starved()) {
      return Outcome.WAIT;
    }
    if (close < 0) {
      failedSearches++;
      pos = afterTag;
      phase = Phase.PROSE;
      return Outcome.DONE;
    }
    reportProse(pos);
    beginXml(pos, false);
    return Outcome.DONE;
  }

  private Outcome declaration(int p) {
    if (source.startsWith(p, "<!--")) {
      int end = endWithin(p, "-->", 1 << 16);
      if (end > 0 && !source.starved()) {
        repairs.add(RepairCode.COMMENT, p);
        pos = end;
        start = source.lastInk(p, start) < start ? end : start;
      }
    } else if (source.startsWith(p, "<![CDATA[")) {
      int end = endWithin(p, "]]>", 1 << 16);
      if (end > 0 && !source.starved()) {
        pos = end;
      }
    } else if (source.startsWithIgnoreCase(p, "<!doctype")) {
      for (int i = p + 9; i < p + MAX_INSTRUCTION; i++) {
        int c = source.at(i);
        if (source.starved() || c == Source.END) {
          return Outcome.WAIT;
        }
        if (c == '[') {
          return fail(LenientFault.DOCTYPE, p);
        }
        if (c == '>') {
          repairs.add(RepairCode.DOCTYPE, p);
          pos = i + 1;
          start = source.lastInk(p, start) < start ? i + 1 : start;
          return Outcome.WAIT;
        }
      }
    }
    return Outcome.WAIT;
  }

  private int endWithin(int p, String mark, int limit) {
    int end = search.next(mark, p);
    return source.starved() ? NONE : end < 0 || end - p > limit ? NONE : end + mark.length();
  }

  private Outcome beginThoughts(int p, int from, int to, int end) {
    if (noThoughtsEnd != NONE && p >= noThoughtsEnd) {
      return Outcome.WAIT;
    }
    tagFrom = from;
    tagTo = to;
    afterTag = end;
    pos = p;
    phase = Phase.THOUGHTS;
    return Outcome.DONE;
  }

  private Outcome thoughts() {
    int close = search.nextEndTag(tagFrom, tagTo - tagFrom, afterTag);
    if (source.starved()) {
      return Outcome.WAIT;
    }
    if (close >= 0) {
      source.at(source.skipSpace(close + 2 + tagTo - tagFrom));
      if (source.starved()) {
        return Outcome.WAIT;
      }
    }
    boolean leading = source.lastInk(pos, start) < start;
    int next = afterTag;
    if (!leading) {
      reportProse(pos);
    }
    if (close < 0) {
      repairs.add(RepairCode.UNCLOSED_THINK, pos);
      noThoughtsEnd = pos;
    } else {
      next = close + 2 + tagTo - tagFrom;
      next = source.skipSpace(next);
      if (source.at(next) == '>') {
        next++;
      }
      repairs.add(RepairCode.THINK_BLOCK, pos);
    }
    pos = next;
    if (held) {
      phase = Phase.TRAIL;
      return Outcome.DONE;
    }
    start = leading ? next : start;
    phase = leading ? Phase.START : Phase.PROSE;
    return Outcome.DONE;
  }

  /** Thoughts whose opening tag stood in the prompt: everything so far was one. */
  private Outcome strayThoughtsEnd(int p) {
    int to = tags.nameEndAt(p + 2);
    if (source.starved() || to == p + 2 || tags.roleOf(p + 2, to) != Tags.THOUGHTS) {
      return Outcome.WAIT;
    }
    int end = source.skipSpace(to);
    if (source.at(end) != '>') {
      return Outcome.WAIT;
    }
    repairs.add(RepairCode.THINK_BLOCK, start);
    held = false;
    sink.clear();
    pos = end + 1;
    start = pos;
    proseReported = false;
    phase = Phase.START;
    return Outcome.DONE;
  }

  private int afterFenceHead(int p) {
    int q = source.afterFence(p);
    while (Source.isWord(source.at(q)) || source.at(q) == '+' || source.at(q) == '.') {
      q++;
    }
    return source.skipSpace(q);
  }

  /** A fence in prose: what is in it is the block if it begins like one. */
  private Outcome fence(int p) {
    int head = afterFenceHead(p);
    if (source.starved()) {
      return Outcome.WAIT;
    }
    int q = skipInstruction(head);
    int c = source.at(q);
    boolean element = c == '<' && Tags.isNameStart(source.at(q + 1)) && form != ReplyForm.JSON;
    int end = element ? tags.readTag(q) : Tags.NOT_A_TAG;
    int role = end > 0 ? tags.roleOf(q + 1, tags.nameEnd()) : Tags.OTHER;
    boolean value =
        form != ReplyForm.XML
            && !held
            && (c == '{' || c == '[' || c == '(' || c == '"' && source.known(head - 1) != ' ');
    if (source.starved()) {
      return Outcome.WAIT;
    }
    if (end > 0 && role != Tags.THOUGHTS && (!held || role == Tags.AGENT)) {
      reportProse(p);
      repairs.add(RepairCode.CODE_FENCE, p);
      beginXml(q, true);
    } else if (value) {
      reportProse(p);
      repairs.add(RepairCode.CODE_FENCE, p);
      beginJson(q, true);
    } else {
      skipFrom = source.afterFence(p);
      phase = Phase.SKIPPED_FENCE;
    }
    return Outcome.DONE;
  }

  private int skipInstruction(int p) {
    if (source.at(p) != '<' || source.at(p + 1) != '?') {
      return p;
    }
    for (int i = p + 2; i < p + MAX_INSTRUCTION; i++) {
      if (source.at(i) == '>') {
        return source.skipSpace(i + 1);
      }
      if (source.at(i) == Source.END) {
        return p;
      }
    }
    return p;
  }

  private Outcome skippedFence() {
    String mark = source.known(pos) == '`' ? "```" : "~~~";
    int close = search.next(mark, skipFrom);
    if (source.starved()) {
      return Outcome.WAIT;
    }
    int next = close < 0 ? skipFrom : source.afterFence(close);
    if (source.starved()) {
      return Outcome.WAIT;
    }
    pos = next;
    phase = held ? Phase.TRAIL : Phase.PROSE;
    return Outcome.DONE;
  }

  // The block

  private Outcome jsonBlock() {
    switch (json.run()) {
      case WAIT -> {
        return Outcome.WAIT;
      }
      case FULL -> {
        return Outcome.FULL;
      }
      case TOO_DEEP -> {
        return fail(LenientFault.TOO_DEEP, json.position());
      }
      case NOTHING -> {
        return fail(LenientFault.NO_BLOCK, block);
      }
      default -> {}
    }
    json.finishSequence();
    blockEnd = json.completed();
    pos = blockEnd;
    if (!form.prefersAgent() || !Tape.isContainer(sink.node(0)) || bare || isReply()) {
      phase = form.sequences() ? Phase.REST : Phase.DONE;
      return Outcome.DONE;
    }
    hold();
    return Outcome.DONE;
  }

  /** Whether an object has a part of the reply contract as a member. */
  private boolean isReply() {
    if (Tape.kind(sink.node(0)) != Tape.OBJECT) {
      return false;
    }
    int end = Tape.length(sink.node(0));
    int i = 1;
    while (i < end) {
      long key = sink.node(i);
      if (sink.isName(key, "agent")
          || sink.isName(key, "action")
          || sink.isName(key, "actions")
          || sink.isName(key, "next_state")) {
        return true;
      }
      long value = sink.node(i + 1);
      i = Tape.isContainer(value) ? Tape.length(value) : i + 2;
    }
    return false;
  }

  /**
   * Keeps the block, and looks through what follows for an agent block, which would be preferred.
   */
  private void hold() {
    held = true;
    phase = Phase.TRAIL;
    if (fenced) {
      int p = source.skipSpace(pos);
      pos = p;
    }
  }

  private Outcome xmlBlock() {
    switch (xml.run()) {
      case WAIT -> {
        return Outcome.WAIT;
      }
      case FULL -> {
        return Outcome.FULL;
      }
      case TOO_DEEP -> {
        return fail(LenientFault.TOO_DEEP, xml.position());
      }
      case RESTART -> {
        int again = xml.restart();
        repairs.add(RepairCode.RESTARTED_BLOCK, again);
        beginXml(again, fenced);
        return Outcome.DONE;
      }
      default -> {}
    }
    blockEnd = xml.completed();
    pos = blockEnd;
    boolean agent = sink.isName(sink.node(0), "agent");
    if (!form.prefersAgent() || agent) {
      phase = Phase.DONE;
      return Outcome.DONE;
    }
    hold();
    return Outcome.DONE;
  }

  /** Looks for the first thing after the block. */
  private Outcome rest() {
    int p = source.skipSpace(pos);
    if (fenced && source.fenceAt(p)) {
      p = source.skipSpace(source.afterFence(p));
    }
    boolean text = source.at(p) != Source.END;
    if (source.starved()) {
      return Outcome.WAIT;
    }
    if (text) {
      repairs.add(RepairCode.TRAILING_TEXT, p);
    }
    phase = Phase.DONE;
    return Outcome.DONE;
  }

  /** The input has ended, and no agent block was found: another block, a text, or a fault. */
  private Outcome nothingFound() {
    if (held) {
      pos = blockEnd;
      phase = Phase.REST;
      return Outcome.DONE;
    }
    int ink = source.lastInk(source.length(), start);
    if (ink < start) {
      return fail(LenientFault.EMPTY, start);
    }
    if (!form.texts()) {
      return fail(LenientFault.NO_BLOCK, start);
    }
    bare = true;
    if (isSpeech(start, ink + 1)) {
      return speech(start, ink + 1);
    }
    beginJson(start, false);
    return Outcome.DONE;
  }

  /** Whether a text is sentences and not a value: it begins with a word and has more than one. */
  private boolean isSpeech(int from, int to) {
    if (!Source.isLetter(source.known(from)) && source.known(from) < 0x80) {
      return false;
    }
    boolean blank = false;
    boolean several = false;
    for (int i = from; i < to; i++) {
      int c = source.known(i);
      blank |= c == ' ';
      several |= c == ',' || c == '\n' || c == '"' || c == '\'' || c == '(' || c == '[' || c == '{';
    }
    return blank && several;
  }

  private Outcome speech(int from, int to) {
    sink.clear();
    sink.save();
    repairs.save();
    int at = sink.begin();
    repairs.add(RepairCode.BARE_TEXT, from);
    sink.string(from, to, Sink.Notation.RAW, NONE, false);
    sink.add(Tape.node(sink.escaped() ? Tape.STRING_ESCAPED : Tape.STRING, sink.length() - at, at));
    if (sink.full()) {
      sink.restore();
      repairs.restore();
      return Outcome.FULL;
    }
    blockEnd = to;
    phase = Phase.DONE;
    return Outcome.DONE;
  }
}
