package dev.lkjagent.memory.tree;

import dev.lkjagent.memory.Handles;
import dev.lkjagent.memory.Resident;
import dev.lkjagent.memory.Scope;
import java.nio.charset.StandardCharsets;

/**
 * A tree of nodes in a pool, as it can be read: a {@link Document} that a parser made, or an {@link
 * OwnedTree} that can be edited.
 *
 * <p>A node is a handle, {@link #NO_NODE} for none. A handle that outlived its node, or that
 * belongs to another tree, is refused with a {@link dev.lkjagent.memory.StaleHandleException}.
 * Reading allocates nothing, except for the methods whose name ends in {@code String}. Texts are
 * UTF-8.
 */
public abstract sealed class ObjectTree extends Resident implements AutoCloseable
    permits Document, OwnedTree {
  /** The handle of no node. */
  public static final long NO_NODE = Handles.NIL;

  /** Objects with more members than this are indexed when a member is looked for. */
  static final int NARROW = 16;

  ObjectTree(Scope scope) {
    super(scope);
  }

  /**
   * Answers the node that all others are below.
   *
   * @return the node, {@link #NO_NODE} if the tree is empty
   */
  public abstract long root();

  /**
   * Answers what a node is.
   *
   * @param node a node
   * @return a plain kind of {@link Tape}
   */
  public abstract int kind(long node);

  /**
   * Answers the first child, attributes included.
   *
   * @param node a node
   * @return a node, {@link #NO_NODE} if there is none
   */
  public abstract long firstChild(long node);

  /**
   * Answers the next sibling.
   *
   * @param parent the node's parent
   * @param node a node
   * @return a node, {@link #NO_NODE} if there is none
   */
  public abstract long next(long parent, long node);

  /**
   * Tells whether a node has a name.
   *
   * @param node a node
   * @return true for members, elements, attributes and processing instructions
   */
  public abstract boolean named(long node);

  /**
   * Answers the length of a node's name.
   *
   * @param node a node
   * @return bytes, 0 if it has none
   */
  public abstract int nameLength(long node);

  /**
   * Copies a node's name.
   *
   * @param node a node
   * @param target where it goes
   * @param at the first byte there
   * @return how many bytes were written
   */
  public abstract int copyName(long node, byte[] target, int at);

  /**
   * Compares a node's name with bytes.
   *
   * @param node a node
   * @param name where the other name stands
   * @param from its first byte
   * @param length its length in bytes
   * @return true if the node has that name
   */
  public abstract boolean nameEquals(long node, byte[] name, int from, int length);

  /**
   * Answers the length of a node's text.
   *
   * @param node a string, a number or any other node with text
   * @return bytes, 0 if it has none
   */
  public abstract int textLength(long node);

  /**
   * Copies a node's text.
   *
   * @param node a node
   * @param target where it goes
   * @param at the first byte there
   * @return how many bytes were written
   */
  public abstract int copyText(long node, byte[] target, int at);

  /**
   * Answers the array that a node's text lies in, to read it without copying.
   *
   * @param node a node whose {@link #textOffset} is not negative
   * @return an array
   */
  public abstract byte[] textBytes(long node);

  /**
   * Answers where a node's text begins in {@link #textBytes}.
   *
   * @param node a node
   * @return an index, or -1 if the text has to be decoded or put together by {@link #copyText}
   */
  public abstract int textOffset(long node);

  /**
   * Finds a child by name; of several with that name, the last.
   *
   * @param node a node
   * @param name where the name stands
   * @param from its first byte
   * @param length its length in bytes
   * @return a node, {@link #NO_NODE} if there is none
   */
  public final long find(long node, byte[] name, int from, int length) {
    return find(node, name, from, length, 0, false);
  }

  /**
   * Finds a child by a name whose hash may be known.
   *
   * @param hash {@code SeededHash.of} the name, if {@code hashed}
   * @param hashed whether the hash is known
   */
  abstract long find(long node, byte[] name, int from, int length, int hash, boolean hashed);

  /**
   * Finds a child by name; of several with that name, the last. Encoding the string allocates.
   *
   * @param node a node
   * @param name the name
   * @return a node, {@link #NO_NODE} if there is none
   */
  public long find(long node, String name) {
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
  public long child(long node, int index) {
    int at = index;
    long child = index < 0 ? NO_NODE : firstChild(node);
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
  public String textString(long node) {
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
  public String nameString(long node) {
    byte[] bytes = new byte[nameLength(node)];
    copyName(node, bytes, 0);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns everything to the pool. */
  @Override
  public abstract void close();
}
