package dev.lkjagent.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.lkjagent.runtime.config.ConfigLoader;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.HttpModel;
import dev.lkjagent.testkit.Heard;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What carries a call: TLS with a certificate of the test's own, plain HTTP, no connection. */
@Timeout(60)
class TransportTest {
  private static final char[] PASSWORD = "password".toCharArray();
  private static final String STREAM =
      """
      data: {"choices":[{"index":0,"delta":{"content":"over "}}]}

      data: {"choices":[{"index":0,"delta":{"content":"TLS"},"finish_reason":"stop"}]}

      data: [DONE]

      """;

  private final SSLContext before = defaultContext();
  private final List<AutoCloseable> closed = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    SSLContext.setDefault(before);
    for (AutoCloseable one : closed) {
      one.close();
    }
  }

  private static SSLContext defaultContext() {
    try {
      return SSLContext.getDefault();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK has no TLS", e);
    }
  }

  private HttpModel model(String url, String... settings) {
    ConfigLoader loader =
        new ConfigLoader().set("llm.endpoint=" + url).set("llm.retry.max_attempts=1");
    for (String setting : settings) {
      loader.set("llm." + setting);
    }
    HttpModel model = new HttpModel(loader.load().config().llm(), name -> null);
    closed.add(model);
    return model;
  }

  /** Makes a key and a certificate that it signed itself, for a name or an address. */
  private static SSLContext selfSigned(Path dir, String subjectName) throws Exception {
    Path file = dir.resolve("key.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process made =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=" + subjectName,
                "-validity",
                "3650",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(made.waitFor()).as(said).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", store.getCertificate("server"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private String serve(SSLContext context) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(STREAM.getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.start();
    closed.add(() -> server.stop(0));
    return "https://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  @Test
  void replyComesOverTlsFromAServerThatIsTrusted(@TempDir Path dir) throws Exception {
    SSLContext context = selfSigned(dir, "ip:127.0.0.1");
    SSLContext.setDefault(context);
    HttpModel model = model(serve(context));
    for (int i = 0; i < 2; i++) {
      Heard heard = Heard.ask(model, "?");
      assertThat(heard.fault).isNull();
      assertThat(heard.text()).isEqualTo("over TLS");
      assertThat(heard.finish).isEqualTo(FinishReason.STOP);
    }
  }

  @Test
  void certificateThatIsNotTrustedIsAFault(@TempDir Path dir) throws Exception {
    Heard heard = Heard.ask(model(serve(selfSigned(dir, "ip:127.0.0.1"))), "?");
    assertThat(heard.fault.code()).isEqualTo(FaultCode.MODEL_UNREACHABLE);
    assertThat(heard.fault.message()).contains("https://127.0.0.1", "TLS", "its certificate");
  }

  @Test
  void certificateOfAnotherServerIsAFault(@TempDir Path dir) throws Exception {
    SSLContext context = selfSigned(dir, "dns:elsewhere.test");
    SSLContext.setDefault(context);
    Heard heard = Heard.ask(model(serve(context)), "?");
    assertThat(heard.fault.code()).isEqualTo(FaultCode.MODEL_UNREACHABLE);
    assertThat(heard.fault.message()).contains("TLS", "its certificate");
  }

  @Test
  void plainHttpIsSpokenInVersionOneAndAsksForNoOther() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<List<String>> head = new CompletableFuture<>();
      Thread server = new Thread(() -> answerOnce(listener, head), "one-answer");
      server.setDaemon(true);
      server.start();
      HttpModel model = model("http://127.0.0.1:" + listener.getLocalPort());
      assertThat(Heard.ask(model, "?").text()).isEqualTo("over TLS");
      List<String> lines = head.join();
      assertThat(lines.get(0)).isEqualTo("POST /v1/chat/completions HTTP/1.1");
      assertThat(lines)
          .noneMatch(line -> line.regionMatches(true, 0, "Upgrade:", 0, 8))
          .noneMatch(line -> line.regionMatches(true, 0, "HTTP2-Settings:", 0, 15));
    }
  }

  /** Keeps the lines of a request's head, and answers it. */
  private static void answerOnce(ServerSocket listener, CompletableFuture<List<String>> head) {
    try (Socket socket = listener.accept()) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      List<String> lines = new ArrayList<>();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        lines.add(line);
      }
      head.complete(lines);
      String answer = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: ";
      socket
          .getOutputStream()
          .write((answer + STREAM.length() + "\r\n\r\n" + STREAM).getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      socket.shutdownOutput();
      while (in.read() >= 0) {
        // What is left of the request, so that closing does not reset the connection.
      }
    } catch (IOException e) {
      head.completeExceptionally(e);
    }
  }

  /** On Linux a listener whose queue is full does not answer at all. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void serverThatDoesNotAcceptIsATimeOutOfTheConnection() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      boolean full = false;
      while (!full) {
        Socket filler = new Socket();
        closed.add(filler);
        try {
          filler.connect(listener.getLocalSocketAddress(), 100);
        } catch (IOException queueIsFull) {
          full = true;
        }
      }
      HttpModel model =
          model("http://127.0.0.1:" + listener.getLocalPort(), "timeout.connect_ms=100");
      Heard heard = Heard.ask(model, "?");
      assertThat(heard.fault.code()).isEqualTo(FaultCode.MODEL_TIMEOUT);
      assertThat(heard.fault.message())
          .contains("did not accept a connection within 100 ms", "llm.timeout.connect_ms");
    }
  }
}
