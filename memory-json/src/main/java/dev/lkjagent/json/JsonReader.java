package dev.lkjagent.json;

import dev.lkjagent.memory.Handles;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.NameIds;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.TreeLoader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON texts (RFC 8259) into trees. The object is made to be reused: it remembers the names
 * of the texts it has read, and the more alike they are, the faster it gets.
 *
 * <p>A parse answers {@link Status#OK}; or {@link Status#MALFORMED}, and {@link #fault()} says what
 * is wrong and where; or why the pool has no room. After a failure the tree is empty and nothing is
 * taken from the pool. From the second text of a kind on, nothing is allocated on the heap. Not
 * safe for use by several threads at once; it may go from thread to thread.
 */
public final class JsonReader {
  private static final int FIRST_READ_BYTES = 4_096;
  private static final int NO_ROOM = JsonFault.NO_ROOM.status();

  private final JsonLimits limits;
  private final NameIds names = new NameIds();
  private final JsonScanner scanner;
  private final TreeLoader loader = new TreeLoader();
  private final FaultPlace place = new FaultPlace();

  /** How dense texts are of late: as dense as the last one, or a little less than before. */
  private int nodesPerKilobyte = 128;

  /** A view of the slab that was read to last, for channels. */
  private @Nullable ByteBuffer window;

  private byte[] windowed = NO_BYTES;

  /** Creates a reader with {@link JsonLimits#DEFAULT}. */
  public JsonReader() {
    this(JsonLimits.DEFAULT);
  }

  /**
   * Creates a reader.
   *
   * @param limits what a text may cost at most
   */
  public JsonReader(JsonLimits limits) {
    this.limits = limits;
    scanner = new JsonScanner(limits, names);
  }

  /**
   * Chooses what happens to a second member of the same name, from the next text on.
   *
   * @param policy {@link DuplicateNames#KEEP} unless chosen otherwise
   * @return this reader
   */
  public JsonReader duplicateNames(DuplicateNames policy) {
    scanner.duplicates(policy);
    return this;
  }

  /**
   * Reads a text into a document.
   *
   * @param text where the text stands
   * @param from its first byte
   * @param length its length in bytes
   * @param into is emptied and then holds the text
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   */
  public Status parse(byte[] text, int from, int length, Document into) {
    Objects.checkFromIndexSize(from, length, text.length);
    int size = sizeToRead(length);
    int nodes = expectedNodes(size);
    Status status = into.reserve(size, into.tapeCapacity() < nodes ? roomFor(nodes, size) : nodes);
    if (status != Status.OK) {
      return noRoom(status);
    }
    System.arraycopy(text, from, into.raw().bytes(), into.textAt(), size);
    return scan(into, size);
  }

  /**
   * Reads a text into a document.
   *
   * @param text the text
   * @param into is emptied and then holds the text
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

  private static final byte[] NO_BYTES = {};

  /**
   * Reads a text that already stands in a document: reserved by {@link Document#reserve} and
   * written to {@link Document#textAt()}, so that nothing is copied. If the nodes that were
   * reserved do not suffice, more are taken.
   *
   * @param into a document that has its room and has not been published since; after a failure it
   *     is empty
   * @param length the text's length in bytes
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or {@link Status#NODES_EXHAUSTED}
   * @throws IndexOutOfBoundsException if the document has no room for a text of that length
   */
  public Status parseInPlace(Document into, int length) {
    Objects.checkFromIndexSize(0, length, into.textCapacity());
    return scan(into, sizeToRead(length));
  }

  /**
   * Reads all that a stream has into a document, straight into the pool.
   *
   * @param source is read to its end and not closed
   * @param into is emptied and then holds the text
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   * @throws IOException if the stream fails; the document is empty then
   */
  public Status parse(InputStream source, Document into) throws IOException {
    return parse(source, null, FIRST_READ_BYTES, into);
  }

  /**
   * Reads all that a channel has into a document, straight into the pool.
   *
   * @param source is read to its end and not closed; must be blocking
   * @param into is emptied and then holds the text
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   * @throws IOException if the channel fails; the document is empty then
   */
  public Status parse(ReadableByteChannel source, Document into) throws IOException {
    return parse(null, source, FIRST_READ_BYTES, into);
  }

  /**
   * Reads a file into a document, straight into the pool. Opening the file allocates.
   *
   * @param file the file
   * @param into is emptied and then holds the text
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   * @throws IOException if the file can't be read; the document is empty then
   */
  public Status parse(Path file, Document into) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = Math.min(channel.size(), limits.maxBytes()) + 1;
      return parse(null, channel, (int) Math.max(size, 16), into);
    }
  }

  private Status parse(
      @Nullable InputStream stream,
      @Nullable ReadableByteChannel channel,
      int firstBytes,
      Document into)
      throws IOException {
    into.clear();
    Scope scope = into.scope();
    RawMemory raw = into.raw();
    byte[] slab = raw.bytes();
    int most = sizeToRead(Integer.MAX_VALUE);
    long slot = scope.tryAllocate(firstBytes);
    try {
      int size = 0;
      while (slot >= 0) {
        int at = raw.offset(slot);
        int capacity = Math.min(scope.pool().capacity(slot), most);
        int read = size == capacity ? 0 : read(stream, channel, slab, at + size, capacity - size);
        if (read > 0) {
          size += read;
        } else if (read == 0 && capacity < most) {
          long larger = scope.tryAllocate(capacity + 1);
          if (larger >= 0) {
            System.arraycopy(slab, at, slab, raw.offset(larger), size);
          }
          scope.pool().free(slot);
          slot = larger;
        } else {
          Status status = into.adopt(slot, roomFor(expectedNodes(size), size));
          if (status != Status.OK) {
            return noRoom(status);
          }
          slot = Handles.NIL;
          return scan(into, size);
        }
      }
      return noRoom(Status.of(slot));
    } finally {
      if (slot > 0) {
        scope.pool().free(slot);
      }
    }
  }

  /** Reads some bytes; answers how many, or -1 at the end. */
  private int read(
      @Nullable InputStream stream,
      @Nullable ReadableByteChannel channel,
      byte[] slab,
      int at,
      int room)
      throws IOException {
    if (stream != null) {
      return stream.read(slab, at, room);
    }
    ByteBuffer buffer = window;
    if (buffer == null || windowed != slab) {
      buffer = ByteBuffer.wrap(slab);
      window = buffer;
      windowed = slab;
    }
    buffer.limit(at + room).position(at);
    return Objects.requireNonNull(channel).read(buffer);
  }

  /**
   * Reads a text into an editable tree.
   *
   * @param text where the text stands
   * @param from its first byte
   * @param length its length in bytes
   * @param into is emptied and then holds the values
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   */
  public Status parse(byte[] text, int from, int length, OwnedTree into) {
    Objects.checkFromIndexSize(from, length, text.length);
    into.clear();
    int size = sizeToRead(length);
    Scope scope = into.scope();
    long slot = scope.tryAllocate(size);
    if (slot < 0) {
      return noRoom(Status.of(slot));
    }
    scope.pool().setLength(slot, size);
    return scan(text, from, slot, size, roomFor(expectedNodes(size), size), into);
  }

  /**
   * Reads a text into an editable tree.
   *
   * @param text the text
   * @param into is emptied and then holds the values
   * @return {@link Status#OK}, {@link Status#MALFORMED}, or why there is no room
   */
  public Status parse(byte[] text, OwnedTree into) {
    return parse(text, 0, text.length, into);
  }

  /**
   * Reads a text of a pool into an editable tree.
   *
   * @param text the text; it stays as it is
   * @param into is emptied and then holds the values
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
   * @throws MalformedJsonException if the text is not JSON within the limits
   * @throws PoolExhaustedException if there is no room, with the way out
   */
  public void parseOrThrow(byte[] text, Document into) {
    orThrow(parse(text, into), text.length, into.scope());
  }

  /**
   * Reads a text into an editable tree.
   *
   * @param text the text
   * @param into is emptied and then holds the values
   * @throws MalformedJsonException if the text is not JSON within the limits
   * @throws PoolExhaustedException if there is no room, with the way out
   */
  public void parseOrThrow(byte[] text, OwnedTree into) {
    orThrow(parse(text, into), text.length, into.scope());
  }

  /**
   * Answers what was wrong with the last text.
   *
   * @return the fault, null if the last parse did not answer {@link Status#MALFORMED}
   */
  public @Nullable JsonFault fault() {
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
   * @return lines from 1, 0 without a fault; a line ends with a line feed
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

  /**
   * Forgets the names and texts that were learnt; ids of names in older documents mean nothing
   * then.
   */
  public void forget() {
    names.clear();
    scanner.forget();
  }

  /** A text that is too long is read up to the first byte too many: enough to refuse it. */
  private int sizeToRead(int length) {
    return Math.min(length, limits.maxBytes() + 1);
  }

  /** A text of so many bytes has no more nodes than that. */
  private int mostNodes(int size) {
    return Math.max(1, Math.min(size, limits.maxNodes()));
  }

  /** How many nodes a text of so many bytes has if it is like the densest of the last ones. */
  private int expectedNodes(int size) {
    return Math.min(mostNodes(size), 1 + (int) ((long) size * nodesPerKilobyte >>> 10));
  }

  /**
   * Room for what is expected, and some more: at least for a node in eight bytes, so that dense
   * texts after sparse ones are seldom read twice. What is not needed goes back at once.
   */
  private int roomFor(int nodes, int size) {
    int likely = Math.max(nodes, size >>> 3);
    return Math.min(mostNodes(size), likely + (likely >>> 3) + 32);
  }

  private void learnNodes(int count, int size) {
    int found = (int) (((long) count << 10) / size) + 1;
    int fading = nodesPerKilobyte - (nodesPerKilobyte >>> 4);
    nodesPerKilobyte = Math.max(found, fading);
  }

  private Status scan(Document into, int size) {
    RawMemory raw = into.raw();
    int at = into.textAt();
    raw.clearTail(at + size);
    int count =
        scanner.scan(
            raw.bytes(),
            at,
            at + size,
            raw.tape(),
            into.tapeAt(),
            into.tapeAt() + into.tapeCapacity());
    raw.restoreTail();
    if (count < 0) {
      if (count == NO_ROOM && into.tapeCapacity() < mostNodes(size)) {
        Status status = into.exchange(mostNodes(size));
        if (status == Status.OK) {
          return scan(into, size);
        }
      }
      Status status = refused(count, raw.bytes(), at);
      into.clear();
      return status;
    }
    learnNodes(count, size);
    into.publish(size, count, names);
    return accepted();
  }

  /** Reads a text by way of a slot of the tree's scope; the slot is returned or the tree's. */
  private Status scan(byte[] text, int from, long slot, int size, int wantedNodes, OwnedTree into) {
    Scope scope = into.scope();
    RawMemory raw = scope.pool().raw();
    int tapeAt = raw.takeTape(scope, wantedNodes, 1);
    if (tapeAt < 0) {
      scope.pool().free(slot);
      return noRoom(Status.of(tapeAt));
    }
    int capacity = raw.tapeBlockLength();
    int at = raw.offset(slot);
    System.arraycopy(text, from, raw.bytes(), at, size);
    raw.clearTail(at + size);
    int count =
        scanner.scanDecoding(raw.bytes(), at, at + size, raw.tape(), tapeAt, tapeAt + capacity);
    raw.restoreTail();
    Status status;
    if (count < 0) {
      if (count == NO_ROOM && wantedNodes < mostNodes(size)) {
        raw.freeTape(scope, tapeAt, capacity);
        return scan(text, from, slot, size, mostNodes(size), into);
      }
      status = refused(count, text, from);
      scope.pool().free(slot);
    } else {
      learnNodes(count, size);
      status = loader.load(slot, raw.tape(), tapeAt, count, names, into);
      status = status == Status.OK ? accepted() : noRoom(status);
    }
    raw.freeTape(scope, tapeAt, capacity);
    return status;
  }

  private Status accepted() {
    place.clear();
    return Status.OK;
  }

  private Status noRoom(Status status) {
    place.clear();
    return status;
  }

  private Status refused(int code, byte[] text, int from) {
    JsonFault what = JsonFault.of(code);
    if (what == JsonFault.NO_ROOM) {
      return noRoom(Status.NODES_EXHAUSTED);
    }
    place.set(what, text, from, scanner.faultOffset());
    return Status.MALFORMED;
  }

  private void orThrow(Status status, int length, Scope scope) {
    if (status == Status.OK) {
      return;
    }
    place.orThrow();
    if (status != Status.NODES_EXHAUSTED) {
      // Asking for the slot once more makes the scope say which limit was met and how to raise it.
      scope.pool().free(scope.allocate(length));
    }
    throw new PoolExhaustedException(
        status,
        "no room for the tree of a text of "
            + length
            + " B: "
            + status.meaning()
            + "; raise PoolSpec.documentNodes (documents) or PoolSpec.nodes (editable trees), or the"
            + " budget of scope \""
            + scope.name()
            + "\"");
  }
}
