package dev.lkjagent.json.xml;

/**
 * A text that should be XML is not, or a tree can not be written as XML; thrown only by methods
 * that say so.
 */
public final class XmlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final XmlFault fault;
  private final int offset;

  XmlException(XmlFault fault, int offset, String message) {
    super(message);
    this.fault = fault;
    this.offset = offset;
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
   * @return bytes from the start of the text, -1 if the fault has no place in a text
   */
  public int offset() {
    return offset;
  }
}
