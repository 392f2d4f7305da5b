package dev.lkjagent.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.cli.Session;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.RunResult;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
  private Path store;

  @BeforeEach
  void nameAStore(@TempDir Path folder) {
    store = folder.resolve("deep/er/greeter.db");
  }

  private Session greet(String... arguments) {
    List<String> all = new ArrayList<>(List.of("run", "greeter", "--store", store.toString()));
    all.addAll(List.of(arguments));
    return Session.run(all.toArray(String[]::new));
  }

  @Test
  void aProgramGetsItsOptionsInBothSpellings() {
    assertThat(greet("--ask", "you", "--times", "2", "--loud").out().lines())
        .containsExactly("hello you! after 0", "hello you! after 0");
    assertThat(greet("--times=1", "--ask=you").out().lines()).containsExactly("hello you after 1");
  }

  @Test
  void aProgramReadsWhatIsPipedIn() {
    Session session = Session.type("world\n", "run", "greeter", "--store", store.toString());
    assertThat(session.out()).startsWith("hello world after 0");
    assertThat(session.err()).contains("who?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--time=3|does not take \"--time=3\"|--times N",
        "--times=no|--times is \"no\"|whole number",
        "--times=0|--times is \"0\"|at least 1",
        "--loud=yes|takes no value|--loud",
        "--times|needs a value|--times N"
      })
  void aWrongOptionOfAProgramIsToldWithTheRightOne(String given, String problem, String wayOut) {
    Session session = greet("--ask=you", given);
    assertThat(session.status()).isEqualTo(ExitCode.USAGE.number());
    assertThat(session.err()).contains(problem).contains(wayOut).doesNotContain("\tat ");
    assertThat(session.out()).isEmpty();
  }

  @Test
  void anUnknownNameIsAnsweredWithTheLikelyOneAndAllOthers() {
    Session session = Session.run("run", "greter");
    assertThat(session.status()).isEqualTo(ExitCode.USAGE.number());
    assertThat(session.err())
        .contains("no agent \"greter\"")
        .contains("Did you mean greeter?")
        .contains("Known are:");
    assertThat(Session.run("samples", "nothinglikeit").err()).doesNotContain("Did you mean");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   "})
  void anEmptyQuestionIsRefused(String question) {
    Session session = greet("--ask", question);
    assertThat(session.status()).isEqualTo(ExitCode.USAGE.number());
    assertThat(session.err()).contains("--ask has no text");
    assertThat(store).doesNotExist();
  }

  @Test
  void freshNeverEmptiesAFileThatTheUserNamed() {
    greet("--ask=you");
    Session session = greet("--ask=you", "--fresh");
    assertThat(session.status()).isEqualTo(ExitCode.USAGE.number());
    assertThat(session.err()).contains("--store names another file");
    assertThat(greet("--ask=you").out()).contains("after 1");
  }

  @Test
  void aStoreWhoseFolderIsAFileIsNamed() throws Exception {
    Files.createDirectories(store.getParent().getParent());
    Files.writeString(store.getParent(), "");
    Session session = greet("--ask=you");
    assertThat(session.status()).isEqualTo(ExitCode.INPUT.number());
    assertThat(session.err()).contains("is a file, not a folder");
  }

  @Test
  void aClassPathThatIsNotThereIsNamed() {
    Session session = Session.run(Map.of("LKJAGENT_CLASSPATH", "no/such.jar"), "samples");
    assertThat(session.status()).isEqualTo(ExitCode.INPUT.number());
    assertThat(session.err()).contains("no/such.jar").contains("--class-path");
    assertThat(Session.run("samples", "--class-path", "none/*").err()).contains("names none,");
  }

  @Test
  void programsOfTheUsersOwnAreFoundOnTheClassPath(@TempDir Path folder) throws Exception {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve("dev.lkjagent.runtime.program.Program"), "no.such.Program\n");
    Session session = Session.run("samples", "--class-path", folder.toString());
    assertThat(session.status()).isEqualTo(ExitCode.INPUT.number());
    assertThat(session.err()).contains("no.such.Program").contains("META-INF/services");
  }

  @Test
  void aFaultThatARunGoesOnAfterIsShownWhereItHappened() {
    StringWriter shown = new StringWriter();
    Fault fault = FaultCode.NOTHING_THERE.with("nothing");
    RunProgress progress =
        new RunProgress(
            new Terminal(
                new PrintWriter(new StringWriter()),
                new PrintWriter(shown),
                Terminal.Sight.NONE,
                new StringReader("")));
    progress.on(new AgentEvent.Faulted("a", 1, fault));
    progress.on(new AgentEvent.Committed("a", 1, "thinking", "executing", 5, 1, 0, 0));
    progress.on(new AgentEvent.Faulted("a", 2, fault));
    progress.on(
        new AgentEvent.Rested(
            "a", 1, new RunResult(RunResult.Status.FAILED, "", fault, "executing", 1)));
    assertThat(shown.toString().lines())
        .containsExactly("cycle 1 fault NOTHING_THERE", "cycle 1 thinking -> executing, 5 tokens");
  }

  @Test
  void samplesListsWhatCanBeRunWithinTheTerminal() throws Exception {
    Session session = Session.look("samples");
    assertThat(session.out()).contains("greeter        greets as often as it is told");
    Session one = Session.look("samples", "greeter");
    assertThat(one.out()).contains("--times N").contains("How often it greets. (1)");
    assertThat((session.out() + one.out()).lines())
        .allMatch(line -> line.length() <= Terminal.COLUMNS);
    JsonNode json = new ObjectMapper().readTree(Session.run("samples", "greeter", "--json").out());
    assertThat(json.findValuesAsText("name")).containsExactly("greeter", "--times", "--loud");
  }

  @Test
  void distanceCountsLettersThatDiffer() {
    assertThat(Catalogue.distance("chat", "chat")).isZero();
    assertThat(Catalogue.distance("chat", "caht")).isEqualTo(2);
    assertThat(Catalogue.distance("", "abc")).isEqualTo(3);
    assertThat(Catalogue.distance("long-haul", "longhaul")).isEqualTo(1);
  }
}
