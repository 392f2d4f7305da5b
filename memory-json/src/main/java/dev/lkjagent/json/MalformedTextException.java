package dev.lkjagent.json;

/**
 * A text is not what it was to be, JSON or XML. The message says what is wrong, where, and what to
 * do about it.
 */
public abstract class MalformedTextException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int offset;
  private final int line;
  private final int column;

  /**
   * Creates the exception of a fault.
   *
   * @param message what is wrong, with its place
   * @param offset where, in bytes from the start of the text
   * @param line its line, from 1
   * @param column its place in that line in code points, from 1
   */
  protected MalformedTextException(String message, int offset, int line, int column) {
    super(message);
    this.offset = offset;
    this.line = line;
    this.column = column;
  }

  /**
   * Says what is wrong, where, and what to do about it.
   *
   * @param code the fault's code
   * @param advice what is wrong and what to do
   * @param offset where, in bytes from the start of the text
   * @param line its line, from 1
   * @param column its place in that line in code points, from 1
   * @return one line
   */
  public static String message(String code, String advice, int offset, int line, int column) {
    return code + " at line " + line + ", column " + column + " (byte " + offset + "): " + advice;
  }

  /**
   * Answers where the text is wrong.
   *
   * @return bytes from the start of the text
   */
  public int offset() {
    return offset;
  }

  /**
   * Answers the line in which the text is wrong.
   *
   * @return lines from 1; a line of JSON ends with a line feed, one of XML also with a carriage
   *     return
   */
  public int line() {
    return line;
  }

  /**
   * Answers the place in its line at which the text is wrong.
   *
   * @return code points from 1
   */
  public int column() {
    return column;
  }
}
