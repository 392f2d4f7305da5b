package dev.lkjagent.runtime.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads an event stream as the HTML standard defines it (section 9.2, "Server-sent events"), over
 * bytes and in pieces of any size: lines end with LF, CR or both; comments are skipped; several
 * data lines make one event, joined by LF; an id holds until the next one.
 *
 * <p>In two points it is kinder than the standard: white space before the first field of a stream
 * is skipped, as some servers were seen to send it, and {@link #end} hands out an event that lacks
 * its blank line, so that the chat's reader can decide whether it is whole.
 *
 * <pre>
 *   reader.feed(bytes, from, to);
 *   while (reader.next()) { … reader.data(), reader.dataLength() … }
 * </pre>
 */
final class SseReader {
  private byte[] in = new byte[4096];

  /**
   * The current line begins at {@code from}; what lies before {@code scanned} holds no line end.
   */
  private int from;

  private int scanned;
  private int to;

  private byte[] data = new byte[1024];
  private int dataLength;
  private boolean hasData;
  private boolean handedOut;
  private String event = "";
  private String id = "";

  private boolean begun;
  private boolean skipLineFeed;

  /** Takes in a piece of the stream. */
  void feed(byte[] bytes, int first, int end) {
    int count = end - first;
    if (count > in.length - to) {
      System.arraycopy(in, from, in, 0, to - from);
      scanned -= from;
      to -= from;
      from = 0;
      if (count > in.length - to) {
        in = Arrays.copyOf(in, Math.max(Math.addExact(to, count), 2 * in.length));
      }
    }
    System.arraycopy(bytes, first, in, to, count);
    to += count;
  }

  /** Goes to the next event; false if more bytes are needed for it. */
  boolean next() {
    if (handedOut) {
      resetEvent();
    }
    if (!begun && !begin()) {
      return false;
    }
    while (true) {
      if (skipLineFeed && from < to) {
        skipLineFeed = false;
        if (in[from] == '\n') {
          from++;
        }
      }
      scanned = Math.max(scanned, from);
      while (scanned < to && in[scanned] != '\n' && in[scanned] != '\r') {
        scanned++;
      }
      if (scanned == to) {
        return false;
      }
      int line = from;
      int lineEnd = scanned;
      skipLineFeed = in[lineEnd] == '\r';
      from = lineEnd + 1;
      scanned = from;
      if (line == lineEnd) {
        if (hasData) {
          handedOut = true;
          return true;
        }
        resetEvent();
      } else {
        field(line, lineEnd);
      }
    }
  }

  /**
   * At the end of the stream: goes to an event that was not closed by a blank line; false if none.
   */
  boolean end() {
    if (handedOut) {
      resetEvent();
    }
    if (from < to) {
      field(from, to);
      from = to;
    }
    handedOut = hasData;
    return hasData;
  }

  /** The event's data from index 0; valid until the next call. */
  byte[] data() {
    return data;
  }

  int dataLength() {
    // Each data line is followed by a line feed; the last one is not part of the data.
    return dataLength - 1;
  }

  /** The event's data as text; malformed UTF-8 becomes replacement characters. */
  String dataText() {
    return new String(data, 0, dataLength(), StandardCharsets.UTF_8);
  }

  /** The event's type; empty if not told. */
  String event() {
    return event;
  }

  /** The last id that was told in the stream; empty if none. */
  String lastEventId() {
    return id;
  }

  /** Skips a byte order mark and white space at the start; false if that is not decided yet. */
  private boolean begin() {
    if (to - from < 3 && from < to && in[from] == (byte) 0xEF) {
      return false;
    }
    if (to - from >= 3
        && in[from] == (byte) 0xEF
        && in[from + 1] == (byte) 0xBB
        && in[from + 2] == (byte) 0xBF) {
      from += 3;
    }
    while (from < to && (in[from] == ' ' || in[from] == '\t')) {
      from++;
    }
    begun = from < to;
    return begun;
  }

  private void field(int line, int end) {
    int colon = line;
    while (colon < end && in[colon] != ':') {
      colon++;
    }
    int value = Math.min(colon + 1, end);
    if (value < end && in[value] == ' ') {
      value++;
    }
    int nameLength = colon - line;
    if (nameLength == 4 && is(line, "data")) {
      appendData(value, end);
    } else if (nameLength == 5 && is(line, "event")) {
      event = new String(in, value, end - value, StandardCharsets.UTF_8);
    } else if (nameLength == 2 && is(line, "id")) {
      String told = new String(in, value, end - value, StandardCharsets.UTF_8);
      if (told.indexOf('\0') < 0) {
        id = told;
      }
    }
    // A comment has an empty name. "retry" is of no use: a reply is never reconnected to.
  }

  private boolean is(int at, String name) {
    for (int i = 0; i < name.length(); i++) {
      if (in[at + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void appendData(int first, int end) {
    int count = end - first;
    if (count + 1 > data.length - dataLength) {
      data = Arrays.copyOf(data, Math.max(Math.addExact(dataLength, count + 1), 2 * data.length));
    }
    System.arraycopy(in, first, data, dataLength, count);
    dataLength += count;
    data[dataLength++] = '\n';
    hasData = true;
  }

  private void resetEvent() {
    dataLength = 0;
    hasData = false;
    handedOut = false;
    event = "";
  }
}
