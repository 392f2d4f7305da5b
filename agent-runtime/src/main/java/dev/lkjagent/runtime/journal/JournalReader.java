package dev.lkjagent.runtime.journal;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record of {@link JournalWriter} item by item, in place and without allocating.
 *
 * <pre>{@code
 * if (reader.open(bytes, 0, bytes.length) == JournalReader.OK) {
 *   for (Kind kind = reader.next(); kind != null; kind = reader.next()) {
 *     switch (kind) {
 *       case REPLY -> reply.append(bytes, reader.from(0), reader.to(0));
 *       …
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>{@link #open} checks the whole record, so that nothing after it can fail. Fields are numbered
 * as {@link Kind} lists them. Reused; one thread at a time.
 */
public final class JournalReader {
  /** Answered for a record that can be read. */
  public static final int OK = 0;

  /** Answered for bytes that are no record. */
  public static final int NO_RECORD = -1;

  /** Answered for a record of a newer format. */
  public static final int NEWER = -2;

  /** Answered for a record that was cut short or changed. */
  public static final int DAMAGED = -3;

  private static final int MAX_FIELDS = 4;
  private static final int HEADER = 3;
  private static final int TRAILER = 5;

  private final CRC32C crc = new CRC32C();
  private final long[] numbers = new long[MAX_FIELDS];
  private final int[] starts = new int[MAX_FIELDS];
  private final int[] ends = new int[MAX_FIELDS];
  private byte[] bytes = new byte[0];
  private int at;
  private int end;
  private long cycle;
  private boolean broken;

  /** Makes a reader that has opened nothing. */
  public JournalReader() {}

  /**
   * Opens a record, checking all of it.
   *
   * @param src holds the record and must not change while it is read
   * @param from where it begins
   * @param to where it ends
   * @return {@link #OK}, {@link #NO_RECORD}, {@link #NEWER} or {@link #DAMAGED}
   */
  public int open(byte[] src, int from, int to) {
    Objects.checkFromToIndex(from, to, src.length);
    bytes = src;
    at = 0;
    end = 0;
    if (to - from < HEADER
        || src[from] != JournalWriter.MAGIC_0
        || src[from + 1] != JournalWriter.MAGIC_1) {
      return NO_RECORD;
    }
    if (src[from + 2] != JournalWriter.VERSION) {
      return src[from + 2] > JournalWriter.VERSION ? NEWER : DAMAGED;
    }
    if (to - from < HEADER + TRAILER || !sumIsRight(from, to)) {
      return DAMAGED;
    }
    broken = false;
    at = from + HEADER;
    end = to - TRAILER;
    cycle = number();
    int first = at;
    while (!broken && at < end) {
      next();
    }
    if (broken || at != end || bytes[end] != JournalWriter.END) {
      at = end;
      return DAMAGED;
    }
    at = first;
    return OK;
  }

  /**
   * The cycle that the record belongs to.
   *
   * @return the cycle's number
   */
  public long cycle() {
    return cycle;
  }

  /**
   * Goes to the next item.
   *
   * @return its kind, or null after the last one
   */
  public @Nullable Kind next() {
    if (at >= end) {
      return null;
    }
    Kind kind = Kind.of(bytes[at++]);
    if (kind == null) {
      broken = true;
      return null;
    }
    String fields = kind.fields();
    for (int i = 0; i < fields.length(); i++) {
      numbers[i] = number();
      starts[i] = at;
      ends[i] = at;
      if (fields.charAt(i) == 'b') {
        if (numbers[i] < 0 || numbers[i] > end - at) {
          broken = true;
          return null;
        }
        at += (int) numbers[i];
        ends[i] = at;
      }
    }
    return kind;
  }

  /**
   * A field that is a number.
   *
   * @param field which
   * @return the number; of a field of bytes, its length
   */
  public long number(int field) {
    return numbers[field];
  }

  /**
   * Where a field of bytes begins in the array that was opened.
   *
   * @param field which
   * @return the index of its first byte
   */
  public int from(int field) {
    return starts[field];
  }

  /**
   * Where a field of bytes ends in the array that was opened.
   *
   * @param field which
   * @return the index after its last byte
   */
  public int to(int field) {
    return ends[field];
  }

  /**
   * A field of bytes as text, for people: this allocates.
   *
   * @param field which
   * @return the text
   */
  public String text(int field) {
    return new String(bytes, starts[field], ends[field] - starts[field], StandardCharsets.UTF_8);
  }

  private long number() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at >= end) {
        break;
      }
      int b = bytes[at++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    broken = true;
    return 0;
  }

  private boolean sumIsRight(int from, int to) {
    crc.reset();
    crc.update(bytes, from, to - 4 - from);
    int sum = 0;
    for (int i = 3; i >= 0; i--) {
      sum = sum << 8 | bytes[to - 4 + i] & 0xFF;
    }
    return sum == (int) crc.getValue();
  }
}
