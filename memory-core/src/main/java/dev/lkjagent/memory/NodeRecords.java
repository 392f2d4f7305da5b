package dev.lkjagent.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The layout of a node of an editable tree: a record of 48 bytes, all numbers in native order.
 *
 * <pre>
 *   0       4       8       12      16      20      24      28                  48
 *  +-------+-------+-------+-------+-------+-------+-------+--------------------+
 *  | gen   | owner | head  | name  | parent| next  | prev  | payload (20 bytes) |
 *  +-------+-------+-------+-------+-------+-------+-------+--------------------+
 *   gen      generation: how often the node was taken; whether it is in use stands elsewhere
 *   owner    the account that paid
 *   head     kind 8 | text form 8 | inline length 16
 *   name     0 none; n &gt; 0: entry n of the pool's names; n &lt; 0: a text of its own in slot -64 - n
 *   next     next sibling, -1 for none; of the first node in a run of free ones the next run
 *   prev     previous sibling, -1 for none; there the node after the run
 *   payload  container: first child 4, last child 4, number of children 4
 *            short text: the bytes
 *            long text: handle 8 of its slot, or of the first slot of its rope; length 4
 *            slice of a slot: handle 8 of the slot; length 4; while the tree is loaded, the node
 *                       with the slice before it 4; its first byte, counted from the slot's 4
 * </pre>
 */
public final class NodeRecords {
  /** Bytes of a record. */
  public static final int BYTES = 48;

  /** Where the generation stands. */
  public static final int GENERATION = 0;

  /** Where the paying account stands. */
  public static final int OWNER = 4;

  /** Where the kind, the form of the text and its inline length stand; the name is next to it. */
  public static final int HEAD = 8;

  /** Where the name stands. */
  public static final int NAME = 12;

  /** A name of its own in slot 0; that in slot 1 is one less, and so on: below any status code. */
  public static final int FIRST_OWN_NAME = -64;

  /** Where the parent stands. */
  public static final int PARENT = 16;

  /** Where the next sibling stands. */
  public static final int NEXT = 20;

  /** Where the previous sibling stands. */
  public static final int PREVIOUS = 24;

  /** Where the first of a run of free nodes keeps the node after the run. */
  static final int RUN_END = 24;

  /** Where a short text, the handle of a long text or the first child stands. */
  public static final int PAYLOAD = 28;

  /** Where the first child stands. */
  public static final int FIRST_CHILD = 28;

  /** Where the last child stands. */
  public static final int LAST_CHILD = 32;

  /** Where the number of children stands. */
  public static final int CHILD_COUNT = 36;

  /** Where the length of a long text stands. */
  public static final int LONG_TEXT_LENGTH = 36;

  /** Where a slice keeps the node with the one before while the tree is loaded, -1 for none. */
  public static final int SLICE_BEFORE = 40;

  /** Where it stands at which byte of its slot a slice begins. */
  public static final int SLICE_FROM = 44;

  /** The longest text that a record holds itself, in bytes. */
  public static final int MAX_INLINE = 20;

  /** Form of text: none. */
  public static final int NO_TEXT = 0;

  /** Form of text: in the record. */
  public static final int INLINE_TEXT = 1;

  /** Form of text: in a slot. */
  public static final int SLOT_TEXT = 2;

  /** Form of text: in a rope of slots. */
  public static final int ROPE_TEXT = 3;

  /** Form of text: in a slot that it shares with other texts of the tree. */
  public static final int SLICE_TEXT = 4;

  /** Reads and writes 4 bytes in native order. */
  public static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  /** Reads and writes 8 bytes in native order. */
  public static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final boolean LOW_HALF_FIRST = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private NodeRecords() {}

  /**
   * Joins two neighbouring numbers, to be written at once.
   *
   * @param first the one at the lower place
   * @param second the one behind it
   * @return what to write at the lower place
   */
  public static long pair(int first, int second) {
    return LOW_HALF_FIRST
        ? first & 0xFFFFFFFFL | (long) second << 32
        : (long) first << 32 | second & 0xFFFFFFFFL;
  }

  /**
   * Takes neighbouring numbers apart that were read at once.
   *
   * @param pair what stood at the lower place
   * @return the one there
   */
  public static int first(long pair) {
    return (int) (LOW_HALF_FIRST ? pair : pair >>> Integer.SIZE);
  }

  /**
   * Takes neighbouring numbers apart that were read at once.
   *
   * @param pair what stood at the lower place
   * @return the one behind it
   */
  public static int second(long pair) {
    return (int) (LOW_HALF_FIRST ? pair >>> Integer.SIZE : pair);
  }

  /**
   * Builds a head.
   *
   * @param kind a kind of {@code Tape}
   * @param textForm one of the forms above
   * @param inlineLength bytes of a short text
   * @return the head
   */
  public static int head(int kind, int textForm, int inlineLength) {
    return kind | textForm << 8 | inlineLength << 16;
  }
}
