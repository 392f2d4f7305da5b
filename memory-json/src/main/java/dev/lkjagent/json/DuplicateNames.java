package dev.lkjagent.json;

/** What a parser does with a second member of the same name in one object. */
public enum DuplicateNames {
  /** All are kept; a look-up by name finds the last one. */
  KEEP,
  /** The last one is kept; those before it are dropped from the tree. */
  LAST_WINS,
  /** The text is refused with {@link JsonFault#DUPLICATE_NAME} at the second name. */
  REJECT
}
