package dev.lkjagent.cli.command;

/**
 * What was found about a file.
 *
 * @param kind the verdict
 * @param detail what stands after it in the line, empty for none
 */
record Verdict(Kind kind, String detail) {
  /** Valid, or why not. */
  enum Kind {
    /** The file is valid. */
    ACCEPT,
    /** The file is not valid. */
    REJECT,
    /** No answer within the time limit. */
    HANG,
    /** A defect of the reader. */
    CRASH,
    /** The question could not be answered: no memory, or no such file. */
    ERROR
  }

  static final Verdict ACCEPTED = new Verdict(Kind.ACCEPT, "");

  /** A verdict on a text that is not valid. */
  static Verdict rejected(String code, byte[] text, int offset, String message) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(offset, text.length); i++) {
      if (text[i] == '\n') {
        line++;
        column = 1;
      } else if ((text[i] & 0xC0) != 0x80) {
        column++;
      }
    }
    return new Verdict(Kind.REJECT, code + '\t' + line + ':' + column + '\t' + oneLine(message));
  }

  static Verdict of(Kind kind, String message) {
    return new Verdict(kind, oneLine(message));
  }

  private static String oneLine(String message) {
    return message.replaceAll("\\s+", " ");
  }

  /** The verdict and its detail, separated by a tab. */
  String line() {
    return detail.isEmpty() ? kind.name() : kind.name() + '\t' + detail;
  }
}
