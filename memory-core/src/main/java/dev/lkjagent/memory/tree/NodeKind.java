package dev.lkjagent.memory.tree;

/** What a node is. */
public enum NodeKind {
  /** Not a node. */
  NONE(Tape.NONE),
  /** A JSON object: its children are named. */
  OBJECT(Tape.OBJECT),
  /** A JSON array. */
  ARRAY(Tape.ARRAY),
  /** An XML element: named; its attributes come first among its children. */
  ELEMENT(Tape.ELEMENT),
  /** A string. */
  STRING(Tape.STRING),
  /** A number, kept as it was written. */
  NUMBER(Tape.NUMBER),
  /** True. */
  TRUE(Tape.TRUE),
  /** False. */
  FALSE(Tape.FALSE),
  /** Null. */
  NULL(Tape.NULL),
  /** XML character data. */
  TEXT(Tape.TEXT),
  /** An XML attribute: named. */
  ATTRIBUTE(Tape.ATTRIBUTE),
  /** A CDATA section. */
  CDATA(Tape.CDATA),
  /** A comment. */
  COMMENT(Tape.COMMENT),
  /** A processing instruction, named by its target. */
  INSTRUCTION(Tape.INSTRUCTION);

  private static final NodeKind[] BY_CODE = new NodeKind[Tape.KEY_ESCAPED + 1];

  static {
    java.util.Arrays.fill(BY_CODE, NONE);
    for (NodeKind kind : values()) {
      BY_CODE[kind.code] = kind;
    }
  }

  private final int code;

  NodeKind(int code) {
    this.code = code;
  }

  /**
   * Answers the number of this kind in {@link Tape}.
   *
   * @return the plain kind, never an escaped one
   */
  public int code() {
    return code;
  }

  /**
   * Answers the kind with a number of {@link Tape}.
   *
   * @param code a kind, escaped or not
   * @return the kind; {@link #NONE} for a key
   */
  public static NodeKind of(int code) {
    return BY_CODE[Tape.plainKind(code)];
  }
}
