package dev.lkjagent.runtime.model;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decompresses a gzip stream (RFC 1952) that comes in pieces of any size. */
final class Gunzip implements AutoCloseable {
  private static final int FLAG_HEADER_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;

  private enum Part {
    FIXED,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    HEADER_CRC,
    BODY,
    TRAILER,
    REST
  }

  /** Takes what was decompressed. */
  interface Output {
    /** Takes bytes; answers false if no more are wanted. */
    boolean take(byte[] bytes, int from, int to);
  }

  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] out = new byte[8192];
  private Part part = Part.FIXED;
  private int flags;
  private int seen;
  private int extraLength;
  private long trailer;

  /** Whether bytes begin like a gzip stream. */
  static boolean looksLikeGzip(byte[] bytes, int from, int to) {
    return to - from >= 2 && bytes[from] == 0x1F && bytes[from + 1] == (byte) 0x8B;
  }

  /** Whether the stream came to its end, checksum included. */
  boolean isComplete() {
    return part == Part.REST;
  }

  /** Decompresses a piece; bytes after the end of the stream are dropped. */
  void feed(byte[] bytes, int from, int to, Output output) throws DataFormatException {
    int at = from;
    while (at < to && part != Part.REST) {
      if (part == Part.BODY) {
        at = inflate(bytes, at, to, output);
        if (at < 0) {
          return;
        }
      } else {
        header(bytes[at++] & 0xFF);
      }
    }
  }

  /**
   * Inflates up to the end of the piece or of the body; answers where it stopped, -1 to give up.
   */
  private int inflate(byte[] bytes, int from, int to, Output output) throws DataFormatException {
    inflater.setInput(bytes, from, to - from);
    while (!inflater.finished()) {
      int count = inflater.inflate(out);
      if (count == 0) {
        if (inflater.needsDictionary()) {
          throw new DataFormatException("needs a dictionary");
        }
        if (!inflater.finished()) {
          return to;
        }
      }
      crc.update(out, 0, count);
      if (count > 0 && !output.take(out, 0, count)) {
        return -1;
      }
    }
    enter(Part.TRAILER);
    return to - inflater.getRemaining();
  }

  private void header(int b) throws DataFormatException {
    seen++;
    switch (part) {
      case FIXED -> fixed(b);
      case EXTRA_LENGTH -> {
        extraLength |= b << 8 * (seen - 1);
        if (seen == 2) {
          enter(Part.EXTRA);
        }
      }
      case EXTRA -> {
        if (seen == extraLength) {
          enter(Part.NAME);
        }
      }
      case NAME -> {
        if (b == 0) {
          enter(Part.COMMENT);
        }
      }
      case COMMENT -> {
        if (b == 0) {
          enter(Part.HEADER_CRC);
        }
      }
      case HEADER_CRC -> {
        if (seen == 2) {
          enter(Part.BODY);
        }
      }
      default -> {
        trailer |= (long) b << 8 * (seen - 1);
        if (seen == 8) {
          if ((trailer & 0xFFFFFFFFL) != crc.getValue()) {
            throw new DataFormatException("the checksum differs");
          }
          part = Part.REST;
        }
      }
    }
  }

  private void fixed(int b) throws DataFormatException {
    if (seen == 1 && b != 0x1F || seen == 2 && b != 0x8B || seen == 3 && b != 8) {
      throw new DataFormatException("no gzip header");
    }
    if (seen == 4) {
      flags = b;
    }
    if (seen == 10) {
      enter(Part.EXTRA_LENGTH);
    }
  }

  /** Goes to a part, or past those that the flags say are absent. */
  private void enter(Part next) {
    seen = 0;
    part = next;
    if (part == Part.EXTRA_LENGTH && (flags & FLAG_EXTRA) == 0
        || part == Part.EXTRA && extraLength == 0) {
      part = Part.NAME;
    }
    if (part == Part.NAME && (flags & FLAG_NAME) == 0) {
      part = Part.COMMENT;
    }
    if (part == Part.COMMENT && (flags & FLAG_COMMENT) == 0) {
      part = Part.HEADER_CRC;
    }
    if (part == Part.HEADER_CRC && (flags & FLAG_HEADER_CRC) == 0) {
      part = Part.BODY;
    }
  }

  @Override
  public void close() {
    inflater.end();
  }
}
