package dev.lkjagent.json.xml;

import dev.lkjagent.memory.Status;
import org.jspecify.annotations.Nullable;

/**
 * A place in a text, as people count: lines end with a line feed, a carriage return or both;
 * columns count characters; both begin with 1.
 */
final class XmlPlace {
  private int line = 1;
  private int column = 1;

  /** Finds the place of a byte. */
  void find(byte[] text, int from, int at) {
    line = 1;
    int lineStart = from;
    for (int i = from; i < at; i++) {
      byte b = text[i];
      if (b == '\n' || b == '\r' && (i + 1 >= at || text[i + 1] != '\n')) {
        line++;
        lineStart = i + 1;
      }
    }
    column = 1;
    for (int i = lineStart; i < at; i++) {
      if ((text[i] & 0xC0) != 0x80) {
        column++;
      }
    }
  }

  int line() {
    return line;
  }

  int column() {
    return column;
  }

  /** Describes a fault: code, place and advice. */
  static String message(@Nullable XmlFault fault, Status status, int offset, XmlPlace place) {
    if (fault == null) {
      return "";
    }
    String advice = fault.advice() + (status == Status.OK ? "" : ": " + status.meaning());
    return offset < 0
        ? fault.code() + ": " + advice
        : String.format(
            "%s at line %d, column %d (byte %d): %s",
            fault.code(), place.line, place.column, offset, advice);
  }
}
