package dev.lkjagent.json.xml;

import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.util.Arrays;

/**
 * A way to write in XML what XML can not carry, that reads back the same.
 *
 * <p>A character that may not stand where it is becomes {@code _x}, its code point as four
 * hexadecimal digits, or eight above U+FFFF, and {@code _}. An underscore before an {@code x}
 * becomes {@code _x005F_}. An empty name becomes {@code _x_}. So U+0000 is written {@code _x0000_},
 * the name {@code two words} is {@code two_x0020_words}, and the text {@code _x0041_} is {@code
 * _x005F_x0041_}; any other underscore stays what it is.
 *
 * <p>A writer encodes if its {@link XmlStyle#encode} says so. Reading does not decode by itself,
 * since a text may contain such sequences on its own account: whoever knows that a text was written
 * that way calls {@link #decode} on the editable tree.
 */
public final class XmlEscapes {
  /** Where a text stands; it decides what it may contain. */
  enum Place {
    NAME,
    TEXT,
    COMMENT,
    CDATA,
    INSTRUCTION
  }

  private static final int SHORT = 4;
  private static final int LONG = 8;

  private byte[] out = new byte[256];
  private int length;
  private byte[] scratch = new byte[256];
  private long[] path = new long[16];

  /** Creates a coder with buffers of its own, to be used by one thread at a time. */
  public XmlEscapes() {}

  /**
   * Encodes a text in valid UTF-8; the result is in {@link #bytes} up to {@link #length}.
   *
   * @return whether anything had to be encoded
   */
  boolean encode(byte[] text, int from, int to, Place place) {
    length = 0;
    boolean changed = false;
    int p = from;
    if (place == Place.NAME && from == to) {
      put("_x_");
      return true;
    }
    while (p < to) {
      byte b = text[p];
      int bytes = XmlChars.asks(b);
      int c = b >= 0 ? b : decodeWide(text, p, bytes);
      boolean plain =
          b == '_' ? p + 1 == to || text[p + 1] != 'x' : allowed(text, from, p, to, c, place);
      if (plain) {
        reserve(bytes);
        System.arraycopy(text, p, out, length, bytes);
        length += bytes;
      } else {
        changed = true;
        sequence(c);
      }
      p += bytes;
    }
    return changed;
  }

  private static boolean allowed(byte[] text, int from, int p, int to, int c, Place place) {
    if (place == Place.NAME) {
      return c < 0x80
          ? p == from ? XmlChars.startsName(c) : XmlChars.continuesName(c)
          : p == from ? XmlChars.startsNameWide(c) : XmlChars.continuesNameWide(c);
    }
    if (!XmlChars.isChar(c)) {
      return false;
    }
    return switch (place) {
      case COMMENT -> c != '\r' && !(c == '-' && (p + 1 == to || p > from && text[p - 1] == '-'));
      case INSTRUCTION ->
          c != '\r'
              && !(c == '?' && p + 1 < to && text[p + 1] == '>')
              && !(p == from && XmlChars.isSpace(c));
      default -> true;
    };
  }

  private static int decodeWide(byte[] text, int p, int bytes) {
    int c = text[p] & 0xFF >>> bytes + 1;
    for (int i = 1; i < bytes; i++) {
      c = c << 6 | text[p + i] & 0x3F;
    }
    return c;
  }

  private void sequence(int c) {
    put("_x");
    int digits = c > 0xFFFF ? LONG : SHORT;
    reserve(digits + 1);
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      out[length++] = (byte) "0123456789ABCDEF".charAt(c >>> shift & 15);
    }
    out[length++] = '_';
  }

  private void put(String ascii) {
    reserve(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      out[length++] = (byte) ascii.charAt(i);
    }
  }

  private void reserve(int bytes) {
    if (length + bytes > out.length) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, length + bytes));
    }
  }

  byte[] bytes() {
    return out;
  }

  int length() {
    return length;
  }

  /** Answers the length of the sequence that an underscore begins, 0 if it begins none. */
  private static int escapeLength(byte[] text, int p, int to) {
    if (p + 2 >= to || text[p + 1] != 'x') {
      return 0;
    }
    int digits = 0;
    while (p + 2 + digits < to && digits <= LONG && hex(text[p + 2 + digits]) >= 0) {
      digits++;
    }
    int end = p + 2 + digits;
    if (end >= to || text[end] != '_' || digits != 0 && digits != SHORT && digits != LONG) {
      return 0;
    }
    int c = value(text, p + 2, end);
    return c >= 0 && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF) ? end + 1 - p : 0;
  }

  private static int value(byte[] text, int from, int to) {
    int c = 0;
    for (int i = from; i < to; i++) {
      c = c << 4 | hex(text[i]);
    }
    return c;
  }

  private static int hex(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    return b >= 'A' && b <= 'F' ? b - 'A' + 10 : -1;
  }

  /**
   * Decodes a text into {@link #bytes}.
   *
   * @return whether anything had to be decoded
   */
  boolean decode(byte[] text, int from, int to) {
    length = 0;
    boolean changed = false;
    int p = from;
    while (p < to) {
      int sequence = text[p] == '_' ? escapeLength(text, p, to) : 0;
      if (sequence == 0) {
        reserve(1);
        out[length++] = text[p++];
        continue;
      }
      changed = true;
      if (sequence > 3) {
        utf8(value(text, p + 2, p + sequence - 1));
      }
      p += sequence;
    }
    return changed;
  }

  private void utf8(int c) {
    reserve(4);
    if (c < 0x80) {
      out[length++] = (byte) c;
    } else if (c < 0x800) {
      out[length++] = (byte) (0xC0 | c >> 6);
      out[length++] = (byte) (0x80 | c & 0x3F);
    } else if (c < 0x10000) {
      out[length++] = (byte) (0xE0 | c >> 12);
      out[length++] = (byte) (0x80 | c >> 6 & 0x3F);
      out[length++] = (byte) (0x80 | c & 0x3F);
    } else {
      out[length++] = (byte) (0xF0 | c >> 18);
      out[length++] = (byte) (0x80 | c >> 12 & 0x3F);
      out[length++] = (byte) (0x80 | c >> 6 & 0x3F);
      out[length++] = (byte) (0x80 | c & 0x3F);
    }
  }

  /**
   * Decodes all names and texts of a tree that was read from a text written with {@link
   * XmlStyle#encode}.
   *
   * @param tree an editable tree
   * @return {@link Status#OK}, or why there was no room; what was decoded by then stays decoded
   */
  public Status decode(OwnedTree tree) {
    long node = tree.root();
    int depth = 0;
    while (node != ObjectTree.NO_NODE) {
      Status status = decodeOne(tree, node);
      if (status != Status.OK) {
        return status;
      }
      long child = tree.firstChild(node);
      if (child != ObjectTree.NO_NODE) {
        if (depth == path.length) {
          path = Arrays.copyOf(path, 2 * depth);
        }
        path[depth++] = node;
        node = child;
        continue;
      }
      long next = depth == 0 ? ObjectTree.NO_NODE : tree.next(path[depth - 1], node);
      while (next == ObjectTree.NO_NODE && depth > 0) {
        depth--;
        next = depth == 0 ? ObjectTree.NO_NODE : tree.next(path[depth - 1], path[depth]);
      }
      node = next;
    }
    return Status.OK;
  }

  private Status decodeOne(OwnedTree tree, long node) {
    if (tree.named(node)) {
      int bytes = tree.nameLength(node);
      room(bytes);
      tree.copyName(node, scratch, 0);
      if (decode(scratch, 0, bytes)) {
        Status status = tree.rename(node, out, 0, length);
        if (status != Status.OK) {
          return status;
        }
      }
    }
    if (tree.kind(node) == Tape.ELEMENT) {
      return Status.OK;
    }
    int bytes = tree.textLength(node);
    room(bytes);
    tree.copyText(node, scratch, 0);
    return decode(scratch, 0, bytes) ? tree.setText(node, out, 0, length) : Status.OK;
  }

  private void room(int bytes) {
    if (bytes > scratch.length) {
      scratch = new byte[Math.max(bytes, 2 * scratch.length)];
    }
  }
}
