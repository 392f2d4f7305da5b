package dev.lkjagent.memory.tree;

import java.util.Arrays;

/**
 * A place in a tree that moves: the way to walk over nodes without keeping track of their parents.
 *
 * <p>A move that is not possible answers false and leaves the cursor where it is. The object is
 * reusable and allocates only when it goes deeper than ever before. It is as valid as the node it
 * stands on.
 */
public final class Cursor {
  private ObjectTree tree;
  private long node;
  private long[] parents = new long[32];
  private int depth;

  /**
   * Creates a cursor on the root of a tree.
   *
   * @param tree the tree
   */
  public Cursor(ObjectTree tree) {
    this.tree = tree;
    node = tree.root();
  }

  /**
   * Goes to the root of a tree.
   *
   * @param newTree the tree
   */
  public void reset(ObjectTree newTree) {
    tree = newTree;
    toRoot();
  }

  /** Goes to the root. */
  public void toRoot() {
    depth = 0;
    node = tree.root();
  }

  /**
   * Goes to the first child, attributes included.
   *
   * @return false if there is none
   */
  public boolean toFirstChild() {
    return descend(node == ObjectTree.NO_NODE ? node : tree.firstChild(node));
  }

  /**
   * Goes to the child with a name; of several, to the last.
   *
   * @param name where the name stands
   * @param from its first byte
   * @param length its length in bytes
   * @return false if there is none
   */
  public boolean toChild(byte[] name, int from, int length) {
    return descend(node == ObjectTree.NO_NODE ? node : tree.find(node, name, from, length));
  }

  /**
   * Goes to the child with a name; of several, to the last. Encoding the string allocates.
   *
   * @param name the name
   * @return false if there is none
   */
  public boolean toChild(String name) {
    return descend(node == ObjectTree.NO_NODE ? node : tree.find(node, name));
  }

  /**
   * Goes to a child by its place.
   *
   * @param index 0 for the first
   * @return false if there is none
   */
  public boolean toChild(int index) {
    return descend(node == ObjectTree.NO_NODE ? node : tree.child(node, index));
  }

  private boolean descend(long child) {
    if (child == ObjectTree.NO_NODE) {
      return false;
    }
    if (depth == parents.length) {
      parents = Arrays.copyOf(parents, depth * 2);
    }
    parents[depth++] = node;
    node = child;
    return true;
  }

  /**
   * Goes to the next sibling.
   *
   * @return false if there is none
   */
  public boolean toNext() {
    long next = depth == 0 ? ObjectTree.NO_NODE : tree.next(parents[depth - 1], node);
    if (next == ObjectTree.NO_NODE) {
      return false;
    }
    node = next;
    return true;
  }

  /**
   * Goes to the parent.
   *
   * @return false at the root
   */
  public boolean toParent() {
    if (depth == 0) {
      return false;
    }
    node = parents[--depth];
    return true;
  }

  /**
   * Goes on in document order: down, else to the side, else up until there is a side to go to.
   *
   * @return false, with the cursor at the root, if this was the last node
   */
  public boolean toNextInDocument() {
    if (toFirstChild()) {
      return true;
    }
    while (!toNext()) {
      if (!toParent()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Answers the tree.
   *
   * @return the tree that the cursor is in
   */
  public ObjectTree tree() {
    return tree;
  }

  /**
   * Answers the node.
   *
   * @return a node, {@link ObjectTree#NO_NODE} in an empty tree
   */
  public long node() {
    return node;
  }

  /**
   * Answers how deep the cursor stands.
   *
   * @return 0 at the root
   */
  public int depth() {
    return depth;
  }

  /**
   * Answers what the node is.
   *
   * @return its kind
   */
  public NodeKind kind() {
    return node == ObjectTree.NO_NODE ? NodeKind.NONE : NodeKind.of(tree.kind(node));
  }

  @Override
  public String toString() {
    return "Cursor[" + kind() + " at depth " + depth + "]";
  }
}
