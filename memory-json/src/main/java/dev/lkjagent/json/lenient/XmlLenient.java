package dev.lkjagent.json.lenient;

import dev.lkjagent.memory.tree.Tape;

/**
 * Reads what was meant to be XML: one element with all that is in it.
 *
 * <p>Built like {@link JsonLenient}: steps that look first and write then, and are taken back when
 * input or room runs out. What makes it different from a parser of tag soup is that it knows the
 * reply contract: an action's type holds a word and not the value that follows it, a log that was
 * not closed ends where the first action begins, tags in a closed text that do not match are part
 * of the text, and what stands in a fence, in CDATA or in a block of thoughts closes nothing.
 */
final class XmlLenient {
  /** What {@link #run} answers. */
  enum Outcome {
    /** More input is needed. */
    WAIT,
    /** The element is closed, or the input has ended. */
    DONE,
    /** The sink is full. */
    FULL,
    /** The block was abandoned and begins again at {@link XmlLenient#restart}. */
    RESTART,
    /** More elements are open than the limit allows. */
    TOO_DEEP
  }

  private static final int NONE = -1;
  private static final int SEARCH_UNKNOWN = 16;

  private final Source source;
  private final Sink sink;
  private final Repairs repairs;
  private final Tags tags;
  private final NameTable names;
  private final Finder cdataEnd;
  private final Finder commentEnd;
  private final Finder instructionEnd;
  private final Finder thoughtsEnd;
  private final Finder rootEnd;
  private final Finder fences;
  private final int[] node;
  private final int[] nameFrom;
  private final int[] nameTo;
  private final int[] number;
  private final int[] role;
  private final int[] hoist;

  private int pos;
  private int scan;
  private int depth;
  private int leaf;
  private boolean childless;
  private boolean inFence;
  private int fence;
  private int fenceUnclosed;
  private boolean quotedReported;
  private boolean quotedText;
  private boolean done;
  private int completed;
  private int lastText;
  private int lastTextDepth;
  private int innerAgent;
  private int innerAgentDepth;
  private int innerAgentAt;

  private int savedPos;
  private int savedDepth;
  private boolean savedChildless;
  private int savedLeaf;

  XmlLenient(Source source, Sink sink, Repairs repairs, Tags tags, int maxDepth) {
    this.source = source;
    this.sink = sink;
    this.repairs = repairs;
    this.tags = tags;
    names = new NameTable(source);
    cdataEnd = new Finder(source);
    commentEnd = new Finder(source);
    instructionEnd = new Finder(source);
    thoughtsEnd = new Finder(source);
    rootEnd = new Finder(source);
    fences = new Finder(source);
    node = new int[maxDepth];
    nameFrom = new int[maxDepth];
    nameTo = new int[maxDepth];
    number = new int[maxDepth];
    role = new int[maxDepth];
    hoist = new int[maxDepth];
  }

  /** Begins with the start tag at a position. */
  void begin(int at, boolean inFence) {
    this.inFence = inFence;
    pos = at;
    scan = at;
    depth = 0;
    leaf = NONE;
    childless = false;
    fence = NONE;
    fenceUnclosed = NONE;
    quotedReported = false;
    quotedText = false;
    done = false;
    completed = at;
    lastText = NONE;
    lastTextDepth = NONE;
    innerAgent = NONE;
    innerAgentDepth = NONE;
    innerAgentAt = NONE;
    names.reset();
    cdataEnd.reset();
    commentEnd.reset();
    instructionEnd.reset();
    thoughtsEnd.reset();
    rootEnd.reset();
    fences.reset();
  }

  int completed() {
    return completed;
  }

  int position() {
    return pos;
  }

  /** Where a complete agent block begins inside one that was never closed. */
  int restart() {
    return innerAgent;
  }

  /** Makes the tree readable as it is; the sink and the repairs are restored afterwards. */
  void show() {
    int to = source.wholeCharacters(pos, Math.max(pos, scan));
    if (depth > 0 && scan == pos && source.startsWith(pos, "<![CDATA[")) {
      showCdata();
    } else if (depth > 0 && source.lastInk(to, pos) >= pos) {
      text(pos, to, false);
    }
    for (int level = 0; level < depth; level++) {
      sink.close(node[level]);
    }
  }

  private void showCdata() {
    int to = source.wholeCharacters(pos + 9, source.length());
    for (int k = 0; k < 2 && to > pos + 9 && source.known(to - 1) == ']'; k++) {
      to--;
    }
    int start = sink.begin();
    sink.cdata(pos + 9, to);
    int kind = sink.escaped() ? Tape.CDATA_ESCAPED : Tape.CDATA;
    sink.add(Tape.node(kind, sink.length() - start, start));
  }

  Outcome run() {
    while (!done) {
      savedPos = pos;
      savedDepth = depth;
      savedChildless = childless;
      savedLeaf = leaf;
      sink.save();
      repairs.save();
      source.feedAgain();
      Outcome outcome = depth == 0 ? root() : content();
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
    return Outcome.DONE;
  }

  private void restore() {
    if (pos != savedPos) {
      scan = savedPos;
    }
    pos = savedPos;
    depth = savedDepth;
    childless = savedChildless;
    leaf = savedLeaf;
    sink.restore();
    repairs.restore();
  }

  private Outcome root() {
    int end = tags.readTag(pos);
    if (source.starved()) {
      return Outcome.WAIT;
    }
    if (end < 0) {
      tags.readTag(pos);
      return cutRoot();
    }
    return startTag(end);
  }

  /** The input ended inside the root's start tag. */
  private Outcome cutRoot() {
    int from = pos + 1;
    int to = tags.nameEnd();
    repairs.add(RepairCode.TRUNCATED, source.length());
    writeName(from, to);
    int element = sink.add(Tape.node(Tape.ELEMENT, 0, sink.length()));
    if (!sink.full()) {
      sink.close(element);
      pos = source.length();
      completed = pos;
      done = true;
    }
    return Outcome.WAIT;
  }

  // Content

  private Outcome content() {
    int i = Math.max(scan, pos);
    for (; ; ) {
      int c = source.at(i);
      if (c == Source.END) {
        scan = i;
        return source.starved() ? Outcome.WAIT : atEnd();
      }
      if (c == '<') {
        int jump = fence == NONE ? NONE : fenced(i);
        if (source.starved()) {
          scan = i;
          return Outcome.WAIT;
        }
        if (jump > i) {
          i = jump;
          continue;
        }
        if (markupAt(i) || source.starved()) {
          scan = i;
          if (source.starved()) {
            return Outcome.WAIT;
          }
          if (i > pos) {
            flush(i);
            return Outcome.WAIT;
          }
          return markup();
        }
      } else if ((c == '`' || c == '~') && source.fenceAt(i)) {
        int after = source.afterFence(i);
        if (source.starved()) {
          scan = i;
          return Outcome.WAIT;
        }
        noteFence(i);
        i = after;
        continue;
      } else if (source.starved()) {
        scan = i;
        return Outcome.WAIT;
      }
      i++;
    }
  }

  private void noteFence(int i) {
    if (fence != NONE) {
      if (source.known(fence) == source.known(i)) {
        fence = NONE;
        quotedReported = false;
      }
    } else if (fenceUnclosed != NONE && i >= fenceUnclosed) {
      return;
    } else if (source.startsLine(i) || source.lastInk(i, pos) < pos) {
      fence = i;
    }
  }

  /** Inside a fence: where the fence ends, if it does and the block goes on after it. */
  private int fenced(int i) {
    String mark = source.known(fence) == '`' ? "```" : "~~~";
    int close = fences.next(mark, i);
    if (source.starved()) {
      return NONE;
    }
    if (close >= 0) {
      int end = rootEnd.nextEndTag(nameFrom[0], nameTo[0] - nameFrom[0], close);
      if (source.starved()) {
        return NONE;
      }
      if (end >= 0) {
        if (!quotedReported) {
          repairs.add(RepairCode.MARKUP_AS_TEXT, i);
          quotedReported = true;
          repairs.save();
        }
        quotedText = true;
        return close;
      }
    }
    fenceUnclosed = fence;
    fence = NONE;
    return NONE;
  }

  /** Whether the {@code <} at a position begins markup. */
  private boolean markupAt(int i) {
    int c = source.at(i + 1);
    if (c == '/') {
      return endTagAt(i);
    }
    if (c == '!') {
      if (source.startsWith(i, "<![CDATA[")) {
        return true;
      }
      return source.startsWith(i, "<!--")
          && (commentEnd.next("-->", i + 4) >= 0 || source.starved());
    }
    if (c == '?') {
      return Tags.isNameStart(source.at(i + 2))
          && (instructionEnd.next("?>", i + 2) >= 0 || source.starved());
    }
    return Tags.isNameStart(c) && tags.readTag(i) != Tags.NOT_A_TAG;
  }

  private boolean endTagAt(int i) {
    int from = endTagName(i);
    if (!Tags.isNameStart(source.at(from))) {
      return false;
    }
    int to = tags.nameEndAt(from);
    int p = to;
    while (Source.isBlank(source.at(p)) && p < to + 64) {
      p++;
    }
    int c = source.at(p);
    if (c == '>' || c == Source.END) {
      return source.starved() || c == Source.END || leaf == NONE || matching(from, to) != NONE;
    }
    return !source.starved() && matching(from, to) != NONE;
  }

  private int endTagName(int i) {
    int p = i + 2;
    while (Source.isBlank(source.at(p)) && p < i + 8) {
      p++;
    }
    return p;
  }

  /** The level of the innermost open element with a name, or a negative number. */
  private int matching(int from, int to) {
    int wanted = names.number(from, to);
    if (wanted != NameTable.UNKNOWN) {
      if (!names.isOpen(wanted)) {
        return NONE;
      }
      int level = depth - 1;
      while (number[level] != wanted) {
        level--;
      }
      return level;
    }
    for (int level = depth - 1; level >= Math.max(0, depth - SEARCH_UNKNOWN); level--) {
      if (nameTo[level] - nameFrom[level] == to - from
          && names.same(nameFrom[level], from, to - from)) {
        return level;
      }
    }
    return NONE;
  }

  /** Writes the text up to a position, unless it is only the white space between elements. */
  private void flush(int to) {
    boolean blank = true;
    for (int i = pos; i < to && blank; i++) {
      blank = Source.isBlank(source.known(i));
    }
    boolean onlyText = childless && to + 1 < source.length() && source.known(to + 1) == '/';
    if (!blank || onlyText) {
      lastText = sink.nodes();
      lastTextDepth = depth;
      text(pos, to, false);
      childless = false;
    }
    if (!sink.full()) {
      pos = to;
      scan = to;
      quotedText = false;
    }
  }

  private void text(int from, int to, boolean markup) {
    int start = sink.begin();
    sink.xml(from, to, false, markup || quotedText);
    sink.add(
        Tape.node(sink.escaped() ? Tape.TEXT_ESCAPED : Tape.TEXT, sink.length() - start, start));
  }

  private Outcome markup() {
    switch (source.at(pos + 1)) {
      case '/' -> {
        return endTag();
      }
      case '!' -> {
        if (source.at(pos + 2) == '[') {
          return cdata();
        }
        pos = commentEnd.next("-->", pos + 4) + 3;
      }
      case '?' -> pos = instructionEnd.next("?>", pos + 2) + 2;
      default -> {
        int end = tags.readTag(pos);
        if (end == Tags.CUT_TAG) {
          return atEnd();
        }
        return startTag(end);
      }
    }
    scan = pos;
    return Outcome.WAIT;
  }

  private Outcome cdata() {
    int from = pos + 9;
    int close = cdataEnd.next("]]>", from);
    if (source.starved()) {
      return Outcome.WAIT;
    }
    int to = close;
    int next = close + 3;
    if (close < 0) {
      int level = depth - 1;
      to = thoughtsEnd.nextEndTag(nameFrom[level], nameTo[level] - nameFrom[level], from);
      to = to < 0 ? source.length() : to;
      next = to;
      repairs.add(RepairCode.UNCLOSED_CDATA, pos);
    }
    int start = sink.begin();
    sink.cdata(Math.min(from, to), to);
    sink.add(
        Tape.node(sink.escaped() ? Tape.CDATA_ESCAPED : Tape.CDATA, sink.length() - start, start));
    if (!sink.full()) {
      pos = next;
      scan = next;
      childless = false;
    }
    return Outcome.WAIT;
  }

  // Tags

  private void writeName(int from, int to) {
    int start = sink.begin();
    sink.name(from, to);
    sink.add(Tape.key(Tape.KEY, 0, sink.length() - start, start));
  }

  private Outcome startTag(int end) {
    int from = pos + 1;
    int to = tags.nameEnd();
    int meaning = tags.roleOf(from, to);
    if (depth > 0 && closesTop(meaning, from, to)) {
      repairs.add(RepairCode.MISSING_END_TAG, pos);
      fence = NONE;
      closeTop(false);
      return Outcome.WAIT;
    }
    if (depth == node.length) {
      return Outcome.TOO_DEEP;
    }
    int close = NONE;
    if (meaning == Tags.THOUGHTS && depth > 0 && !tags.selfClosing()) {
      close = thoughtsEnd.nextEndTag(from, to - from, end);
      if (source.starved()) {
        return Outcome.WAIT;
      }
    }
    int key = sink.nodes();
    writeName(from, to);
    int element = sink.add(Tape.node(Tape.ELEMENT, 0, sink.length()));
    writeAttributes();
    if (sink.full()) {
      return Outcome.WAIT;
    }
    if (tags.missingEnd()) {
      repairs.add(RepairCode.MISSING_TAG_END, end);
    }
    boolean part = meaning != Tags.OTHER && meaning != Tags.THOUGHTS;
    if (part && leaf != NONE && leaf == depth - 1 && hoist[leaf] == NONE) {
      hoist[leaf] = key;
    }
    fence = NONE;
    pos = end;
    scan = end;
    if (close >= 0) {
      return thoughts(element, end, close);
    }
    if (meaning == Tags.AGENT && depth > 0 && innerAgentDepth == NONE) {
      innerAgentDepth = depth;
      innerAgentAt = from - 1;
    }
    if (tags.selfClosing()) {
      sink.close(element);
      childless = false;
      if (depth == 0) {
        completed = pos;
        done = true;
      }
      return Outcome.WAIT;
    }
    node[depth] = element;
    nameFrom[depth] = from;
    nameTo[depth] = to;
    number[depth] = names.number(from, to);
    names.opened(number[depth]);
    role[depth] = meaning;
    hoist[depth] = NONE;
    if (leaf == NONE && (meaning == Tags.WORD || meaning == Tags.TEXT)) {
      leaf = depth;
    }
    depth++;
    childless = true;
    return Outcome.WAIT;
  }

  /**
   * Whether a start tag cannot stand in the innermost element, so that one's end tag is missing.
   */
  private boolean closesTop(int meaning, int from, int to) {
    int top = depth - 1;
    if (role[top] == Tags.WORD) {
      return meaning != Tags.OTHER && meaning != Tags.THOUGHTS;
    }
    return role[top] == Tags.GROUP
        && meaning == Tags.GROUP
        && to - from == nameTo[top] - nameFrom[top]
        && names.same(from, nameFrom[top], to - from);
  }

  private void writeAttributes() {
    for (int k = 0; k < tags.attributes(); k++) {
      writeName(tags.attributeFrom(k), tags.attributeTo(k));
      int from = tags.valueFrom(k);
      int start = sink.begin();
      if (from < 0) {
        repairs.add(RepairCode.ATTRIBUTE_WITHOUT_VALUE, tags.attributeFrom(k));
      } else {
        int mark = source.known(from - 1);
        if (mark != '"' && mark != '\'') {
          repairs.add(RepairCode.ATTRIBUTE_QUOTES, from);
        }
        sink.xml(from, tags.valueTo(k), true, false);
      }
      int kind = sink.escaped() ? Tape.ATTRIBUTE_ESCAPED : Tape.ATTRIBUTE;
      sink.add(Tape.node(kind, sink.length() - start, start));
    }
    if (tags.unclosed() >= 0) {
      repairs.add(RepairCode.MISSING_CLOSING_QUOTE, tags.unclosed());
    }
    if (tags.dropped() >= 0) {
      repairs.add(RepairCode.DROPPED_ATTRIBUTE, tags.dropped());
    }
  }

  /** A block of thoughts inside the block: its tags mean nothing. */
  private Outcome thoughts(int element, int from, int close) {
    if (close > from) {
      boolean markup = false;
      for (int i = from; i < close && !markup; i++) {
        markup = source.known(i) == '<';
      }
      if (markup) {
        repairs.add(RepairCode.MARKUP_AS_TEXT, from);
      }
      text(from, close, true);
    }
    if (sink.full()) {
      return Outcome.WAIT;
    }
    int p = tags.nameEndAt(endTagName(close));
    while (Source.isBlank(source.at(p))) {
      p++;
    }
    if (source.at(p) == '>') {
      p++;
    }
    if (!source.starved()) {
      sink.close(element);
      pos = p;
      scan = p;
      childless = false;
    }
    return Outcome.WAIT;
  }

  private Outcome endTag() {
    int from = endTagName(pos);
    int to = tags.nameEndAt(from);
    int p = to;
    while (Source.isBlank(source.at(p))) {
      p++;
    }
    int c = source.at(p);
    if (source.starved()) {
      return Outcome.WAIT;
    }
    int level = matching(from, to);
    if (level == NONE && c == Source.END) {
      level = cutEndTag(from, to);
    }
    int next = c == '>' ? p + 1 : c == Source.END ? p : to;
    if (level == NONE) {
      repairs.add(RepairCode.STRAY_END_TAG, pos);
      pos = next;
      scan = next;
      return Outcome.WAIT;
    }
    if (c != '>') {
      repairs.add(RepairCode.MISSING_TAG_END, to);
    }
    if (c != Source.END && !exactly(level, from, to)) {
      repairs.add(RepairCode.END_TAG_SPELLING, pos);
    }
    fence = NONE;
    if (level < depth - 1) {
      if (level == leaf) {
        return flatten(level, next);
      }
      repairs.add(RepairCode.MISSING_END_TAG, pos);
      while (depth - 1 > level) {
        closeTop(false);
      }
    }
    pos = next;
    scan = next;
    closeTop(true);
    return Outcome.WAIT;
  }

  private boolean exactly(int level, int from, int to) {
    boolean same = from == pos + 2 && to - from == nameTo[level] - nameFrom[level];
    for (int i = 0; same && i < to - from; i++) {
      same = source.known(from + i) == source.known(nameFrom[level] + i);
    }
    return same;
  }

  /** The level that an end tag means whose name was cut off by the end of the input. */
  private int cutEndTag(int from, int to) {
    int top = depth - 1;
    boolean prefix =
        to - from < nameTo[top] - nameFrom[top] && names.same(from, nameFrom[top], to - from);
    return prefix ? top : NONE;
  }

  /** A text was closed while elements in it were open: from the first of these on, all is text. */
  private Outcome flatten(int level, int next) {
    int end = pos;
    int inner = level + 1;
    int from = nameFrom[inner] - 1;
    int key = node[inner] - 1;
    int at = Tape.offset(sink.node(key));
    boolean goesOn = lastText == key - 1 && lastTextDepth == inner;
    long head = goesOn ? sink.node(lastText) : 0;
    repairs.add(RepairCode.MARKUP_AS_TEXT, from);
    sink.truncate(goesOn ? lastText : key, at);
    int start = sink.begin();
    sink.xml(from, end, false, true);
    boolean escaped = sink.escaped();
    if (goesOn) {
      escaped |= Tape.kind(head) == Tape.TEXT_ESCAPED;
      start = Tape.offset(head);
    }
    int kind = escaped ? Tape.TEXT_ESCAPED : Tape.TEXT;
    sink.add(Tape.node(kind, sink.length() - start, start));
    if (sink.full()) {
      return Outcome.WAIT;
    }
    while (depth - 1 > level) {
      depth--;
      names.closed(number[depth]);
    }
    if (innerAgentDepth > level) {
      innerAgentDepth = NONE;
    }
    pos = next;
    scan = next;
    closeTop(true);
    return Outcome.WAIT;
  }

  /**
   * Closes the innermost element; one without an end tag ends before the first part that follows
   * it.
   */
  private void closeTop(boolean closed) {
    depth--;
    int element = node[depth];
    if (!closed && depth > 0 && hoist[depth] != NONE) {
      long head = sink.node(element);
      sink.set(element, Tape.node(Tape.ELEMENT, hoist[depth], Tape.offset(head)));
    } else {
      sink.close(element);
    }
    names.closed(number[depth]);
    if (leaf == depth) {
      leaf = NONE;
    }
    if (innerAgentDepth == depth) {
      if (closed && innerAgent == NONE) {
        innerAgent = innerAgentAt;
      }
      innerAgentDepth = NONE;
    }
    childless = false;
    if (depth == 0) {
      completed = pos;
      done = true;
    }
  }

  // The end

  private Outcome atEnd() {
    int to = source.length();
    if (source.known(Math.min(scan, to - 1)) == '<' && scan < to) {
      to = scan;
    }
    int end = inFence ? beforeFence(to) : to;
    boolean blank = source.lastInk(end, pos) < pos;
    if (!blank && pos < end) {
      text(pos, end, false);
      if (sink.full()) {
        return Outcome.WAIT;
      }
    }
    pos = source.length();
    repairs.add(RepairCode.TRUNCATED, pos);
    while (depth > 0) {
      closeTop(false);
    }
    return innerAgent == NONE ? Outcome.WAIT : Outcome.RESTART;
  }

  /** The end of a text without the fence that closes the whole reply. */
  private int beforeFence(int to) {
    int ink = source.lastInk(to, pos);
    int p = ink;
    while (p >= pos && source.known(p) == '`') {
      p--;
    }
    return ink - p >= 3 && (p < pos || source.known(p) == '\n') ? p + 1 : to;
  }
}
