package dev.lkjagent.json;

import java.util.Locale;

/**
 * Why a JSON text was refused. The codes are stable: a caller may store and compare them.
 *
 * <p>The same text gives the same fault at the same offset whether it is parsed in one piece or fed
 * in any number of chunks.
 */
public enum JsonFault {
  /** The text ends before its value does. */
  UNEXPECTED_END(1, "the text ends before its value does; send the rest or close what is open"),
  /** No value begins with this byte. */
  EXPECTED_VALUE(2, "a value is expected: {, [, a string in \", a number, true, false or null"),
  /** In an object, a name in quotes is expected. */
  EXPECTED_NAME(3, "a name in \" is expected; a comma before } is not allowed"),
  /** After a name, a colon is expected. */
  EXPECTED_COLON(4, "a colon is expected after the name"),
  /** After a member, a comma or the end of the object is expected. */
  EXPECTED_COMMA_OR_BRACE(5, "a comma or } is expected after the member"),
  /** After an element, a comma or the end of the array is expected. */
  EXPECTED_COMMA_OR_BRACKET(6, "a comma or ] is expected after the element"),
  /** Something stands after the value. */
  TRAILING_TEXT(7, "only white space may follow the value"),
  /** A control character stands in a string. */
  CONTROL_CHARACTER(8, "a control character in a string must be written as an escape"),
  /** A backslash is followed by something that is not an escape. */
  BAD_ESCAPE(
      9,
      "not an escape; allowed are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hex digits"),
  /** An escape names one half of a surrogate pair without the other. */
  LONE_SURROGATE(10, "half of a surrogate pair; write both halves, the high one first"),
  /** The bytes are not UTF-8. */
  BAD_UTF8(11, "not UTF-8: a stray, missing, overlong, surrogate or too high sequence"),
  /** The text is in another encoding. */
  BAD_ENCODING(12, "the text is in UTF-16 or UTF-32; convert it to UTF-8"),
  /** A number is not written as JSON asks. */
  BAD_NUMBER(13, "a digit is expected here in the number"),
  /** A number begins with a zero that is followed by a digit. */
  LEADING_ZERO(14, "a number may not begin with a needless zero"),
  /** A word is not a literal. */
  BAD_LITERAL(15, "not a literal; allowed are true, false and null"),
  /** An object has two members of one name, and the caller asked to refuse that. */
  DUPLICATE_NAME(
      16, "the object has a member of this name already; rename one or allow duplicates"),
  /** The text is longer than the limit. */
  TEXT_TOO_LONG(17, "the text is longer than JsonLimits.maxBytes; raise it or send less"),
  /** More containers are open than the limit allows. */
  TOO_DEEP(18, "more containers are open than JsonLimits.maxDepth; raise it or nest less"),
  /** A name is longer than the limit. */
  NAME_TOO_LONG(
      19, "the name is longer than JsonLimits.maxNameBytes; raise it or shorten the name"),
  /** A number is longer than the limit. */
  NUMBER_TOO_LONG(
      20, "the number is longer than JsonLimits.maxNumberBytes; raise it or send fewer digits"),
  /** The tree has more nodes than the limit allows. */
  TOO_MANY_NODES(21, "the tree has more nodes than JsonLimits.maxNodes; raise it or send less"),
  /** There is no room for the tree. */
  NO_ROOM(22, "the pool has no room for the tree; raise its nodes or tiers, or free something");

  /** Statuses of faults are {@code STATUS_ORIGIN - number}. */
  private static final int STATUS_ORIGIN = -2_000;

  private static final JsonFault[] BY_NUMBER = values();

  private final int number;
  private final String advice;
  private final String code;

  JsonFault(int number, String advice) {
    this.number = number;
    this.advice = advice;
    this.code = "json." + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Answers the stable name of this fault, such as {@code json.unexpected-end}.
   *
   * @return the code
   */
  public String code() {
    return code;
  }

  /**
   * Answers the negative number that methods return which answer a count or a fault.
   *
   * @return the status
   */
  public int status() {
    return STATUS_ORIGIN - number;
  }

  /**
   * Says what is wrong and what to do about it.
   *
   * @return a phrase in English
   */
  public String advice() {
    return advice;
  }

  /**
   * Answers the fault of a status.
   *
   * @param status a number that {@link #status()} answered
   * @return the fault
   * @throws IllegalArgumentException if it is not the status of a fault
   */
  public static JsonFault of(long status) {
    long number = STATUS_ORIGIN - status;
    if (number < 1 || number > BY_NUMBER.length) {
      throw new IllegalArgumentException(status + " is not the status of a JSON fault");
    }
    return BY_NUMBER[(int) number - 1];
  }
}
