package dev.lkjagent.json.xml;

import dev.lkjagent.memory.tree.Tape;

/**
 * How much a document may ask for before it is refused. A value; the limits that a text exceeds are
 * reported with a code of their own.
 *
 * @param maxDepth elements open at the same time
 * @param maxBytes bytes of the whole text
 * @param maxNameBytes bytes of one name
 * @param maxAttributes attributes of one element
 * @param maxNodes nodes of the whole tree, names counted as nodes
 */
public record XmlLimits(
    int maxDepth, int maxBytes, int maxNameBytes, int maxAttributes, int maxNodes) {
  /** Limits for texts from strangers: 1,000 deep, 1 GiB, names of 64 KiB, 10,000 attributes. */
  public static final XmlLimits DEFAULT =
      new XmlLimits(1_000, 1 << 30, Tape.MAX_SHORT_KEY, 10_000, Tape.MAX_LENGTH);

  /**
   * Checks the limits.
   *
   * @param maxDepth elements open at the same time
   * @param maxBytes bytes of the whole text
   * @param maxNameBytes bytes of one name
   * @param maxAttributes attributes of one element
   * @param maxNodes nodes of the whole tree, names counted as nodes
   * @throws IllegalArgumentException if one of them is not positive or beyond what a tree can hold
   */
  public XmlLimits {
    check("maxDepth", maxDepth, Tape.MAX_LENGTH);
    check("maxBytes", maxBytes, 1 << 30);
    check("maxNameBytes", maxNameBytes, Tape.MAX_KEY);
    check("maxAttributes", maxAttributes, Tape.MAX_LENGTH);
    check("maxNodes", maxNodes, Tape.MAX_LENGTH);
  }

  /**
   * Changes the depth.
   *
   * @param elements elements open at the same time
   * @return these limits with another depth
   */
  public XmlLimits withMaxDepth(int elements) {
    return new XmlLimits(elements, maxBytes, maxNameBytes, maxAttributes, maxNodes);
  }

  /**
   * Changes the size.
   *
   * @param bytes bytes of the whole text
   * @return these limits with another size
   */
  public XmlLimits withMaxBytes(int bytes) {
    return new XmlLimits(maxDepth, bytes, maxNameBytes, maxAttributes, maxNodes);
  }

  /**
   * Changes the length of names.
   *
   * @param bytes bytes of one name
   * @return these limits with another length of names
   */
  public XmlLimits withMaxNameBytes(int bytes) {
    return new XmlLimits(maxDepth, maxBytes, bytes, maxAttributes, maxNodes);
  }

  /**
   * Changes the number of attributes.
   *
   * @param count attributes of one element
   * @return these limits with another number of attributes
   */
  public XmlLimits withMaxAttributes(int count) {
    return new XmlLimits(maxDepth, maxBytes, maxNameBytes, count, maxNodes);
  }

  /**
   * Changes the number of nodes.
   *
   * @param count nodes of the whole tree
   * @return these limits with another number of nodes
   */
  public XmlLimits withMaxNodes(int count) {
    return new XmlLimits(maxDepth, maxBytes, maxNameBytes, maxAttributes, count);
  }

  private static void check(String name, int value, int highest) {
    if (value < 1 || value > highest) {
      throw new IllegalArgumentException(
          "XmlLimits." + name + " is " + value + "; it must lie between 1 and " + highest);
    }
  }
}
