package dev.lkjagent.json;

import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.NameIds;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text (RFC 8259) that arrives in chunks of any size, split anywhere, into a
 * document. The same tree, or the same fault at the same byte, comes out as if the text had come in
 * one piece.
 *
 * <pre>{@code
 * stream.begin(document);
 * while (!stream.isComplete() && stream.feed(chunk, 0, size) == Status.OK) {
 *   stream.show();   // if what has come so far is of interest: read it from the document
 *   size = source.read(chunk);
 * }
 * stream.finish();
 * }</pre>
 *
 * <p>A value in brackets or quotes is complete at its last byte; {@link #bytesUsed()} tells where
 * that is, and what follows it in the chunk is the caller's. A number at the root is complete when
 * something else follows or at {@link #finish()}. After a failure the document is empty. The memory
 * used is that of the document and bounded by the limits; from the second text of a kind on,
 * nothing is allocated on the heap. Not safe for use by several threads at once.
 */
public final class JsonStream {
  private static final int PIECE_BYTES = 4_096;
  private static final int FIRST_TEXT_BYTES = 256;

  private final JsonLimits limits;
  private final NameIds names = new NameIds();
  private final StreamScanner scanner;
  private final FaultPlace place = new FaultPlace();
  private @Nullable Document document;
  private int size;
  private int total;
  private int trailing;
  private int linesAfter;
  private int columnsAfter;
  private boolean foreign;
  private boolean tooLong;
  private boolean shown;
  private Status failure = Status.OK;

  /** Creates a stream with {@link JsonLimits#DEFAULT}. */
  public JsonStream() {
    this(JsonLimits.DEFAULT);
  }

  /**
   * Creates a stream.
   *
   * @param limits what a text may cost at most
   */
  public JsonStream(JsonLimits limits) {
    this.limits = limits;
    scanner = new StreamScanner(limits, names);
  }

  /**
   * Chooses what happens to a second member of the same name, from the next text on.
   *
   * @param policy {@link DuplicateNames#KEEP} unless chosen otherwise
   * @return this stream
   */
  public JsonStream duplicateNames(DuplicateNames policy) {
    scanner.duplicates(policy);
    return this;
  }

  /**
   * Begins a text.
   *
   * @param into is emptied and takes the text up as it comes
   * @return {@link Status#OK}, or why there is no room for any text
   */
  public Status begin(Document into) {
    place.clear();
    scanner.begin();
    size = 0;
    total = 0;
    trailing = -1;
    foreign = false;
    tooLong = false;
    linesAfter = 0;
    columnsAfter = 0;
    shown = false;
    document = into;
    failure = into.reserve(FIRST_TEXT_BYTES, FIRST_TEXT_BYTES);
    return failure;
  }

  /**
   * Takes up the next bytes of the text.
   *
   * @param chunk where they stand
   * @param from the first of them
   * @param length how many there are
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   * @throws IllegalStateException if no text has begun
   */
  public Status feed(byte[] chunk, int from, int length) {
    Document into = begun();
    Objects.checkFromIndexSize(from, length, chunk.length);
    int taken = 0;
    while (failure == Status.OK && taken < length) {
      if (scanner.done()) {
        look(chunk, from + taken, length - taken);
        break;
      }
      int piece = Math.min(Math.min(length - taken, PIECE_BYTES), limits.maxBytes() - size);
      if (piece == 0) {
        return refuse(into, JsonFault.TEXT_TOO_LONG, size);
      }
      taken += take(into, chunk, from + taken, piece);
    }
    return failure;
  }

  /** Takes up a piece; answers how many of its bytes belong to the value. */
  private int take(Document into, byte[] chunk, int from, int piece) {
    Status room = makeRoom(into, size + piece, scanner.nodes() + piece + 2);
    if (room != Status.OK) {
      place.clear();
      failure = room;
      into.clear();
      return 0;
    }
    RawMemory raw = into.raw();
    int at = into.textAt();
    System.arraycopy(chunk, from, raw.bytes(), at + size, piece);
    int before = size;
    size += piece;
    shown = false;
    raw.clearTail(at + size);
    int outcome = scanner.advance(raw.bytes(), at, size, raw.tape(), into.tapeAt());
    raw.restoreTail();
    if (outcome < 0) {
      refuse(into, JsonFault.of(outcome), scanner.faultOffset());
      return 0;
    }
    if (outcome == StreamScanner.COMPLETE) {
      size = scanner.position();
      into.publish(size, scanner.nodes(), names);
    }
    total = size;
    return size - before;
  }

  private Status makeRoom(Document into, int textBytes, int nodes) {
    int length = into.textCapacity();
    int wanted = into.tapeCapacity();
    if (length >= textBytes && wanted >= nodes) {
      return Status.OK;
    }
    Status grown =
        into.grow(
            length >= textBytes ? textBytes : (int) Math.min(2L * textBytes, limits.maxBytes()),
            wanted >= nodes ? nodes : (int) Math.min(2L * nodes, Integer.MAX_VALUE));
    return grown == Status.OK ? grown : into.grow(textBytes, nodes);
  }

  /** Looks at bytes after the value: only white space may follow, and not too much. */
  private void look(byte[] chunk, int from, int length) {
    for (int i = from; i < from + length && trailing < 0 && !tooLong; i++) {
      int c = chunk[i];
      if (total == limits.maxBytes()) {
        tooLong = true;
      } else if (c == '\n') {
        total++;
        linesAfter++;
        columnsAfter = 1;
      } else if (c == ' ' || c == '\r' || c == '\t') {
        total++;
        columnsAfter++;
      } else {
        trailing = total;
        // A number and then a zero byte: so begins UTF-16.
        foreign = total == 1 && c == 0;
      }
    }
  }

  /**
   * Tells whether the value is complete. What follows it has not been judged.
   *
   * @return true if the document holds the whole value
   */
  public boolean isComplete() {
    return failure == Status.OK && document != null && scanner.done();
  }

  /**
   * Answers how many bytes the value took, counted from the first that was fed.
   *
   * @return bytes; before the value is complete, the number of bytes fed
   */
  public int bytesUsed() {
    return size;
  }

  /**
   * Ends the text.
   *
   * @return {@link Status#OK} if the text was one value and white space, {@link Status#MALFORMED},
   *     or why there was no room
   * @throws IllegalStateException if no text has begun
   */
  public Status finish() {
    Document into = begun();
    if (failure != Status.OK) {
      return failure;
    }
    if (!scanner.done()) {
      RawMemory raw = into.raw();
      int outcome = scanner.finish(raw.bytes(), into.textAt(), size, raw.tape(), into.tapeAt());
      if (outcome < 0) {
        return refuse(into, JsonFault.of(outcome), scanner.faultOffset());
      }
      into.publish(size, scanner.nodes(), names);
    } else if (foreign) {
      return refuse(into, JsonFault.BAD_ENCODING, 0);
    } else if (trailing >= 0 || tooLong) {
      Status refused =
          refuse(into, tooLong ? JsonFault.TEXT_TOO_LONG : JsonFault.TRAILING_TEXT, size);
      place.move(total - size, linesAfter, columnsAfter);
      return refused;
    }
    document = null;
    return Status.OK;
  }

  /**
   * Makes what has come so far readable in the document: finished members and elements, and of a
   * string that is under way the whole characters that have come. Containers that are still open
   * seem to end here. Handles of nodes from before are stale afterwards. The cost is the depth of
   * what is open.
   *
   * @throws IllegalStateException if no text has begun, or it was refused
   */
  public void show() {
    Document into = begun();
    if (failure != Status.OK) {
      throw new IllegalStateException("there is nothing to show: the text was refused, " + failure);
    }
    if (!scanner.done() && !shown) {
      int nodes = scanner.expose(into.raw().tape(), into.tapeAt());
      into.expose(size, nodes, names);
      shown = true;
    }
  }

  /**
   * Tells whether a node that {@link #show()} made readable has all its text and children.
   *
   * @param node a node of the document
   * @return false for containers that are open and for the string that is under way
   */
  public boolean isComplete(long node) {
    return scanner.isComplete((int) node);
  }

  /**
   * Answers what was wrong with the text.
   *
   * @return the fault, null if the last answer was not {@link Status#MALFORMED}
   */
  public @Nullable JsonFault fault() {
    return place.fault();
  }

  /**
   * Answers where the text was wrong.
   *
   * @return bytes from the start of the text, 0 without a fault
   */
  public int faultOffset() {
    return place.offset();
  }

  /**
   * Answers the line in which the text was wrong.
   *
   * @return lines from 1, 0 without a fault; a line ends with a line feed
   */
  public int faultLine() {
    return place.line();
  }

  /**
   * Answers the place in its line at which the text was wrong.
   *
   * @return code points from 1, 0 without a fault
   */
  public int faultColumn() {
    return place.column();
  }

  /**
   * Says what was wrong with the text, where, and what to do about it. This allocates.
   *
   * @return a sentence, empty without a fault
   */
  public String faultMessage() {
    return place.message();
  }

  private Document begun() {
    Document into = document;
    if (into == null) {
      throw new IllegalStateException("no text has begun: call begin first");
    }
    return into;
  }

  private Status refuse(Document into, JsonFault fault, int offset) {
    RawMemory raw = into.raw();
    place.set(fault, raw.bytes(), into.textAt(), offset);
    failure = Status.MALFORMED;
    into.clear();
    return failure;
  }
}
