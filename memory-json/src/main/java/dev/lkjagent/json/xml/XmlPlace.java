package dev.lkjagent.json.xml;

import dev.lkjagent.json.MalformedTextException;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a text, and where as people count: lines end with a line feed, a carriage
 * return or both; columns count characters; both begin with 1.
 */
final class XmlPlace {
  private @Nullable XmlFault fault;
  private int offset;
  private int line;
  private int column;

  void clear() {
    fault = null;
    offset = 0;
    line = 0;
    column = 0;
  }

  /** Keeps a fault and finds its place in a text, of which there may be less than up to there. */
  void set(XmlFault found, int at, byte[] text, int from, int length) {
    fault = found;
    offset = at;
    line = 1;
    int to = from + Math.min(at, length);
    int lineStart = from;
    for (int i = from; i < to; i++) {
      byte b = text[i];
      if (b == '\n' || b == '\r' && (i + 1 >= to || text[i + 1] != '\n')) {
        line++;
        lineStart = i + 1;
      }
    }
    column = 1;
    for (int i = lineStart; i < to; i++) {
      if ((text[i] & 0xC0) != 0x80) {
        column++;
      }
    }
  }

  @Nullable XmlFault fault() {
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
    XmlFault found = fault;
    return found == null
        ? ""
        : MalformedTextException.message(found.code(), found.advice(), offset, line, column);
  }
}
