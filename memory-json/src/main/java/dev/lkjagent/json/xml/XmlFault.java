package dev.lkjagent.json.xml;

import java.util.Locale;

/**
 * Why an XML text was refused. The codes are stable: a caller may store and compare them.
 *
 * <p>The same text gives the same fault at the same offset whether it is read in one piece or fed
 * in any number of chunks; only a text longer than {@link XmlLimits#maxBytes} is refused at once in
 * one piece, and in chunks when it gets there.
 */
public enum XmlFault {
  /** The text ends before the document does. */
  UNEXPECTED_END(1, "the text ends before the document does"),
  /** There is no root element at all. */
  NO_ROOT(2, "there is no root element"),
  /** Bytes that are not UTF-8: overlong, a surrogate, cut off, or no sequence at all. */
  INVALID_UTF8(3, "these bytes are not UTF-8"),
  /** A character that XML does not allow, such as most control characters, U+FFFE and U+FFFF. */
  INVALID_CHARACTER(4, "XML does not allow this character"),
  /** The text is in, or says that it is in, another encoding than UTF-8. */
  UNSUPPORTED_ENCODING(5, "only UTF-8 is read; convert the text first"),
  /** The XML declaration does not follow its grammar. */
  BAD_DECLARATION(6, "the XML declaration is malformed"),
  /** An XML declaration that does not stand at the very start, or an instruction named like one. */
  RESERVED_TARGET(7, "an XML declaration may only stand at the very start of the document"),
  /** A document type declaration: never processed. */
  DOCTYPE(8, "document type declarations are refused"),
  /** Characters before or after the root element. */
  TEXT_OUTSIDE_ROOT(9, "only comments and instructions may stand outside the root element"),
  /** A second element after the root element. */
  SECOND_ROOT(10, "a document has one root element, and it is already closed"),
  /** Something else than a name where one must stand. */
  BAD_NAME(11, "a name must stand here"),
  /** A tag that continues with something that is neither an attribute nor its end. */
  BAD_TAG(12, "the tag is malformed here"),
  /** Two attributes without white space between them. */
  MISSING_SPACE(13, "white space is missing between attributes"),
  /** An attribute's name that no equals sign follows. */
  MISSING_EQUALS(14, "an equals sign must follow the attribute's name"),
  /** An attribute's value without quotes. */
  MISSING_QUOTE(15, "the attribute's value must stand in quotes"),
  /** A {@code <} inside an attribute's value. */
  LESS_THAN_IN_VALUE(16, "an attribute's value may not contain <; write &lt;"),
  /** An attribute that occurs twice in one tag. */
  DUPLICATE_ATTRIBUTE(17, "this attribute occurs twice in one tag"),
  /** An end tag whose name is not that of the element it should close. */
  MISMATCHED_TAG(18, "this end tag does not close the element that is open"),
  /** An end tag while no element is open. */
  UNOPENED_TAG(19, "this end tag closes nothing"),
  /** An ampersand that begins no reference. */
  BAD_REFERENCE(20, "an ampersand must begin a reference; write &amp;"),
  /** A reference to an entity that is not one of the predefined five. */
  UNKNOWN_ENTITY(21, "only lt, gt, amp, quot and apos are known"),
  /** A reference to a character that XML does not allow. */
  BAD_CHARACTER_REFERENCE(22, "this reference names a character that XML does not allow"),
  /** The sequence {@code ]]>} in character data. */
  CDATA_END_IN_TEXT(23, "]]> may not stand in text; write ]]&gt;"),
  /** Two hyphens inside a comment. */
  HYPHENS_IN_COMMENT(24, "a comment may not contain two hyphens in a row"),
  /** A {@code <!} that begins neither a comment nor a CDATA section. */
  BAD_MARKUP(25, "this markup is neither a comment nor a CDATA section"),
  /** A processing instruction whose target is followed by neither white space nor its end. */
  BAD_INSTRUCTION(26, "the processing instruction is malformed"),
  /** Elements are nested deeper than the limit. */
  TOO_DEEP(33, "elements are nested deeper than maxDepth"),
  /** The text is longer than the limit. */
  TOO_LARGE(34, "the text is longer than maxBytes"),
  /** A name is longer than the limit. */
  NAME_TOO_LONG(35, "this name is longer than maxNameBytes"),
  /** An element has more attributes than the limit. */
  TOO_MANY_ATTRIBUTES(36, "this element has more attributes than maxAttributes"),
  /** The document has more nodes than the limit, or than there is room for. */
  TOO_MANY_NODES(37, "the document has more nodes than there is room for"),
  /** One text is longer than a node can hold. */
  TEXT_TOO_LONG(38, "one text is longer than 134,217,727 bytes"),
  /** A tree that is to be written has something that XML can not carry. */
  UNWRITABLE(40, "XML can not carry this; ask for it to be encoded");

  /** Statuses of faults are {@code STATUS_ORIGIN - number}. */
  private static final int STATUS_ORIGIN = -3_000;

  private static final XmlFault[] BY_NUMBER = new XmlFault[41];

  static {
    for (XmlFault fault : values()) {
      BY_NUMBER[fault.number] = fault;
    }
  }

  private final int number;
  private final String advice;
  private final String code;

  XmlFault(int number, String advice) {
    this.number = number;
    this.advice = advice;
    code = "xml." + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Answers the stable name of this fault, such as {@code xml.mismatched-tag}.
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
   * Says what is wrong, and what to do about it where that is not obvious.
   *
   * @return a phrase in English, without a position
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
  public static XmlFault of(long status) {
    long number = STATUS_ORIGIN - status;
    XmlFault fault = number > 0 && number < BY_NUMBER.length ? BY_NUMBER[(int) number] : null;
    if (fault == null) {
      throw new IllegalArgumentException(status + " is not the status of an XML fault");
    }
    return fault;
  }
}
