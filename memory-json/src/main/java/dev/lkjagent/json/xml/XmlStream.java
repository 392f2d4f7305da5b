package dev.lkjagent.json.xml;

import dev.lkjagent.memory.Handles;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads one XML text that arrives in pieces, split anywhere, then another.
 *
 * <p>The tree and the fault are those of the text in one piece, whatever the pieces are; a text
 * that is too long is refused at the limit, unless it ends or is wrong before. What has arrived can
 * be read at any time through {@link #document()}: elements that are finished, and the text that is
 * still growing. Nodes keep their handles while the document grows; only a text that is still
 * growing may turn out to be none, if it is white space that the options drop.
 *
 * <p>A text in a slot that becomes too small moves to a larger one, so the pool needs room for both
 * for a moment. When a piece is refused, or there is no room for it, everything is returned at
 * once. After the first text nothing is allocated on the heap.
 */
public final class XmlStream implements AutoCloseable {
  /** What is known after a piece. */
  public enum State {
    /** The text so far is the beginning of a document. */
    MORE,
    /** The document is complete; {@link XmlStream#used()} tells how many bytes it has. */
    COMPLETE,
    /** The text is refused. */
    REFUSED
  }

  /** What ends a document. */
  public enum Until {
    /** The end of the root element; what follows it is not looked at. */
    ROOT_ENDS,
    /**
     * {@link XmlStream#end()}; comments, instructions and white space may follow the root element.
     */
    INPUT_ENDS
  }

  private static final int FIRST_BYTES = 1 << 10;
  private static final int FIRST_NODES = 1 << 6;

  private final XmlOptions options;
  private final XmlEngine engine;
  private final Document document;
  private final XmlPlace place = new XmlPlace();
  private State state = State.MORE;
  private int received;
  private Status status = Status.OK;

  /**
   * Creates a stream, ready for the first piece.
   *
   * @param scope who pays for text and nodes
   * @param options what is kept and how much is read
   * @param until what ends a document
   */
  public XmlStream(Scope scope, XmlOptions options, Until until) {
    this.options = options;
    engine = new XmlEngine(options, until == Until.ROOT_ENDS);
    document = new Document(scope);
  }

  /** Forgets the text and everything about it; the next piece begins another. */
  public void begin() {
    document.clear();
    engine.begin();
    state = State.MORE;
    received = 0;
    place.clear();
    status = Status.OK;
  }

  /**
   * Takes the next piece.
   *
   * @param piece holds it
   * @param from its first byte
   * @param length its length in bytes, may be 0
   * @return what is known now; once it is not {@link State#MORE}, further pieces change nothing
   *     until {@link #begin()}
   */
  public State feed(byte[] piece, int from, int length) {
    Objects.checkFromIndexSize(from, length, piece.length);
    if (state != State.MORE) {
      return state;
    }
    int taken = Math.min(length, options.limits().maxBytes() - received);
    if (!room(taken)) {
      return noRoom();
    }
    RawMemory raw = document.raw();
    System.arraycopy(piece, from, raw.bytes(), document.textAt() + received, taken);
    received += taken;
    if (taken == length) {
      return run(false);
    }
    engine.lookAgain();
    return run(false) == State.MORE ? refuse(XmlFault.TOO_LARGE, received) : state;
  }

  /**
   * Says that nothing follows.
   *
   * @return {@link State#COMPLETE} or {@link State#REFUSED}
   */
  public State end() {
    if (state != State.MORE) {
      return state;
    }
    return room(0) ? run(true) : noRoom();
  }

  private boolean room(int length) {
    if (document.textHandle() == Handles.NIL) {
      if (received > 0) {
        throw new IllegalStateException(
            "the scope of the stream was cleared while it was reading: call begin() first");
      }
      int nodes = Math.min(FIRST_NODES, options.limits().maxNodes());
      status = document.reserve(Math.max(length, FIRST_BYTES), nodes);
      if (status != Status.OK) {
        status = document.reserve(Math.max(length, 1), nodes);
      }
      return status == Status.OK;
    }
    int needed = received + length;
    if (needed > document.textCapacity()) {
      int generous = (int) Math.min(Integer.MAX_VALUE - 64, needed + (long) needed / 2);
      if (extend(generous, 0) != Status.OK && extend(needed, 0) != Status.OK) {
        return false;
      }
    }
    return true;
  }

  private Status extend(int bytes, int nodes) {
    status = document.extend(received, bytes, engine.nodes(), nodes);
    return status;
  }

  private State run(boolean isLast) {
    int result = go(isLast);
    while (result == XmlFault.TOO_MANY_NODES.status()
        && document.tapeCapacity() < options.limits().maxNodes()) {
      int nodes = (int) Math.min(options.limits().maxNodes(), 2L * document.tapeCapacity());
      if (extend(received, nodes) != Status.OK) {
        return noRoom();
      }
      result = go(isLast);
    }
    if (result < 0) {
      return refuse(XmlFault.of(result), engine.errorOffset());
    }
    if (result != XmlEngine.MORE) {
      state = State.COMPLETE;
      document.publish(engine.position(), result, engine.ids(), engine.rootNode());
    }
    return state;
  }

  private int go(boolean isLast) {
    RawMemory raw = document.raw();
    int from = document.textAt();
    int nodesFrom = document.tapeAt();
    raw.clearTail(from + received);
    try {
      return engine.run(
          raw.bytes(),
          from,
          from + received,
          raw.tape(),
          nodesFrom,
          nodesFrom + document.tapeCapacity(),
          isLast);
    } finally {
      raw.restoreTail();
    }
  }

  private State refuse(XmlFault fault, int at) {
    state = State.REFUSED;
    status = Status.MALFORMED;
    place.set(fault, at, document.raw().bytes(), document.textAt(), received);
    document.clear();
    return state;
  }

  private State noRoom() {
    state = State.REFUSED;
    document.clear();
    return state;
  }

  /**
   * Answers what is known after the last piece.
   *
   * @return the state
   */
  public State state() {
    return state;
  }

  /**
   * Answers the tree of what has arrived so far. Open elements end here for the time being, and the
   * text that is growing is their last child.
   *
   * @return always the same document; it is empty before the root element and after a refusal, and
   *     it shows what has arrived since only when this method is called again
   */
  public Document document() {
    if (state == State.MORE && engine.rootNode() >= 0) {
      if (engine.nodes() == document.tapeCapacity()
          && extend(received, document.tapeCapacity() + 1) != Status.OK) {
        return document;
      }
      engine.rebase(document.raw().tape(), document.tapeAt());
      int nodes = engine.settle();
      document.show(received, nodes, engine.ids(), engine.rootNode());
    }
    return document;
  }

  /**
   * Answers how many bytes of all pieces belong to the document, as far as they have been read.
   *
   * @return bytes; of a complete document that ends with its root element, those up to the end tag
   */
  public int used() {
    return engine.position();
  }

  /**
   * Answers why the text was refused.
   *
   * @return {@link Status#OK} if it was not, {@link Status#MALFORMED} with a fault, or why there
   *     was no room
   */
  public Status status() {
    return state == State.REFUSED ? status : Status.OK;
  }

  /**
   * Answers what is wrong with the text.
   *
   * @return the fault, null if {@link #status} is not {@link Status#MALFORMED}
   */
  public @Nullable XmlFault fault() {
    return place.fault();
  }

  /**
   * Answers where the text is wrong.
   *
   * @return bytes from the start of the text, 0 without a fault
   */
  public int faultOffset() {
    return place.offset();
  }

  /**
   * Answers the line in which the text is wrong.
   *
   * @return lines from 1, 0 without a fault
   */
  public int faultLine() {
    return place.line();
  }

  /**
   * Answers the place in its line at which the text is wrong.
   *
   * @return code points from 1, 0 without a fault
   */
  public int faultColumn() {
    return place.column();
  }

  /**
   * Says what is wrong with the text, where, and what to do about it. This allocates.
   *
   * @return a sentence, empty without a fault
   */
  public String faultMessage() {
    return place.message();
  }

  /** Returns text and nodes to the pool. */
  @Override
  public void close() {
    begin();
    document.close();
  }
}
