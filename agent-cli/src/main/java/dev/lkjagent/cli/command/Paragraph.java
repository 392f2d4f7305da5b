package dev.lkjagent.cli.command;

import java.util.stream.Collectors;

/** Text broken at blanks to a width. A word that is longer than a line keeps a line of its own. */
final class Paragraph {
  private Paragraph() {}

  /** Wraps each line of a text. */
  static String lines(String text, int columns) {
    return text.lines()
        .map(line -> wrap(line, "", columns))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /** Wraps text whose first line already begins at the indent's column. */
  static String wrap(String text, String indent, int columns) {
    StringBuilder wrapped = new StringBuilder();
    int column = indent.length();
    for (String word : text.split(" ", -1)) {
      if (column > indent.length()) {
        if (column + 1 + word.length() > columns) {
          wrapped.append(System.lineSeparator()).append(indent);
          column = indent.length();
        } else {
          wrapped.append(' ');
          column++;
        }
      }
      wrapped.append(word);
      column += word.length();
    }
    return wrapped.toString();
  }
}
