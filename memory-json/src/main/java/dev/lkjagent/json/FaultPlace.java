package dev.lkjagent.json;

import org.jspecify.annotations.Nullable;

/** What was wrong with a text, and where; nothing if it was right. */
final class FaultPlace {
  private @Nullable JsonFault fault;
  private int offset;
  private int line;
  private int column;

  void clear() {
    fault = null;
    offset = 0;
    line = 0;
    column = 0;
  }

  /**
   * Notes a fault at an offset of the text that begins at {@code from}, and finds its line and
   * column.
   */
  void set(JsonFault what, byte[] text, int from, int at) {
    int lines = 1;
    int columns = 1;
    for (int i = from; i < from + at; i++) {
      if (text[i] == '\n') {
        lines++;
        columns = 1;
      } else if ((text[i] & 0xC0) != 0x80) {
        columns++;
      }
    }
    fault = what;
    offset = at;
    line = lines;
    column = columns;
  }

  /** Moves the place on by bytes that are not part of the text any more. */
  void move(int bytes, int lines, int columns) {
    offset += bytes;
    line += lines;
    column = lines > 0 ? columns : column + columns;
  }

  @Nullable JsonFault fault() {
    return fault;
  }

  int offset() {
    return offset;
  }

  int line() {
    return line;
  }

  int column() {
    return column;
  }

  String message() {
    JsonFault what = fault;
    return what == null
        ? ""
        : MalformedTextException.message(what.code(), what.advice(), offset, line, column);
  }

  /** Throws the fault, if there is one. */
  void orThrow() {
    JsonFault what = fault;
    if (what != null) {
      throw new MalformedJsonException(what, offset, line, column);
    }
  }
}
