package dev.lkjagent.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.lkjagent.cli.Session;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @Test
  void aHealthyMachineIsReportedWithJavaMemoryDiskAndStore(@TempDir Path folder) {
    Session session = Session.run("doctor", "--store", folder.toString());
    assertThat(session.status()).as(session.out()).isZero();
    assertThat(session.out())
        .contains(System.getProperty("java.version"))
        .contains("MiB free for")
        .contains("SQLite 3")
        .contains("text search");
    assertThat(session.err()).isEmpty();
  }

  @Test
  void everyLineStaysWithinTheTerminalUnlessAWordIsLonger(@TempDir Path folder) {
    Session session = Session.look("doctor", "--store", folder.toString());
    for (String line : session.out().lines().toList()) {
      boolean oneLongWord = line.length() > Terminal.COLUMNS && !line.strip().contains(" ");
      assertThat(line.length() <= Terminal.COLUMNS || oneLongWord).as(line).isTrue();
    }
  }

  @Test
  void aStoreFolderThatIsAFileIsBroken(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Session session = Session.run("doctor", "--store", file.toString());
    assertThat(session.status()).isEqualTo(ExitCode.NO.number());
    assertThat(session.out()).contains("broken  disk").contains("--store DIR");
  }

  @Test
  void aHeapThatIsTooSmallForTheDefaultPoolIsAWarningWithTheWayOut() {
    Finding finding = Machine.memory(100 << 20, 80 << 20);
    assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
    assertThat(finding.text()).contains("100 MiB").contains("80 MiB");
    assertThat(finding.wayOut()).contains("-Xmx");
  }

  @Test
  void anEndpointIsAskedForItsModels() {
    answer("/v1/models", 200, "{\"data\":[{\"id\":\"small\"},{\"id\":\"large\"}]}");
    Session session = Session.run("doctor", "--endpoint", url("/v1/chat/completions"));
    assertThat(session.status()).isZero();
    assertThat(session.out()).contains("there; offers small, large");
    assertThat(requests).containsExactly("GET /v1/models");
  }

  @Test
  void aModelThatTheEndpointDoesNotOfferIsBroken() {
    answer("/v1/models", 200, "{\"data\":[{\"id\":\"small\"}]}");
    Session session = Session.run("doctor", "--endpoint", url("/v1"), "--model", "huge");
    assertThat(session.status()).isEqualTo(ExitCode.NO.number());
    assertThat(session.out()).contains("no model named huge").contains("It offers small.");
  }

  @Test
  void anEndpointThatDoesNotListItsModelsIsOnlyAWarning() {
    answer("/v1/models", 404, "not found");
    Session session = Session.run("doctor", "--endpoint", url("/v1"));
    assertThat(session.status()).isZero();
    assertThat(session.out()).contains("warning endpoint");
  }

  @Test
  void aRefusedKeyIsToldWithTheVariableThatHoldsIt() {
    answer("/v1/models", 401, "{}");
    Session session = Session.run("doctor", "--endpoint", url("/v1"));
    assertThat(session.status()).isEqualTo(ExitCode.NO.number());
    assertThat(session.out()).contains("status 401").contains("LKJAGENT_API_KEY");
  }

  @Test
  void somethingThatIsNoEndpointIsNamedSo() {
    answer("/v1/models", 200, "<html>hello</html>");
    Session session = Session.run("doctor", "--endpoint", url("/v1"));
    assertThat(session.status()).isEqualTo(ExitCode.NO.number());
    assertThat(session.out())
        .contains("answered with an HTML page")
        .contains("Llm.endpoint must be");
  }

  @Test
  void anEndpointWhereNothingListensIsBroken() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Session session = Session.run("doctor", "--endpoint", "http://127.0.0.1:" + port + "/v1");
    assertThat(session.status()).isEqualTo(ExitCode.NO.number());
    assertThat(session.out())
        .contains("http://127.0.0.1:" + port + "/v1/models refused the connection")
        .contains("Start the server");
  }

  @Test
  void anAddressThatIsNoneIsBrokenWithAnExampleOfOne() {
    for (String address : List.of("localhost:1234", "ftp://host/v1", "http://", "a b")) {
      Session session = Session.run("doctor", "--endpoint", address);
      assertThat(session.status()).isEqualTo(ExitCode.NO.number());
      assertThat(session.out()).contains("http://localhost:1234/v1/chat/completions");
    }
  }

  @Test
  void triedAnEndpointTellsWhetherItStreamsAndCounts() {
    answer("/v1/models", 200, "{\"data\":[{\"id\":\"small\"}]}");
    answer(
        "/v1/chat/completions",
        200,
        "{\"choices\":[{\"message\":{\"content\":\"Yes\"}}],\"usage\":{\"prompt_tokens\":3}}");
    Session session = Session.run("doctor", "--endpoint", url("/v1"), "--try");
    assertThat(session.status()).isZero();
    assertThat(session.out())
        .contains("counts tokens")
        .contains("does not stream")
        .contains("called none");
    assertThat(requests)
        .containsExactly(
            "GET /v1/models",
            "POST /v1/chat/completions",
            "POST /v1/chat/completions",
            "POST /v1/chat/completions");
  }

  @Test
  void triedAnEndpointTellsWhetherItCallsTools() {
    answer("/v1/models", 200, "{\"data\":[{\"id\":\"small\"}]}");
    answer(
        "/v1/chat/completions",
        200,
        "{\"choices\":[{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"look\"}}]}}]}");
    assertThat(Session.run("doctor", "--endpoint", url("/v1"), "--try").out())
        .contains("calls tools");
  }

  @Test
  void theEndpointOfTheConfigurationIsExamined(@TempDir Path folder) throws IOException {
    answer("/v1/models", 200, "{\"data\":[{\"id\":\"small\"}]}");
    Path config =
        Files.writeString(
            folder.resolve("agent.json"),
            "{\"llm\": {\"endpoint\": \"" + url("/v1") + "\", \"model\": \"huge\"}}");
    Session session = Session.run("doctor", "--config", config.toString());
    assertThat(session.status()).isEqualTo(ExitCode.NO.number());
    assertThat(session.out()).contains("no model named huge");
    assertThat(Session.run("doctor", "--endpoint", "rules:noter").out())
        .contains("not a language model");
    Files.writeString(config, "{\"llm\": {\"endpiont\": 3}}");
    Session broken = Session.run("doctor", "--config", config.toString());
    assertThat(broken.status()).isEqualTo(ExitCode.NO.number());
    assertThat(broken.out()).contains("broken  config").contains("endpiont");
  }

  @Test
  void jsonHoldsTheSameFindings() throws IOException {
    answer("/v1/models", 401, "{}");
    Session session = Session.run("doctor", "--json", "--endpoint", url("/v1"));
    JsonNode json = new ObjectMapper().readTree(session.out());
    assertThat(json.path("ok").asBoolean(true)).isFalse();
    assertThat(json.path("findings").findValuesAsText("level")).contains("ok", "broken");
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private void answer(String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.getRequestBody().readAllBytes();
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }
}
