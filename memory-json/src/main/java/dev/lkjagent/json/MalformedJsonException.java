package dev.lkjagent.json;

/** A text that was to be JSON is not. */
public final class MalformedJsonException extends MalformedTextException {
  private static final long serialVersionUID = 1L;

  private final JsonFault fault;

  /**
   * Creates the exception of a fault.
   *
   * @param fault what is wrong
   * @param offset where, in bytes from the start of the text
   * @param line its line, from 1
   * @param column its place in that line in code points, from 1
   */
  public MalformedJsonException(JsonFault fault, int offset, int line, int column) {
    super(message(fault.code(), fault.advice(), offset, line, column), offset, line, column);
    this.fault = fault;
  }

  /**
   * Answers what is wrong.
   *
   * @return the fault
   */
  public JsonFault fault() {
    return fault;
  }
}
