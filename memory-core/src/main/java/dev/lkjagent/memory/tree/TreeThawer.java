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
import static dev.lkjagent.memory.NodeRecords.NO_TEXT;
import static dev.lkjagent.memory.NodeRecords.PARENT;
import static dev.lkjagent.memory.NodeRecords.PAYLOAD;
import static dev.lkjagent.memory.NodeRecords.PREVIOUS;
import static dev.lkjagent.memory.NodeRecords.SLOT_TEXT;
import static dev.lkjagent.memory.NodeRecords.head;
import static dev.lkjagent.memory.NodeRecords.pair;

import dev.lkjagent.memory.Handles;
import dev.lkjagent.memory.NameTable;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Makes an editable tree of the nodes of an image, in one pass.
 *
 * <p>A frozen node is {@code { kind 4, name 4 (-1 none), text length or number of children 4, text
 * of up to 20 bytes }}, little-endian; the nodes stand in document order. Longer texts stand side
 * by side behind each {@value #LONG_TEXTS}th node that has one, and behind the last node: so
 * neither reading the nodes nor copying the texts skips from place to place. They are believed: who
 * calls has proved that kinds, names and counts are right.
 *
 * <p>The object is reusable. Until its container closes, a node lacks nothing that freeing needs,
 * so a failure can free what there is.
 */
public final class TreeThawer {
  /** Bytes of a frozen node before its text. */
  public static final int NODE_BYTES = 3 * Integer.BYTES;

  /** Frozen nodes whose long texts stand together. */
  public static final int LONG_TEXTS = 64;

  private static final int NONE = -1;
  private static final int TAKEN_AT_ONCE = 256;

  /** Where a container that is being filled keeps how many nodes its parent still lacks. */
  private static final int MARK = CHILD_COUNT + Integer.BYTES;

  private static final int LITERALS = 1 << Tape.TRUE | 1 << Tape.FALSE | 1 << Tape.NULL;

  private static final VarHandle LITTLE_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** By number of a name, how many nodes have it that the table does not know of. */
  private int[] uses = {};

  /** The nodes that wait for their text, its length and its slot. */
  private final int[] waiting = new int[LONG_TEXTS];

  private final int[] waitingLengths = new int[LONG_TEXTS];
  private final long[] slots = new long[LONG_TEXTS];
  private int waitingCount;

  /** Where the next frozen node or text begins. */
  private int end;

  // Where the tree stands: the next node, and of the container that is being filled its number, the
  // last of its children so far and how many are missing.
  private int node;
  private int takenEnd;
  private int parent;
  private int previous;
  private int left;
  private boolean adjacent;

  /** Creates a thawer. */
  public TreeThawer() {}

  /**
   * Fills an empty tree.
   *
   * @param image where the nodes stand, and behind them {@link
   *     dev.lkjagent.memory.NodeRecords#MAX_INLINE} bytes
   * @param from the first byte of the first node
   * @param count how many nodes there are
   * @param names by number of a name in the image, where its bytes follow its length
   * @param ids by number of a name, from {@code firstId} on, its id in the names of the tree's
   *     pool, with one reference that the tree takes over; 0 for a name that is not there
   * @param firstId where the ids begin
   * @param nameCount how many names there are
   * @param into an empty tree
   * @return {@link Status#OK}, or why there is no room; the tree is empty then
   */
  public Status thaw(
      byte[] image,
      int from,
      int count,
      int[] names,
      int[] ids,
      int firstId,
      int nameCount,
      OwnedTree into) {
    RawMemory raw = into.scope().pool().raw();
    if (uses.length < nameCount) {
      uses = new int[Math.max(nameCount, 2 * uses.length)];
    }
    end = from;
    waitingCount = 0;
    int first = 0;
    long root = 0;
    int status = NONE;
    try {
      into.beginLoad();
      into.uncounted();
      first = count == 0 ? 0 : begin(raw, into.scope(), count);
      if (count > 0 && first >= 0) {
        root = raw.nodeHandle(first);
        status = fill(image, count, names, ids, firstId, root, into);
      } else {
        status = first;
      }
    } finally {
      // What made room may have taken the nodes back, with all that they held.
      boolean there = raw.isNode(root);
      settle(raw.names(), ids, firstId, nameCount, there);
      if (there) {
        raw.putBackNodes(into.scope(), node, takenEnd);
        if (status < 0) {
          into.abandon(first, parent, previous, Handles.NIL, 0);
        }
      }
    }
    if (status >= 0 && count > 0) {
      into.finishLoad(first, adjacent ? node : first, Handles.NIL, 0);
    }
    return status < 0 ? Status.of(status) : Status.OK;
  }

  private int begin(RawMemory raw, Scope payer, int count) {
    node = raw.takeNodes(payer, Math.min(TAKEN_AT_ONCE, count));
    takenEnd = node + raw.nodesTaken();
    parent = NONE;
    previous = NONE;
    left = 1;
    adjacent = true;
    return node;
  }

  /** Counts the references of the nodes, if they are there, and returns the caller's. */
  private void settle(NameTable table, int[] ids, int firstId, int nameCount, boolean there) {
    for (int i = 0; i < nameCount; i++) {
      int more = there ? uses[i] - 1 : -1;
      int id = ids[firstId + i];
      uses[i] = 0;
      if (more > 0) {
        table.retain(id, more);
      } else if (more < 0 && id != 0) {
        table.release(id);
      }
    }
  }

  /** Answers 0 or the code of a status. */
  private int fill(
      byte[] image, int count, int[] names, int[] ids, int firstId, long root, OwnedTree tree) {
    Scope payer = tree.scope();
    RawMemory raw = payer.pool().raw();
    int nodesLeft = count;
    int status = 0;
    while (nodesLeft > 0 && status >= 0) {
      if (node == takenEnd) {
        status = moreNodes(raw, payer, nodesLeft, root);
      } else {
        int name = 0;
        int number = (int) LITTLE.get(image, end + Integer.BYTES);
        if (number >= 0 && ids[firstId + number] == 0) {
          name = ownName(image, names[number], raw, root, tree);
        }
        if (name < 0 && name > FIRST_OWN_NAME) {
          return name;
        }
        nodesLeft -= nodesAtOnce(image, nodesLeft, ids, firstId, name, raw.records());
        if (waitingCount == LONG_TEXTS || nodesLeft == 0) {
          status = texts(image, raw, root, tree);
        }
      }
    }
    return status;
  }

  /** Takes a name that the pool does not share; answers what stands in a record for it. */
  private static int ownName(byte[] image, int at, RawMemory raw, long root, OwnedTree tree) {
    int name = tree.takeName(image, at + Integer.BYTES, (int) LITTLE.get(image, at));
    if (!raw.isNode(root)) {
      tree.dropName(name);
      raw.node(root);
    }
    return name;
  }

  /**
   * Fills nodes until one needs what only a call can do, so that what the loop needs stays in
   * registers; answers how many.
   *
   * @param ownName the name of the first, if the pool does not share it
   */
  private int nodesAtOnce(
      byte[] image, int nodesLeft, int[] ids, int firstId, int ownName, byte[] records) {
    int[] uses = this.uses;
    int takenEnd = this.takenEnd;
    int start = this.node;
    int node = start;
    int parent = this.parent;
    int previous = this.previous;
    int left = this.left;
    int waits = waitingCount;
    int at = end;
    int nodesEnd = Math.min(takenEnd, start + nodesLeft);
    while (node < nodesEnd && waits < LONG_TEXTS) {
      long kindAndNumber = (long) LITTLE_LONG.get(image, at);
      int number = (int) (kindAndNumber >>> Integer.SIZE);
      int name = 0;
      if (number >= 0) {
        name = ids[firstId + number];
        if (name != 0) {
          uses[number]++;
        } else if (node == start) {
          name = ownName;
        } else {
          break;
        }
      }
      int kind = (int) kindAndNumber;
      int length = (int) LITTLE.get(image, at + 2 * Integer.BYTES);
      at += NODE_BYTES;
      int record = node * BYTES;
      int here = node++;
      left--;
      LONG.set(records, record + PARENT, pair(parent, left > 0 ? node : NONE));
      LONG.set(records, record + PREVIOUS, pair(previous, node));
      previous = here;
      if (kind <= Tape.ELEMENT) {
        LONG.set(records, record + HEAD, pair(kind, name));
        if (length > 0) {
          LONG.set(records, record + LAST_CHILD, pair(NONE, length));
          INT.set(records, record + MARK, left);
          parent = here;
          previous = NONE;
          left = length;
          continue;
        }
        INT.set(records, record + FIRST_CHILD, NONE);
        LONG.set(records, record + LAST_CHILD, pair(NONE, 0));
      } else {
        if (length <= MAX_INLINE) {
          int form = (LITERALS >>> kind & 1) == 0 ? INLINE_TEXT : NO_TEXT;
          LONG.set(records, record + HEAD, pair(head(kind, form, length), name));
          LONG.set(records, record + PAYLOAD, (long) LONG.get(image, at));
          LONG.set(records, record + PAYLOAD + 8, (long) LONG.get(image, at + 8));
          INT.set(records, record + PAYLOAD + 16, (int) INT.get(image, at + 16));
          at += length;
        } else {
          LONG.set(records, record + HEAD, pair(kind, name));
          waiting[waits] = here;
          waitingLengths[waits++] = length;
        }
      }
      while (left == 0 && parent != NONE) {
        int closed = parent * BYTES;
        INT.set(records, closed + LAST_CHILD, previous);
        previous = parent;
        left = (int) INT.get(records, closed + MARK);
        parent = (int) INT.get(records, closed + PARENT);
        INT.set(records, closed + NEXT, left > 0 ? node : NONE);
      }
    }
    end = at;
    this.node = node;
    this.parent = parent;
    this.previous = previous;
    this.left = left;
    waitingCount = waits;
    return node - start;
  }

  /** Copies the texts that wait, which stand next; answers 0 or the code of a status. */
  private int texts(byte[] image, RawMemory raw, long root, OwnedTree tree) {
    Scope payer = tree.scope();
    for (int i = 0; i < waitingCount; i++) {
      int paid = raw.takeTexts(payer, waitingLengths, i, waitingCount, slots);
      while (i < paid) {
        copy(image, raw, i++);
      }
      if (i == waitingCount) {
        break;
      }
      int length = waitingLengths[i];
      if (length > raw.largestSlot()) {
        long status = tree.putText(waiting[i], image, end, length);
        if (status < 0) {
          return (int) status;
        }
        end += length;
        continue;
      }
      slots[i] = raw.takeText(payer, length);
      if (slots[i] < 0) {
        return (int) slots[i];
      }
      if (!raw.isNode(root)) {
        payer.pool().free(slots[i]);
        raw.node(root);
      }
      copy(image, raw, i);
    }
    waitingCount = 0;
    return 0;
  }

  private void copy(byte[] image, RawMemory raw, int waits) {
    byte[] records = raw.records();
    int at = waiting[waits] * BYTES;
    int length = waitingLengths[waits];
    int to = raw.offsetOfFresh(slots[waits]);
    System.arraycopy(image, end, raw.bytes(), to, length);
    end += length;
    int kind = (int) INT.get(records, at + HEAD);
    LONG.set(records, at + PAYLOAD, slots[waits]);
    INT.set(records, at + LONG_TEXT_LENGTH, length);
    INT.set(records, at + HEAD, head(kind, SLOT_TEXT, 0));
  }

  /** Takes more nodes; answers 0 or the code of a status. */
  private int moreNodes(RawMemory raw, Scope payer, int wanted, long root) {
    int more = raw.takeNodes(payer, Math.min(TAKEN_AT_ONCE, wanted));
    if (!raw.isNode(root)) {
      if (more >= 0) {
        raw.putBackNodes(payer, more, more + raw.nodesTaken());
      }
      raw.node(root);
    }
    if (more == node) {
      takenEnd = more + raw.nodesTaken();
      return 0;
    }
    adjacent = false;
    // The node before, or else the parent, was told that the next node follows.
    int known = more < 0 ? NONE : more;
    if (previous != NONE) {
      INT.set(raw.records(), previous * BYTES + NEXT, known);
    } else {
      INT.set(raw.records(), parent * BYTES + FIRST_CHILD, known);
    }
    if (more < 0) {
      return more;
    }
    node = more;
    takenEnd = more + raw.nodesTaken();
    return 0;
  }
}
