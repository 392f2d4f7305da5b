package dev.lkjagent.memory;

import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream over a pooled text, without a copy of it. Reusable: {@link #open} begins anew. Each read
 * checks that the text is still live, and sees it as it is then.
 */
public final class TextStream extends InputStream {
  private @Nullable PooledString text;
  private int at;
  private int marked;

  /** Creates a stream over nothing. */
  public TextStream() {}

  /**
   * Begins at the start of a text.
   *
   * @param source the text
   * @return this
   */
  public TextStream open(PooledString source) {
    text = source;
    at = 0;
    marked = 0;
    return this;
  }

  @Override
  public int available() {
    return text == null ? 0 : Math.max(0, text.size() - at);
  }

  @Override
  public int read() {
    PooledString source = text;
    if (source == null || available() == 0) {
      return -1;
    }
    int offset = source.pool().raw().offset(source.handle());
    return source.pool().slab[offset + at++] & 0xFF;
  }

  @Override
  public int read(byte[] target, int from, int length) {
    Objects.checkFromIndexSize(from, length, target.length);
    PooledString source = text;
    int count = Math.min(length, available());
    if (length == 0) {
      return 0;
    }
    if (source == null || count == 0) {
      return -1;
    }
    source.copyTo(at, at + count, target, from);
    at += count;
    return count;
  }

  @Override
  public long skip(long n) {
    int count = (int) Math.max(0, Math.min(n, available()));
    at += count;
    return count;
  }

  @Override
  public boolean markSupported() {
    return true;
  }

  @Override
  public void mark(int limit) {
    marked = at;
  }

  @Override
  public void reset() {
    at = marked;
  }

  /** Lets the text go. */
  @Override
  public void close() {
    text = null;
  }
}
