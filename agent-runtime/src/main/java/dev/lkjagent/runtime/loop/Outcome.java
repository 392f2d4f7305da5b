package dev.lkjagent.runtime.loop;

import dev.lkjagent.runtime.journal.Encoder;
import java.nio.charset.StandardCharsets;

/** Writes the lines of the execution log into a buffer, without allocating. */
final class Outcome {
  private Outcome() {}

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void text(Encoder out, byte[] text) {
    out.putBytes(text, 0, text.length);
  }

  /** Appends a text; allocates nothing if it is ASCII. */
  @SuppressWarnings("deprecation") // the only copy out of a string that allocates nothing
  static void text(Encoder out, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        text(out, ascii(text));
        return;
      }
    }
    out.reserve(text.length());
    text.getBytes(0, text.length(), out.array(), out.size());
    out.advance(text.length());
  }

  static void number(Encoder out, long value) {
    if (value < 0) {
      out.put('-');
      number(out, -value);
      return;
    }
    if (value >= 10) {
      number(out, value / 10);
    }
    out.put('0' + (int) (value % 10));
  }

  /** Shortens what was written from a place on to a length, at the end of a character. */
  static void shorten(Encoder out, int from, int maxBytes) {
    int over = out.size() - from - maxBytes;
    if (over <= 0) {
      return;
    }
    int end = from + maxBytes;
    while (end > from && (out.array()[end] & 0xC0) == 0x80) {
      end--;
    }
    int left = out.size() - end;
    out.truncate(end);
    text(out, " … (");
    number(out, left);
    text(out, " more bytes not shown)");
  }
}
