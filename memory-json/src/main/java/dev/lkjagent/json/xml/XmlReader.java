package dev.lkjagent.json.xml;

import dev.lkjagent.memory.Handles;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads XML texts into trees, one after the other.
 *
 * <p>A reader is made once and used often: from the second text on nothing is allocated, whatever
 * the texts are. It learns the names it meets, so texts of one kind should share a reader. It is
 * not safe for use by several threads at once.
 *
 * <p>A malformed text is an answer, not an exception: {@link #parse} answers {@link
 * Status#MALFORMED}, and {@link #fault}, {@link #faultOffset}, {@link #faultLine} and {@link
 * #faultColumn} say what is wrong where. The target is empty then and holds nothing of its pool.
 */
public final class XmlReader {
  private static final byte[] NO_BYTES = {};
  private static final int SOME_NODES = 16;

  private final XmlOptions options;
  private final XmlEngine engine;
  private final XmlPlace place = new XmlPlace();
  private @Nullable Document scratch;

  /** Creates a reader with {@link XmlOptions#DEFAULT}. */
  public XmlReader() {
    this(XmlOptions.DEFAULT);
  }

  /**
   * Creates a reader.
   *
   * @param options what it keeps and how much it reads
   */
  public XmlReader(XmlOptions options) {
    this.options = options;
    engine = new XmlEngine(options);
  }

  /**
   * Reads a text into a document.
   *
   * @param text where the text stands; not in the document itself
   * @param from its first byte
   * @param length its length in bytes
   * @param into is emptied and then holds a copy of the text
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   */
  public Status parse(byte[] text, int from, int length, Document into) {
    Objects.checkFromIndexSize(from, length, text.length);
    place.clear();
    int read = Math.min(length, options.limits().maxBytes());
    Status status = into.reserve(read, nodesFor(read, into.tapeCapacity()));
    if (status != Status.OK) {
      return status;
    }
    System.arraycopy(text, from, into.raw().bytes(), into.textAt(), read);
    return parseInPlace(into, read, read == length);
  }

  /** Guesses a number of nodes: as many as the last text needed, if that is not far too few. */
  private int nodesFor(int length, int before) {
    int guess = before >= (length >> 6) + SOME_NODES ? before : (length >> 3) + 2 * SOME_NODES;
    return Math.min(guess, options.limits().maxNodes());
  }

  /**
   * Reads a text into a document.
   *
   * @param text the text
   * @param into is emptied and then holds a copy of the text
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   */
  public Status parse(byte[] text, Document into) {
    return parse(text, 0, text.length, into);
  }

  /**
   * Reads a text of a pool into a document.
   *
   * @param text the text; it stays as it is
   * @param into is emptied and then holds a copy of the text
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   */
  public Status parse(PooledString text, Document into) {
    if (text.handle() == Handles.NIL) {
      return parse(NO_BYTES, into);
    }
    RawMemory raw = text.scope().pool().raw();
    return parse(raw.bytes(), raw.offset(text.handle()), text.size(), into);
  }

  /**
   * Reads a text that already stands in a document: reserved by {@link Document#reserve} and
   * written to {@link Document#textAt()}.
   *
   * @param into a document that has its room and has not been published since; after a failure it
   *     is empty
   * @param length the text's length in bytes
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or {@link Status#NODES_EXHAUSTED}
   */
  public Status parseInPlace(Document into, int length) {
    place.clear();
    int read = Math.min(length, options.limits().maxBytes());
    return parseInPlace(into, read, read == length);
  }

  /** Reads a text, or as much of one as the limit allows. */
  private Status parseInPlace(Document into, int length, boolean isAll) {
    RawMemory raw = into.raw();
    byte[] text = raw.bytes();
    int from = into.textAt();
    int to = from + length;
    raw.clearTail(to);
    int result = engine.parse(text, from, to, raw.tape(), into.tapeAt(), nodesTo(into), isAll);
    Status status = Status.MALFORMED;
    while (result == XmlFault.TOO_MANY_NODES.status()
        && into.tapeCapacity() < options.limits().maxNodes()) {
      int nodes = (int) Math.min(options.limits().maxNodes(), 2L * into.tapeCapacity());
      if (into.extend(length, length, engine.nodes(), nodes) == Status.OK) {
        result = engine.run(text, from, to, raw.tape(), into.tapeAt(), nodesTo(into), isAll);
      } else {
        status = into.exchange(options.limits().maxNodes());
        if (status != Status.OK) {
          break;
        }
        status = Status.MALFORMED;
        result = engine.parse(text, from, to, raw.tape(), into.tapeAt(), nodesTo(into), isAll);
      }
    }
    raw.restoreTail();
    if (result > 0) {
      into.publish(length, result, engine.ids(), engine.rootNode());
      return Status.OK;
    }
    if (status == Status.MALFORMED) {
      boolean tooLong = result == XmlEngine.MORE;
      place.set(
          tooLong ? XmlFault.TOO_LARGE : XmlFault.of(result),
          tooLong ? length : engine.errorOffset(),
          text,
          from,
          length);
    }
    into.clear();
    return status;
  }

  private static int nodesTo(Document document) {
    return document.tapeAt() + document.tapeCapacity();
  }

  /**
   * Reads a text into an editable tree. Comments and instructions outside the root element are
   * dropped: an editable tree has one root.
   *
   * @param text where the text stands
   * @param from its first byte
   * @param length its length in bytes
   * @param into is emptied and then holds the root element
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   */
  public Status parse(byte[] text, int from, int length, OwnedTree into) {
    into.clear();
    Document document = scratch;
    if (document == null || document.scope() != into.scope()) {
      document = new Document(into.scope());
      scratch = document;
    }
    Status status = parse(text, from, length, document);
    if (status == Status.OK) {
      status = Status.of(into.copy(document, document.root(), ObjectTree.NO_NODE));
      document.close();
    }
    return status;
  }

  /**
   * Reads a text into an editable tree.
   *
   * @param text the text
   * @param into is emptied and then holds the root element
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   */
  public Status parse(byte[] text, OwnedTree into) {
    return parse(text, 0, text.length, into);
  }

  /**
   * Reads a text of a pool into an editable tree.
   *
   * @param text the text; it stays as it is
   * @param into is emptied and then holds the root element
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   */
  public Status parse(PooledString text, OwnedTree into) {
    if (text.handle() == Handles.NIL) {
      return parse(NO_BYTES, into);
    }
    RawMemory raw = text.scope().pool().raw();
    return parse(raw.bytes(), raw.offset(text.handle()), text.size(), into);
  }

  /**
   * Reads a text into a document.
   *
   * @param text the text
   * @param into is emptied and then holds the text
   * @throws MalformedXmlException if the text is not XML within the limits
   * @throws PoolExhaustedException if there is no room, with the way out
   */
  public void parseOrThrow(byte[] text, Document into) {
    orThrow(parse(text, into), text.length, into.scope());
  }

  /**
   * Reads a text into an editable tree.
   *
   * @param text the text
   * @param into is emptied and then holds the root element
   * @throws MalformedXmlException if the text is not XML within the limits
   * @throws PoolExhaustedException if there is no room, with the way out
   */
  public void parseOrThrow(byte[] text, OwnedTree into) {
    orThrow(parse(text, into), text.length, into.scope());
  }

  private void orThrow(Status status, int length, Scope scope) {
    if (status == Status.OK) {
      return;
    }
    XmlFault fault = place.fault();
    if (fault != null) {
      throw new MalformedXmlException(fault, place.offset(), place.line(), place.column());
    }
    throw new PoolExhaustedException(
        status,
        "a text of "
            + length
            + " B does not fit in scope \""
            + scope.name()
            + "\": "
            + status.meaning()
            + "; raise the budget, or nodes, documentNodes or the tiers of the PoolSpec");
  }

  /**
   * Answers what was wrong with the last text.
   *
   * @return the fault, null if the last parse did not answer {@link Status#MALFORMED}
   */
  public @Nullable XmlFault fault() {
    return place.fault();
  }

  /**
   * Answers where the last text was wrong.
   *
   * @return bytes from the start of the text, 0 without a fault
   */
  public int faultOffset() {
    return place.offset();
  }

  /**
   * Answers the line in which the last text was wrong.
   *
   * @return lines from 1, 0 without a fault; a line ends with a line feed, a carriage return or
   *     both
   */
  public int faultLine() {
    return place.line();
  }

  /**
   * Answers the place in its line at which the last text was wrong.
   *
   * @return code points from 1, 0 without a fault
   */
  public int faultColumn() {
    return place.column();
  }

  /**
   * Says what was wrong with the last text, where, and what to do about it. This allocates.
   *
   * @return a sentence, empty without a fault
   */
  public String faultMessage() {
    return place.message();
  }
}
