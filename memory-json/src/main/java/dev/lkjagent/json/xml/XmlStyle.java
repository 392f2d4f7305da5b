package dev.lkjagent.json.xml;

/**
 * How a tree is written. A value.
 *
 * @param indent blanks per level, or 0 for no line breaks at all. Elements that contain text are
 *     never broken, since that would change the text
 * @param declaration whether the text begins with an XML declaration
 * @param encode whether what XML can not carry is written in the form of {@link XmlEscapes} instead
 *     of being refused
 */
public record XmlStyle(int indent, boolean declaration, boolean encode) {
  /** No line breaks, no declaration, refusing what XML can not carry. */
  public static final XmlStyle COMPACT = new XmlStyle(0, false, false);

  /** Two blanks per level, no declaration, refusing what XML can not carry. */
  public static final XmlStyle PRETTY = new XmlStyle(2, false, false);

  /**
   * Checks the style.
   *
   * @param indent blanks per level, 0 to 16
   * @param declaration whether the text begins with an XML declaration
   * @param encode whether what XML can not carry is encoded
   * @throws IllegalArgumentException if the indent is out of range
   */
  public XmlStyle {
    if (indent < 0 || indent > 16) {
      throw new IllegalArgumentException(
          "XmlStyle.indent is " + indent + "; it must lie between 0 and 16");
    }
  }

  /**
   * Changes the declaration.
   *
   * @param wanted whether the text begins with an XML declaration
   * @return this style with or without a declaration
   */
  public XmlStyle withDeclaration(boolean wanted) {
    return new XmlStyle(indent, wanted, encode);
  }

  /**
   * Changes what is done about what XML can not carry.
   *
   * @param wanted whether it is encoded instead of refused
   * @return this style with or without encoding
   */
  public XmlStyle withEncode(boolean wanted) {
    return new XmlStyle(indent, declaration, wanted);
  }
}
