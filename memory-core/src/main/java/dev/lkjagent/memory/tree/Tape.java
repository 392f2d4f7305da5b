package dev.lkjagent.memory.tree;

/**
 * The layout of a document's nodes: one {@code long} per node, in document order.
 *
 * <pre>
 *  63    59 58                          32 31                             0
 * +--------+------------------------------+--------------------------------+
 * | kind 5 |          length 27           |           offset 32            |
 * +--------+------------------------------+--------------------------------+
 * </pre>
 *
 * <ul>
 *   <li><b>offset</b> counts bytes from the start of the document's text.
 *   <li><b>length</b> of a text, number or name is its length in bytes as it is written in the
 *       source; of a container it is the number of the node after its subtree, counted from the
 *       document's first node, so the whole subtree is skipped in one step.
 *   <li>The first child of a container is the next node; the next sibling of a scalar is the next
 *       node, of a container the node at its length.
 *   <li>A node that has a name (a member, an element, an attribute, a processing instruction) is
 *       preceded by a node of kind {@link #KEY}. Nothing else ever precedes a value with a key, so
 *       a node is named exactly when the node before it is a key.
 * </ul>
 *
 * A key uses its 27 bits of length for both its length and, when that is short, the number that the
 * parser's own table gave to the name:
 *
 * <pre>
 *  58       57                     48 47                 32
 * +--------+-------------------------+---------------------+
 * | long=0 | name id 10 (0 for none) |      length 16      |
 * +--------+-------------------------+---------------------+
 * | long=1 |                   length 26                   |
 * +--------+-----------------------------------------------+
 * </pre>
 *
 * Kinds whose name ends in {@code _ESCAPED} hold text that differs from its meaning: JSON escapes,
 * XML references, or line ends and white space that XML normalises. The plain kind is a promise
 * that the bytes can be used as they are.
 */
public final class Tape {
  /** Not a node. */
  public static final int NONE = 0;

  /** A JSON object: its children are named. */
  public static final int OBJECT = 1;

  /** A JSON array. */
  public static final int ARRAY = 2;

  /** An XML element: preceded by its name; its attributes come first among its children. */
  public static final int ELEMENT = 3;

  /** A JSON string without escapes; the slice excludes the quotes. */
  public static final int STRING = 4;

  /** A JSON string with at least one escape; the slice excludes the quotes. */
  public static final int STRING_ESCAPED = 5;

  /** A number, as it is written. */
  public static final int NUMBER = 6;

  /** The literal {@code true}. */
  public static final int TRUE = 7;

  /** The literal {@code false}. */
  public static final int FALSE = 8;

  /** The literal {@code null}. */
  public static final int NULL = 9;

  /** XML character data that can be used as it is. */
  public static final int TEXT = 10;

  /** XML character data with references or carriage returns. */
  public static final int TEXT_ESCAPED = 11;

  /** An attribute's value that can be used as it is; preceded by its name. */
  public static final int ATTRIBUTE = 12;

  /** An attribute's value with references, or with white space that reads as a blank. */
  public static final int ATTRIBUTE_ESCAPED = 13;

  /** The inside of a CDATA section without carriage returns. */
  public static final int CDATA = 14;

  /** The inside of a CDATA section with carriage returns, which read as line feeds. */
  public static final int CDATA_ESCAPED = 15;

  /** The inside of a comment; carriage returns read as line feeds. */
  public static final int COMMENT = 16;

  /**
   * The data of a processing instruction, preceded by its target; carriage returns read as line
   * feeds.
   */
  public static final int INSTRUCTION = 17;

  /** The name of the node that follows, usable as it is. */
  public static final int KEY = 18;

  /** The name of the node that follows, with JSON escapes. */
  public static final int KEY_ESCAPED = 19;

  /** The longest text, and the highest node number, that a node can hold. */
  public static final int MAX_LENGTH = (1 << 27) - 1;

  /** The longest name that can carry a name id, in bytes. */
  public static final int MAX_SHORT_KEY = (1 << 16) - 1;

  /** The longest name, in bytes. */
  public static final int MAX_KEY = (1 << 26) - 1;

  /** The highest name id; 0 means that the name has none. */
  public static final int MAX_NAME_ID = (1 << 10) - 1;

  private static final int LONG_KEY = 1 << 26;

  private Tape() {}

  /**
   * Builds a node that is not a key.
   *
   * @param kind one of the kinds above
   * @param length the text's length in bytes, or for a container the number of the node after it
   * @param offset bytes from the start of the document's text
   * @return the node
   */
  public static long node(int kind, int length, int offset) {
    return (long) kind << 59 | (long) length << 32 | (offset & 0xFFFFFFFFL);
  }

  /**
   * Builds a key.
   *
   * @param kind {@link #KEY} or {@link #KEY_ESCAPED}
   * @param nameId the id of the name, 0 for none; ignored for a name over {@link #MAX_SHORT_KEY}
   *     bytes
   * @param length the name's length in bytes, at most {@link #MAX_KEY}
   * @param offset bytes from the start of the document's text
   * @return the node
   */
  public static long key(int kind, int nameId, int length, int offset) {
    int bits = length <= MAX_SHORT_KEY ? nameId << 16 | length : LONG_KEY | length;
    return node(kind, bits, offset);
  }

  /**
   * Answers the kind of a node.
   *
   * @param node a node
   * @return one of the kinds above
   */
  public static int kind(long node) {
    return (int) (node >>> 59);
  }

  /**
   * Answers the length field of a node that is not a key.
   *
   * @param node a node that is not a key
   * @return bytes, or for a container the number of the node after its subtree
   */
  public static int length(long node) {
    return (int) (node >>> 32) & MAX_LENGTH;
  }

  /**
   * Answers where a node's text begins.
   *
   * @param node a node
   * @return bytes from the start of the document's text
   */
  public static int offset(long node) {
    return (int) node;
  }

  /**
   * Answers the length of a key.
   *
   * @param key a node of kind {@link #KEY} or {@link #KEY_ESCAPED}
   * @return bytes
   */
  public static int keyLength(long key) {
    int bits = (int) (key >>> 32);
    return (bits & LONG_KEY) == 0 ? bits & MAX_SHORT_KEY : bits & MAX_KEY;
  }

  /**
   * Answers the id of a key's name.
   *
   * @param key a node of kind {@link #KEY} or {@link #KEY_ESCAPED}
   * @return the id, or 0 if it has none
   */
  public static int nameId(long key) {
    int bits = (int) (key >>> 32);
    return (bits & LONG_KEY) == 0 ? bits >>> 16 & MAX_NAME_ID : 0;
  }

  /** The id of a key's name, 0 if it has none; more than any id if the name is too long for one. */
  static int nameIdOrLonger(long key) {
    return (int) (key >>> 48) & 2 * MAX_NAME_ID + 1;
  }

  /**
   * Tells whether a node is the name of the node after it.
   *
   * @param node a node
   * @return true for {@link #KEY} and {@link #KEY_ESCAPED}
   */
  public static boolean isKey(long node) {
    return kind(node) >= KEY;
  }

  /**
   * Tells whether a node has children.
   *
   * @param node a node
   * @return true for an object, an array or an element
   */
  public static boolean isContainer(long node) {
    int kind = kind(node);
    return kind >= OBJECT && kind <= ELEMENT;
  }

  /**
   * Answers the kind that tells what a node is, whether its text is escaped or not.
   *
   * @param kind any kind
   * @return the kind without {@code _ESCAPED}
   */
  public static int plainKind(int kind) {
    return kind - (ESCAPED_KINDS >>> kind & 1);
  }

  /**
   * Tells whether the text of a kind differs from its meaning.
   *
   * @param kind any kind
   * @return true if it has to be decoded
   */
  public static boolean isEscaped(int kind) {
    return (DECODED_KINDS >>> kind & 1) != 0;
  }

  /**
   * Tells whether nodes of a kind have a text: neither containers nor literals do.
   *
   * @param kind any kind
   * @return true for strings, numbers, and what stands between tags
   */
  public static boolean hasText(int kind) {
    return kind >= STRING && !(kind >= TRUE && kind <= NULL);
  }

  private static final int ESCAPED_KINDS =
      1 << STRING_ESCAPED
          | 1 << TEXT_ESCAPED
          | 1 << ATTRIBUTE_ESCAPED
          | 1 << CDATA_ESCAPED
          | 1 << KEY_ESCAPED;

  private static final int DECODED_KINDS = ESCAPED_KINDS | 1 << COMMENT | 1 << INSTRUCTION;
}
