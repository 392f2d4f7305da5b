package dev.lkjagent.cli.shell;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A stream that remembers how it failed, since the writers above it forget. After its first failure
 * it takes everything and writes nothing.
 *
 * <p>Any thread may write.
 */
final class Outlet extends OutputStream {
  private final OutputStream to;
  private final Runnable whenAbandoned;
  private volatile @Nullable IOException failure;
  private volatile boolean mute;

  /** A stream over another; tells, once and on the thread that wrote, when its reader has gone. */
  Outlet(OutputStream to, Runnable whenAbandoned) {
    this.to = to;
    this.whenAbandoned = whenAbandoned;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    if (mute) {
      return;
    }
    try {
      to.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      mute = true;
      if (isAbandoned()) {
        whenAbandoned.run();
      }
    }
  }

  /** Writes nothing from now on. */
  void mute() {
    mute = true;
  }

  /** Why it could not write; null if it could. */
  @Nullable IOException failure() {
    return failure;
  }

  /**
   * Whether its reader has gone. Every system's words for that name the pipe, in English or beside
   * a translation.
   */
  boolean isAbandoned() {
    IOException known = failure;
    return known != null
        && String.valueOf(known.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
  }
}
