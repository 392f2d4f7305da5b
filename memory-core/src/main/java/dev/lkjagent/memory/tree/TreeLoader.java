package dev.lkjagent.memory.tree;

import dev.lkjagent.memory.Status;

/**
 * Makes an editable tree of the nodes that a parser wrote, in one pass.
 *
 * <p>The object is reusable and belongs to one parser. A name that the parser numbered is looked up
 * in the pool's names once per text, not once per member.
 */
public final class TreeLoader {
  /**
   * By name id of the parser: the number of the load in the upper half, the pool's name in the
   * lower.
   */
  private final long[] nameOf = new long[Tape.MAX_NAME_ID + 1];

  /** Where escaped texts are decoded before their length is known. */
  private byte[] scratch = new byte[1_024];

  private int load;

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
   * @param into an empty tree
   * @return {@link Status#OK}, or why there is no room; the tree is empty then
   */
  public Status load(byte[] text, int textAt, long[] tape, int tapeAt, int count, OwnedTree into) {
    if (++load == 0) {
      java.util.Arrays.fill(nameOf, 0);
      load = 1;
    }
    int status = into.load(text, textAt, tape, tapeAt, count, this);
    return status < 0 ? Status.of(status) : Status.OK;
  }

  /** The pool's name that the parser's id stands for in this text, 0 if it has not been seen yet. */
  int nameOf(int id) {
    long entry = nameOf[id];
    return (int) (entry >>> 32) == load ? (int) entry : 0;
  }

  void setNameOf(int id, int name) {
    nameOf[id] = (long) load << 32 | name;
  }

  /** Room for a text of that length. */
  byte[] scratch(int length) {
    if (scratch.length < length) {
      scratch = new byte[Math.max(length, 2 * scratch.length)];
    }
    return scratch;
  }
}
