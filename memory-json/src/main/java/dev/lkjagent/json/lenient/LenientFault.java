package dev.lkjagent.json.lenient;

import java.util.Locale;

/** Why a reply gave no tree. The codes are stable: a caller may store and compare them. */
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
  private final String code;

  LenientFault(String message) {
    this.message = message;
    code = "lenient." + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Answers the stable name of this fault, such as {@code lenient.no-block}.
   *
   * @return the code
   */
  public String code() {
    return code;
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
