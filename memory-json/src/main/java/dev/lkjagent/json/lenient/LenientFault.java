package dev.lkjagent.json.lenient;

/** Why a reply gave no tree. */
public enum LenientFault {
  /** There is a tree. */
  NONE("no fault"),
  /** There was nothing, or nothing but white space and thoughts. */
  EMPTY("the reply holds nothing but white space"),
  /** There was no block in the reply. */
  NO_BLOCK("the reply holds no block that could be read"),
  /** More containers were open at once than the limit allows. */
  TOO_DEEP("the block is nested deeper than the limit"),
  /** The text or its nodes are more than the reader may hold. */
  TOO_LARGE("the block is larger than the limit"),
  /** The pool has no room for the tree; its status says which limit was met. */
  NO_ROOM("the pool has no room for the tree"),
  /** A document type with declarations: entities are never expanded. */
  DOCTYPE("the block declares a document type with an internal subset");

  private final String message;

  LenientFault(String message) {
    this.message = message;
  }

  /**
   * Says what was wrong.
   *
   * @return one sentence without a full stop
   */
  public String message() {
    return message;
  }
}
