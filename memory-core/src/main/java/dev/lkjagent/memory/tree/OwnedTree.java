package dev.lkjagent.memory.tree;

import static dev.lkjagent.memory.NodeRecords.BYTES;
import static dev.lkjagent.memory.NodeRecords.CHILD_COUNT;
import static dev.lkjagent.memory.NodeRecords.FIRST_CHILD;
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
import static dev.lkjagent.memory.NodeRecords.SLOT_TEXT;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.NameTable;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import java.util.Arrays;

/**
 * A tree that can be edited: every node is a record of its own, texts lie in the record or in a
 * slot, names are shared. Laid out as {@link dev.lkjagent.memory.NodeRecords} says.
 *
 * <p>Editing answers a node or the code of a {@link Status}; a failure leaves the tree as it was.
 */
public final class OwnedTree extends ObjectTree {
  private final Scope scope;
  private final MemoryPool pool;
  private final RawMemory raw;
  private final NameTable names;
  private final byte[] records;
  private int root = NO_NODE;

  /**
   * Creates an empty tree.
   *
   * @param scope who pays for its nodes and texts
   */
  public OwnedTree(Scope scope) {
    this.scope = scope;
    pool = scope.pool();
    raw = pool.raw();
    names = raw.names();
    records = raw.records();
  }

  private int get(int node, int field) {
    return (int) INT.get(records, node * BYTES + field);
  }

  private void set(int node, int field, int value) {
    INT.set(records, node * BYTES + field, value);
  }

  /**
   * Makes a node without name and text the root.
   *
   * @param kind a plain kind of {@link Tape}
   * @return the node, or the code of a {@link Status}
   * @throws IllegalStateException if the tree has a root
   */
  public int createRoot(int kind) {
    if (root != NO_NODE) {
      throw new IllegalStateException("the tree has a root: close it or remove the root first");
    }
    int node = fresh(kind);
    if (node >= 0) {
      root = node;
    }
    return node;
  }

  private int fresh(int kind) {
    int node = raw.takeNode(scope);
    if (node < 0) {
      return node;
    }
    set(node, HEAD, kind);
    set(node, NAME, 0);
    set(node, PARENT, NO_NODE);
    set(node, NEXT, NO_NODE);
    set(node, PREVIOUS, NO_NODE);
    set(node, FIRST_CHILD, NO_NODE);
    set(node, LAST_CHILD, NO_NODE);
    set(node, CHILD_COUNT, 0);
    return node;
  }

  /**
   * Adds a node at the end of a container.
   *
   * @param parent an object, an array or an element
   * @param kind a plain kind of {@link Tape}
   * @param name where the node's name stands; its length is 0 in an array
   * @param nameFrom its first byte
   * @param nameLength its length in bytes, negative for no name
   * @return the node, or the code of a {@link Status}
   */
  public int add(int parent, int kind, byte[] name, int nameFrom, int nameLength) {
    int node = fresh(kind);
    if (node < 0) {
      return node;
    }
    if (nameLength >= 0) {
      int status = setName(node, name, nameFrom, nameLength);
      if (status < 0) {
        raw.freeNode(node);
        return status;
      }
    }
    int last = get(parent, LAST_CHILD);
    set(node, PARENT, parent);
    set(node, PREVIOUS, last);
    set(last == NO_NODE ? parent : last, last == NO_NODE ? FIRST_CHILD : NEXT, node);
    set(parent, LAST_CHILD, node);
    set(parent, CHILD_COUNT, get(parent, CHILD_COUNT) + 1);
    return node;
  }

  private int setName(int node, byte[] name, int from, int length) {
    int id = names.intern(name, from, length);
    if (id != 0) {
      set(node, NAME, id);
      return 0;
    }
    long slot = scope.tryAllocate(length);
    if (slot < 0) {
      return (int) slot;
    }
    System.arraycopy(name, from, raw.bytes(), raw.offset(slot), length);
    pool.setLength(slot, length);
    set(node, NAME, -1 - dev.lkjagent.memory.Handles.slot(slot));
    return 0;
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
  public Status setText(int node, byte[] text, int from, int length) {
    int head = get(node, HEAD);
    int at = node * BYTES + PAYLOAD;
    if (length <= MAX_INLINE) {
      freeText(node, head);
      System.arraycopy(text, from, records, at, length);
      set(node, HEAD, dev.lkjagent.memory.NodeRecords.head(head & 0xFF, INLINE_TEXT, length));
      return Status.OK;
    }
    long slot = scope.tryAllocate(length);
    if (slot < 0) {
      return Status.of(slot);
    }
    System.arraycopy(text, from, raw.bytes(), raw.offset(slot), length);
    pool.setLength(slot, length);
    freeText(node, head);
    LONG.set(records, at, slot);
    set(node, LONG_TEXT_LENGTH, length);
    set(node, HEAD, dev.lkjagent.memory.NodeRecords.head(head & 0xFF, SLOT_TEXT, 0));
    return Status.OK;
  }

  private void freeText(int node, int head) {
    if (textForm(head) == SLOT_TEXT) {
      pool.free((long) LONG.get(records, node * BYTES + PAYLOAD));
    }
  }

  private static int textForm(int head) {
    return head >>> 8 & 0xFF;
  }

  /**
   * Removes a node and all below it.
   *
   * @param node a node
   */
  public void remove(int node) {
    int parent = get(node, PARENT);
    if (parent == NO_NODE) {
      root = NO_NODE;
    } else {
      int before = get(node, PREVIOUS);
      int after = get(node, NEXT);
      set(before == NO_NODE ? parent : before, before == NO_NODE ? FIRST_CHILD : NEXT, after);
      set(after == NO_NODE ? parent : after, after == NO_NODE ? LAST_CHILD : PREVIOUS, before);
      set(parent, CHILD_COUNT, get(parent, CHILD_COUNT) - 1);
    }
    free(node);
  }

  private void free(int top) {
    int node = top;
    while (true) {
      int child = isContainer(node) ? get(node, FIRST_CHILD) : NO_NODE;
      if (child != NO_NODE) {
        node = child;
        continue;
      }
      int up = get(node, PARENT);
      int after = get(node, NEXT);
      freeOne(node);
      if (node == top) {
        return;
      }
      if (after == NO_NODE) {
        set(up, FIRST_CHILD, NO_NODE);
        node = up;
      } else {
        node = after;
      }
    }
  }

  private void freeOne(int node) {
    freeText(node, get(node, HEAD));
    int name = get(node, NAME);
    if (name > 0) {
      names.release(name);
    } else if (name < 0) {
      pool.free(raw.handle(-1 - name));
    }
    raw.freeNode(node);
  }

  private boolean isContainer(int node) {
    int kind = get(node, HEAD) & 0xFF;
    return kind >= Tape.OBJECT && kind <= Tape.ELEMENT;
  }

  /**
   * Answers a node's parent.
   *
   * @param node a node
   * @return a node, {@link #NO_NODE} for the root
   */
  public int parent(int node) {
    return get(node, PARENT);
  }

  /**
   * Answers how many children a node has.
   *
   * @param node a node
   * @return children, attributes included
   */
  public int childCount(int node) {
    return isContainer(node) ? get(node, CHILD_COUNT) : 0;
  }

  @Override
  public int root() {
    return root;
  }

  @Override
  public int kind(int node) {
    return get(node, HEAD) & 0xFF;
  }

  @Override
  public int firstChild(int node) {
    return isContainer(node) ? get(node, FIRST_CHILD) : NO_NODE;
  }

  @Override
  public int next(int parent, int node) {
    return get(node, NEXT);
  }

  @Override
  public boolean named(int node) {
    return get(node, NAME) != 0;
  }

  @Override
  public int nameLength(int node) {
    int name = get(node, NAME);
    return name == 0 ? 0 : name > 0 ? names.length(name) : pool.length(raw.handle(-1 - name));
  }

  private byte[] nameBytes(int name) {
    return name > 0 ? names.bytes() : raw.bytes();
  }

  private int nameOffset(int name) {
    return name > 0 ? names.offset(name) : raw.offset(raw.handle(-1 - name));
  }

  @Override
  public int copyName(int node, byte[] target, int at) {
    int name = get(node, NAME);
    int length = nameLength(node);
    if (length > 0) {
      System.arraycopy(nameBytes(name), nameOffset(name), target, at, length);
    }
    return length;
  }

  @Override
  public boolean nameEquals(int node, byte[] name, int from, int length) {
    int own = get(node, NAME);
    if (own == 0 || nameLength(node) != length) {
      return false;
    }
    int at = nameOffset(own);
    return Arrays.equals(nameBytes(own), at, at + length, name, from, from + length);
  }

  @Override
  public int textLength(int node) {
    int head = get(node, HEAD);
    return switch (textForm(head)) {
      case NO_TEXT -> 0;
      case INLINE_TEXT -> head >>> 16;
      default -> get(node, LONG_TEXT_LENGTH);
    };
  }

  @Override
  public int copyText(int node, byte[] target, int at) {
    int length = textLength(node);
    if (length > 0) {
      System.arraycopy(textBytes(node), textOffset(node), target, at, length);
    }
    return length;
  }

  @Override
  public byte[] textBytes(int node) {
    return textForm(get(node, HEAD)) == SLOT_TEXT ? raw.bytes() : records;
  }

  @Override
  public int textOffset(int node) {
    int at = node * BYTES + PAYLOAD;
    return switch (textForm(get(node, HEAD))) {
      case NO_TEXT -> -1;
      case INLINE_TEXT -> at;
      default -> raw.offset((long) LONG.get(records, at));
    };
  }

  /** Removes all nodes. */
  @Override
  public void close() {
    if (root != NO_NODE) {
      remove(root);
    }
  }
}
