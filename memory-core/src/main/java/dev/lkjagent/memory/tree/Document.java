package dev.lkjagent.memory.tree;

import dev.lkjagent.memory.Handles;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import org.jspecify.annotations.Nullable;

/**
 * What a parser makes of a text: the text in one slot, its nodes in one block, read and then
 * dropped whole.
 *
 * <p>The object is reusable: {@link #reserve}, write the text and the nodes, {@link #publish},
 * read, {@link #clear}. Nodes are numbered from 0 in document order and laid out as {@link Tape}
 * says.
 */
public final class Document extends ObjectTree {
  private final Scope scope;
  private final MemoryPool pool;
  private final RawMemory raw;
  private long text = Handles.NIL;
  private int textAt;
  private int textLength;
  private int tapeAt;
  private int tapeLength;
  private int nodeCount;
  private @Nullable NameIds names;
  private long namesEpoch;

  /**
   * Creates an empty document.
   *
   * @param scope who pays for its text and nodes
   */
  public Document(Scope scope) {
    this.scope = scope;
    pool = scope.pool();
    raw = pool.raw();
  }

  /**
   * Empties the document and takes a slot and a block of nodes for a new content.
   *
   * @param textBytes how long the text may be
   * @param wantedNodes how many nodes it may have; fewer are taken if there are no more
   * @return {@link Status#OK}, or why there is no room; the document is empty then
   */
  public Status reserve(int textBytes, int wantedNodes) {
    clear();
    long handle = scope.tryAllocate(textBytes);
    if (handle < 0) {
      return Status.of(handle);
    }
    int from = raw.takeTape(scope, wantedNodes, 1);
    if (from < 0) {
      pool.free(handle);
      return Status.of(from);
    }
    text = handle;
    textAt = raw.offset(handle);
    tapeAt = from;
    tapeLength = raw.tapeBlockLength();
    return Status.OK;
  }

  /**
   * Makes what was written the document's content, and returns the nodes that were not needed.
   *
   * @param bytes the length of the text
   * @param nodes how many nodes were written
   * @param nameIds the table that gave the names their ids, null if they have none
   */
  public void publish(int bytes, int nodes, @Nullable NameIds nameIds) {
    pool.setLength(text, bytes);
    textLength = bytes;
    nodeCount = nodes;
    tapeLength = raw.trimTape(scope, tapeAt, tapeLength, nodes);
    names = nameIds;
    namesEpoch = nameIds == null ? 0 : nameIds.epoch();
  }

  /** Returns the text and the nodes. An empty document stays empty. */
  public void clear() {
    if (text == Handles.NIL) {
      return;
    }
    long was = text;
    text = Handles.NIL;
    nodeCount = 0;
    textLength = 0;
    names = null;
    pool.free(was);
    raw.freeTape(scope, tapeAt, tapeLength);
  }

  /** Returns the text and the nodes, as {@link #clear()} does. */
  @Override
  public void close() {
    clear();
  }

  /**
   * Answers the pool's arrays.
   *
   * @return where the text and the nodes lie
   */
  public RawMemory raw() {
    return raw;
  }

  /**
   * Answers who pays.
   *
   * @return the scope
   */
  public Scope scope() {
    return scope;
  }

  /**
   * Answers the handle of the text.
   *
   * @return {@link Handles#NIL} if the document is empty
   */
  public long textHandle() {
    return text;
  }

  /**
   * Answers where the text begins.
   *
   * @return an index into {@link RawMemory#bytes()}
   */
  public int textAt() {
    return textAt;
  }

  /**
   * Answers the length of the text.
   *
   * @return bytes
   */
  public int textLength() {
    return textLength;
  }

  /**
   * Answers where the nodes begin.
   *
   * @return an index into {@link RawMemory#tape()}
   */
  public int tapeAt() {
    return tapeAt;
  }

  /**
   * Answers how many nodes fit.
   *
   * @return nodes, those in use included
   */
  public int tapeCapacity() {
    return tapeLength;
  }

  /**
   * Answers how many nodes the document has, keys included.
   *
   * @return nodes
   */
  public int nodeCount() {
    return nodeCount;
  }

  /**
   * Answers the table that gave the names their ids.
   *
   * @return the table, or null if there is none or its ids have changed since
   */
  public @Nullable NameIds names() {
    NameIds table = names;
    return table != null && table.epoch() == namesEpoch ? table : null;
  }

  private long at(int node) {
    if (node < 0 || node >= nodeCount) {
      throw new IndexOutOfBoundsException(
          "node " + node + " of a document with " + nodeCount + " nodes");
    }
    return raw.tape()[tapeAt + node];
  }

  @Override
  public int root() {
    return nodeCount == 0 ? NO_NODE : Tape.isKey(at(0)) ? 1 : 0;
  }

  @Override
  public int kind(int node) {
    return Tape.plainKind(Tape.kind(at(node)));
  }

  @Override
  public int firstChild(int node) {
    long word = at(node);
    return Tape.isContainer(word) && Tape.length(word) > node + 1 ? value(node + 1) : NO_NODE;
  }

  @Override
  public int next(int parent, int node) {
    long word = at(node);
    int after = Tape.isContainer(word) ? Tape.length(word) : node + 1;
    return after < Tape.length(at(parent)) ? value(after) : NO_NODE;
  }

  private int value(int node) {
    return Tape.isKey(raw.tape()[tapeAt + node]) ? node + 1 : node;
  }

  @Override
  public boolean named(int node) {
    at(node);
    return node > 0 && Tape.isKey(raw.tape()[tapeAt + node - 1]);
  }

  private long key(int node) {
    return raw.tape()[tapeAt + node - 1];
  }

  @Override
  public int nameLength(int node) {
    if (!named(node)) {
      return 0;
    }
    long key = key(node);
    int length = Tape.keyLength(key);
    return Tape.kind(key) == Tape.KEY
        ? length
        : TextDecoder.length(Tape.KEY_ESCAPED, raw.bytes(), textAt + Tape.offset(key), length);
  }

  @Override
  public int copyName(int node, byte[] target, int at) {
    if (!named(node)) {
      return 0;
    }
    long key = key(node);
    return copy(Tape.kind(key), Tape.offset(key), Tape.keyLength(key), target, at);
  }

  private int copy(int kind, int offset, int length, byte[] target, int at) {
    if (Tape.isEscaped(kind)) {
      return TextDecoder.decode(kind, raw.bytes(), textAt + offset, length, target, at);
    }
    System.arraycopy(raw.bytes(), textAt + offset, target, at, length);
    return length;
  }

  @Override
  public boolean nameEquals(int node, byte[] name, int from, int length) {
    if (!named(node)) {
      return false;
    }
    long key = key(node);
    int written = Tape.keyLength(key);
    int at = textAt + Tape.offset(key);
    if (Tape.kind(key) == Tape.KEY) {
      return written == length
          && java.util.Arrays.equals(raw.bytes(), at, at + length, name, from, from + length);
    }
    return TextDecoder.equalTo(Tape.KEY_ESCAPED, raw.bytes(), at, written, name, from, length);
  }

  @Override
  public int textLength(int node) {
    long word = at(node);
    int kind = Tape.kind(word);
    if (kind < Tape.STRING) {
      return 0;
    }
    int length = Tape.length(word);
    return Tape.isEscaped(kind)
        ? TextDecoder.length(kind, raw.bytes(), textAt + Tape.offset(word), length)
        : length;
  }

  @Override
  public int copyText(int node, byte[] target, int at) {
    long word = at(node);
    int kind = Tape.kind(word);
    return kind < Tape.STRING ? 0 : copy(kind, Tape.offset(word), Tape.length(word), target, at);
  }

  @Override
  public byte[] textBytes(int node) {
    return raw.bytes();
  }

  @Override
  public int textOffset(int node) {
    long word = at(node);
    int kind = Tape.kind(word);
    return kind < Tape.STRING || Tape.isEscaped(kind) ? -1 : textAt + Tape.offset(word);
  }
}
