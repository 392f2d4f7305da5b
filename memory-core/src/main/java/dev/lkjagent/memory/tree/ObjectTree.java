package dev.lkjagent.memory.tree;

import java.nio.charset.StandardCharsets;

/**
 * A tree of nodes in a pool, as it can be read: a {@link Document} that a parser made, or an {@link
 * OwnedTree} that can be edited.
 *
 * <p>A node is a number, {@link #NO_NODE} for none. Numbers are valid until the document is cleared
 * or the node is removed. Reading allocates nothing, except for the methods whose name ends in
 * {@code String}. Texts are UTF-8.
 */
public abstract sealed class ObjectTree implements AutoCloseable permits Document, OwnedTree {
  /** The number of no node. */
  public static final int NO_NODE = -1;

  ObjectTree() {}

  /**
   * Answers the node that all others are below.
   *
   * @return the node, {@link #NO_NODE} if the tree is empty
   */
  public abstract int root();

  /**
   * Answers what a node is.
   *
   * @param node a node
   * @return a plain kind of {@link Tape}
   */
  public abstract int kind(int node);

  /**
   * Answers the first child, attributes included.
   *
   * @param node a node
   * @return a node, {@link #NO_NODE} if there is none
   */
  public abstract int firstChild(int node);

  /**
   * Answers the next sibling.
   *
   * @param parent the node's parent
   * @param node a node
   * @return a node, {@link #NO_NODE} if there is none
   */
  public abstract int next(int parent, int node);

  /**
   * Tells whether a node has a name.
   *
   * @param node a node
   * @return true for members, elements, attributes and processing instructions
   */
  public abstract boolean named(int node);

  /**
   * Answers the length of a node's name.
   *
   * @param node a node
   * @return bytes, 0 if it has none
   */
  public abstract int nameLength(int node);

  /**
   * Copies a node's name.
   *
   * @param node a node
   * @param target where it goes
   * @param at the first byte there
   * @return how many bytes were written
   */
  public abstract int copyName(int node, byte[] target, int at);

  /**
   * Compares a node's name with bytes.
   *
   * @param node a node
   * @param name where the other name stands
   * @param from its first byte
   * @param length its length in bytes
   * @return true if the node has that name
   */
  public abstract boolean nameEquals(int node, byte[] name, int from, int length);

  /**
   * Answers the length of a node's text.
   *
   * @param node a string, a number or any other node with text
   * @return bytes, 0 if it has none
   */
  public abstract int textLength(int node);

  /**
   * Copies a node's text.
   *
   * @param node a node
   * @param target where it goes
   * @param at the first byte there
   * @return how many bytes were written
   */
  public abstract int copyText(int node, byte[] target, int at);

  /**
   * Answers the array that a node's text lies in, to read it without copying.
   *
   * @param node a node whose {@link #textOffset} is not negative
   * @return an array
   */
  public abstract byte[] textBytes(int node);

  /**
   * Answers where a node's text begins in {@link #textBytes}.
   *
   * @param node a node
   * @return an index, or -1 if the text has to be decoded or put together by {@link #copyText}
   */
  public abstract int textOffset(int node);

  /**
   * Finds a child by name; of several with that name, the last.
   *
   * @param node a node
   * @param name where the name stands
   * @param from its first byte
   * @param length its length in bytes
   * @return a node, {@link #NO_NODE} if there is none
   */
  public int find(int node, byte[] name, int from, int length) {
    int found = NO_NODE;
    for (int child = firstChild(node); child != NO_NODE; child = next(node, child)) {
      if (nameEquals(child, name, from, length)) {
        found = child;
      }
    }
    return found;
  }

  /**
   * Finds a child by name; of several with that name, the last. Encoding the string allocates.
   *
   * @param node a node
   * @param name the name
   * @return a node, {@link #NO_NODE} if there is none
   */
  public int find(int node, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return find(node, bytes, 0, bytes.length);
  }

  /**
   * Answers a child by its place.
   *
   * @param node a node
   * @param index 0 for the first
   * @return a node, {@link #NO_NODE} if there is none
   */
  public int child(int node, int index) {
    int at = index;
    int child = index < 0 ? NO_NODE : firstChild(node);
    while (child != NO_NODE && at-- > 0) {
      child = next(node, child);
    }
    return child;
  }

  /**
   * Copies a node's text into a string; this allocates.
   *
   * @param node a node
   * @return the text, empty if it has none
   */
  public String textString(int node) {
    byte[] bytes = new byte[textLength(node)];
    copyText(node, bytes, 0);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * Copies a node's name into a string; this allocates.
   *
   * @param node a node
   * @return the name, empty if it has none
   */
  public String nameString(int node) {
    byte[] bytes = new byte[nameLength(node)];
    copyName(node, bytes, 0);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns everything to the pool. */
  @Override
  public abstract void close();
}
