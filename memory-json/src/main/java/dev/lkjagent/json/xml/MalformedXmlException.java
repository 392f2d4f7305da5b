package dev.lkjagent.json.xml;

/**
 * A text that was to be XML is not. The message says what is wrong, where, and what to do about it.
 */
public final class MalformedXmlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final XmlFault fault;
  private final int offset;
  private final int line;
  private final int column;

  /**
   * Creates the exception of a fault.
   *
   * @param fault what is wrong
   * @param offset where, in bytes from the start of the text
   * @param line its line, from 1
   * @param column its place in that line in code points, from 1
   */
  public MalformedXmlException(XmlFault fault, int offset, int line, int column) {
    super(message(fault, offset, line, column));
    this.fault = fault;
    this.offset = offset;
    this.line = line;
    this.column = column;
  }

  static String message(XmlFault fault, int offset, int line, int column) {
    return fault.code()
        + " at line "
        + line
        + ", column "
        + column
        + " (byte "
        + offset
        + "): "
        + fault.advice();
  }

  /**
   * Answers what is wrong.
   *
   * @return the fault
   */
  public XmlFault fault() {
    return fault;
  }

  /**
   * Answers where it is wrong.
   *
   * @return bytes from the start of the text
   */
  public int offset() {
    return offset;
  }

  /**
   * Answers the line in which it is wrong.
   *
   * @return lines from 1
   */
  public int line() {
    return line;
  }

  /**
   * Answers the place in its line at which it is wrong.
   *
   * @return code points from 1
   */
  public int column() {
    return column;
  }
}
