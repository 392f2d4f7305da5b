package dev.lkjagent.testkit.server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Writes one answer to a connection, cut and held back as it asks for. */
final class AnswerWriter {
  private final Socket connection;
  private final CountDownLatch closing;

  AnswerWriter(Socket connection, CountDownLatch closing) {
    this.connection = connection;
    this.closing = closing;
  }

  /**
   * Writes an answer.
   *
   * @return whether the connection can be used for another request
   */
  boolean write(FakeAnswer answer, FakeRequest request) throws IOException, InterruptedException {
    OutputStream out = connection.getOutputStream();
    FakeAnswer.Wire wire = answer.wire(request);
    if (!wire.head().isEmpty()) {
      if (!opens(wire, -1)) {
        return false;
      }
      out.write(wire.head().getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    byte[] body = wire.body();
    int end = Math.min(body.length, wire.cutAt());
    int at = 0;
    boolean open = opens(wire, 0);
    while (open && at < end) {
      int next = at + Math.min(end - at, wire.pieceBytes());
      for (int gated : wire.gates().keySet()) {
        if (gated > at && gated < next) {
          next = gated;
        }
      }
      piece(out, wire, body, at, next);
      at = next;
      open = opens(wire, at);
      if (wire.paceMillis() > 0 && closing.await(wire.paceMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    if (!open) {
      return false;
    }
    if (wire.hangs()) {
      // Until the client goes, or until the server closes this socket.
      connection.getInputStream().transferTo(OutputStream.nullOutputStream());
      return false;
    }
    if (wire.resets()) {
      connection.setSoLinger(true, 0);
      return false;
    }
    if (end < body.length) {
      return false;
    }
    if (wire.isChunked()) {
      out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    return wire.keepsConnection();
  }

  private static void piece(OutputStream out, FakeAnswer.Wire wire, byte[] body, int from, int to)
      throws IOException {
    if (wire.isChunked()) {
      out.write((Integer.toHexString(to - from) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      out.write(body, from, to - from);
      out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
    } else {
      out.write(body, from, to - from);
    }
    out.flush();
  }

  /**
   * Waits for the latch that stands before a byte, if there is one; answers false if the server was
   * closed meanwhile.
   */
  private boolean opens(FakeAnswer.Wire wire, int at) throws InterruptedException {
    CountDownLatch latch = wire.gates().get(at);
    while (latch != null && !latch.await(20, TimeUnit.MILLISECONDS)) {
      if (closing.getCount() == 0) {
        return false;
      }
    }
    return true;
  }
}
