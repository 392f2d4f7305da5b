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
import static dev.lkjagent.memory.NodeRecords.NEXT;
import static dev.lkjagent.memory.NodeRecords.PARENT;
import static dev.lkjagent.memory.NodeRecords.PAYLOAD;
import static dev.lkjagent.memory.NodeRecords.PREVIOUS;
import static dev.lkjagent.memory.NodeRecords.SLOT_TEXT;
import static dev.lkjagent.memory.NodeRecords.head;
import static dev.lkjagent.memory.NodeRecords.pair;

import dev.lkjagent.memory.NameTable;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes an editable tree of the nodes that a parser wrote, in one pass.
 *
 * <p>The object is reusable and belongs to one parser. A name that the parser numbered is looked up
 * in the pool's names once, and again only after the parser's numbers or the pool's have changed.
 *
 * <p>Most nodes have a name that is known and a text that fits the record. The loop over those
 * calls nothing, so that what it needs stays in registers; it is left for everything else and
 * entered again. Longer texts wait until it is left.
 */
public final class TreeLoader {
  private static final int NONE = -1;
  private static final int TAKEN_AT_ONCE = 256;
  private static final int COPIED_BY_WORDS = 64;
  private static final long ONE_USE = 1L << 32;

  /** Where a container that is being filled keeps the index after its last node. */
  private static final int MARK = CHILD_COUNT + Integer.BYTES;

  /** Kinds whose text can be copied as it is. */
  private static final int PLAIN_TEXTS =
      1 << Tape.STRING | 1 << Tape.NUMBER | 1 << Tape.TEXT | 1 << Tape.ATTRIBUTE | 1 << Tape.CDATA;

  private static final int LITERALS = 1 << Tape.TRUE | 1 << Tape.FALSE | 1 << Tape.NULL;

  // Why the loop was left.
  private static final int END = 0;
  private static final int NO_NODE_LEFT = 1;
  private static final int NAME_UNKNOWN = 2;

  /**
   * By name id of the parser: the pool's name in the lower half, 0 if it is not known; in the upper
   * how many nodes have it that are not counted elsewhere. While a tree is loaded, no name goes to
   * another.
   */
  private final long[] nameOf = new long[Tape.MAX_NAME_ID + 1];

  /** The ids with uses. */
  private final int[] used = new int[Tape.MAX_NAME_ID];

  private int usedCount;

  /** The nodes that wait for their text, and their texts. */
  private final int[] waiting = new int[TAKEN_AT_ONCE];

  private final long[] waitingTexts = new long[TAKEN_AT_ONCE];
  private int waitingCount;

  // Where the loop stands: the next node of the tape and of the table, and of the container that is
  // being filled its number, the index after its last node, its children and the last of them.
  private int next;
  private int node;
  private int takenEnd;
  private int parent;
  private int parentEnd;
  private int previous;
  private int children;

  /** Where escaped texts are decoded before their length is known. */
  private byte[] scratch = new byte[1_024];

  private @Nullable NameTable table;
  private int evictions;
  private long epoch;

  /** Creates a loader. */
  public TreeLoader() {}

  /**
   * Fills an empty tree.
   *
   * @param text where the text stands
   * @param textAt its first byte
   * @param tape where the nodes stand
   * @param tapeAt the first node
   * @param count how many nodes there are
   * @param ids the table that gave the names their ids
   * @param into an empty tree
   * @return {@link Status#OK}, or why there is no room; the tree is empty then
   */
  public Status load(
      byte[] text, int textAt, long[] tape, int tapeAt, int count, NameIds ids, OwnedTree into) {
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
      int status = fill(text, textAt, tape, tapeAt, count, names, into);
      return status < 0 ? Status.of(status) : Status.OK;
    } finally {
      names.hold(false);
    }
  }

  /**
   * Until its container closes, a node lacks nothing that freeing needs, so a failure can free what
   * there is.
   */
  private int fill(
      byte[] text,
      int textAt,
      long[] tape,
      int tapeAt,
      int count,
      NameTable names,
      OwnedTree tree) {
    Scope payer = tree.scope();
    RawMemory raw = payer.pool().raw();
    int end = tapeAt + count;
    int first = raw.takeNodes(payer, Math.min(TAKEN_AT_ONCE, (count >>> 1) + 1));
    if (first < 0) {
      return first;
    }
    node = first;
    takenEnd = first + raw.nodesTaken();
    next = tapeAt;
    parent = NONE;
    parentEnd = end;
    previous = NONE;
    children = 0;
    waitingCount = 0;
    boolean adjacent = true;
    int name = 0;
    int status = 0;
    int event = NO_NODE_LEFT;
    while (event != END && status >= 0) {
      event = simpleNodes(raw.records(), text, textAt, tape, tapeAt, end, name);
      name = 0;
      status = texts(tree, raw, text, textAt);
      if (status >= 0 && event == NAME_UNKNOWN) {
        name = name(tree, names, tape[next], text, textAt);
        status = name < 0 && name > FIRST_OWN_NAME ? name : 0;
      } else if (status >= 0 && event == NO_NODE_LEFT) {
        status = moreNodes(raw, payer, end - next);
        adjacent &= status == 0;
      }
    }
    raw.putBackNodes(payer, node, takenEnd);
    settle(names, tree);
    if (status < 0) {
      tree.abandon(first, parent, previous);
      return status;
    }
    tree.finishLoad(first, adjacent ? node : first);
    return 0;
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
   * @param foundName the name of the next node, if that is not known by its id
   * @return why it ended
   */
  private int simpleNodes(
      byte[] records, byte[] text, int textAt, long[] tape, int tapeAt, int end, int foundName) {
    long[] nameOf = this.nameOf;
    int name = foundName;
    int takenEnd = this.takenEnd;
    int i = next;
    int node = this.node;
    int parent = this.parent;
    int parentEnd = this.parentEnd;
    int previous = this.previous;
    int children = this.children;
    int event;
    while (true) {
      if (i == parentEnd) {
        if (parent == NONE) {
          event = END;
          break;
        }
        int closed = parent * BYTES;
        LONG.set(records, closed + LAST_CHILD, pair(previous, children));
        previous = parent;
        parent = (int) INT.get(records, closed + PARENT);
        if (parent == NONE) {
          parentEnd = end;
          continue;
        }
        parentEnd = (int) INT.get(records, parent * BYTES + MARK);
        children = (int) INT.get(records, parent * BYTES + CHILD_COUNT);
        if (i != parentEnd) {
          INT.set(records, closed + NEXT, node);
        }
        continue;
      }
      if (node == takenEnd) {
        event = NO_NODE_LEFT;
        break;
      }
      long word = tape[i];
      if (Tape.isKey(word)) {
        int id = Tape.nameId(word);
        long entry = nameOf[id];
        if (entry == 0) {
          if (name == 0) {
            event = NAME_UNKNOWN;
            break;
          }
        } else {
          name = (int) entry;
          nameOf[id] = entry + ONE_USE;
          if (entry < ONE_USE) {
            used[usedCount++] = id;
          }
        }
        word = tape[++i];
      }
      i++;
      int at = node * BYTES;
      int kind = Tape.kind(word);
      int length = Tape.length(word);
      children++;
      if (kind <= Tape.ELEMENT) {
        LONG.set(records, at + HEAD, pair(kind, name));
        name = 0;
        int after = tapeAt + length;
        if (after > i) {
          LONG.set(records, at + PARENT, pair(parent, NONE));
          LONG.set(records, at + PREVIOUS, pair(previous, node + 1));
          if (parent != NONE) {
            INT.set(records, parent * BYTES + CHILD_COUNT, children);
          }
          INT.set(records, at + MARK, after);
          parent = node;
          parentEnd = after;
          previous = NONE;
          children = 0;
          node++;
          continue;
        }
        LONG.set(records, at + PARENT, pair(parent, i == parentEnd ? NONE : node + 1));
        LONG.set(records, at + PREVIOUS, pair(previous, NONE));
        LONG.set(records, at + LAST_CHILD, pair(NONE, 0));
      } else {
        int from = textAt + Tape.offset(word);
        LONG.set(records, at + PARENT, pair(parent, i == parentEnd ? NONE : node + 1));
        LONG.set(records, at + PREVIOUS, pair(previous, 0));
        if ((PLAIN_TEXTS >>> kind & 1) != 0
            && length <= MAX_INLINE
            && from <= text.length - MAX_INLINE) {
          LONG.set(records, at + HEAD, pair(head(kind, INLINE_TEXT, length), name));
          LONG.set(records, at + PAYLOAD, (long) LONG.get(text, from));
          LONG.set(records, at + PAYLOAD + 8, (long) LONG.get(text, from + 8));
          LONG.set(records, at + PAYLOAD + 12, (long) LONG.get(text, from + 12));
        } else {
          LONG.set(records, at + HEAD, pair(Tape.plainKind(kind), name));
          if ((LITERALS >>> kind & 1) == 0) {
            waiting[waitingCount] = node;
            waitingTexts[waitingCount++] = word;
          }
        }
        name = 0;
      }
      previous = node++;
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
    int name;
    if (Tape.kind(key) == Tape.KEY) {
      name = tree.takeName(text, from, length);
    } else {
      byte[] decoded = scratch(length);
      name = tree.takeName(decoded, 0, TextDecoder.decodeJson(text, from, length, decoded, 0));
    }
    names.hold(true);
    if (names.evictions() != evictions) {
      evictions = names.evictions();
      Arrays.fill(nameOf, 0);
    }
    if (name < 0 || id == 0) {
      tree.unlisted();
      return name;
    }
    names.release(name);
    nameOf[id] = name;
    return 0;
  }

  /** Counts the uses since the last time, in the table and in the tree. */
  private void settle(NameTable names, OwnedTree tree) {
    for (int i = 0; i < usedCount; i++) {
      int id = used[i];
      long entry = nameOf[id];
      int name = (int) entry;
      int uses = (int) (entry >>> 32);
      names.retain(name, uses);
      tree.countName(name, uses);
      nameOf[id] = name;
    }
    usedCount = 0;
  }

  /** Writes the texts that wait; answers 0 or the code of a status. */
  private int texts(OwnedTree tree, RawMemory raw, byte[] text, int textAt) {
    int count = waitingCount;
    waitingCount = 0;
    for (int i = 0; i < count; i++) {
      int status = text(tree, raw, waiting[i], waitingTexts[i], text, textAt);
      if (status < 0) {
        return status;
      }
    }
    return 0;
  }

  /** Copies a text into its node's record or into a slot; answers 0 or the code of a status. */
  private int text(OwnedTree tree, RawMemory raw, int node, long word, byte[] text, int textAt) {
    int kind = Tape.kind(word);
    int plain = Tape.plainKind(kind);
    int length = Tape.length(word);
    byte[] meaning = text;
    int from = textAt + Tape.offset(word);
    int size = length;
    if (Tape.isEscaped(kind)) {
      meaning = scratch(length);
      size =
          kind == Tape.STRING_ESCAPED
              ? TextDecoder.decodeJson(text, from, length, meaning, 0)
              : TextDecoder.decode(kind, text, from, length, meaning, 0);
      from = 0;
    }
    byte[] records = raw.records();
    int at = node * BYTES;
    if (size <= MAX_INLINE) {
      System.arraycopy(meaning, from, records, at + PAYLOAD, size);
      INT.set(records, at + HEAD, head(plain, INLINE_TEXT, size));
      return 0;
    }
    if (size > raw.largestSlot()) {
      tree.unlisted();
      return (int) tree.putText(node, meaning, from, size);
    }
    long slot = raw.takeText(tree.scope(), size);
    if (slot < 0) {
      return (int) slot;
    }
    byte[] bytes = raw.bytes();
    int to = raw.offsetOfFresh(slot);
    if (size <= COPIED_BY_WORDS && from + COPIED_BY_WORDS <= meaning.length) {
      // Slots are multiples of eight bytes, so the last word stays within.
      for (int done = 0; done < size; done += Long.BYTES) {
        LONG.set(bytes, to + done, (long) LONG.get(meaning, from + done));
      }
    } else {
      System.arraycopy(meaning, from, bytes, to, size);
    }
    LONG.set(records, at + PAYLOAD, slot);
    LONG.set(records, at + LONG_TEXT_LENGTH, pair(size, tree.listText(node)));
    INT.set(records, at + HEAD, head(plain, SLOT_TEXT, 0));
    return 0;
  }

  /** Room for a text of that length. */
  private byte[] scratch(int length) {
    if (scratch.length < length) {
      scratch = new byte[Math.max(length, 2 * scratch.length)];
    }
    return scratch;
  }
}
