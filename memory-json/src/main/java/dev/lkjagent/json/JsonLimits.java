package dev.lkjagent.json;

import dev.lkjagent.memory.tree.Tape;

/**
 * What a JSON text may cost at most. A text that goes beyond a limit is refused with a fault of its
 * own at the byte where it does.
 *
 * @param maxBytes length of the whole text in bytes
 * @param maxDepth how many containers may be open at once; 0 allows a bare scalar only
 * @param maxNodes how many nodes the tree may have; a member counts twice, once for its name
 * @param maxNameBytes length of a member's name in bytes, as it is written
 * @param maxNumberBytes length of a number in bytes, as it is written
 */
public record JsonLimits(
    int maxBytes, int maxDepth, int maxNodes, int maxNameBytes, int maxNumberBytes) {
  /**
   * Safe for texts of strangers: depth 1,000, names of 50,000 bytes, numbers of 1,000, 128 MiB in
   * all.
   */
  public static final JsonLimits DEFAULT =
      new JsonLimits(Tape.MAX_LENGTH, 1_000, Tape.MAX_LENGTH, 50_000, 1_000);

  /** As far as the layout of a tree goes: for texts of one's own. */
  public static final JsonLimits WIDEST =
      new JsonLimits(
          Tape.MAX_LENGTH, Tape.MAX_LENGTH, Tape.MAX_LENGTH, Tape.MAX_KEY, Tape.MAX_LENGTH);

  /**
   * Checks that every limit lies within what a tree can hold.
   *
   * @param maxBytes length of the whole text in bytes
   * @param maxDepth how many containers may be open at once
   * @param maxNodes how many nodes the tree may have
   * @param maxNameBytes length of a member's name in bytes
   * @param maxNumberBytes length of a number in bytes
   * @throws IllegalArgumentException if one does not
   */
  public JsonLimits {
    check("maxBytes", maxBytes, Tape.MAX_LENGTH);
    check("maxDepth", maxDepth, Tape.MAX_LENGTH);
    check("maxNodes", maxNodes, Tape.MAX_LENGTH);
    check("maxNameBytes", maxNameBytes, Tape.MAX_KEY);
    check("maxNumberBytes", maxNumberBytes, Tape.MAX_LENGTH);
  }

  /**
   * The same limits with another length of the whole text.
   *
   * @param bytes the new limit
   * @return new limits
   * @throws IllegalArgumentException if it does not lie within what a tree can hold
   */
  public JsonLimits withMaxBytes(int bytes) {
    return new JsonLimits(bytes, maxDepth, maxNodes, maxNameBytes, maxNumberBytes);
  }

  /**
   * The same limits with another depth.
   *
   * @param depth the new limit
   * @return new limits
   * @throws IllegalArgumentException if it does not lie within what a tree can hold
   */
  public JsonLimits withMaxDepth(int depth) {
    return new JsonLimits(maxBytes, depth, maxNodes, maxNameBytes, maxNumberBytes);
  }

  /**
   * The same limits with another number of nodes.
   *
   * @param nodes the new limit
   * @return new limits
   * @throws IllegalArgumentException if it does not lie within what a tree can hold
   */
  public JsonLimits withMaxNodes(int nodes) {
    return new JsonLimits(maxBytes, maxDepth, nodes, maxNameBytes, maxNumberBytes);
  }

  /**
   * The same limits with another length of a name.
   *
   * @param bytes the new limit
   * @return new limits
   * @throws IllegalArgumentException if it does not lie within what a tree can hold
   */
  public JsonLimits withMaxNameBytes(int bytes) {
    return new JsonLimits(maxBytes, maxDepth, maxNodes, bytes, maxNumberBytes);
  }

  /**
   * The same limits with another length of a number.
   *
   * @param bytes the new limit
   * @return new limits
   * @throws IllegalArgumentException if it does not lie within what a tree can hold
   */
  public JsonLimits withMaxNumberBytes(int bytes) {
    return new JsonLimits(maxBytes, maxDepth, maxNodes, maxNameBytes, bytes);
  }

  private static void check(String name, int value, int highest) {
    if (value < 0 || value > highest) {
      throw new IllegalArgumentException(
          name + " is " + value + "; choose a limit from 0 to " + highest);
    }
  }
}
