package dev.lkjagent.memory.tree;

import static dev.lkjagent.memory.NodeRecords.BYTES;
import static dev.lkjagent.memory.NodeRecords.FIRST_CHILD;
import static dev.lkjagent.memory.NodeRecords.FIRST_OWN_NAME;
import static dev.lkjagent.memory.NodeRecords.HEAD;
import static dev.lkjagent.memory.NodeRecords.INLINE_TEXT;
import static dev.lkjagent.memory.NodeRecords.INT;
import static dev.lkjagent.memory.NodeRecords.LAST_CHILD;
import static dev.lkjagent.memory.NodeRecords.LONG;
import static dev.lkjagent.memory.NodeRecords.LONG_TEXT_LENGTH;
import static dev.lkjagent.memory.NodeRecords.MAX_INLINE;
import static dev.lkjagent.memory.NodeRecords.NEXT;
import static dev.lkjagent.memory.NodeRecords.PARENT;
import static dev.lkjagent.memory.NodeRecords.PAYLOAD;
import static dev.lkjagent.memory.NodeRecords.PREVIOUS;
import static dev.lkjagent.memory.NodeRecords.SLICE_BEFORE;
import static dev.lkjagent.memory.NodeRecords.SLICE_FROM;
import static dev.lkjagent.memory.NodeRecords.SLICE_TEXT;
import static dev.lkjagent.memory.NodeRecords.first;
import static dev.lkjagent.memory.NodeRecords.head;
import static dev.lkjagent.memory.NodeRecords.pair;
import static dev.lkjagent.memory.NodeRecords.second;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.NameTable;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes an editable tree of the nodes that a JSON parser wrote, in one pass.
 *
 * <p>The object is reusable and belongs to one parser. A name that the parser numbered is looked up
 * in the pool's names once, and again only after the parser's numbers or the pool's have changed.
 *
 * <p>Texts that don't fit a record stay where the parser read them: their slot becomes the tree's.
 * If they fill little of it, they move to a smaller one.
 *
 * <p>Most nodes have a name that is known and a text that needs no decoding. The loop over those
 * calls nothing, so that what it needs stays in registers; it is left for everything else and
 * entered again.
 */
public final class TreeLoader {
  private static final int NONE = -1;
  private static final int TAKEN_AT_ONCE = 256;

  /** A slot that is at least so many times smaller than the parser's is worth a copy. */
  private static final int WORTH_A_COPY = 4;

  private static final long ONE_USE = 1L << 32;

  /** Kinds whose text, if they have one, can be used as it is. */
  private static final int SIMPLE = (1 << Tape.NULL + 1) - 2 & ~(1 << Tape.STRING_ESCAPED);

  // Why the loop was left.
  private static final int END = 0;
  private static final int NO_NODE_LEFT = 1;
  private static final int NAME_UNKNOWN = 2;
  private static final int TO_DECODE = 3;

  /**
   * By name id of the parser: the pool's name in the lower half, 0 if it is not known; in the upper
   * how many nodes have it that are not counted elsewhere. While a tree is loaded, no name goes to
   * another.
   */
  private final long[] nameOf = new long[2 * (Tape.MAX_NAME_ID + 1)];

  /** The ids with uses. */
  private final int[] used = new int[Tape.MAX_NAME_ID];

  private int usedCount;

  /** Texts that don't fit a record: how many, their bytes, and the node with the last of them. */
  private int slices;

  private int sliceBytes;
  private int lastSlice;

  // Where the loop stands: the next node of the tape and of the table, and of the container that is
  // being filled its number, the index after its last node, its children and the last of them.
  private int next;
  private int node;
  private int takenEnd;
  private int parent;
  private int parentEnd;
  private int previous;
  private int children;

  private @Nullable NameTable table;
  private int evictions;
  private long epoch;

  /** Creates a loader. */
  public TreeLoader() {}

  /**
   * Fills an empty tree.
   *
   * @param slot holds the text; the tree's scope pays for it. It becomes the tree's, or is returned
   *     if that fails or no long text is in it
   * @param tape where the nodes stand; what is written in them is changed
   * @param tapeAt the first node
   * @param count how many nodes there are
   * @param ids the table that gave the names their ids
   * @param into an empty tree
   * @return {@link Status#OK}, or why there is no room; the tree is empty then
   */
  public Status load(long slot, long[] tape, int tapeAt, int count, NameIds ids, OwnedTree into) {
    NameTable names = into.scope().pool().raw().names();
    if (names != table || names.evictions() != evictions || ids.epoch() != epoch) {
      table = names;
      evictions = names.evictions();
      epoch = ids.epoch();
      Arrays.fill(nameOf, 0);
    }
    into.beginLoad();
    names.hold(true);
    try {
      int status = fill(slot, tape, tapeAt, count, names, into);
      return status < 0 ? Status.of(status) : Status.OK;
    } finally {
      names.hold(false);
    }
  }

  /**
   * Until its container closes, a node lacks nothing that freeing needs, so a failure can free what
   * there is.
   */
  private int fill(long slot, long[] tape, int tapeAt, int count, NameTable names, OwnedTree tree) {
    Scope payer = tree.scope();
    RawMemory raw = payer.pool().raw();
    byte[] text = raw.bytes();
    int textAt = raw.offset(slot);
    int end = tapeAt + count;
    slices = 0;
    sliceBytes = 0;
    lastSlice = NONE;
    parent = NONE;
    previous = NONE;
    int first = raw.takeNodes(payer, Math.min(TAKEN_AT_ONCE, (count >>> 1) + 1));
    if (first < 0) {
      tree.abandon(NONE, NONE, NONE, slot, 0);
      return first;
    }
    node = first;
    takenEnd = first + raw.nodesTaken();
    next = tapeAt;
    parentEnd = end;
    children = 0;
    boolean adjacent = true;
    int name = 0;
    int status = 0;
    int event = NO_NODE_LEFT;
    while (event != END && status >= 0) {
      event = simpleNodes(raw.records(), text, textAt, slot, tape, tapeAt, name);
      name = 0;
      if (event == NAME_UNKNOWN) {
        name = name(tree, names, tape[next], text, textAt);
        status = name < 0 && name > FIRST_OWN_NAME ? name : 0;
      } else if (event == NO_NODE_LEFT) {
        status = moreNodes(raw, payer, end - next);
        adjacent &= status == 0;
      } else if (event == TO_DECODE) {
        int value = Tape.isKey(tape[next]) ? next + 1 : next;
        tape[value] = decode(tape[value], text, textAt);
      }
    }
    raw.putBackNodes(payer, node, takenEnd);
    settle(names, tree);
    if (status < 0) {
      tree.abandon(first, parent, previous, slot, slices);
      return status;
    }
    tree.finishLoad(first, adjacent ? node : first, narrowed(payer, slot), slices);
    return 0;
  }

  /** Moves the long texts to a slot of their own if it is much smaller; answers where they are. */
  private long narrowed(Scope payer, long slot) {
    MemoryPool pool = payer.pool();
    RawMemory raw = pool.raw();
    if (slices == 0 || pool.capacity(slot) / WORTH_A_COPY < raw.slotFor(sliceBytes)) {
      return slot;
    }
    long narrow = raw.takeText(payer, sliceBytes);
    if (narrow < 0) {
      return slot;
    }
    byte[] bytes = raw.bytes();
    byte[] records = raw.records();
    int from = raw.offset(slot);
    int to = raw.offset(narrow);
    int left = sliceBytes;
    for (int node = lastSlice; node != NONE; ) {
      int at = node * BYTES;
      int length = (int) INT.get(records, at + LONG_TEXT_LENGTH);
      left -= length;
      System.arraycopy(
          bytes, from + (int) INT.get(records, at + SLICE_FROM), bytes, to + left, length);
      LONG.set(records, at + PAYLOAD, narrow);
      INT.set(records, at + SLICE_FROM, left);
      node = (int) INT.get(records, at + SLICE_BEFORE);
    }
    pool.free(slot);
    return narrow;
  }

  /** Takes more nodes; answers 0 if they follow the others, 1 if not, or the code of a status. */
  private int moreNodes(RawMemory raw, Scope payer, int wanted) {
    int more = raw.takeNodes(payer, Math.min(TAKEN_AT_ONCE, wanted));
    if (more == node) {
      takenEnd = more + raw.nodesTaken();
      return 0;
    }
    // The node before, or else the parent, was told that the next node follows.
    int known = more < 0 ? NONE : more;
    if (previous != NONE) {
      INT.set(raw.records(), previous * BYTES + NEXT, known);
    } else if (parent != NONE) {
      INT.set(raw.records(), parent * BYTES + FIRST_CHILD, known);
    }
    if (more < 0) {
      return more;
    }
    node = more;
    takenEnd = more + raw.nodesTaken();
    return 1;
  }

  /**
   * Fills nodes until one needs what only a call can do.
   *
   * <p>A node is told that the next one follows it; that it is the last, its container knows when
   * it closes. An open container keeps in its own record what is to go on with then: the children
   * of the container around it, and the index after its last node.
   *
   * @param foundName the name of the next node, if that is not known by its id
   * @return why it ended
   */
  private int simpleNodes(
      byte[] records, byte[] text, int textAt, long slot, long[] tape, int tapeAt, int foundName) {
    long[] nameOf = this.nameOf;
    int takenEnd = this.takenEnd;
    int i = next;
    int node = this.node;
    int at = node * BYTES;
    int parent = this.parent;
    int parentEnd = this.parentEnd;
    int previous = this.previous;
    int children = this.children;
    int pending = foundName;
    int event;
    while (true) {
      if (i == parentEnd) {
        INT.set(records, previous * BYTES + NEXT, NONE);
        if (parent == NONE) {
          event = END;
          break;
        }
        int closed = parent * BYTES;
        long around = (long) LONG.get(records, closed + LAST_CHILD);
        LONG.set(records, closed + LAST_CHILD, pair(previous, children));
        INT.set(records, closed + NEXT, node);
        previous = parent;
        parent = (int) INT.get(records, closed + PARENT);
        children = first(around);
        parentEnd = second(around);
        continue;
      }
      if (node == takenEnd) {
        event = NO_NODE_LEFT;
        break;
      }
      long word = tape[i];
      int kind = Tape.kind(word);
      int name = 0;
      if (kind >= Tape.KEY) {
        int id = Tape.nameIdOrLonger(word);
        word = tape[i + 1];
        kind = Tape.kind(word);
        if ((SIMPLE >>> kind & 1) == 0) {
          event = TO_DECODE;
          break;
        }
        long entry = nameOf[id];
        if (entry == 0) {
          if (pending == 0) {
            event = NAME_UNKNOWN;
            break;
          }
          name = pending;
          pending = 0;
        } else {
          name = (int) entry;
          nameOf[id] = entry + ONE_USE;
          if (entry < ONE_USE) {
            used[usedCount++] = id;
          }
        }
        i++;
      } else if ((SIMPLE >>> kind & 1) == 0) {
        event = TO_DECODE;
        break;
      }
      i++;
      children++;
      long links = pair(parent, node + 1);
      int length = Tape.length(word);
      if (kind > Tape.ELEMENT) {
        if (kind > Tape.NUMBER) {
          LONG.set(records, at + HEAD, pair(kind, name));
          LONG.set(records, at + PARENT, links);
          LONG.set(records, at + PREVIOUS, pair(previous, 0));
        } else if (length <= MAX_INLINE) {
          int from = textAt + Tape.offset(word);
          LONG.set(records, at + HEAD, pair(head(kind, INLINE_TEXT, length), name));
          LONG.set(records, at + PARENT, links);
          LONG.set(records, at + PREVIOUS, pair(previous, first((long) LONG.get(text, from))));
          LONG.set(records, at + PAYLOAD + 4, (long) LONG.get(text, from + 4));
          LONG.set(records, at + PAYLOAD + 12, (long) LONG.get(text, from + 12));
        } else {
          LONG.set(records, at + HEAD, pair(head(kind, SLICE_TEXT, 0), name));
          LONG.set(records, at + PARENT, links);
          INT.set(records, at + PREVIOUS, previous);
          LONG.set(records, at + PAYLOAD, slot);
          LONG.set(records, at + LONG_TEXT_LENGTH, pair(length, lastSlice));
          INT.set(records, at + SLICE_FROM, Tape.offset(word));
          lastSlice = node;
          slices++;
          sliceBytes += length;
        }
        previous = node;
      } else {
        LONG.set(records, at + HEAD, pair(kind, name));
        LONG.set(records, at + PARENT, links);
        int after = tapeAt + length;
        if (after > i) {
          LONG.set(records, at + PREVIOUS, pair(previous, node + 1));
          LONG.set(records, at + LAST_CHILD, pair(children, parentEnd));
          parent = node;
          parentEnd = after;
          previous = NONE;
          children = 0;
        } else {
          LONG.set(records, at + PREVIOUS, pair(previous, NONE));
          LONG.set(records, at + LAST_CHILD, pair(NONE, 0));
          previous = node;
        }
      }
      node++;
      at += BYTES;
    }
    next = i;
    this.node = node;
    this.parent = parent;
    this.parentEnd = parentEnd;
    this.previous = previous;
    this.children = children;
    return event;
  }

  /**
   * Finds a key's name or takes it in.
   *
   * @return what stands in a record for a name that has no id; 0 if it is now known by its id; or
   *     the code of a status
   */
  private int name(OwnedTree tree, NameTable names, long key, byte[] text, int textAt) {
    int id = Tape.nameId(key);
    int length = Tape.keyLength(key);
    int from = textAt + Tape.offset(key);
    settle(names, tree);
    names.hold(false);
    if (Tape.kind(key) != Tape.KEY) {
      length = TextDecoder.decodeJsonInPlace(text, from, length);
    }
    int name = tree.takeName(text, from, length);
    names.hold(true);
    if (names.evictions() != evictions) {
      evictions = names.evictions();
      Arrays.fill(nameOf, 0);
    }
    if (name < 0 || id == 0) {
      tree.uncounted();
      return name;
    }
    names.release(name);
    nameOf[id] = name;
    return 0;
  }

  /** Counts the uses since the last time, in the table and in the tree. */
  private void settle(NameTable names, OwnedTree tree) {
    int count = usedCount;
    if (count > 0) {
      long[] uses = tree.roomForNames(count);
      int at = tree.countNames(count);
      long[] nameOf = this.nameOf;
      int[] used = this.used;
      for (int i = 0; i < count; i++) {
        int id = used[i];
        long entry = nameOf[id];
        uses[at + i] = entry;
        nameOf[id] = (int) entry;
      }
      names.retainAll(uses, at, at + count);
      usedCount = 0;
    }
  }

  /** Puts a string's meaning where the string stands, which is never shorter; answers its node. */
  private long decode(long word, byte[] text, int textAt) {
    if (Tape.kind(word) != Tape.STRING_ESCAPED) {
      throw new IllegalArgumentException(NodeKind.of(Tape.kind(word)) + " is not part of JSON");
    }
    int length = Tape.length(word);
    int from = textAt + Tape.offset(word);
    int size = TextDecoder.decodeJsonInPlace(text, from, length);
    return Tape.node(Tape.STRING, size, Tape.offset(word));
  }
}
