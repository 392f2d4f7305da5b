package dev.lkjagent.memory.tree;

import dev.lkjagent.memory.Handles;
import dev.lkjagent.memory.MemberIndex;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.SeededHash;
import dev.lkjagent.memory.StaleHandleException;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.Transfer;
import org.jspecify.annotations.Nullable;

/**
 * What a parser makes of a text: the text in one slot, its nodes in one block, read and then
 * dropped whole.
 *
 * <p>The object is reusable: {@link #reserve}, write the text and the nodes, {@link #publish},
 * read, {@link #clear}. Nodes are laid out in document order as {@link Tape} says. The handle of a
 * node is the stamp of the content (upper half) and the node's number (lower half), so one
 * comparison tells the nodes of this content from those of an earlier one and of other documents.
 *
 * <p>What writes or empties the document checks the calling thread, and so do {@link #root} and
 * {@link #outermost}. Reading a node by its handle compares the stamp only; from {@link
 * dev.lkjagent.memory.CheckLevel#DEBUG} on it checks the thread, too.
 */
public final class Document extends ObjectTree {
  private static final int NONE = -1;
  private static final int NO_STAMP = Integer.MIN_VALUE;

  private final MemoryPool pool;
  private final RawMemory raw;
  private final long[] tape;
  private final byte[] bytes;
  private final MemberIndex index;
  private final FoundMembers found = new FoundMembers();
  private long text = Handles.NIL;
  private int textAt;
  private int textLength;
  private int tapeAt;
  private int tapeLength;
  private int nodeCount;
  private int rootNumber;
  private int stamp;
  private final boolean strict;

  /** The stamp, or what no node has if each read is to be looked at more closely. */
  private int expected;

  private @Nullable NameIds names;
  private long namesEpoch;

  /**
   * Creates an empty document.
   *
   * @param scope who pays for its text and nodes
   */
  public Document(Scope scope) {
    super(scope);
    pool = scope.pool();
    raw = pool.raw();
    tape = raw.tape();
    bytes = raw.bytes();
    index = raw.index();
    strict = raw.checksReads();
    stamp(0);
  }

  private void stamp(int newStamp) {
    stamp = newStamp;
    expected = strict ? NO_STAMP : newStamp;
  }

  /**
   * Empties the document and takes a slot and a block of nodes for a new content. Those that it has
   * are kept if they fit, so reading one text after the other costs the pool nothing.
   *
   * @param textBytes how long the text may be
   * @param wantedNodes how many nodes it may have; fewer are taken if there are no more
   * @return {@link Status#OK}, or why there is no room; the document is empty then
   */
  public Status reserve(int textBytes, int wantedNodes) {
    if (text != Handles.NIL && wantedNodes <= tapeLength && suits(textBytes)) {
      empty();
      return Status.OK;
    }
    clear();
    long handle = scope().tryAllocate(textBytes);
    if (handle < 0) {
      return Status.of(handle);
    }
    Status status = adopt(handle, wantedNodes);
    if (status != Status.OK) {
      pool.free(handle);
    }
    return status;
  }

  /** Tells whether the slot is large enough, and not so large that it would be wasted. */
  private boolean suits(int textBytes) {
    int capacity = pool.capacity(text);
    return textBytes <= capacity && capacity >>> 4 < textBytes;
  }

  /**
   * Empties the document, makes a slot that the caller has filled its text, and takes a block of
   * nodes.
   *
   * @param textSlot a live handle that the document's scope paid for; the document owns it
   *     afterwards, unless this fails
   * @param wantedNodes how many nodes it may have; fewer are taken if there are no more
   * @return {@link Status#OK}, or why there is no room; the document is empty then
   */
  public Status adopt(long textSlot, int wantedNodes) {
    clear();
    int at = raw.offset(textSlot);
    int from = raw.takeTape(scope(), wantedNodes, 1);
    if (from < 0) {
      return Status.of(from);
    }
    enter();
    text = textSlot;
    textAt = at;
    tapeAt = from;
    tapeLength = raw.tapeBlockLength();
    return Status.OK;
  }

  /**
   * Makes more room for a content that is still being written, and keeps what was written.
   *
   * @param textBytes how long the text may be
   * @param wantedNodes how many nodes it may have at least
   * @return {@link Status#OK}, or why there is no room; nothing has changed then
   */
  public Status grow(int textBytes, int wantedNodes) {
    return enlarge(pool.capacity(text), textBytes, tapeLength, wantedNodes, wantedNodes);
  }

  /** Takes all the room before it moves anything there, and gives back what it took if it fails. */
  private Status enlarge(
      int keptBytes, int textBytes, int keptNodes, int wantedNodes, int leastNodes) {
    long larger = Handles.NIL;
    if (textBytes > pool.capacity(text)) {
      larger = scope().tryAllocate(textBytes);
      if (larger < 0) {
        return Status.of(larger);
      }
    }
    if (wantedNodes > tapeLength) {
      int from = raw.takeTape(scope(), wantedNodes, leastNodes);
      if (from < 0) {
        if (larger != Handles.NIL) {
          pool.free(larger);
        }
        return Status.of(from);
      }
      int length = raw.tapeBlockLength();
      System.arraycopy(tape, tapeAt, tape, from, keptNodes);
      raw.freeTape(scope(), tapeAt, tapeLength);
      tapeAt = from;
      tapeLength = length;
    }
    if (larger != Handles.NIL) {
      int to = raw.offset(larger);
      System.arraycopy(bytes, textAt, bytes, to, keptBytes);
      pool.free(text);
      text = larger;
      textAt = to;
    }
    return Status.OK;
  }

  /**
   * Makes what has been written so far readable, and keeps the room for more. Handles of nodes from
   * before are stale afterwards.
   *
   * @param length the length of the text in bytes
   * @param nodes how many nodes were written, every container of them with an end
   * @param nameIds the table that gave the names their ids, null if they have none
   */
  public void expose(int length, int nodes, @Nullable NameIds nameIds) {
    pool.setLength(text, length);
    textLength = length;
    nodeCount = nodes;
    rootNumber = nodes > 0 ? valueNumber(0, nodes) : 0;
    stamp(raw.nextStamp());
    names(nameIds);
  }

  /**
   * Makes what was written the document's content, and returns the nodes that were not needed.
   *
   * @param length the length of the text in bytes
   * @param nodes how many nodes were written
   * @param nameIds the table that gave the names their ids, null if they have none
   */
  public void publish(int length, int nodes, @Nullable NameIds nameIds) {
    publish(length, nodes, nameIds, nodes > 0 ? valueNumber(0, nodes) : 0);
  }

  /**
   * Makes what was written the document's content, and returns the nodes that were not needed.
   *
   * @param length the length of the text in bytes
   * @param nodes how many nodes were written
   * @param nameIds the table that gave the names their ids, null if they have none
   * @param root the number of the root, if others stand before it, as comments may in XML
   */
  public void publish(int length, int nodes, @Nullable NameIds nameIds, int root) {
    show(length, nodes, nameIds, root);
    tapeLength = raw.trimTape(scope(), tapeAt, tapeLength, nodes);
  }

  /**
   * Makes a part of the content readable while the rest is still being written. Nodes keep their
   * handles when more is shown, and when all is {@linkplain #publish published}.
   *
   * @param length the length of the text so far, in bytes
   * @param nodes how many nodes have been written
   * @param nameIds the table that gives the names their ids, null if they have none
   * @param root the number of the root
   */
  public void show(int length, int nodes, @Nullable NameIds nameIds, int root) {
    pool.setLength(text, length);
    textLength = length;
    nodeCount = nodes;
    rootNumber = root;
    names(nameIds);
    if (stamp == 0) {
      stamp(raw.nextStamp());
    }
  }

  /** Takes over the ids of names; members found before may no longer be the last of their name. */
  private void names(@Nullable NameIds nameIds) {
    names = nameIds;
    namesEpoch = nameIds == null ? 0 : nameIds.epoch();
    found.clear();
  }

  /**
   * Gives the nodes back and takes a larger block for them, where there is no room for the old and
   * a new one side by side. What was written into the nodes is lost; the text stays.
   *
   * @param wantedNodes how many nodes; fewer are taken if there are no more
   * @return {@link Status#OK}, or {@link Status#NODES_EXHAUSTED} if no larger block is to be had;
   *     the document is empty if there is none at all
   */
  public Status exchange(int wantedNodes) {
    int had = tapeLength;
    raw.freeTape(scope(), tapeAt, tapeLength);
    int from = raw.takeTape(scope(), wantedNodes, 1);
    if (from < 0) {
      long was = text;
      evicted();
      pool.free(was);
      return Status.of(from);
    }
    tapeAt = from;
    tapeLength = raw.tapeBlockLength();
    return tapeLength > had ? Status.OK : Status.NODES_EXHAUSTED;
  }

  /**
   * Makes more room for a content that is being written; what has been written is kept, but may
   * move.
   *
   * @param writtenBytes how much of the text has been written
   * @param textBytes how long the text may be from now on
   * @param writtenNodes how many nodes have been written
   * @param wantedNodes how many nodes there may be; fewer are taken if there are no more, but at
   *     least one more than before
   * @return {@link Status#OK}, or why there is no room; nothing has changed then
   */
  public Status extend(int writtenBytes, int textBytes, int writtenNodes, int wantedNodes) {
    return enlarge(writtenBytes, textBytes, writtenNodes, wantedNodes, tapeLength + 1);
  }

  /** Returns the text and the nodes. An empty document stays empty. */
  public void clear() {
    if (text != Handles.NIL) {
      raw.checkThread();
      long was = text;
      evicted();
      pool.free(was);
      raw.freeTape(scope(), tapeAt, tapeLength);
    }
  }

  @Override
  protected void holdings(Transfer transfer) {
    if (text != Handles.NIL) {
      transfer.slot(text);
      transfer.tape(scope(), tapeAt, tapeLength);
    }
  }

  @Override
  protected void evicted() {
    text = Handles.NIL;
    empty();
  }

  private void empty() {
    nodeCount = 0;
    textLength = 0;
    stamp(0);
    names = null;
  }

  /** Returns the text and the nodes, as {@link #clear()} does. */
  @Override
  public void close() {
    clear();
    leave();
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
   * Answers how long the text may be.
   *
   * @return bytes, 0 if the document is empty
   */
  public int textCapacity() {
    return text == Handles.NIL ? 0 : pool.capacity(text);
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

  private long word(long node) {
    int number = (int) node;
    if ((int) (node >>> 32) != expected || number < 0 || number >= nodeCount) {
      return lookedAt(node);
    }
    return tape[tapeAt + number];
  }

  /** Looks at a node that is stale, or at any if each read is checked. */
  private long lookedAt(long node) {
    int number = (int) node;
    if (strict && (int) (node >>> 32) == stamp && number >= 0 && number < nodeCount) {
      raw.checkThread();
      return tape[tapeAt + number];
    }
    throw stale(node);
  }

  private StaleHandleException stale(long node) {
    return new StaleHandleException(
        node,
        node == NO_NODE
            ? "the node is NO_NODE: nothing was found"
            : "node "
                + (int) node
                + " of content "
                + (node >>> 32)
                + " does not belong to this document"
                + (stamp == 0
                    ? ", which is empty: it was cleared, or its scope was"
                    : ", which holds content " + stamp + " with " + nodeCount + " nodes"));
  }

  long handle(int number) {
    return (long) stamp << 32 | number;
  }

  /** Answers the handle of the value at a number, or of the one behind it if that is a key. */
  private long value(int number) {
    return handle(Tape.isKey(tape[tapeAt + number]) ? number + 1 : number);
  }

  /** Answers the number of the value at a number, or of the one behind it if that is a key. */
  int valueNumber(int number) {
    return valueNumber(number, nodeCount);
  }

  private int valueNumber(int number, int count) {
    return number < count && Tape.isKey(tape[tapeAt + number]) ? number + 1 : number;
  }

  /** Answers the number after a node's subtree. */
  int end(long node) {
    return after((int) node, word(node));
  }

  @Override
  public long root() {
    raw.checkThread();
    return nodeCount == 0 ? NO_NODE : handle(rootNumber);
  }

  /**
   * Answers the first node outside all others: the root, or what stands before it.
   *
   * @return the node, {@link #NO_NODE} if the document is empty
   */
  public long outermost() {
    raw.checkThread();
    return nodeCount == 0 ? NO_NODE : value(0);
  }

  /**
   * Answers what follows a node that is in no other.
   *
   * @param node {@link #outermost()}, or what this method answered
   * @return a node, {@link #NO_NODE} if there is none
   */
  public long nextOutermost(long node) {
    int after = after((int) node, word(node));
    return after < nodeCount ? value(after) : NO_NODE;
  }

  @Override
  public int kind(long node) {
    return Tape.plainKind(Tape.kind(word(node)));
  }

  @Override
  public long firstChild(long node) {
    long word = word(node);
    int after = (int) node + 1;
    return Tape.isContainer(word) && Tape.length(word) > after ? value(after) : NO_NODE;
  }

  @Override
  public long next(long parent, long node) {
    int after = after((int) node, word(node));
    return after < Tape.length(word(parent)) ? value(after) : NO_NODE;
  }

  private static int after(int number, long word) {
    return Tape.isContainer(word) ? Tape.length(word) : number + 1;
  }

  @Override
  public boolean named(long node) {
    word(node);
    return (int) node > 0 && Tape.isKey(key(node));
  }

  private long key(long node) {
    return tape[tapeAt + (int) node - 1];
  }

  @Override
  public int nameLength(long node) {
    if (!named(node)) {
      return 0;
    }
    long key = key(node);
    int length = Tape.keyLength(key);
    return Tape.kind(key) == Tape.KEY
        ? length
        : TextDecoder.length(Tape.KEY_ESCAPED, bytes, textAt + Tape.offset(key), length);
  }

  @Override
  public int copyName(long node, byte[] target, int at) {
    if (!named(node)) {
      return 0;
    }
    long key = key(node);
    return copy(Tape.kind(key), Tape.offset(key), Tape.keyLength(key), target, at);
  }

  private int copy(int kind, int offset, int length, byte[] target, int at) {
    if (Tape.isEscaped(kind)) {
      return TextDecoder.decode(kind, bytes, textAt + offset, length, target, at);
    }
    System.arraycopy(bytes, textAt + offset, target, at, length);
    return length;
  }

  @Override
  public boolean nameEquals(long node, byte[] name, int from, int length) {
    return named(node) && keyEquals(key(node), name, from, length);
  }

  private boolean keyEquals(long key, byte[] name, int from, int length) {
    return Tape.kind(key) == Tape.KEY
        ? plainKeyEquals(key, name, from, length)
        : escapedKeyEquals(key, name, from, length);
  }

  private boolean plainKeyEquals(long key, byte[] name, int from, int length) {
    return Tape.keyLength(key) == length
        && Words.equal(bytes, textAt + Tape.offset(key), name, from, length);
  }

  private boolean escapedKeyEquals(long key, byte[] name, int from, int length) {
    int at = textAt + Tape.offset(key);
    return TextDecoder.equalTo(
        Tape.KEY_ESCAPED, bytes, at, Tape.keyLength(key), name, from, length);
  }

  @Override
  public int textLength(long node) {
    long word = word(node);
    int kind = Tape.kind(word);
    if (!Tape.hasText(kind)) {
      return 0;
    }
    int length = Tape.length(word);
    return Tape.isEscaped(kind)
        ? TextDecoder.length(kind, bytes, textAt + Tape.offset(word), length)
        : length;
  }

  @Override
  public int copyText(long node, byte[] target, int at) {
    long word = word(node);
    int kind = Tape.kind(word);
    return !Tape.hasText(kind) ? 0 : copy(kind, Tape.offset(word), Tape.length(word), target, at);
  }

  @Override
  public byte[] textBytes(long node) {
    return bytes;
  }

  @Override
  public int textOffset(long node) {
    long word = word(node);
    int kind = Tape.kind(word);
    return !Tape.hasText(kind) || Tape.isEscaped(kind) ? NONE : textAt + Tape.offset(word);
  }

  @Override
  long find(long node, byte[] name, int from, int length, int hash, boolean hashed) {
    long word = word(node);
    if (!Tape.isContainer(word)) {
      return NO_NODE;
    }
    if (Tape.length(word) - (int) node > 2 * NARROW + 1 && index.seek(node)) {
      return indexed(hashed ? hash : SeededHash.of(name, from, length), name, from, length);
    }
    return scanned(node, Tape.length(word), name, from, length);
  }

  /** Looks at all children, and makes an index of them if they are many. */
  private long scanned(long node, int end, byte[] name, int from, int length) {
    int first = (int) node + 1;
    int found = NONE;
    int members = 0;
    for (int n = first; n < end; ) {
      long key = tape[tapeAt + n];
      if (Tape.isKey(key)) {
        n++;
        members++;
        if (keyEquals(key, name, from, length)) {
          found = n;
        }
      }
      n = after(n, tape[tapeAt + n]);
    }
    if (members > NARROW && !index.refused(node)) {
      index(node, first, end, members);
    }
    return found == NONE ? NO_NODE : handle(found);
  }

  /**
   * Follows a path from a node on. The node and the table of names are checked once, not at every
   * step: nothing in between can change them.
   */
  long follow(long from, Path.Step[] steps) {
    word(from);
    NameIds ids = names();
    int n = (int) from;
    for (Path.Step step : steps) {
      long word = tape[tapeAt + n];
      int kind = Tape.kind(word);
      if (kind == Tape.OBJECT) {
        n = step.byName ? member(n, word, step, ids) : NONE;
      } else if (kind > Tape.ELEMENT) {
        return NO_NODE;
      } else if (step.index != Path.Step.NO_INDEX) {
        n = childAt(n, word, step.index);
      } else {
        n = step.byName ? numberOf(find(handle(n), step)) : NONE;
      }
      if (n < 0) {
        return NO_NODE;
      }
    }
    return handle(n);
  }

  private long find(long node, Path.Step step) {
    return find(node, step.name, 0, step.name.length, step.hash, true);
  }

  private static int numberOf(long node) {
    return node == NO_NODE ? NONE : (int) node;
  }

  private int childAt(int number, long word, int index) {
    int end = Tape.length(word);
    int n = number + 1;
    for (int left = index; ; left--) {
      n = valueNumber(n, end);
      if (n >= end || left == 0) {
        return n < end ? n : NONE;
      }
      n = after(n, tape[tapeAt + n]);
    }
  }

  /** Finds a member by the id that this document's name table gave to the name, if it did. */
  private int member(int number, long word, Path.Step step, @Nullable NameIds ids) {
    int id = ids == null ? 0 : step.idIn(ids, namesEpoch);
    if (id == 0) {
      return numberOf(find(handle(number), step));
    }
    int known = found.get(number, id);
    if (known == FoundMembers.UNKNOWN) {
      known = lastMember(number, word, step, id);
      if (known == FoundMembers.UNKNOWN) {
        return numberOf(find(handle(number), step));
      }
      found.put(number, id, known);
    }
    return known == FoundMembers.ABSENT ? NONE : known;
  }

  /** Walks over all members of an object, unless there are so many that an index is better. */
  private int lastMember(int number, long word, Path.Step step, int id) {
    long[] nodes = tape;
    int base = tapeAt;
    int end = base + Tape.length(word);
    int last = base;
    int left = NARROW;
    for (int at = base + number + 1; at < end; ) {
      if (--left < 0) {
        return FoundMembers.UNKNOWN;
      }
      long key = nodes[at];
      long value = nodes[at + 1];
      int own = Tape.nameIdOrLonger(key);
      if (own == id
          || Integer.compareUnsigned(own - 1, Tape.MAX_NAME_ID) >= 0
              && keyEquals(key, step.name, 0, step.name.length)) {
        last = at + 1;
      }
      at = Tape.kind(value) <= Tape.ELEMENT ? base + Tape.length(value) : at + 2;
    }
    return last - base;
  }

  private long indexed(int hash, byte[] name, int from, int length) {
    if (index.sharesHashes()) {
      return lastIndexed(hash, name, from, length);
    }
    int only = index.first(hash);
    return only >= 0 && plainKeyEquals(tape[tapeAt + only - 1], name, from, length)
        ? handle(only)
        : NO_NODE;
  }

  private long lastIndexed(int hash, byte[] name, int from, int length) {
    int found = NONE;
    for (int at = index.probe(hash, NONE); at >= 0; at = index.probe(hash, at + 1)) {
      int n = index.node(at);
      if (plainKeyEquals(tape[tapeAt + n - 1], name, from, length)) {
        found = n;
      }
    }
    return found == NONE ? NO_NODE : handle(found);
  }

  @Override
  protected @Nullable String flaw() {
    for (int n = 0; n < nodeCount; n++) {
      long word = tape[tapeAt + n];
      if (!Tape.isKey(word)
          && Tape.isContainer(word)
          && index.seek(handle(n))
          && !indexHolds(n + 1, Tape.length(word))) {
        return "the index of node " + n + " has its members and nothing else";
      }
    }
    return null;
  }

  private boolean indexHolds(int first, int end) {
    int members = 0;
    for (int n = first; n < end; ) {
      long key = tape[tapeAt + n];
      if (Tape.isKey(key)) {
        n++;
        members++;
        int hash = SeededHash.of(bytes, textAt + Tape.offset(key), Tape.keyLength(key));
        int at = index.probe(hash, NONE);
        while (at >= 0 && index.node(at) != n) {
          at = index.probe(hash, at + 1);
        }
        if (at < 0) {
          return false;
        }
      }
      n = after(n, tape[tapeAt + n]);
    }
    return members == index.members();
  }

  /** Indexes the members of a wide container, unless one of them has an escaped name. */
  private void index(long node, int first, int end, int members) {
    if (!index.begin(node, members)) {
      return;
    }
    for (int n = first; n < end; ) {
      long key = tape[tapeAt + n];
      if (Tape.isKey(key)) {
        n++;
        if (Tape.kind(key) == Tape.KEY_ESCAPED) {
          index.refuse(node);
          return;
        }
        index.put(SeededHash.of(bytes, textAt + Tape.offset(key), Tape.keyLength(key)), n);
      }
      n = after(n, tape[tapeAt + n]);
    }
  }
}
