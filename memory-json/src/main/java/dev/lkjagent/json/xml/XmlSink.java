package dev.lkjagent.json.xml;

import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where a writer's bytes go: one of four places, chosen anew for each tree. */
final class XmlSink {
  private static final int BUFFER = 1 << 14;

  private final byte[] buffer = new byte[BUFFER];
  private final ByteBuffer view = ByteBuffer.wrap(buffer);
  private int filled;

  private @Nullable OutputStream stream;
  private @Nullable WritableByteChannel channel;
  private @Nullable PooledString text;
  private Status status = Status.OK;
  private byte[] array = {};
  private int arrayLength;

  void toStream(OutputStream target) {
    begin();
    stream = target;
  }

  void toChannel(WritableByteChannel target) {
    begin();
    channel = target;
  }

  void toText(PooledString target) {
    begin();
    text = target;
  }

  void toArray() {
    begin();
    array = new byte[BUFFER];
    arrayLength = 0;
  }

  private void begin() {
    filled = 0;
    status = Status.OK;
  }

  /** Lets go of the target. */
  void end() {
    stream = null;
    channel = null;
    text = null;
  }

  private static final byte[] NOTHING = {};

  /** Answers what was written to an array, and lets go of it. */
  byte[] takeArray() {
    byte[] taken = Arrays.copyOf(array, arrayLength);
    array = NOTHING;
    return taken;
  }

  /** Answers whether the pool had room for everything so far. */
  Status status() {
    return status;
  }

  void put(int b) throws IOException {
    if (filled == BUFFER) {
      flush();
    }
    buffer[filled++] = (byte) b;
  }

  void put(byte[] bytes) throws IOException {
    put(bytes, 0, bytes.length);
  }

  void put(byte[] bytes, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      if (filled == BUFFER) {
        flush();
      }
      int part = Math.min(to - at, BUFFER - filled);
      System.arraycopy(bytes, at, buffer, filled, part);
      filled += part;
      at += part;
    }
  }

  void flush() throws IOException {
    int bytes = filled;
    filled = 0;
    if (stream != null) {
      stream.write(buffer, 0, bytes);
    } else if (channel != null) {
      view.clear().limit(bytes);
      while (view.hasRemaining()) {
        channel.write(view);
      }
    } else if (text != null) {
      if (status == Status.OK) {
        status = text.tryAppend(buffer, 0, bytes);
      }
    } else {
      if (arrayLength + bytes > array.length) {
        array = Arrays.copyOf(array, Math.max(2 * array.length, arrayLength + bytes));
      }
      System.arraycopy(buffer, 0, array, arrayLength, bytes);
      arrayLength += bytes;
    }
  }
}
