package dev.lkjagent.testkit.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Speaks HTTP/1.1 on a free port of the loopback interface, over plain sockets, because a server
 * that knows how to behave cannot be made to send what broken ones send.
 *
 * <pre>
 *   try (FakeOpenAiServer server = FakeOpenAiServer.start()) {
 *     server.answer(FakeAnswer.text("hello").usage(12, 3));
 *     … call server.url() …
 *     assertThat(server.requests().get(0).problems()).isEmpty();
 *   }
 * </pre>
 *
 * Answers are taken in order, one per request, whatever connection it came on. When none is left,
 * the answer is that of {@link #otherwise}, or status 500 with an error that says so. Methods may
 * be called from any thread.
 */
public final class FakeOpenAiServer implements AutoCloseable {
  private final ServerSocket listener;
  private final ConcurrentLinkedQueue<FakeAnswer> answers = new ConcurrentLinkedQueue<>();
  private final List<FakeRequest> requests = new CopyOnWriteArrayList<>();
  private final BlockingQueue<FakeRequest> arrivals = new LinkedBlockingQueue<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Semaphore disconnects = new Semaphore(0);
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile FakeAnswer otherwise =
      FakeAnswer.error(500, "the fake server has no answer left").header("Connection", "close");

  private FakeOpenAiServer(ServerSocket listener) {
    this.listener = listener;
  }

  /**
   * Starts a server.
   *
   * @return a server that listens
   */
  public static FakeOpenAiServer start() {
    try {
      FakeOpenAiServer server =
          new FakeOpenAiServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
      daemon("fake-openai-accept", server::accept);
      return server;
    } catch (IOException noPort) {
      throw new UncheckedIOException(noPort);
    }
  }

  /**
   * The address of its chat completions.
   *
   * @return an address for {@code llm.endpoint}
   */
  public String url() {
    return "http://127.0.0.1:" + listener.getLocalPort() + "/v1/chat/completions";
  }

  /**
   * Queues answers.
   *
   * @param more answers, each for one request
   * @return this
   */
  public FakeOpenAiServer answer(FakeAnswer... more) {
    Collections.addAll(answers, more);
    return this;
  }

  /**
   * Chooses the answer for when none is queued.
   *
   * @param answer the answer, given as often as it is asked for
   * @return this
   */
  public FakeOpenAiServer otherwise(FakeAnswer answer) {
    otherwise = answer;
    return this;
  }

  /**
   * The requests so far, in the order in which they came.
   *
   * @return a live, read-only view
   */
  public List<FakeRequest> requests() {
    return Collections.unmodifiableList(requests);
  }

  /**
   * Waits for the next request that was not waited for yet.
   *
   * @return the request
   * @throws InterruptedException if the waiting thread is interrupted
   * @throws AssertionError if none comes within ten seconds
   */
  public FakeRequest takeRequest() throws InterruptedException {
    FakeRequest request = arrivals.poll(10, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("no request came within ten seconds");
    }
    return request;
  }

  /**
   * Waits until a connection has ended, by whichever side. A connection that is held back at a
   * latch is not looked at; one that hangs is.
   *
   * @throws InterruptedException if the waiting thread is interrupted
   * @throws AssertionError if none ends within ten seconds; each end is waited for once
   */
  public void awaitDisconnect() throws InterruptedException {
    if (!disconnects.tryAcquire(10, TimeUnit.SECONDS)) {
      throw new AssertionError("no connection ended within ten seconds");
    }
  }

  /** Closes the port and all connections; answers that are held back end there. */
  @Override
  public void close() {
    closing.countDown();
    try {
      listener.close();
      for (Socket connection : connections) {
        connection.close();
      }
    } catch (IOException alreadyGone) {
      throw new UncheckedIOException(alreadyGone);
    }
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket connection = listener.accept();
        connections.add(connection);
        daemon("fake-openai-connection", () -> serve(connection));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      FakeRequest request = read(in);
      while (request != null) {
        FakeAnswer answer = answers.poll();
        requests.add(request);
        arrivals.add(request);
        AnswerWriter writer = new AnswerWriter(connection, closing);
        if (!writer.write(answer == null ? otherwise : answer, request)) {
          return;
        }
        request = read(in);
      }
    } catch (IOException disconnected) {
      // The client may go at any time: that is what many tests are about.
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(connection);
      disconnects.release();
    }
  }

  private static @Nullable FakeRequest read(InputStream in) throws IOException {
    String first = line(in);
    if (first == null) {
      return null;
    }
    String[] words = first.split(" ", 3);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IOException("not a header of HTTP: " + line);
      }
      headers.merge(
          line.substring(0, colon), line.substring(colon + 1).strip(), (a, b) -> a + ", " + b);
    }
    byte[] body;
    if (headers
        .getOrDefault("Transfer-Encoding", "")
        .toLowerCase(Locale.ROOT)
        .contains("chunked")) {
      body = chunks(in);
    } else {
      body = in.readNBytes(Integer.parseInt(headers.getOrDefault("Content-Length", "0")));
    }
    return new FakeRequest(words[0], words.length > 1 ? words[1] : "", headers, body);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      String size = line(in);
      int length = size == null ? 0 : Integer.parseInt(size.strip(), 16);
      body.writeBytes(in.readNBytes(length));
      line(in);
      if (length == 0) {
        return body.toByteArray();
      }
    }
  }

  private static @Nullable String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return null;
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
