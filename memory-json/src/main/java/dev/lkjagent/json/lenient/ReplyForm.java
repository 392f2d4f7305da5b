package dev.lkjagent.json.lenient;

/** Which block of a reply is looked for. */
public enum ReplyForm {
  /**
   * The first {@code <agent>} element; else a JSON object with a part of the reply contract as a
   * member; else the first other element or JSON value; else the whole text as one string. Values
   * that follow one another, as in JSON lines, become an array.
   */
  ANY(true, true),
  /** The first JSON value; elements are prose. */
  JSON(true, true),
  /** The first element; JSON is prose. */
  XML(false, false),
  /**
   * As {@link #ANY}, but only one value is taken, so that an object of the reply contract is
   * complete at its closing brace, and a reply without a block is a fault: what an agent needs that
   * reads the stream.
   */
  REPLY(false, false);

  private final boolean sequences;
  private final boolean texts;

  ReplyForm(boolean sequences, boolean texts) {
    this.sequences = sequences;
    this.texts = texts;
  }

  /** Whether an agent block is taken even if another block stands before it. */
  boolean prefersAgent() {
    return this == ANY || this == REPLY;
  }

  /** Whether values that follow one another are gathered. */
  boolean sequences() {
    return sequences;
  }

  /** Whether a reply without any block is a text. */
  boolean texts() {
    return texts;
  }
}
