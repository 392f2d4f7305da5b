package dev.lkjagent.memory.image;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.NameTable;
import dev.lkjagent.memory.NodeRecords;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Resident;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import dev.lkjagent.memory.tree.TreeThawer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes sections of an image: one walk over live nodes that copies texts and renumbers names. */
final class Freezer {
  private static final int NO_NAME = -1;
  private static final int NONE = -1;

  /** Nodes whose long texts stand together. */
  private static final int WAITING = TreeThawer.LONG_TEXTS;

  /** The most that a node takes besides a long text. */
  private static final int ROOM = TreeThawer.NODE_BYTES + NodeRecords.MAX_INLINE;

  /** The most that a shared name takes. */
  private static final int NAME_ROOM = Integer.BYTES + NameTable.MAX_BYTES;

  private final Bytes out;
  private final KnownNames known;

  /**
   * By shared name: in the upper half the period in which it was numbered, its number in the tree
   * in the lower. A period is one tree.
   */
  private long[] numberOf = {};

  private int period;

  /** Where the names of the tree begin among those that are known. */
  private int firstName;

  /** The node to go on with. */
  private int next;

  /** Nodes whose long text is still to be written, and how long all of these are. */
  private final int[] waiting = new int[WAITING];

  private int waitingCount;
  private long waitingBytes;

  Freezer(Bytes out, KnownNames known) {
    this.out = out;
    this.known = known;
  }

  void scope(Scope scope) {
    out.putInt(ImageFormat.SCOPE);
    byte[] name = scope.name().getBytes(StandardCharsets.UTF_8);
    out.putInt(name.length);
    int at = out.room(name.length);
    System.arraycopy(name, 0, out.array, at, name.length);
    budget(scope.budget());
    scope.forEachResident(this::resident);
    List<Scope> children = new ArrayList<>();
    scope.forEachChild(children::add);
    Collections.reverse(children);
    children.forEach(this::scope);
    out.putInt(ImageFormat.SCOPE_END);
  }

  private void budget(Budget budget) {
    out.putLong(budget.bytesLimit());
    out.putLong(budget.bytesReserved());
    out.putInt(budget.nodesLimit());
    out.putInt(budget.nodesReserved());
    out.putInt(budget.documentNodesLimit());
    out.putInt(budget.documentNodesReserved());
    slots(budget.slotLimits());
    slots(budget.slotReservations());
  }

  private void slots(Map<Integer, Integer> slots) {
    out.putInt(slots.size());
    new TreeMap<>(slots)
        .forEach(
            (size, count) -> {
              out.putInt(size);
              out.putInt(count);
            });
  }

  private void resident(Resident resident) {
    if (resident instanceof ObjectTree tree) {
      tree(tree);
    }
  }

  void tree(ObjectTree tree) {
    if (tree instanceof Document document) {
      document(document);
    } else {
      owned((OwnedTree) tree);
    }
  }

  private void document(Document document) {
    out.putInt(ImageFormat.DOCUMENT);
    int bytes = document.textLength();
    int nodes = document.nodeCount();
    out.putInt(bytes);
    out.putInt(nodes);
    int at = out.room(bytes);
    System.arraycopy(document.raw().bytes(), document.textAt(), out.array, at, bytes);
    at = out.room(Math.multiplyExact(nodes, Long.BYTES));
    long[] tape = document.raw().tape();
    for (int i = 0, from = document.tapeAt(); i < nodes; i++) {
      out.setLong(at + i * Long.BYTES, tape[from + i]);
    }
  }

  private void owned(OwnedTree tree) {
    out.putInt(ImageFormat.TREE);
    RawMemory raw = tree.scope().pool().raw();
    long handle = tree.root();
    int root = handle == ObjectTree.NO_NODE ? NONE : raw.node(handle);
    NameTable table = raw.names();
    if (numberOf.length <= table.capacity()) {
      numberOf = new long[table.capacity() + 1];
    }
    period++;
    firstName = known.count;
    int counts = out.room(4 * Integer.BYTES);
    int start = out.length;
    int count = root == NONE ? 0 : nodes(tree, raw, root);
    int names = out.length;
    names(raw, table);
    out.setInt(counts, count);
    out.setInt(counts + Integer.BYTES, names - start);
    out.setInt(counts + 2 * Integer.BYTES, known.count - firstName);
    out.setInt(counts + 3 * Integer.BYTES, out.length - names);
  }

  /** Writes the nodes from the root on, and answers how many they are. */
  private int nodes(OwnedTree tree, RawMemory raw, int root) {
    next = root;
    waitingCount = 0;
    waitingBytes = 0;
    int count = 0;
    while (next != NONE) {
      out.reserve(WAITING * ROOM);
      known.ensure(known.count + WAITING);
      count += nodesAtOnce(raw.records());
      if (waitingCount == WAITING || next == NONE) {
        texts(tree, raw);
      }
    }
    return count;
  }

  /**
   * Writes nodes until so many have a long text, or there is no room for one more. It calls
   * nothing, so that what it needs stays in registers; long texts wait until it is left.
   */
  private int nodesAtOnce(byte[] records) {
    byte[] target = out.array;
    long[] numberOf = this.numberOf;
    int[] ids = known.ids;
    int[] waiting = this.waiting;
    long mine = (long) period << 32;
    int names = known.count;
    int waits = waitingCount;
    long waitingBytes = this.waitingBytes;
    int count = 0;
    int at = out.length;
    int end = target.length - ROOM;
    int node = next;
    int record = node * NodeRecords.BYTES;
    while (node != NONE && waits < WAITING && names < ids.length && at <= end) {
      long headAndName = (long) NodeRecords.LONG.get(records, record + NodeRecords.HEAD);
      int head = NodeRecords.first(headAndName);
      int name = NodeRecords.second(headAndName);
      int kind = head & 0xFF;
      boolean container = kind <= Tape.ELEMENT;
      int form = head >>> 8 & 0xFF;
      int length = head >>> 16;
      if (container || form > NodeRecords.INLINE_TEXT) {
        // The number of children stands where the length of a long text does.
        length = (int) NodeRecords.INT.get(records, record + NodeRecords.CHILD_COUNT);
      }
      int number = NO_NAME;
      if (name != 0) {
        long numbered = name > 0 ? numberOf[name] : 0;
        number = (int) numbered;
        if ((numbered ^ mine) >>> 32 != 0) {
          number = names - firstName;
          ids[names++] = name;
          if (name > 0) {
            numberOf[name] = mine | number;
          }
        }
      }
      Bytes.LONG.set(target, at, kind | (long) number << Integer.SIZE);
      Bytes.INT.set(target, at + 2 * Integer.BYTES, length);
      at += TreeThawer.NODE_BYTES;
      if (form == NodeRecords.INLINE_TEXT) {
        int from = record + NodeRecords.PAYLOAD;
        NodeRecords.LONG.set(target, at, (long) NodeRecords.LONG.get(records, from));
        NodeRecords.LONG.set(target, at + 8, (long) NodeRecords.LONG.get(records, from + 8));
        NodeRecords.INT.set(target, at + 16, (int) NodeRecords.INT.get(records, from + 16));
        at += length;
      } else if (form > NodeRecords.INLINE_TEXT) {
        waiting[waits++] = node;
        waitingBytes += length;
      }
      count++;
      int link = container && length > 0 ? NodeRecords.FIRST_CHILD : NodeRecords.NEXT;
      int following = (int) NodeRecords.INT.get(records, record + link);
      if (following == node + 1) {
        // The rule: the next record is known before the link has been read.
        node++;
        record += NodeRecords.BYTES;
        continue;
      }
      for (int up = node; following == NONE; ) {
        up = (int) NodeRecords.INT.get(records, up * NodeRecords.BYTES + NodeRecords.PARENT);
        if (up == NONE) {
          break;
        }
        following = (int) NodeRecords.INT.get(records, up * NodeRecords.BYTES + NodeRecords.NEXT);
      }
      node = following;
      record = node * NodeRecords.BYTES;
    }
    next = node;
    known.count = names;
    waitingCount = waits;
    this.waitingBytes = waitingBytes;
    out.length = at;
    return count;
  }

  /** Copies the texts that wait. */
  private void texts(OwnedTree tree, RawMemory raw) {
    byte[] records = raw.records();
    byte[] bytes = raw.bytes();
    int to = out.room(waitingBytes);
    for (int i = 0; i < waitingCount; i++) {
      int node = waiting[i];
      int at = node * NodeRecords.BYTES;
      int head = (int) NodeRecords.INT.get(records, at + NodeRecords.HEAD);
      int form = head >>> 8 & 0xFF;
      int length = (int) NodeRecords.INT.get(records, at + NodeRecords.LONG_TEXT_LENGTH);
      if (form == NodeRecords.SLOT_TEXT || form == NodeRecords.SLICE_TEXT) {
        int from =
            raw.offsetOfFresh((long) NodeRecords.LONG.get(records, at + NodeRecords.PAYLOAD));
        if (form == NodeRecords.SLICE_TEXT) {
          from += (int) NodeRecords.INT.get(records, at + NodeRecords.SLICE_FROM);
        }
        System.arraycopy(bytes, from, out.array, to, length);
      } else {
        tree.copyText(raw.nodeHandle(node), out.array, to);
      }
      to += length;
    }
    waitingCount = 0;
    waitingBytes = 0;
  }

  /** Writes each shared name of the tree once, and each name of its own where it stands. */
  private void names(RawMemory raw, NameTable table) {
    int i = firstName;
    while (i < known.count) {
      out.reserve(NAME_ROOM);
      i = sharedNames(table, i);
      if (i < known.count && known.ids[i] < 0) {
        long slot = raw.handle(NodeRecords.FIRST_OWN_NAME - known.ids[i]);
        int length = raw.length(slot);
        int at = out.room(Integer.BYTES + length);
        out.setInt(at, length);
        System.arraycopy(raw.bytes(), raw.offset(slot), out.array, at + Integer.BYTES, length);
        known.ids[i++] = 0;
      }
    }
    known.are(table, table.evictions());
  }

  /** Writes shared names as long as there is room, and answers the number after the last. */
  private int sharedNames(NameTable table, int from) {
    byte[] texts = table.bytes();
    byte[] target = out.array;
    int[] ids = known.ids;
    int count = known.count;
    int at = out.length;
    int i = from;
    for (; i < count && ids[i] > 0 && at <= target.length - NAME_ROOM; i++) {
      // The table has as many bytes for every name, so all of them can be copied.
      int name = table.offset(ids[i]);
      int length = table.length(ids[i]);
      Bytes.INT.set(target, at, length);
      at += Integer.BYTES;
      NodeRecords.LONG.set(target, at, (long) NodeRecords.LONG.get(texts, name));
      NodeRecords.LONG.set(target, at + 8, (long) NodeRecords.LONG.get(texts, name + 8));
      for (int done = 16; done < length; done += Long.BYTES) {
        NodeRecords.LONG.set(target, at + done, (long) NodeRecords.LONG.get(texts, name + done));
      }
      at += length;
    }
    out.length = at;
    return i;
  }
}
