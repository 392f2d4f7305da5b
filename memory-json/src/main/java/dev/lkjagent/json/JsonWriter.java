package dev.lkjagent.json;

import static dev.lkjagent.memory.NodeRecords.BYTES;
import static dev.lkjagent.memory.NodeRecords.FIRST_CHILD;
import static dev.lkjagent.memory.NodeRecords.HEAD;
import static dev.lkjagent.memory.NodeRecords.INT;
import static dev.lkjagent.memory.NodeRecords.NAME;
import static dev.lkjagent.memory.NodeRecords.NEXT;
import static dev.lkjagent.memory.NodeRecords.PARENT;

import dev.lkjagent.memory.NameTable;
import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Objects;

/**
 * Writes trees as JSON (RFC 8259): compact, or indented for people. The object is made to be
 * reused.
 *
 * <p>Numbers are written as they were read. In strings exactly that is escaped which must be: the
 * quote, the backslash and control characters; so a text reads back byte for byte, and the same
 * value gives the same text whatever it was read from. A tree that holds something else than JSON
 * (an XML element, a number that is none) is refused with {@link Status#WRONG_KIND}.
 *
 * <p>From the second tree of a kind on, nothing is allocated on the heap. Not safe for use by
 * several threads at once.
 */
public final class JsonWriter {
  private static final int NONE = -1;

  private final int indent;
  private final JsonSink sink = new JsonSink();

  /**
   * Per open container of a document: where it ends, and in the lowest bit whether it is an object.
   */
  private long[] ends = new long[64];

  /** For names that are not shared, and texts that lie in pieces. */
  private byte[] scratch = new byte[64];

  /** Creates a writer of compact texts. */
  public JsonWriter() {
    this(0);
  }

  private JsonWriter(int indent) {
    this.indent = indent;
  }

  /**
   * Creates a writer of texts for people: every member and element on a line of its own.
   *
   * @param indent by how many blanks each level is indented, 1 to 16
   * @return a writer
   */
  public static JsonWriter pretty(int indent) {
    if (indent < 1 || indent > 16) {
      throw new IllegalArgumentException("an indent is 1 to 16 blanks; not " + indent);
    }
    return new JsonWriter(indent);
  }

  /**
   * Writes a node and all below it into a text of a pool.
   *
   * @param tree a tree
   * @param node a node of it
   * @param into its text is replaced; after a failure it is as it was
   * @return {@link Status#OK}, {@link Status#WRONG_KIND}, or why there is no room
   */
  public Status write(ObjectTree tree, long node, PooledString into) {
    long before = into.detach();
    sink.open(into);
    Status status = finish(tree, node);
    long after = status == Status.OK ? before : into.detach();
    if (status != Status.OK) {
      into.attach(before);
    }
    if (after != 0) {
      into.scope().pool().free(after);
    }
    return status;
  }

  /**
   * Writes a node and all below it into an array.
   *
   * @param tree a tree
   * @param node a node of it
   * @param into where the text goes
   * @param from the first byte there
   * @return how many bytes were written, or the code of {@link Status#WRONG_KIND}, or of {@link
   *     Status#TOO_LARGE} if the array is too short
   */
  public int write(ObjectTree tree, long node, byte[] into, int from) {
    Objects.checkIndex(from, into.length + 1);
    sink.open(into, from);
    Status status = finish(tree, node);
    sink.forgetArray();
    return status == Status.OK ? sink.arrayEnd() - from : status.code();
  }

  /**
   * Writes a node and all below it to a stream, which is neither flushed nor closed.
   *
   * @param tree a tree
   * @param node a node of it
   * @param into where the text goes; if the tree is refused, a part of it may have gone there
   * @return {@link Status#OK} or {@link Status#WRONG_KIND}
   * @throws IOException if the stream fails
   */
  public Status write(ObjectTree tree, long node, OutputStream into) throws IOException {
    sink.open(into);
    return run(tree, node);
  }

  /**
   * Writes a node and all below it to a channel, which is not closed.
   *
   * @param tree a tree
   * @param node a node of it
   * @param into where the text goes; must be blocking; if the tree is refused, a part of it may
   *     have gone there
   * @return {@link Status#OK} or {@link Status#WRONG_KIND}
   * @throws IOException if the channel fails
   */
  public Status write(ObjectTree tree, long node, WritableByteChannel into) throws IOException {
    sink.open(into);
    return run(tree, node);
  }

  /**
   * Writes a node and all below it into a new array.
   *
   * @param tree a tree
   * @param node a node of it
   * @return the text
   * @throws IllegalArgumentException if the tree holds something else than JSON
   */
  public byte[] toBytes(ObjectTree tree, long node) {
    sink.open();
    Status status = finish(tree, node);
    byte[] bytes = sink.takeArray();
    if (status != Status.OK) {
      throw new IllegalArgumentException(
          "the tree holds something else than JSON (XML nodes, or a number that is none): "
              + status.meaning());
    }
    return bytes;
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
    boolean done = false;
    try {
      if (tree instanceof Document document) {
        write(document, node);
      } else {
        write((OwnedTree) tree, node);
      }
      Status status = sink.close();
      done = true;
      return status;
    } finally {
      if (!done) {
        sink.abandon();
      }
    }
  }

  private void write(Document document, long node) throws IOException {
    document.kind(node);
    RawMemory raw = document.raw();
    byte[] text = raw.bytes();
    long[] tape = raw.tape();
    int textAt = document.textAt();
    int tapeAt = document.tapeAt();
    int i = tapeAt + (int) node;
    int stop = Tape.isContainer(tape[i]) ? tapeAt + Tape.length(tape[i]) : i + 1;
    int depth = 0;
    int end = NONE;
    boolean first = true;
    JsonSink out = sink;
    for (; ; ) {
      while (i == end) {
        boolean object = (ends[--depth] & 1) != 0;
        if (!first) {
          line(depth);
        }
        out.room(2);
        out.bytes[out.at++] = (byte) (object ? '}' : ']');
        first = false;
        end = depth == 0 ? NONE : (int) (ends[depth - 1] >>> 1);
      }
      if (i == stop || out.failed()) {
        return;
      }
      if (!first) {
        out.room(2);
        out.bytes[out.at++] = ',';
      }
      first = false;
      if (depth > 0) {
        line(depth);
      }
      long word = tape[i++];
      int kind = Tape.kind(word);
      if (kind >= Tape.KEY) {
        out.string(
            text, textAt + Tape.offset(word), Tape.keyLength(word), kind == Tape.KEY_ESCAPED);
        colon();
        word = tape[i++];
        kind = Tape.kind(word);
      }
      if (kind == Tape.STRING || kind == Tape.STRING_ESCAPED) {
        out.string(
            text, textAt + Tape.offset(word), Tape.length(word), kind == Tape.STRING_ESCAPED);
      } else if (kind == Tape.NUMBER) {
        out.copy(text, textAt + Tape.offset(word), Tape.length(word));
      } else if (kind == Tape.OBJECT || kind == Tape.ARRAY) {
        out.room(2);
        out.bytes[out.at++] = (byte) (kind == Tape.OBJECT ? '{' : '[');
        if (depth == ends.length) {
          ends = Arrays.copyOf(ends, 2 * depth);
        }
        end = tapeAt + Tape.length(word);
        ends[depth++] = (long) end << 1 | (kind == Tape.OBJECT ? 1 : 0);
        first = true;
      } else {
        literal(kind);
      }
    }
  }

  private void write(OwnedTree tree, long top) throws IOException {
    RawMemory raw = tree.scope().pool().raw();
    tree.kind(top);
    byte[] records = raw.records();
    int topNode = raw.node(top);
    int node = topNode;
    int depth = 0;
    boolean first = true;
    boolean named = false;
    JsonSink out = sink;
    for (; ; ) {
      if (out.failed()) {
        return;
      }
      if (!first) {
        out.room(2);
        out.bytes[out.at++] = ',';
      }
      first = false;
      int at = node * BYTES;
      if (depth > 0) {
        line(depth);
      }
      if (named) {
        name(tree, raw, node, (int) INT.get(records, at + NAME));
        colon();
      }
      int head = (int) INT.get(records, at + HEAD);
      int kind = head & 0xFF;
      if (kind == Tape.STRING || kind == Tape.NUMBER) {
        text(tree, raw, node, kind);
      } else if (kind == Tape.OBJECT || kind == Tape.ARRAY) {
        out.room(4);
        out.bytes[out.at++] = (byte) (kind == Tape.OBJECT ? '{' : '[');
        int child = (int) INT.get(records, at + FIRST_CHILD);
        if (child != NONE) {
          node = child;
          depth++;
          first = true;
          named = kind == Tape.OBJECT;
          continue;
        }
        out.bytes[out.at++] = (byte) (kind == Tape.OBJECT ? '}' : ']');
      } else {
        literal(kind);
      }
      int next = NONE;
      while (node != topNode && (next = (int) INT.get(records, node * BYTES + NEXT)) == NONE) {
        node = (int) INT.get(records, node * BYTES + PARENT);
        line(--depth);
        out.room(2);
        out.bytes[out.at++] = (byte) (isObject(records, node) ? '}' : ']');
      }
      if (node == topNode) {
        return;
      }
      node = next;
      named = isObject(records, (int) INT.get(records, node * BYTES + PARENT));
    }
  }

  private static boolean isObject(byte[] records, int node) {
    return ((int) INT.get(records, node * BYTES + HEAD) & 0xFF) == Tape.OBJECT;
  }

  private void name(OwnedTree tree, RawMemory raw, int node, int name) throws IOException {
    if (name == 0) {
      sink.fail(Status.WRONG_KIND);
    } else if (name > 0) {
      NameTable names = raw.names();
      sink.string(names.bytes(), names.offset(name), names.length(name), false);
    } else {
      long handle = raw.nodeHandle(node);
      int length = tree.nameLength(handle);
      if (scratch.length < length) {
        scratch = new byte[length];
      }
      tree.copyName(handle, scratch, 0);
      sink.string(scratch, 0, length, false);
    }
  }

  private void text(OwnedTree tree, RawMemory raw, int node, int kind) throws IOException {
    long handle = raw.nodeHandle(node);
    int length = tree.textLength(handle);
    byte[] bytes = tree.textBytes(handle);
    int from = length == 0 ? 0 : tree.textOffset(handle);
    if (from < 0) {
      rope(tree, handle, length, kind);
    } else if (kind == Tape.STRING) {
      sink.string(bytes, from, length, false);
    } else if (Lexis.isNumber(bytes, from, length)) {
      sink.copy(bytes, from, length);
    } else {
      sink.fail(Status.WRONG_KIND);
    }
  }

  /** Writes a text that lies in pieces. */
  private void rope(OwnedTree tree, long handle, int length, int kind) throws IOException {
    int piece = kind == Tape.STRING ? Math.min(length, ROPE_PIECE) : length;
    if (scratch.length < piece) {
      scratch = new byte[piece];
    }
    if (kind == Tape.STRING) {
      sink.quote();
      for (int done = 0; done < length && !sink.failed(); done += piece) {
        int count = Math.min(piece, length - done);
        tree.copyText(handle, done, scratch, 0, count);
        sink.inString(scratch, 0, count, false);
      }
      sink.quote();
      return;
    }
    tree.copyText(handle, scratch, 0);
    if (Lexis.isNumber(scratch, 0, length)) {
      sink.copy(scratch, 0, length);
    } else {
      sink.fail(Status.WRONG_KIND);
    }
  }

  private static final int ROPE_PIECE = 8_192;

  private void literal(int kind) throws IOException {
    JsonSink out = sink;
    out.room(8);
    if (kind == Tape.TRUE) {
      Words.put(out.bytes, out.at, 0x65757274L);
      out.at += 4;
    } else if (kind == Tape.NULL) {
      Words.put(out.bytes, out.at, 0x6C6C756EL);
      out.at += 4;
    } else if (kind == Tape.FALSE) {
      Words.put(out.bytes, out.at, 0x65736C6166L);
      out.at += 5;
    } else {
      out.fail(Status.WRONG_KIND);
    }
  }

  private void colon() throws IOException {
    JsonSink out = sink;
    out.room(2);
    out.bytes[out.at++] = ':';
    if (indent > 0) {
      out.bytes[out.at++] = ' ';
    }
  }

  /** Begins a line at a depth, if this writer is for people. */
  private void line(int depth) throws IOException {
    if (indent == 0) {
      return;
    }
    JsonSink out = sink;
    out.room(1);
    out.bytes[out.at++] = '\n';
    for (long left = (long) depth * indent; left > 0; left -= 64) {
      int piece = (int) Math.min(left, 64);
      out.room(piece);
      Arrays.fill(out.bytes, out.at, out.at + piece, (byte) ' ');
      out.at += piece;
    }
  }
}
