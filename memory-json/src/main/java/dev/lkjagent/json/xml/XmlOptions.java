package dev.lkjagent.json.xml;

/**
 * What a reader keeps, and how much it reads. A value.
 *
 * @param keepComments whether comments become nodes
 * @param keepInstructions whether processing instructions become nodes
 * @param keepBlanks whether texts that consist only of literal white space between two tags become
 *     nodes
 * @param limits how much a document may ask for
 */
public record XmlOptions(
    boolean keepComments, boolean keepInstructions, boolean keepBlanks, XmlLimits limits) {
  /** Comments and instructions skipped, all text kept, the default limits. */
  public static final XmlOptions DEFAULT = new XmlOptions(false, false, true, XmlLimits.DEFAULT);

  /** Everything kept, the default limits. */
  public static final XmlOptions KEEP_ALL = new XmlOptions(true, true, true, XmlLimits.DEFAULT);

  /** Elements, attributes and text for data: no comments, no instructions, no indentation. */
  public static final XmlOptions DATA = new XmlOptions(false, false, false, XmlLimits.DEFAULT);

  /**
   * Changes the limits.
   *
   * @param other the limits to use
   * @return these options with other limits
   */
  public XmlOptions withLimits(XmlLimits other) {
    return new XmlOptions(keepComments, keepInstructions, keepBlanks, other);
  }
}
