package dev.lkjagent.json.xml;

import dev.lkjagent.memory.Handles;
import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes trees of XML nodes as text, one after the other. Used again, it allocates nothing but the
 * array of {@link #toBytes}. Not safe for use by several threads at once.
 *
 * <p>Exactly what must be escaped is: {@code &} and {@code <} everywhere, {@code >} after {@code
 * ]]}, quotes in attributes, and the carriage returns, line feeds and tabs that a reader would
 * change. Reading the text gives the same tree, except that texts side by side become one, an empty
 * text none, and a CDATA section that contains {@code ]]>} or a carriage return several pieces.
 *
 * <p>What XML can not carry is refused: control characters, names that are not names, comments with
 * two hyphens, an attribute twice, values of JSON. With {@link XmlStyle#encode} characters and
 * names are encoded instead, as {@link XmlEscapes} says.
 *
 * <p>A refusal is an answer, as with a reader. A pooled text is left as it was then; what a stream
 * or a channel has received stays there.
 */
public final class XmlWriter {
  private static final byte[] DECLARATION = ascii("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
  private static final byte[] LESS = ascii("&lt;");
  private static final byte[] GREATER = ascii("&gt;");
  private static final byte[] AMPERSAND = ascii("&amp;");
  private static final byte[] QUOTE = ascii("&quot;");
  private static final byte[] TAB = ascii("&#9;");
  private static final byte[] LINE_FEED = ascii("&#10;");
  private static final byte[] RETURN = ascii("&#13;");
  private static final byte[] EMPTY_END = ascii("/>");
  private static final byte[] END = ascii("</");
  private static final byte[] VALUE = ascii("=\"");
  private static final byte[] OPEN_COMMENT = ascii("<!--");
  private static final byte[] CLOSE_COMMENT = ascii("-->");
  private static final byte[] OPEN_CDATA = ascii("<![CDATA[");
  private static final byte[] CLOSE_CDATA = ascii("]]>");
  private static final byte[] OPEN_INSTRUCTION = ascii("<?");
  private static final byte[] CLOSE_INSTRUCTION = ascii("?>");

  /** Bytes behind a text that scanning it by words may touch. */
  private static final int SPARE = 8;

  private final XmlStyle style;
  private final XmlSink sink = new XmlSink();
  private final XmlAttributes attributes = new XmlAttributes();
  private final XmlEscapes escapes = new XmlEscapes();

  /** The open elements, and for each whether its content is broken into lines. */
  private long[] path = new long[64];

  private boolean[] broken = new boolean[64];
  private int depth;

  /** Closing brackets at the end of the text written last: {@code >} after two must be escaped. */
  private int brackets;

  private byte[] scratch = new byte[256];

  /** The name or text to write next. */
  private byte[] source = scratch;

  private int from;
  private int to;
  private byte[] attributeNames = new byte[256];

  private @Nullable XmlFault fault;

  /** Creates a writer with {@link XmlStyle#COMPACT}. */
  public XmlWriter() {
    this(XmlStyle.COMPACT);
  }

  /**
   * Creates a writer.
   *
   * @param style how it writes
   */
  public XmlWriter(XmlStyle style) {
    this.style = style;
  }

  private static byte[] ascii(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) text.charAt(i);
    }
    return bytes;
  }

  /**
   * Writes a node and all below it into a text of a pool.
   *
   * @param tree a tree
   * @param node an element of it; with the root of a document goes what stands outside it
   * @param into its text is replaced; after a failure it is as it was
   * @return {@link Status#OK}, {@link Status#WRONG_KIND} with a {@link #fault}, or why there is no
   *     room
   */
  public Status write(ObjectTree tree, long node, PooledString into) {
    long before = into.detach();
    sink.toText(into);
    Status status = finish(tree, node);
    long unused = before;
    if (status != Status.OK) {
      unused = into.detach();
      into.attach(before);
    }
    if (unused != Handles.NIL) {
      into.scope().pool().free(unused);
    }
    return status;
  }

  /**
   * Writes a node and all below it into a new array.
   *
   * @param tree a tree
   * @param node an element of it; with the root of a document goes what stands outside it
   * @return the text in UTF-8
   * @throws IllegalArgumentException if XML can not carry the tree
   */
  public byte[] toBytes(ObjectTree tree, long node) {
    sink.toArray();
    Status status = finish(tree, node);
    byte[] bytes = sink.takeArray();
    if (status != Status.OK) {
      throw new IllegalArgumentException(faultMessage());
    }
    return bytes;
  }

  /**
   * Writes a node and all below it to a stream, which is neither flushed nor closed.
   *
   * @param tree a tree
   * @param node an element of it; with the root of a document goes what stands outside it
   * @param into where the text goes; if the tree is refused, a part of it may have gone there
   * @return {@link Status#OK}, or {@link Status#WRONG_KIND} with a {@link #fault}
   * @throws IOException if the stream fails
   */
  public Status write(ObjectTree tree, long node, OutputStream into) throws IOException {
    sink.toStream(into);
    return run(tree, node);
  }

  /**
   * Writes a node and all below it to a channel, which is not closed.
   *
   * @param tree a tree
   * @param node an element of it; with the root of a document goes what stands outside it
   * @param into where the text goes; must be blocking; if the tree is refused, a part of it may
   *     have gone there
   * @return {@link Status#OK}, or {@link Status#WRONG_KIND} with a {@link #fault}
   * @throws IOException if the channel fails
   */
  public Status write(ObjectTree tree, long node, WritableByteChannel into) throws IOException {
    sink.toChannel(into);
    return run(tree, node);
  }

  /** Writes to a target that knows no input or output failure. */
  private Status finish(ObjectTree tree, long node) {
    try {
      return run(tree, node);
    } catch (IOException e) {
      throw new AssertionError("memory does not fail like a stream", e);
    }
  }

  private Status run(ObjectTree tree, long node) throws IOException {
    fault = null;
    brackets = 0;
    try {
      if (!all(tree, node)) {
        return Status.WRONG_KIND;
      }
      sink.flush();
      return sink.status();
    } finally {
      sink.end();
    }
  }

  /**
   * Answers what XML could not carry of the last tree.
   *
   * @return the fault, null if the last write did not answer {@link Status#WRONG_KIND}
   */
  public @Nullable XmlFault fault() {
    return fault;
  }

  /**
   * Says what XML could not carry of the last tree. This allocates.
   *
   * @return a sentence, empty without a fault
   */
  public String faultMessage() {
    XmlFault found = fault;
    return found == null ? "" : found.code() + ": " + found.advice();
  }

  private boolean refuse(XmlFault found) {
    fault = found;
    return false;
  }

  // ---------------------------------------------------------------- the tree

  private boolean all(ObjectTree tree, long top) throws IOException {
    if (top == ObjectTree.NO_NODE) {
      return refuse(XmlFault.NO_ROOT);
    }
    if (tree.kind(top) != Tape.ELEMENT) {
      return refuse(XmlFault.UNWRITABLE);
    }
    if (style.declaration()) {
      sink.put(DECLARATION);
      lineAfter();
    }
    if (!(tree instanceof Document document) || top != document.root()) {
      if (!subtree(tree, top)) {
        return false;
      }
      lineAfter();
      return true;
    }
    for (long node = document.outermost();
        node != ObjectTree.NO_NODE;
        node = document.nextOutermost(node)) {
      if (!subtree(tree, node)) {
        return false;
      }
      lineAfter();
    }
    return true;
  }

  private void lineAfter() throws IOException {
    if (style.indent() > 0) {
      sink.put('\n');
    }
  }

  private boolean subtree(ObjectTree tree, long top) throws IOException {
    depth = 0;
    long node = top;
    while (true) {
      if (tree.kind(node) == Tape.ELEMENT) {
        if (!startTag(tree, node)) {
          return false;
        }
        long child = contentFrom(tree, node, tree.firstChild(node));
        if (child != ObjectTree.NO_NODE) {
          sink.put('>');
          open(tree, node, child);
          line();
          node = child;
          continue;
        }
        sink.put(EMPTY_END);
      } else if (!leaf(tree, node, depth == 0)) {
        return false;
      }
      long next = ObjectTree.NO_NODE;
      while (depth > 0) {
        next = contentFrom(tree, path[depth - 1], tree.next(path[depth - 1], node));
        if (next != ObjectTree.NO_NODE) {
          break;
        }
        node = path[depth - 1];
        depth--;
        if (broken[depth]) {
          newLine(depth);
        }
        sink.put(END);
        if (!name(tree, node)) {
          return false;
        }
        sink.put('>');
        brackets = 0;
      }
      if (next == ObjectTree.NO_NODE) {
        return true;
      }
      line();
      node = next;
    }
  }

  /** Answers the first node from a child on that is not an attribute. */
  private static long contentFrom(ObjectTree tree, long parent, long child) {
    long node = child;
    while (node != ObjectTree.NO_NODE && tree.kind(node) == Tape.ATTRIBUTE) {
      node = tree.next(parent, node);
    }
    return node;
  }

  private void open(ObjectTree tree, long element, long firstContent) {
    if (depth == path.length) {
      path = Arrays.copyOf(path, 2 * depth);
      broken = Arrays.copyOf(broken, 2 * depth);
    }
    path[depth] = element;
    broken[depth] =
        style.indent() > 0
            && (depth == 0 || broken[depth - 1])
            && !hasText(tree, element, firstContent);
    depth++;
    brackets = 0;
  }

  private static boolean hasText(ObjectTree tree, long element, long firstContent) {
    for (long node = firstContent; node != ObjectTree.NO_NODE; node = tree.next(element, node)) {
      int kind = tree.kind(node);
      if (kind == Tape.TEXT || kind == Tape.CDATA) {
        return true;
      }
    }
    return false;
  }

  private void line() throws IOException {
    if (broken[depth - 1]) {
      newLine(depth);
    }
  }

  private void newLine(int level) throws IOException {
    sink.put('\n');
    for (int i = level * style.indent(); i > 0; i--) {
      sink.put(' ');
    }
  }

  private boolean startTag(ObjectTree tree, long element) throws IOException {
    sink.put('<');
    brackets = 0;
    if (!name(tree, element)) {
      return false;
    }
    attributes.begin();
    int used = 0;
    for (long node = tree.firstChild(element);
        node != ObjectTree.NO_NODE;
        node = tree.next(element, node)) {
      if (tree.kind(node) != Tape.ATTRIBUTE) {
        if (tree instanceof OwnedTree) {
          continue;
        }
        break;
      }
      sink.put(' ');
      if (!name(tree, node)) {
        return false;
      }
      used = keepName(used);
      if (!attributes.add(0, attributeNames, 0, used - (to - from), to - from)) {
        return refuse(XmlFault.DUPLICATE_ATTRIBUTE);
      }
      sink.put(VALUE);
      load(tree, node);
      if (!encoded(XmlEscapes.Place.TEXT) || !value()) {
        return false;
      }
      sink.put('"');
    }
    return true;
  }

  /** Keeps the name that was written last, to compare the names of further attributes with it. */
  private int keepName(int used) {
    int length = to - from;
    if (used + length + SPARE > attributeNames.length) {
      attributeNames =
          Arrays.copyOf(attributeNames, Math.max(2 * attributeNames.length, used + length + SPARE));
    }
    System.arraycopy(source, from, attributeNames, used, length);
    return used + length;
  }

  private boolean leaf(ObjectTree tree, long node, boolean outermost) throws IOException {
    int kind = tree.kind(node);
    switch (kind) {
      case Tape.TEXT -> {
        load(tree, node);
        return outermost
            ? refuse(XmlFault.TEXT_OUTSIDE_ROOT)
            : encoded(XmlEscapes.Place.TEXT) && text();
      }
      case Tape.CDATA -> {
        load(tree, node);
        return outermost
            ? refuse(XmlFault.TEXT_OUTSIDE_ROOT)
            : encoded(XmlEscapes.Place.CDATA) && cdata();
      }
      case Tape.COMMENT -> {
        load(tree, node);
        sink.put(OPEN_COMMENT);
        if (!encoded(XmlEscapes.Place.COMMENT) || !verbatim('-')) {
          return false;
        }
        sink.put(CLOSE_COMMENT);
      }
      case Tape.INSTRUCTION -> {
        sink.put(OPEN_INSTRUCTION);
        if (!name(tree, node)) {
          return false;
        }
        if (isReserved()) {
          return refuse(XmlFault.UNWRITABLE);
        }
        load(tree, node);
        if (from < to) {
          sink.put(' ');
        }
        if (!encoded(XmlEscapes.Place.INSTRUCTION) || !verbatim('?')) {
          return false;
        }
        sink.put(CLOSE_INSTRUCTION);
      }
      default -> {
        return refuse(XmlFault.UNWRITABLE);
      }
    }
    brackets = 0;
    return true;
  }

  private boolean isReserved() {
    return to - from == 3
        && (source[from] | 0x20) == 'x'
        && (source[from + 1] | 0x20) == 'm'
        && (source[from + 2] | 0x20) == 'l';
  }

  // ---------------------------------------------------------------- names and texts

  private void load(ObjectTree tree, long node) {
    int at = tree.textOffset(node);
    int length = tree.textLength(node);
    byte[] bytes = at < 0 ? scratch : tree.textBytes(node);
    if (at >= 0 && at + length + SPARE <= bytes.length) {
      source = bytes;
      from = at;
    } else {
      room(length);
      tree.copyText(node, scratch, 0);
      source = scratch;
      from = 0;
    }
    to = from + length;
  }

  private void room(int length) {
    if (length + SPARE > scratch.length) {
      scratch = new byte[Math.max(2 * scratch.length, length + SPARE)];
    }
  }

  private boolean name(ObjectTree tree, long node) throws IOException {
    int length = tree.nameLength(node);
    room(length);
    tree.copyName(node, scratch, 0);
    source = scratch;
    from = 0;
    to = length;
    if (!encoded(XmlEscapes.Place.NAME)) {
      return false;
    }
    int p = from;
    while (p < to) {
      byte b = source[p];
      int c = b >= 0 ? b : wide(p);
      boolean belongs =
          b >= 0
              ? p == from ? XmlChars.startsName(b) : XmlChars.continuesName(b)
              : c > 0 && (p == from ? XmlChars.startsNameWide(c) : XmlChars.continuesNameWide(c));
      if (!belongs) {
        return refuse(XmlFault.UNWRITABLE);
      }
      p += XmlChars.asks(b);
    }
    if (from == to) {
      return refuse(XmlFault.UNWRITABLE);
    }
    sink.put(source, from, to);
    return true;
  }

  /** Answers the allowed character beyond ASCII at a place of the source, -1 if there is none. */
  private int wide(int p) {
    return p + XmlChars.asks(source[p]) <= to ? XmlChars.wideAt(source, p) : -1;
  }

  /** Encodes the source if the style says so and there is something to encode. */
  private boolean encoded(XmlEscapes.Place place) {
    if (!style.encode()) {
      return true;
    }
    for (int p = from; p < to; p++) {
      if (source[p] < 0) {
        int bytes = XmlChars.asks(source[p]);
        boolean nonCharacter =
            bytes == 3
                && p + 2 < to
                && source[p] == (byte) 0xEF
                && source[p + 1] == (byte) 0xBF
                && (source[p + 2] & 0xFE) == 0xBE;
        if (!nonCharacter && wide(p) < 0) {
          return refuse(XmlFault.INVALID_UTF8);
        }
        p += bytes - 1;
      }
    }
    if (escapes.encode(source, from, to, place)) {
      room(escapes.length());
      System.arraycopy(escapes.bytes(), 0, scratch, 0, escapes.length());
      source = scratch;
      from = 0;
      to = escapes.length();
    }
    return true;
  }

  /** Walks over a character beyond ASCII; answers what follows, or -1 if it is not allowed. */
  private int skipWide(int p) {
    if (wide(p) >= 0) {
      return p + XmlChars.asks(source[p]);
    }
    boolean whole = p + XmlChars.asks(source[p]) <= to;
    boolean nonCharacter =
        whole
            && source[p] == (byte) 0xEF
            && source[p + 1] == (byte) 0xBF
            && (source[p + 2] & 0xFE) == 0xBE;
    refuse(nonCharacter ? XmlFault.UNWRITABLE : XmlFault.INVALID_UTF8);
    return -1;
  }

  private boolean text() throws IOException {
    int run = from;
    int p = from;
    while (p < to) {
      if (p + 8 <= to && brackets == 0) {
        long stops = XmlChars.textStops(XmlChars.word(source, p));
        if (stops == 0) {
          p += 8;
          continue;
        }
        p += XmlChars.first(stops);
      }
      byte b = source[p];
      if (b < 0) {
        p = skipWide(p);
        if (p < 0) {
          return false;
        }
        brackets = 0;
        continue;
      }
      byte[] reference =
          switch (b) {
            case '<' -> LESS;
            case '&' -> AMPERSAND;
            case '\r' -> RETURN;
            case '>' -> brackets >= 2 ? GREATER : null;
            default -> null;
          };
      if (b < ' ' && !XmlChars.isSpace(b)) {
        return refuse(XmlFault.UNWRITABLE);
      }
      brackets = b == ']' ? brackets + 1 : 0;
      if (reference != null) {
        sink.put(source, run, p);
        sink.put(reference);
        run = p + 1;
      }
      p++;
    }
    sink.put(source, run, to);
    return true;
  }

  private boolean value() throws IOException {
    long quotes = '"' * XmlChars.ONES;
    int run = from;
    int p = from;
    while (p < to) {
      if (p + 8 <= to) {
        long stops = XmlChars.valueStops(XmlChars.word(source, p), quotes);
        if (stops == 0) {
          p += 8;
          continue;
        }
        p += XmlChars.first(stops);
      }
      byte b = source[p];
      if (b < 0) {
        p = skipWide(p);
        if (p < 0) {
          return false;
        }
        continue;
      }
      byte[] reference =
          switch (b) {
            case '<' -> LESS;
            case '&' -> AMPERSAND;
            case '"' -> QUOTE;
            case '\t' -> TAB;
            case '\n' -> LINE_FEED;
            case '\r' -> RETURN;
            default -> null;
          };
      if (b < ' ' && reference == null) {
        return refuse(XmlFault.UNWRITABLE);
      }
      if (reference != null) {
        sink.put(source, run, p);
        sink.put(reference);
        run = p + 1;
      }
      p++;
    }
    sink.put(source, run, to);
    return true;
  }

  /** The inside of a comment or an instruction, where nothing can be escaped. */
  private boolean verbatim(int special) throws IOException {
    if (special == '?' && from < to && XmlChars.isSpace(source[from])) {
      return refuse(XmlFault.UNWRITABLE);
    }
    int p = from;
    while (p < to) {
      byte b = source[p];
      if (b < 0) {
        p = skipWide(p);
        if (p < 0) {
          return false;
        }
        continue;
      }
      boolean ends =
          b == special
              && (special == '-'
                  ? p + 1 == to || source[p + 1] == '-'
                  : p + 1 < to && source[p + 1] == '>');
      if (ends || b < ' ' && b != '\t' && b != '\n') {
        return refuse(XmlFault.UNWRITABLE);
      }
      p++;
    }
    sink.put(source, from, to);
    return true;
  }

  /**
   * A CDATA section; the end of one inside it, or a carriage return, is put between two of them.
   */
  private boolean cdata() throws IOException {
    sink.put(OPEN_CDATA);
    int run = from;
    int p = from;
    while (p < to) {
      byte b = source[p];
      if (b < 0) {
        p = skipWide(p);
        if (p < 0) {
          return false;
        }
        continue;
      }
      if (b == '\r') {
        sink.put(source, run, p);
        sink.put(CLOSE_CDATA);
        sink.put(RETURN);
        sink.put(OPEN_CDATA);
        run = p + 1;
      } else if (b == '>' && p - from >= 2 && source[p - 1] == ']' && source[p - 2] == ']') {
        sink.put(source, run, p);
        sink.put(CLOSE_CDATA);
        sink.put(OPEN_CDATA);
        run = p;
      } else if (b < ' ' && !XmlChars.isSpace(b)) {
        return refuse(XmlFault.UNWRITABLE);
      }
      p++;
    }
    sink.put(source, run, to);
    sink.put(CLOSE_CDATA);
    brackets = 0;
    return true;
  }
}
