package dev.lkjagent.memory.tree;

import static dev.lkjagent.memory.NodeRecords.BYTES;
import static dev.lkjagent.memory.NodeRecords.CHILD_COUNT;
import static dev.lkjagent.memory.NodeRecords.FIRST_CHILD;
import static dev.lkjagent.memory.NodeRecords.FIRST_OWN_NAME;
import static dev.lkjagent.memory.NodeRecords.HEAD;
import static dev.lkjagent.memory.NodeRecords.INLINE_TEXT;
import static dev.lkjagent.memory.NodeRecords.INT;
import static dev.lkjagent.memory.NodeRecords.LAST_CHILD;
import static dev.lkjagent.memory.NodeRecords.LONG;
import static dev.lkjagent.memory.NodeRecords.LONG_TEXT_LENGTH;
import static dev.lkjagent.memory.NodeRecords.MAX_INLINE;
import static dev.lkjagent.memory.NodeRecords.NAME;
import static dev.lkjagent.memory.NodeRecords.NEXT;
import static dev.lkjagent.memory.NodeRecords.NO_TEXT;
import static dev.lkjagent.memory.NodeRecords.PARENT;
import static dev.lkjagent.memory.NodeRecords.PAYLOAD;
import static dev.lkjagent.memory.NodeRecords.PREVIOUS;
import static dev.lkjagent.memory.NodeRecords.ROPE_TEXT;
import static dev.lkjagent.memory.NodeRecords.SLICE_FROM;
import static dev.lkjagent.memory.NodeRecords.SLICE_TEXT;
import static dev.lkjagent.memory.NodeRecords.SLOT_TEXT;
import static dev.lkjagent.memory.NodeRecords.head;

import dev.lkjagent.memory.Handles;
import dev.lkjagent.memory.MemberIndex;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.NameTable;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.SeededHash;
import dev.lkjagent.memory.SliceConsumer;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.Transfer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tree that can be edited: every node is a record of its own, texts lie in the record, in a slot
 * or, if they are longer than the largest tier, in a rope of slots; names are shared. Long texts
 * that were loaded together share a slot, until they are edited. Laid out as {@link
 * dev.lkjagent.memory.NodeRecords} says.
 *
 * <p>Editing answers a node, or the negative code of a {@link Status}; a failure leaves the tree as
 * it was. Freeing walks along the links and needs no stack, however deep or wide the tree is.
 */
public final class OwnedTree extends ObjectTree {
  private static final int NONE = -1;

  /** Tells the containers of editable trees from those of documents in the member index. */
  private static final long OWNED = Long.MIN_VALUE;

  private final MemoryPool pool;
  private final RawMemory raw;
  private final NameTable names;
  private final MemberIndex index;
  private final byte[] records;
  private final byte[] bytes;
  private final RopeTexts ropes;
  private final TextBlock block;
  private final int largestSlot;
  private int root = NONE;

  /** The top of a copy that is being made and is not in the tree yet. */
  private int copying = NONE;

  /**
   * The nodes from the first to before the end are those of the tree, and all of them, as long as
   * it is as it was loaded; both are the same otherwise.
   */
  private int loadedFirst;

  private int loadedEnd;

  /**
   * Whether the nodes of a tree as it was loaded hold nothing but texts of the {@link #block} and
   * what {@link #loadedNames} counts.
   */
  private boolean counted;

  /**
   * Shared names in the lower halves, and above how many nodes have each that is not counted
   * before.
   */
  private long[] loadedNames = {};

  private int loadedNamesCount;

  /**
   * Creates an empty tree.
   *
   * @param scope who pays for its nodes and texts
   */
  public OwnedTree(Scope scope) {
    super(scope);
    pool = scope.pool();
    raw = pool.raw();
    names = raw.names();
    index = raw.index();
    records = raw.records();
    bytes = raw.bytes();
    ropes = new RopeTexts(scope);
    block = new TextBlock(pool);
    largestSlot = pool.spec().largestSlotBytes();
  }

  private int get(int node, int field) {
    return (int) INT.get(records, node * BYTES + field);
  }

  private void set(int node, int field, int value) {
    INT.set(records, node * BYTES + field, value);
  }

  private long handle(int node) {
    return node == NONE ? NO_NODE : raw.nodeHandle(node);
  }

  private int number(long node) {
    return raw.node(node);
  }

  // --- editing

  /**
   * Makes a node without name and text the root.
   *
   * @param kind a plain kind of {@link Tape}
   * @return the node, or the code of a {@link Status}
   * @throws IllegalStateException if the tree has a root
   */
  public long createRoot(int kind) {
    return createRoot(kind, NO_BYTES, 0, NONE);
  }

  /**
   * Makes a node the root.
   *
   * @param kind a plain kind of {@link Tape}
   * @param name where the node's name stands
   * @param nameFrom its first byte
   * @param nameLength its length in bytes, negative for no name
   * @return the node, or the code of a {@link Status}
   * @throws IllegalStateException if the tree has a root
   */
  public long createRoot(int kind, byte[] name, int nameFrom, int nameLength) {
    requireNoRoot();
    int node = fresh(kind, name, nameFrom, nameLength);
    if (node < 0) {
      return node;
    }
    if (root != NONE) {
      free(node);
      requireNoRoot();
    }
    enter();
    root = node;
    raw.edited();
    return handle(node);
  }

  private void requireNoRoot() {
    if (root != NONE) {
      throw new IllegalStateException("the tree has a root: clear it or remove the root first");
    }
  }

  private static final byte[] NO_BYTES = {};

  private int fresh(int kind, byte[] name, int nameFrom, int nameLength) {
    int node = raw.takeNode(scope());
    if (node < 0) {
      return node;
    }
    set(node, HEAD, kind);
    set(node, NAME, 0);
    set(node, PARENT, NONE);
    set(node, NEXT, NONE);
    set(node, PREVIOUS, NONE);
    set(node, FIRST_CHILD, NONE);
    set(node, LAST_CHILD, NONE);
    set(node, CHILD_COUNT, 0);
    if (nameLength >= 0) {
      int status = takeNameFor(node, name, nameFrom, nameLength);
      if (status < 0 && status > FIRST_OWN_NAME) {
        raw.freeNode(node);
        return status;
      }
      set(node, NAME, status);
    }
    return node;
  }

  /** Answers what stands in a record for a name, or the code of a status. */
  int takeName(byte[] name, int from, int length) {
    Objects.checkFromIndexSize(from, length, name.length);
    int id = names.intern(name, from, length);
    return id != 0 ? id : takeOwnName(name, from, length);
  }

  private int takeOwnName(byte[] name, int from, int length) {
    long slot = scope().tryAllocate(length);
    if (slot < 0) {
      return (int) slot;
    }
    System.arraycopy(name, from, bytes, raw.offset(slot), length);
    pool.setLength(slot, length);
    return FIRST_OWN_NAME - Handles.slot(slot);
  }

  /** Answers as {@link #takeName} does; throws if the node is gone: a reclaimer may have run. */
  private int takeNameFor(int node, byte[] name, int from, int length) {
    int id = names.intern(name, from, length);
    if (id != 0) {
      return id;
    }
    long handle = handle(node);
    int own = takeOwnName(name, from, length);
    if (!raw.isNode(handle)) {
      dropName(own);
      number(handle);
    }
    return own;
  }

  private long ownName(int name) {
    return raw.handle(FIRST_OWN_NAME - name);
  }

  /** Gives back what stands in a record for a name. */
  void dropName(int name) {
    if (name > 0) {
      names.release(name);
    } else if (name <= FIRST_OWN_NAME) {
      pool.free(ownName(name));
    }
  }

  /**
   * Adds a node at the end of a container.
   *
   * @param parent an object, an array or an element
   * @param kind a plain kind of {@link Tape}
   * @param name where the node's name stands
   * @param nameFrom its first byte
   * @param nameLength its length in bytes, negative for no name
   * @return the node, or the code of a {@link Status}
   */
  public long add(long parent, int kind, byte[] name, int nameFrom, int nameLength) {
    int under = container(parent);
    int node = fresh(kind, name, nameFrom, nameLength);
    if (node < 0) {
      return node;
    }
    if (!raw.isNode(parent) || !isContainer(under)) {
      free(node);
      container(parent);
    }
    link(under, get(under, LAST_CHILD), NONE, node);
    raw.edited();
    return handle(node);
  }

  /**
   * Adds a node without a name at the end of a container.
   *
   * @param parent an array or an element
   * @param kind a plain kind of {@link Tape}
   * @return the node, or the code of a {@link Status}
   */
  public long add(long parent, int kind) {
    return add(parent, kind, NO_BYTES, 0, NONE);
  }

  /**
   * Adds a node before another.
   *
   * @param sibling the node that will follow
   * @param kind a plain kind of {@link Tape}
   * @param name where the node's name stands
   * @param nameFrom its first byte
   * @param nameLength its length in bytes, negative for no name
   * @return the node, or the code of a {@link Status}
   * @throws IllegalArgumentException if the sibling is the root
   */
  public long insertBefore(long sibling, int kind, byte[] name, int nameFrom, int nameLength) {
    int after = number(sibling);
    if (get(after, PARENT) == NONE) {
      throw new IllegalArgumentException(
          "nothing can stand before the root: add it below the root, or clear the tree first");
    }
    int node = fresh(kind, name, nameFrom, nameLength);
    if (node < 0) {
      return node;
    }
    if (!raw.isNode(sibling)) {
      free(node);
      number(sibling);
    }
    link(get(after, PARENT), get(after, PREVIOUS), after, node);
    raw.edited();
    return handle(node);
  }

  /** Names a node in a message: its kind, and its name if it has one. */
  private String shown(int node) {
    String kind = NodeKind.of(kind(node)).toString();
    return get(node, NAME) == 0 ? kind : kind + " \"" + nameString(handle(node)) + '"';
  }

  private int container(long node) {
    int number = number(node);
    if (!isContainer(number)) {
      throw new IllegalArgumentException(
          shown(number) + " has no children: only objects, arrays and elements do");
    }
    return number;
  }

  /** Notes that the tree is no longer as it was loaded. */
  private void edited() {
    loadedEnd = loadedFirst;
  }

  private void link(int parent, int before, int after, int node) {
    edited();
    set(node, PARENT, parent);
    set(node, PREVIOUS, before);
    set(node, NEXT, after);
    set(before == NONE ? parent : before, before == NONE ? FIRST_CHILD : NEXT, node);
    set(after == NONE ? parent : after, after == NONE ? LAST_CHILD : PREVIOUS, node);
    int count = get(parent, CHILD_COUNT) + 1;
    set(parent, CHILD_COUNT, count);
    if (count > NARROW) {
      extendIndex(parent, node, after == NONE);
    }
  }

  private void unlink(int node) {
    edited();
    int parent = get(node, PARENT);
    if (parent == NONE) {
      root = NONE;
      return;
    }
    int before = get(node, PREVIOUS);
    int after = get(node, NEXT);
    set(before == NONE ? parent : before, before == NONE ? FIRST_CHILD : NEXT, after);
    set(after == NONE ? parent : after, after == NONE ? LAST_CHILD : PREVIOUS, before);
    int count = get(parent, CHILD_COUNT);
    set(parent, CHILD_COUNT, count - 1);
    if (count > NARROW) {
      index.drop(handle(parent) | OWNED);
    }
  }

  private void extendIndex(int parent, int node, boolean last) {
    long container = handle(parent) | OWNED;
    if (!index.seek(container)) {
      return;
    }
    int name = get(node, NAME);
    if (!last || name != 0 && !index.put(nameHash(name), node)) {
      index.drop(container);
    }
  }

  private int nameHash(int name) {
    return SeededHash.of(nameBytes(name), nameOffset(name), nameLengthOf(name));
  }

  /**
   * Replaces the text of a node.
   *
   * @param node a node that is not a container
   * @param text where the text stands
   * @param from its first byte
   * @param length its length in bytes
   * @return {@link Status#OK}, or why there is no room
   */
  public Status setText(long node, byte[] text, int from, int length) {
    Objects.checkFromIndexSize(from, length, text.length);
    long status = putText(textNode(node), text, from, length);
    raw.edited();
    return Status.of(status);
  }

  private int textNode(long node) {
    int number = number(node);
    if (!Tape.hasText(kind(number))) {
      throw new IllegalArgumentException(
          shown(number) + " has no text: give the node another kind first");
    }
    return number;
  }

  /** Replaces a scalar by one with a text, or changes nothing. */
  Status setScalar(long node, int kind, byte[] text, int from, int length) {
    int number = number(node);
    long status = putText(number, text, from, length);
    if (status >= 0) {
      set(number, HEAD, get(number, HEAD) & ~0xFF | kind);
    }
    return Status.of(status);
  }

  long putText(int node, byte[] text, int from, int length) {
    int head = get(node, HEAD);
    int at = node * BYTES + PAYLOAD;
    if (length <= MAX_INLINE) {
      long old = heldText(head, at);
      System.arraycopy(text, from, records, at, length);
      set(node, HEAD, head(head & 0xFF, INLINE_TEXT, length));
      dropText(head, old);
      return 0;
    }
    if (textForm(head) == SLOT_TEXT && suits(pool.capacity(heldText(head, at)), length)) {
      fill(heldText(head, at), length, 0, text, from, length);
      set(node, LONG_TEXT_LENGTH, length);
      return 0;
    }
    long handle = handle(node);
    long room = roomFor(length);
    if (room < 0) {
      return room;
    }
    stillThere(handle, room, length);
    fill(room, length, 0, text, from, length);
    keepText(node, room, length);
    return 0;
  }

  /** Tells whether a slot is large enough, and not so large that it would be wasted. */
  private static boolean suits(int capacity, int length) {
    return length <= capacity && length > capacity / 16;
  }

  /**
   * Takes room for a text that fits no record: a slot, or a rope if no tier is large enough.
   * Answers its handle, or the code of a status.
   */
  private long roomFor(int length) {
    return length > largestSlot ? ropes.reserve(length) : scope().tryAllocate(length);
  }

  /** Writes into the room that was taken for a text of {@code all} bytes, behind {@code had}. */
  private void fill(long room, int all, int had, byte[] text, int from, int length) {
    if (all > largestSlot) {
      ropes.append(room, text, from, length);
    } else {
      System.arraycopy(text, from, bytes, raw.offset(room) + had, length);
      pool.setLength(room, had + length);
    }
  }

  /** Throws if a node is gone: making room may have run a reclaimer. The room is returned then. */
  private void stillThere(long node, long room, int length) {
    if (!raw.isNode(node)) {
      drop(room, length);
      number(node);
    }
  }

  /** Makes a written text that of a node, and frees the one that the node has had. */
  private void keepText(int node, long held, int length) {
    edited();
    int at = node * BYTES + PAYLOAD;
    int head = get(node, HEAD);
    long old = heldText(head, at);
    LONG.set(records, at, held);
    set(node, LONG_TEXT_LENGTH, length);
    set(node, HEAD, head(head & 0xFF, length > largestSlot ? ROPE_TEXT : SLOT_TEXT, 0));
    dropText(head, old);
  }

  /** Answers the handle of a text outside of the record. */
  private long heldText(int head, int at) {
    return textForm(head) >= SLOT_TEXT ? (long) LONG.get(records, at) : Handles.NIL;
  }

  private void dropText(int head, long held) {
    switch (textForm(head)) {
      case SLOT_TEXT -> pool.free(held);
      case ROPE_TEXT -> ropes.free(held);
      case SLICE_TEXT -> block.drop();
      default -> {}
    }
  }

  private void drop(long held, int length) {
    if (length > largestSlot) {
      ropes.free(held);
    } else {
      pool.free(held);
    }
  }

  /**
   * Adds to the end of a node's text. A text that outgrows its slot moves to a larger one, and one
   * that outgrows the largest tier becomes a rope, which takes slots for the addition only.
   *
   * @param node a node that is not a container
   * @param text where the addition stands; it may be cut anywhere
   * @param from its first byte
   * @param length its length in bytes
   * @return {@link Status#OK}, or why there is no room; the text is as it was then
   */
  public Status appendText(long node, byte[] text, int from, int length) {
    Objects.checkFromIndexSize(from, length, text.length);
    int number = textNode(node);
    int head = get(number, HEAD);
    int at = number * BYTES + PAYLOAD;
    int had = textLengthOf(number);
    int all = had + length;
    if (all < 0) {
      return Status.TOO_LARGE;
    }
    if (textForm(head) < SLOT_TEXT && all <= MAX_INLINE) {
      System.arraycopy(text, from, records, at + had, length);
      set(number, HEAD, head(head & 0xFF, INLINE_TEXT, all));
      return Status.OK;
    }
    if (textForm(head) == SLOT_TEXT && all <= pool.capacity(heldText(head, at))) {
      fill(heldText(head, at), all, had, text, from, length);
      set(number, LONG_TEXT_LENGTH, all);
      return Status.OK;
    }
    if (textForm(head) == ROPE_TEXT) {
      Status status = ropes.append(heldText(head, at), text, from, length);
      if (status == Status.OK) {
        set(number, LONG_TEXT_LENGTH, all);
      }
      return status;
    }
    long room = roomFor(all);
    if (room < 0) {
      return Status.of(room);
    }
    stillThere(node, room, all);
    if (textLengthOf(number) != had) {
      drop(room, all);
      return appendText(node, text, from, length);
    }
    if (had > 0) {
      fill(room, all, 0, textBytes(node), textOffset(node), had);
    }
    fill(room, all, had, text, from, length);
    keepText(number, room, all);
    raw.edited();
    return Status.OK;
  }

  /**
   * Takes room for a node's text that does not fit into a record; {@link Handles#NIL} if it does.
   */
  long reserveText(long node, int length) {
    long room = length <= MAX_INLINE ? Handles.NIL : roomFor(length);
    if (room > 0) {
      stillThere(node, room, length);
    }
    return room;
  }

  /** Puts a text into a node without text, using what {@link #reserveText} answered. */
  void putReserved(long node, long room, byte[] text, int from, int length) {
    int number = number(node);
    if (room == Handles.NIL) {
      putText(number, text, from, length);
      return;
    }
    fill(room, length, 0, text, from, length);
    keepText(number, room, length);
  }

  private static int textForm(int head) {
    return head >>> 8 & 0xFF;
  }

  /**
   * Gives a node another kind. What a container had below it is removed, what a scalar had as text
   * too, unless the new kind keeps it.
   *
   * @param node a node
   * @param kind a plain kind of {@link Tape}
   */
  public void setKind(long node, int kind) {
    int number = number(node);
    int head = get(number, HEAD);
    boolean container = kind >= Tape.OBJECT && kind <= Tape.ELEMENT;
    if (isContainer(number)) {
      if (!container) {
        removeChildren(number);
        set(number, HEAD, head(kind, NO_TEXT, 0));
        raw.edited();
        return;
      }
    } else if (container || !Tape.hasText(kind)) {
      freeText(number, head);
      set(number, HEAD, head(kind, NO_TEXT, 0));
      if (container) {
        set(number, FIRST_CHILD, NONE);
        set(number, LAST_CHILD, NONE);
        set(number, CHILD_COUNT, 0);
      }
      raw.edited();
      return;
    }
    set(number, HEAD, head & ~0xFF | kind);
  }

  /**
   * Gives a node another name.
   *
   * @param node a node
   * @param name where the name stands
   * @param from its first byte
   * @param length its length in bytes, negative for no name
   * @return {@link Status#OK}, or why there is no room
   */
  public Status rename(long node, byte[] name, int from, int length) {
    int number = number(node);
    int fresh = length < 0 ? 0 : takeNameFor(number, name, from, length);
    if (fresh < 0 && fresh > FIRST_OWN_NAME) {
      return Status.of(fresh);
    }
    edited();
    dropName(get(number, NAME));
    set(number, NAME, fresh);
    int parent = get(number, PARENT);
    if (parent != NONE && get(parent, CHILD_COUNT) > NARROW) {
      index.drop(handle(parent) | OWNED);
    }
    raw.edited();
    return Status.OK;
  }

  /**
   * Removes a node and all below it.
   *
   * @param node a node
   */
  public void remove(long node) {
    int number = number(node);
    unlink(number);
    free(number);
    raw.edited();
  }

  private void removeChildren(int node) {
    edited();
    for (int child = get(node, FIRST_CHILD); child != NONE; ) {
      int after = get(child, NEXT);
      free(child);
      child = after;
    }
    index.drop(handle(node) | OWNED);
  }

  /**
   * Frees a node and all below it, the last first: so the next tree finds the nodes and slots in
   * the order in which this one took them, one behind the other in memory, however often that
   * happens.
   */
  private void free(int top) {
    Scope payer = scope();
    int node = lastBelow(top);
    int freed = 0;
    while (true) {
      int up = get(node, PARENT);
      int before = get(node, PREVIOUS);
      freed += freeOne(node, payer);
      if (node == top) {
        raw.refundNodes(payer, freed);
        return;
      }
      node = before == NONE ? up : lastBelow(before);
    }
  }

  /**
   * Frees all nodes as they lie, without following their links: at once if nothing but counted
   * names and the block of texts has to go with them, or else one by one, the last first.
   */
  private void freeLoaded() {
    Scope payer = scope();
    int first = loadedFirst;
    int end = loadedEnd;
    if (!raw.freeNodes(payer, first, end)) {
      int freed = 0;
      for (int node = end - 1; node >= first; node--) {
        freed += freeOne(node, payer);
      }
      raw.refundNodes(payer, freed);
    } else if (counted) {
      dropLoadedNames();
      block.close();
    } else {
      block.close();
      raw.freeTexts(payer, first, end);
      for (int node = end - 1; node >= first; node--) {
        int head = get(node, HEAD);
        if (textForm(head) == ROPE_TEXT) {
          freeText(node, head);
        }
        int name = get(node, NAME);
        if (name != 0) {
          dropName(name);
        }
      }
    }
    loadedEnd = loadedFirst;
  }

  private void dropLoadedNames() {
    names.releaseAll(loadedNames, loadedNamesCount);
  }

  /** Makes room, while the tree is loaded, for so many more names; answers where they go. */
  long[] roomForNames(int count) {
    int needed = loadedNamesCount + count;
    if (needed > loadedNames.length) {
      loadedNames = Arrays.copyOf(loadedNames, Math.max(64, 2 * needed));
    }
    return loadedNames;
  }

  /** Counts so many more names; answers the place of the first. */
  int countNames(int count) {
    int at = loadedNamesCount;
    loadedNamesCount = at + count;
    return at;
  }

  private int freeOne(int node, Scope payer) {
    int head = get(node, HEAD);
    if (textForm(head) >= SLOT_TEXT) {
      freeText(node, head);
    }
    int name = get(node, NAME);
    if (name != 0) {
      dropName(name);
    }
    return raw.freePaidNode(payer, node);
  }

  private int lastBelow(int node) {
    int last = node;
    while (isContainer(last)) {
      int child = get(last, LAST_CHILD);
      if (child == NONE) {
        return last;
      }
      last = child;
    }
    return last;
  }

  private void freeText(int node, int head) {
    dropText(head, heldText(head, node * BYTES + PAYLOAD));
  }

  /**
   * Moves a node, with all below it, to the end of another container of this tree.
   *
   * @param node a node that is not the root
   * @param newParent a container
   * @throws IllegalArgumentException if the new parent is the node itself or below it
   */
  public void move(long node, long newParent) {
    int number = number(node);
    int under = container(newParent);
    if (get(number, PARENT) == NONE) {
      throw new IllegalArgumentException("the root can't move: copy it, or move what is below it");
    }
    for (int up = under; up != NONE; up = get(up, PARENT)) {
      if (up == number) {
        throw new IllegalArgumentException(
            shown(number)
                + " can't move below itself, into "
                + shown(under)
                + ": copy it there, or move it out of itself first");
      }
    }
    unlink(number);
    link(under, get(under, LAST_CHILD), NONE, number);
    raw.edited();
  }

  /**
   * Copies a node of any tree, with its name and all below it, to the end of a container of this
   * one.
   *
   * @param source the tree to copy from; may be this one
   * @param node a node of it
   * @param newParent a container of this tree, or {@link #NO_NODE} to make the copy the root
   * @return the copy, or the code of a {@link Status}; nothing was copied then
   */
  public long copy(ObjectTree source, long node, long newParent) {
    int under = newParent == NO_NODE ? NONE : container(newParent);
    if (under == NONE) {
      requireNoRoot();
    }
    int top = TreeCopy.copy(source, node, this);
    if (top < 0) {
      return top;
    }
    // What made room may have taken the parent away, or made a root.
    if (under == NONE && root != NONE) {
      free(top);
      requireNoRoot();
    }
    if (under != NONE && (!raw.isNode(newParent) || !isContainer(under))) {
      free(top);
      container(newParent);
    }
    if (under == NONE) {
      enter();
      root = top;
    } else {
      link(under, get(under, LAST_CHILD), NONE, top);
    }
    raw.edited();
    return handle(top);
  }

  /** Begins to fill the empty tree, for {@link TreeLoader}. */
  void beginLoad() {
    requireNoRoot();
    counted = true;
    loadedNamesCount = 0;
  }

  /**
   * Makes what was loaded the content.
   *
   * @param first the root
   * @param end the node after the last if they are adjacent, or else the root
   * @param slot holds the long texts
   * @param texts how many those are
   */
  void finishLoad(int first, int end, long slot, int texts) {
    block.open(slot, texts);
    enter();
    root = first;
    loadedFirst = first;
    loadedEnd = end;
  }

  /**
   * Frees what was loaded before a failure.
   *
   * @param first the node that would have been the root; it was filled if there is a parent or a
   *     node before
   * @param innermost the container that was being filled
   * @param last its last child so far
   * @param slot holds the long texts
   * @param texts how many those are
   */
  void abandon(int first, int innermost, int last, long slot, int texts) {
    block.open(slot, texts);
    int child = last;
    for (int up = innermost; up != NONE; child = up, up = get(up, PARENT)) {
      set(up, LAST_CHILD, child);
    }
    if (child != NONE) {
      free(first);
    }
  }

  /** Notes, while the tree is loaded, that a name of it is not counted. */
  void uncounted() {
    counted = false;
  }

  /** Makes a node that is in no tree yet, with the name and text of a node of another tree. */
  int freshLike(ObjectTree source, long original, int originalKind) {
    int node = raw.takeNode(scope());
    if (node < 0) {
      return node;
    }
    set(node, HEAD, originalKind);
    set(node, NAME, 0);
    set(node, PARENT, NONE);
    set(node, NEXT, NONE);
    set(node, PREVIOUS, NONE);
    set(node, FIRST_CHILD, NONE);
    set(node, LAST_CHILD, NONE);
    set(node, CHILD_COUNT, 0);
    long handle = handle(node);
    long status;
    boolean made = false;
    try {
      // The text first: what holds a shared name never waits for room.
      status = Tape.hasText(originalKind) ? textLike(node, source, original) : 0;
      if (status >= 0 && source.named(original)) {
        status = nameLike(node, source, original);
      }
      made = status >= 0;
    } finally {
      if (!made) {
        discardIfThere(handle);
      }
    }
    return made ? node : (int) status;
  }

  private long nameLike(int node, ObjectTree source, long original) {
    int length = source.nameLength(original);
    if (source instanceof OwnedTree other && other.pool == pool) {
      int name = other.get(other.number(original), NAME);
      if (name > 0) {
        names.retain(name);
        set(node, NAME, name);
        return 0;
      }
    }
    if (length <= NameTable.MAX_BYTES) {
      source.copyName(original, names.scratch(), 0);
      int id = names.intern(names.scratch(), 0, length);
      if (id != 0) {
        set(node, NAME, id);
        return 0;
      }
    }
    long handle = handle(node);
    long slot = scope().tryAllocate(length);
    if (slot < 0) {
      return slot;
    }
    boolean kept = false;
    try {
      number(handle);
      kept = source.nameLength(original) == length;
      if (kept) {
        source.copyName(original, bytes, raw.offset(slot));
        pool.setLength(slot, length);
        set(node, NAME, FIRST_OWN_NAME - Handles.slot(slot));
      }
    } finally {
      if (!kept) {
        pool.free(slot);
      }
    }
    return kept ? 0 : nameLike(node, source, original);
  }

  private long textLike(int node, ObjectTree source, long original) {
    int length = source.textLength(original);
    int at = node * BYTES + PAYLOAD;
    int kind = get(node, HEAD);
    if (length <= MAX_INLINE) {
      source.copyText(original, records, at);
      set(node, HEAD, head(kind, INLINE_TEXT, length));
      return 0;
    }
    long handle = handle(node);
    long room = roomFor(length);
    if (room < 0) {
      return room;
    }
    boolean kept = false;
    try {
      number(handle);
      kept = source.textLength(original) == length;
      if (kept) {
        fillLike(room, length, source, original);
      }
    } finally {
      if (!kept) {
        drop(room, length);
      }
    }
    if (!kept) {
      return textLike(node, source, original);
    }
    keepText(node, room, length);
    return 0;
  }

  private void fillLike(long room, int length, ObjectTree source, long original) {
    int from = source.textOffset(original);
    if (length <= largestSlot) {
      source.copyText(original, bytes, raw.offset(room));
      pool.setLength(room, length);
    } else if (from >= 0) {
      ropes.append(room, source.textBytes(original), from, length);
    } else if (source instanceof OwnedTree other) {
      other.forEachTextSlice(
          original, (text, start, count) -> ropes.append(room, text, start, count) == Status.OK);
    } else {
      byte[] meaning = new byte[length];
      source.copyText(original, meaning, 0);
      ropes.append(room, meaning, 0, length);
    }
  }

  /** Links a node that is in no tree yet behind the other children of one that is not either. */
  void adopt(int parent, int node) {
    link(parent, get(parent, LAST_CHILD), NONE, node);
  }

  /** Answers the parent of a node that is in no tree yet. */
  int parentNumber(int node) {
    return get(node, PARENT);
  }

  /** Keeps a number in the unused part of a container's payload. */
  void setMark(int container, int mark) {
    set(container, CHILD_COUNT + Integer.BYTES, mark);
  }

  int mark(int container) {
    return get(container, CHILD_COUNT + Integer.BYTES);
  }

  /** Frees a node that is in no tree, with all below it, unless its scope was cleared. */
  void discardIfThere(long handle) {
    if (raw.isNode(handle)) {
      free(number(handle));
    }
  }

  /** Notes the top of a copy that is being made, or none; answers its handle. */
  long copying(int node) {
    enter();
    copying = node;
    return handle(node);
  }

  /** Throws if the top of a copy is gone; frees the node that was to go below it then. */
  void requireTop(long top, int node) {
    if (!raw.isNode(top)) {
      free(node);
      number(top);
    }
  }

  private boolean isContainer(int node) {
    int kind = get(node, HEAD) & 0xFF;
    return kind >= Tape.OBJECT && kind <= Tape.ELEMENT;
  }

  private int kind(int node) {
    return get(node, HEAD) & 0xFF;
  }

  // --- by path

  /**
   * Answers the node at a path.
   *
   * @param path a compiled path
   * @return the node
   * @throws PathNotFoundException if there is none, with the step that failed
   */
  public long provide(Path path) {
    return path.get(this);
  }

  /**
   * Sets the text at a path; missing parents are created, and what was there is replaced.
   *
   * @param path a compiled path
   * @param kind a plain kind of {@link Tape}
   * @param text where the text stands; ignored for containers and literals
   * @param from its first byte
   * @param length its length in bytes
   * @return the node, or the code of a {@link Status}; the tree is as it was then
   */
  public long set(Path path, int kind, byte[] text, int from, int length) {
    return TreeEdit.set(this, path, kind, text, from, length);
  }

  /**
   * Removes the node at a path.
   *
   * @param path a compiled path
   * @return {@link Status#OK}, or {@link Status#NOT_FOUND}
   */
  public Status remove(Path path) {
    long node = path.find(this);
    if (node == NO_NODE) {
      return Status.NOT_FOUND;
    }
    remove(node);
    return Status.OK;
  }

  // --- reading

  /**
   * Answers a node's parent.
   *
   * @param node a node
   * @return a node, {@link #NO_NODE} for the root
   */
  public long parent(long node) {
    return handle(get(number(node), PARENT));
  }

  /**
   * Answers the sibling before a node.
   *
   * @param node a node
   * @return a node, {@link #NO_NODE} if there is none
   */
  public long previous(long node) {
    return handle(get(number(node), PREVIOUS));
  }

  /**
   * Answers the last child.
   *
   * @param node a node
   * @return a node, {@link #NO_NODE} if there is none
   */
  public long lastChild(long node) {
    int number = number(node);
    return isContainer(number) ? handle(get(number, LAST_CHILD)) : NO_NODE;
  }

  /**
   * Answers how many children a node has.
   *
   * @param node a node
   * @return children, attributes included
   */
  public int childCount(long node) {
    int number = number(node);
    return isContainer(number) ? get(number, CHILD_COUNT) : 0;
  }

  @Override
  public long root() {
    raw.checkThread();
    return handle(root);
  }

  @Override
  public int kind(long node) {
    return kind(number(node));
  }

  @Override
  public long firstChild(long node) {
    int number = number(node);
    return isContainer(number) ? handle(get(number, FIRST_CHILD)) : NO_NODE;
  }

  @Override
  public long next(long parent, long node) {
    return handle(get(number(node), NEXT));
  }

  @Override
  public boolean named(long node) {
    return get(number(node), NAME) != 0;
  }

  @Override
  public int nameLength(long node) {
    return nameLengthOf(get(number(node), NAME));
  }

  private int nameLengthOf(int name) {
    return name == 0 ? 0 : name > 0 ? names.length(name) : pool.length(ownName(name));
  }

  private byte[] nameBytes(int name) {
    return name > 0 ? names.bytes() : bytes;
  }

  private int nameOffset(int name) {
    return name > 0 ? names.offset(name) : raw.offset(ownName(name));
  }

  @Override
  public int copyName(long node, byte[] target, int at) {
    int name = get(number(node), NAME);
    int length = nameLengthOf(name);
    if (length > 0) {
      System.arraycopy(nameBytes(name), nameOffset(name), target, at, length);
    }
    return length;
  }

  @Override
  public boolean nameEquals(long node, byte[] name, int from, int length) {
    return nameIs(get(number(node), NAME), name, from, length);
  }

  private boolean nameIs(int own, byte[] name, int from, int length) {
    if (own == 0 || nameLengthOf(own) != length) {
      return false;
    }
    return Words.equal(nameBytes(own), nameOffset(own), name, from, length);
  }

  @Override
  public int textLength(long node) {
    return textLengthOf(number(node));
  }

  private int textLengthOf(int node) {
    int head = get(node, HEAD);
    return switch (textForm(head)) {
      case NO_TEXT -> 0;
      case INLINE_TEXT -> head >>> 16;
      default -> get(node, LONG_TEXT_LENGTH);
    };
  }

  @Override
  public int copyText(long node, byte[] target, int at) {
    int length = textLength(node);
    copyText(node, 0, target, at, length);
    return length;
  }

  /**
   * Copies a part of a node's text. Of a rope, reading on where the last part ended takes constant
   * time.
   *
   * @param node a node
   * @param from the part's first byte
   * @param target where it goes
   * @param at the first byte there
   * @param length how many bytes
   * @throws IndexOutOfBoundsException if the text or the target is shorter
   */
  public void copyText(long node, int from, byte[] target, int at, int length) {
    int number = number(node);
    Objects.checkFromIndexSize(from, length, textLengthOf(number));
    Objects.checkFromIndexSize(at, length, target.length);
    int head = get(number, HEAD);
    if (textForm(head) == ROPE_TEXT) {
      ropes.copyTo(heldText(head, number * BYTES + PAYLOAD), from, target, at, length);
    } else if (length > 0) {
      System.arraycopy(textBytes(node), textOffset(node) + from, target, at, length);
    }
  }

  /**
   * Hands a node's text to a reader where it lies: at once, or a rope piece by piece. A piece may
   * end inside of a character.
   *
   * @param node a node
   * @param consumer the reader
   */
  public void forEachTextSlice(long node, SliceConsumer consumer) {
    int number = number(node);
    int head = get(number, HEAD);
    if (textForm(head) == ROPE_TEXT) {
      ropes.forEachSlice(heldText(head, number * BYTES + PAYLOAD), consumer);
    } else if (textLengthOf(number) > 0) {
      consumer.accept(textBytes(node), textOffset(node), textLengthOf(number));
    }
  }

  @Override
  public byte[] textBytes(long node) {
    return textForm(get(number(node), HEAD)) >= SLOT_TEXT ? bytes : records;
  }

  @Override
  public int textOffset(long node) {
    int number = number(node);
    int at = number * BYTES + PAYLOAD;
    return switch (textForm(get(number, HEAD))) {
      case NO_TEXT, ROPE_TEXT -> NONE;
      case INLINE_TEXT -> at;
      case SLICE_TEXT -> raw.offset((long) LONG.get(records, at)) + get(number, SLICE_FROM);
      default -> raw.offset((long) LONG.get(records, at));
    };
  }

  @Override
  long find(long node, byte[] name, int from, int length, int hash, boolean hashed) {
    int number = number(node);
    if (!isContainer(number)) {
      return NO_NODE;
    }
    if (get(number, CHILD_COUNT) > NARROW && seek(number)) {
      return indexed(hashed ? hash : SeededHash.of(name, from, length), name, from, length);
    }
    return scanned(number, name, from, length);
  }

  private long scanned(int number, byte[] name, int from, int length) {
    int id = names.find(name, from, length);
    for (int child = get(number, LAST_CHILD); child != NONE; child = get(child, PREVIOUS)) {
      int own = get(child, NAME);
      if (own == id ? id != 0 : own < 0 && nameIs(own, name, from, length)) {
        return handle(child);
      }
    }
    return NO_NODE;
  }

  /** Goes to the index of a wide container, and makes it first if need be and room. */
  private boolean seek(int node) {
    long container = handle(node) | OWNED;
    return index.seek(container) || begin(node, container);
  }

  private boolean begin(int node, long container) {
    if (!index.begin(container, get(node, CHILD_COUNT))) {
      return false;
    }
    for (int child = get(node, FIRST_CHILD); child != NONE; child = get(child, NEXT)) {
      int own = get(child, NAME);
      if (own != 0) {
        index.put(nameHash(own), child);
      }
    }
    return true;
  }

  private long indexed(int hash, byte[] name, int from, int length) {
    if (index.sharesHashes()) {
      return lastIndexed(hash, name, from, length);
    }
    int only = index.first(hash);
    return only >= 0 && nameIs(get(only, NAME), name, from, length) ? handle(only) : NO_NODE;
  }

  private long lastIndexed(int hash, byte[] name, int from, int length) {
    int found = NONE;
    for (int at = index.probe(hash, NONE); at >= 0; at = index.probe(hash, at + 1)) {
      int child = index.node(at);
      if (nameIs(get(child, NAME), name, from, length)) {
        found = child;
      }
    }
    return handle(found);
  }

  /** Removes all nodes. */
  public void clear() {
    if (root != NONE) {
      raw.checkThread();
      int was = root;
      root = NONE;
      if (loadedFirst < loadedEnd) {
        freeLoaded();
      } else {
        free(was);
      }
      raw.edited();
    }
  }

  @Override
  public Status tryTransfer(Scope to) {
    Status status = super.tryTransfer(to);
    if (status == Status.OK) {
      ropes.paidBy(to);
    }
    return status;
  }

  @Override
  protected void holdings(Transfer transfer) {
    if (root == NONE) {
      return;
    }
    if (block.slot() != Handles.NIL) {
      transfer.slot(block.slot());
    }
    for (int node = root; node != NONE; node = following(node)) {
      int head = get(node, HEAD);
      int name = get(node, NAME);
      transfer.node(node);
      if (textForm(head) == SLOT_TEXT) {
        transfer.slot(heldText(head, node * BYTES + PAYLOAD));
      } else if (textForm(head) == ROPE_TEXT) {
        transfer.rope(heldText(head, node * BYTES + PAYLOAD));
      }
      if (name <= FIRST_OWN_NAME) {
        transfer.slot(ownName(name));
      }
    }
  }

  /** Answers the node after another one in the order of the text, {@link #NONE} after the last. */
  private int following(int node) {
    int at = isContainer(node) ? get(node, FIRST_CHILD) : NONE;
    if (at != NONE) {
      return at;
    }
    at = node;
    while (at != NONE && get(at, NEXT) == NONE) {
      at = get(at, PARENT);
    }
    return at == NONE ? NONE : get(at, NEXT);
  }

  @Override
  protected void evicted() {
    if (copying != NONE) {
      dropSharedNames(copying);
      copying = NONE;
    }
    if (root != NONE) {
      if (counted && loadedFirst < loadedEnd) {
        dropLoadedNames();
      } else {
        dropSharedNames(root);
      }
      block.forget();
      root = NONE;
      edited();
    }
  }

  /** Gives back the references to shared names, which are not charged to the scope. */
  private void dropSharedNames(int top) {
    for (int node = top; node != NONE; node = following(node)) {
      int name = get(node, NAME);
      if (name > 0) {
        names.release(name);
      }
    }
  }

  /** Removes all nodes, as {@link #clear()} does. */
  @Override
  public void close() {
    clear();
    leave();
  }

  /**
   * Finds the node at a path.
   *
   * @param path a compiled path, null for the root
   * @return the node, {@link #NO_NODE} if there is none
   */
  public long find(@Nullable Path path) {
    return path == null ? root() : path.find(this);
  }
}
