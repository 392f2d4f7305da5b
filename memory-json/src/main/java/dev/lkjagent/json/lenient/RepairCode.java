package dev.lkjagent.json.lenient;

/**
 * What a lenient parse had to do to its input, with a name that stays the same over versions.
 *
 * <p>Every code belongs to one {@link Boldness}, so that a caller can refuse a reply by how much
 * was guessed and need not know all codes.
 */
public enum RepairCode {
  /** Text before the block was skipped. */
  LEADING_TEXT(Boldness.FRAME),
  /** Text after the block was ignored. */
  TRAILING_TEXT(Boldness.FRAME),
  /** A block of thoughts was skipped. */
  THINK_BLOCK(Boldness.FRAME),
  /** A block of thoughts was never closed: its opening tag was ignored. */
  UNCLOSED_THINK(Boldness.GUESS),
  /** The fence around the block was removed. */
  CODE_FENCE(Boldness.FRAME),
  /** Another block, or another value, was skipped in favour of an agent block. */
  SKIPPED_BLOCK(Boldness.FRAME),
  /** Values that followed one another were gathered into an array. */
  SEQUENCE(Boldness.FRAME),

  /** Bytes that are not UTF-8 were replaced by U+FFFD. */
  INVALID_UTF8(Boldness.GUESS),
  /** A surrogate without its other half was replaced by U+FFFD. */
  LONE_SURROGATE(Boldness.GUESS),

  /** A comment was skipped. */
  COMMENT(Boldness.NOTATION),
  /** A blank that JSON does not know as white space was skipped. */
  UNUSUAL_SPACE(Boldness.NOTATION),
  /** A quotation mark other than {@code "} was taken for one. */
  QUOTE_STYLE(Boldness.NOTATION),
  /** A string was delimited by escaped quotation marks. */
  ESCAPED_QUOTES(Boldness.NOTATION),
  /** A string had control characters in it that were not escaped. */
  RAW_CONTROL(Boldness.NOTATION),
  /** A string had an escape that JSON does not know. */
  UNKNOWN_ESCAPE(Boldness.NOTATION),
  /** Strings joined by {@code +} became one. */
  CONCATENATION(Boldness.NOTATION),
  /** A name without quotation marks was accepted. */
  BARE_KEY(Boldness.NOTATION),
  /** A text without quotation marks was accepted. */
  BARE_TEXT(Boldness.NOTATION),
  /** A literal in another language's spelling was accepted. */
  LITERAL_SPELLING(Boldness.NOTATION),
  /** A number in a form that JSON does not know was rewritten. */
  NUMBER_FORM(Boldness.NOTATION),
  /** A comma without a value after or before it was dropped. */
  EXTRA_COMMA(Boldness.NOTATION),
  /** A missing comma was supplied. */
  MISSING_COMMA(Boldness.NOTATION),
  /** A missing colon, or another sign in its place, was taken for one. */
  MISSING_COLON(Boldness.NOTATION),
  /** An ellipsis was dropped. */
  ELLIPSIS(Boldness.NOTATION),
  /** A call around a value was removed, as in {@code NumberLong(2)}. */
  CALL(Boldness.NOTATION),
  /** Parentheses were taken for an array or dropped. */
  PARENTHESES(Boldness.NOTATION),

  /** A quotation mark inside a string was kept as part of it. */
  INNER_QUOTE(Boldness.GUESS),
  /** The quotation mark that opens a string was missing. */
  MISSING_OPENING_QUOTE(Boldness.GUESS),
  /** The quotation mark that closes a string was missing. */
  MISSING_CLOSING_QUOTE(Boldness.GUESS),
  /** A quotation mark that neither opens nor closes anything was dropped. */
  STRAY_QUOTE(Boldness.GUESS),
  /** A name had no value: it got {@code null}. */
  MISSING_VALUE(Boldness.GUESS),
  /** A closing bracket that opens nothing was ignored. */
  STRAY_BRACKET(Boldness.GUESS),
  /** A closing bracket was missing before another one. */
  MISSING_BRACKET(Boldness.GUESS),
  /** An opening brace was missing around a named value, or was one too many. */
  MISSING_BRACE(Boldness.GUESS),
  /** An object without names became an array. */
  BRACES_AS_ARRAY(Boldness.GUESS),
  /** Words that belong to nothing were dropped. */
  DROPPED_TEXT(Boldness.GUESS),
  /** An array that was closed too early was continued. */
  REOPENED_ARRAY(Boldness.GUESS),

  /** The input ended before the tree was complete. */
  TRUNCATED(Boldness.GUESS),

  /** An ampersand that begins no reference was kept as text. */
  BARE_AMPERSAND(Boldness.NOTATION),
  /** A less-than sign that begins no markup was kept as text. */
  BARE_LESS_THAN(Boldness.NOTATION),
  /** A character that XML does not allow was replaced by U+FFFD. */
  FORBIDDEN_CHARACTER(Boldness.NOTATION),
  /** An attribute's value without quotation marks, or with unusual ones, was accepted. */
  ATTRIBUTE_QUOTES(Boldness.NOTATION),
  /** An attribute without a value was accepted with an empty one. */
  ATTRIBUTE_WITHOUT_VALUE(Boldness.NOTATION),
  /** An attribute that was there already, or one too many, was dropped. */
  DROPPED_ATTRIBUTE(Boldness.GUESS),
  /** A document type declaration was skipped. */
  DOCTYPE(Boldness.NOTATION),
  /** An end tag differed from its start tag in case or white space. */
  END_TAG_SPELLING(Boldness.NOTATION),
  /** A tag's closing {@code >} was missing. */
  MISSING_TAG_END(Boldness.GUESS),
  /** An end tag was missing. */
  MISSING_END_TAG(Boldness.GUESS),
  /** An end tag that closes nothing was dropped. */
  STRAY_END_TAG(Boldness.GUESS),
  /** Tags inside a text, or inside a fence in it, were kept as text. */
  MARKUP_AS_TEXT(Boldness.GUESS),
  /** A CDATA section was not closed. */
  UNCLOSED_CDATA(Boldness.GUESS),
  /** Text beside the root element's own was dropped. */
  RESTARTED_BLOCK(Boldness.GUESS);

  /** How far a repair goes beyond what the input says. */
  public enum Boldness {
    /** What stands around the block was removed; the block itself is as it was written. */
    FRAME,
    /** Another notation for the same thing: the meaning is not in doubt. */
    NOTATION,
    /** Something was missing or contradicted itself: the meaning was guessed. */
    GUESS
  }

  private static final RepairCode[] ALL = values();

  private final Boldness boldness;

  RepairCode(Boldness boldness) {
    this.boldness = boldness;
  }

  /**
   * Answers how far the repair goes.
   *
   * @return its boldness
   */
  public Boldness boldness() {
    return boldness;
  }

  /** The code's place in the list of all codes, which may differ between versions. */
  @SuppressWarnings("EnumOrdinal") // stays inside one process: stored in an array of numbers
  int number() {
    return ordinal();
  }

  static RepairCode at(int number) {
    return ALL[number];
  }
}
