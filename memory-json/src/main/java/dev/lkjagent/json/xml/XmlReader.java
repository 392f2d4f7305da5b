package dev.lkjagent.json.xml;

import dev.lkjagent.memory.RawMemory;
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
 * <p>A malformed text is an answer, not an exception: {@link #read} answers false, and {@link
 * #fault}, {@link #offset}, {@link #line} and {@link #column} say what is wrong where. The target
 * is empty then and holds nothing of its pool.
 */
public final class XmlReader {
  private final XmlOptions options;
  private final XmlEngine engine;
  private final XmlPlace place = new XmlPlace();
  private @Nullable XmlFault fault;
  private Status status = Status.OK;
  private int offset = -1;
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
   * Reads a text into a document. The text is copied into the document's slot first.
   *
   * @param source holds the text; must not be the target's own
   * @param from its first byte
   * @param length its length in bytes
   * @param target is emptied first, and stays empty if the text is refused
   * @return whether the text is well-formed and there was room for it
   */
  public boolean read(byte[] source, int from, int length, Document target) {
    Objects.checkFromIndexSize(from, length, source.length);
    clear();
    target.clear();
    if (length > options.limits().maxBytes()) {
      return refuse(XmlFault.TOO_LARGE, source, from, options.limits().maxBytes());
    }
    int nodes = Math.min(length + 2, options.limits().maxNodes());
    status = target.reserve(length, nodes);
    if (status != Status.OK) {
      fault = XmlFault.NO_ROOM;
      return false;
    }
    System.arraycopy(source, from, target.raw().bytes(), target.textAt(), length);
    return parse(target, length);
  }

  /**
   * Reads a text that already stands in a document's slot: reserved by {@link Document#reserve} and
   * written to {@link Document#textAt()}.
   *
   * @param target a document that has reserved its room and has not been published since
   * @param length the text's length in bytes
   * @return whether the text is well-formed and there was room for its nodes; if not, the document
   *     is empty
   */
  public boolean readInPlace(Document target, int length) {
    clear();
    return parse(target, length);
  }

  private boolean parse(Document target, int length) {
    RawMemory raw = target.raw();
    byte[] text = raw.bytes();
    int from = target.textAt();
    int nodesFrom = target.tapeAt();
    int result;
    raw.clearTail(from + length);
    try {
      result =
          engine.parse(
              text, from, from + length, raw.tape(), nodesFrom, nodesFrom + target.tapeCapacity());
    } finally {
      raw.restoreTail();
    }
    if (result < 0) {
      XmlFault found = XmlFault.of(result);
      if (found == XmlFault.TOO_MANY_NODES && target.tapeCapacity() < options.limits().maxNodes()) {
        status = Status.NODES_EXHAUSTED;
        found = XmlFault.NO_ROOM;
      }
      refuse(found, text, from, engine.errorOffset());
      target.clear();
      return false;
    }
    target.publish(length, result, engine.ids(), engine.rootNode());
    return true;
  }

  /**
   * Reads a text into an editable tree. Comments and instructions outside the root element are
   * dropped: an editable tree has one root.
   *
   * @param source holds the text
   * @param from its first byte
   * @param length its length in bytes
   * @param target an empty tree, which stays empty if the text is refused
   * @return whether the text is well-formed and there was room for it
   * @throws IllegalStateException if the tree is not empty
   */
  public boolean read(byte[] source, int from, int length, OwnedTree target) {
    if (target.root() != ObjectTree.NO_NODE) {
      throw new IllegalStateException("the tree is not empty: clear it before reading into it");
    }
    Document document = scratch;
    if (document == null || document.scope() != target.scope()) {
      document = new Document(target.scope());
      scratch = document;
    }
    if (!read(source, from, length, document)) {
      return false;
    }
    long copy = target.copy(document, document.root(), ObjectTree.NO_NODE);
    document.close();
    if (copy < 0) {
      status = Status.of(copy);
      fault = XmlFault.NO_ROOM;
      return false;
    }
    return true;
  }

  /**
   * Reads a text into a document, or throws.
   *
   * @param source holds the text
   * @param target is emptied first, and stays empty if the text is refused
   * @throws XmlException if the text is malformed or there is no room for it
   */
  public void readOrThrow(byte[] source, Document target) {
    if (!read(source, 0, source.length, target)) {
      throw new XmlException(Objects.requireNonNull(fault), offset, message());
    }
  }

  private void clear() {
    fault = null;
    status = Status.OK;
    offset = -1;
  }

  private boolean refuse(XmlFault found, byte[] text, int from, int at) {
    fault = found;
    offset = at;
    place.find(text, from, from + at);
    return false;
  }

  /**
   * Answers why the last text was refused.
   *
   * @return the fault, null if it was read
   */
  public @Nullable XmlFault fault() {
    return fault;
  }

  /**
   * Answers what the pool had too little of, if that is why the last text was not read.
   *
   * @return {@link Status#OK} if the pool is not to blame
   */
  public Status status() {
    return status;
  }

  /**
   * Answers where the last text is wrong.
   *
   * @return bytes from its start, -1 if it was read or there was no room to begin with
   */
  public int offset() {
    return offset;
  }

  /**
   * Answers the line of {@link #offset()}.
   *
   * @return 1 for the first line, -1 if there is no offset
   */
  public int line() {
    return offset < 0 ? -1 : place.line();
  }

  /**
   * Answers the column of {@link #offset()}.
   *
   * @return 1 for the first character of the line, -1 if there is no offset
   */
  public int column() {
    return offset < 0 ? -1 : place.column();
  }

  /**
   * Describes why the last text was refused; this allocates.
   *
   * @return a sentence with code and place, empty if the text was read
   */
  public String message() {
    return XmlPlace.message(fault, status, offset, place);
  }
}
