package dev.lkjagent.json;

import dev.lkjagent.memory.Handles;
import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a writer's bytes go: they are gathered in {@link #bytes} and handed on in pieces.
 *
 * <p>A sink that has failed swallows the rest; {@link #status} says why.
 */
final class JsonSink {
  /** Room that can be asked for at once. */
  static final int MAX_ROOM = 1_024;

  private static final int BUFFER_BYTES = 16_384;

  final byte[] bytes = new byte[BUFFER_BYTES];

  /** How many bytes wait in the buffer; the writer advances it. */
  int at;

  private final ByteBuffer window = ByteBuffer.wrap(bytes);
  private Status status = Status.OK;
  private @Nullable PooledString text;
  private @Nullable OutputStream stream;
  private @Nullable WritableByteChannel channel;
  private byte[] array = NO_BYTES;
  private int arrayAt;
  private boolean grows;

  private static final byte[] NO_BYTES = {};

  void open(PooledString target) {
    begin();
    text = target;
  }

  void open(OutputStream target) {
    begin();
    stream = target;
  }

  void open(WritableByteChannel target) {
    begin();
    channel = target;
  }

  /** Fills an array from an index on; it fails if the array is too small. */
  void open(byte[] target, int from) {
    begin();
    array = target;
    arrayAt = from;
  }

  /** Fills an array of its own that grows. */
  void open() {
    begin();
    array = NO_BYTES;
    arrayAt = 0;
    grows = true;
  }

  private void begin() {
    at = 0;
    status = Status.OK;
  }

  /**
   * Makes sure that {@code count} bytes, at most {@link #MAX_ROOM}, and eight more fit into the
   * buffer.
   */
  void room(int count) throws IOException {
    if (at > BUFFER_BYTES - 8 - count) {
      flush();
    }
  }

  /** Notes that the tree can't be written. */
  void fail(Status why) {
    if (status == Status.OK) {
      status = why;
    }
  }

  boolean failed() {
    return status != Status.OK;
  }

  /** Hands on what waits in the buffer. */
  private void flush() throws IOException {
    int count = at;
    at = 0;
    if (status != Status.OK || count == 0) {
      return;
    }
    PooledString pooled = text;
    if (pooled != null) {
      status = append(pooled, count);
      return;
    }
    OutputStream out = stream;
    WritableByteChannel ends = channel;
    if (out != null) {
      out.write(bytes, 0, count);
    } else if (ends != null) {
      window.limit(count).position(0);
      while (window.hasRemaining()) {
        ends.write(window);
      }
    } else {
      if (grows && array.length - arrayAt < count) {
        array = Arrays.copyOf(array, Math.max(2 * array.length, arrayAt + count));
      }
      if (array.length - arrayAt < count) {
        status = Status.TOO_LARGE;
        return;
      }
      System.arraycopy(bytes, 0, array, arrayAt, count);
      arrayAt += count;
    }
  }

  /** Appends to a text that grows by doubling, so that a long one is not moved at every piece. */
  private Status append(PooledString pooled, int count) {
    int size = pooled.size();
    if (pooled.handle() != Handles.NIL && pooled.capacity() - size < count) {
      Status grown = pooled.tryReserve((int) Math.min(2L * size + count, Integer.MAX_VALUE));
      if (grown != Status.OK) {
        grown = pooled.tryReserve(size + count);
      }
      if (grown != Status.OK) {
        return grown;
      }
    }
    return pooled.tryAppend(bytes, 0, count);
  }

  /** Hands on the rest and lets go of the target. */
  Status close() throws IOException {
    flush();
    text = null;
    stream = null;
    channel = null;
    grows = false;
    return status;
  }

  /** Lets go of a target that has failed. */
  void abandon() {
    at = 0;
    text = null;
    stream = null;
    channel = null;
    grows = false;
  }

  /** The index after the last byte written to an array. */
  int arrayEnd() {
    return arrayAt;
  }

  /** The bytes written to an array of its own. */
  byte[] takeArray() {
    byte[] all = Arrays.copyOf(array, arrayAt);
    array = NO_BYTES;
    arrayAt = 0;
    return all;
  }

  void forgetArray() {
    array = NO_BYTES;
  }

  /** Copies bytes as they are. */
  void copy(byte[] source, int from, int length) throws IOException {
    int next = from;
    int left = length;
    while (left > 0) {
      int piece = Math.min(left, MAX_ROOM);
      room(piece);
      if (piece <= 32 && next + 32 <= source.length) {
        int target = at;
        for (int i = 0; i < piece; i += 8) {
          Words.put(bytes, target + i, Words.word(source, next + i));
        }
      } else {
        System.arraycopy(source, next, bytes, at, piece);
      }
      at += piece;
      next += piece;
      left -= piece;
    }
  }

  /**
   * Writes a string in quotes, with exactly those escapes that must be.
   *
   * @param escaped whether the source is written with escapes itself
   */
  void string(byte[] source, int from, int length, boolean escaped) throws IOException {
    room(MAX_ROOM);
    bytes[at++] = '"';
    if (length <= MAX_SHORT && copyShort(source, from, length)) {
      at += length;
    } else {
      inString(source, from, length, escaped);
    }
    bytes[at++] = '"';
  }

  private static final int MAX_SHORT = 32;

  /**
   * Copies a short string as it is, as if there was nothing in it that has to be escaped; answers
   * whether that is so. Words overlap, so that no length needs a loop.
   */
  private boolean copyShort(byte[] source, int from, int length) {
    byte[] target = bytes;
    int to = at;
    if (length < 8) {
      if (from > source.length - 8) {
        return false;
      }
      long word = Words.word(source, from);
      Words.put(target, to, word);
      return (Words.specials(word) & (1L << (length << 3)) - 1) == 0;
    }
    int last = length - 8;
    long marks = copyWord(source, from, target, to);
    if (length > 16) {
      marks |= copyWord(source, from + 8, target, to + 8);
      marks |= copyWord(source, from + last - 8, target, to + last - 8);
    }
    return (marks | copyWord(source, from + last, target, to + last)) == 0;
  }

  private static long copyWord(byte[] source, int from, byte[] target, int to) {
    long word = Words.word(source, from);
    Words.put(target, to, word);
    return Words.specials(word);
  }

  /** Begins or ends a string that is written in pieces. */
  void quote() throws IOException {
    room(1);
    bytes[at++] = '"';
  }

  /** Writes a piece of a string; there is room for a quote afterwards. */
  void inString(byte[] source, int from, int length, boolean escaped) throws IOException {
    int next = from;
    int end = from + length;
    int safe = Math.min(end, source.length - 8);
    while (next < end) {
      room(MAX_ROOM);
      int pieceEnd = Math.min(end, next + MAX_ROOM / 2);
      next = plain(source, next, Math.min(pieceEnd, safe), pieceEnd);
      if (next < end && next < pieceEnd) {
        next = special(source, next, end, escaped);
      }
    }
  }

  /** Copies up to the first byte that can't stand in a string as it is; answers where that is. */
  private int plain(byte[] source, int from, int wordsEnd, int end) {
    byte[] target = bytes;
    int next = from;
    int to = at;
    while (next < wordsEnd) {
      long word = Words.word(source, next);
      Words.put(target, to, word);
      long marks = Words.specials(word);
      if (marks != 0) {
        int length = Math.min(Words.lowest(marks), end - next);
        at = to + length;
        return next + length;
      }
      next += 8;
      to += 8;
    }
    if (next > end) {
      at = to - (next - end);
      return end;
    }
    while (next < end && !isSpecial(source[next])) {
      target[to++] = source[next++];
    }
    at = to;
    return next;
  }

  private static boolean isSpecial(int c) {
    return c >= 0 && c < ' ' || c == '"' || c == '\\';
  }

  /** Writes the escape for the byte at {@code at}, or another spelling of the escape there. */
  private int special(byte[] source, int from, int end, boolean escaped) {
    int c = source[from];
    if (c != '\\' || !escaped) {
      escape(c);
      return from + 1;
    }
    int letter = source[from + 1];
    if (letter == '/') {
      bytes[at++] = '/';
      return from + 2;
    }
    if (letter != 'u') {
      bytes[at++] = '\\';
      bytes[at++] = (byte) letter;
      return from + 2;
    }
    int length = Lexis.escape(source, from, end);
    int written = Lexis.unescape(source, from, length, bytes, at);
    if (written == 1 && isSpecial(bytes[at])) {
      escape(bytes[at]);
    } else {
      at += written;
    }
    return from + length;
  }

  private void escape(int c) {
    int letter =
        switch (c) {
          case '"', '\\' -> c;
          case '\b' -> 'b';
          case '\f' -> 'f';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          default -> 'u';
        };
    bytes[at++] = '\\';
    bytes[at++] = (byte) letter;
    if (letter == 'u') {
      bytes[at++] = '0';
      bytes[at++] = '0';
      bytes[at++] = (byte) ('0' + (c >> 4));
      bytes[at++] = (byte) "0123456789abcdef".charAt(c & 15);
    }
  }
}
