package dev.lkjagent.cli.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lkjagent.cli.shell.Terminal.Sight;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line in a process of its own, whose streams end badly. */
class StandardStreamsTest {
  private final List<String> told = new ArrayList<>();

  @Test
  void aModelThatIsNotThereIsOneErrorAndNothingElse(@TempDir Path folder) throws Exception {
    Process process =
        lkjagent(
                "run",
                "noter",
                "--endpoint=http://127.0.0.1:9/v1",
                "--set=llm.retry.max_attempts=1",
                "--store=" + folder.resolve("noter.db"))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isEqualTo(ExitCode.MODEL.number());
    assertThat(said.lines())
        .containsExactly(
            "error: http://127.0.0.1:9/v1/chat/completions refused the connection; start the"
                + " server, or set llm.endpoint");
  }

  @Test
  void theUsersWidthGoesBeforeTheTerminals() {
    assertThat(StandardStreams.columns("132", "100")).isEqualTo(132);
    assertThat(StandardStreams.columns(null, "100")).isEqualTo(100);
    assertThat(StandardStreams.columns(null, null)).isEqualTo(Terminal.COLUMNS);
    for (String nonsense : new String[] {"", "0", "-5", "wide", "999999999999"}) {
      assertThat(StandardStreams.columns(nonsense, "100")).as(nonsense).isEqualTo(100);
      assertThat(StandardStreams.columns(null, nonsense)).isEqualTo(Terminal.COLUMNS);
    }
  }

  @Test
  void helpKeepsToTheColumnsOfTheEnvironment() throws Exception {
    assertThat(longestLineOfHelp("100")).isBetween(81, 100);
    assertThat(longestLineOfHelp("40")).isBetween(50, Terminal.NARROWEST);
    assertThat(longestLineOfHelp("")).isBetween(70, Terminal.COLUMNS);
  }

  private static int longestLineOfHelp(String columns) throws Exception {
    ProcessBuilder help = lkjagent("run", "--help");
    help.environment().put("COLUMNS", columns);
    Process process = help.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return said.lines().mapToInt(String::length).max().orElseThrow();
  }

  private static ProcessBuilder lkjagent(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path")));
    command.add("dev.lkjagent.cli.Main");
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  @Test
  void whenNobodyReadsTheResultTheProcessEndsQuietly(@TempDir Path folder) throws Exception {
    Path said = folder.resolve("err");
    Process process = lkjagent("config").redirectError(said.toFile()).start();
    process.getInputStream().close();
    assertThat(process.waitFor()).isEqualTo(ExitCode.BROKEN_PIPE.number());
    assertThat(said).isEmptyFile();
  }

  @Test
  void workThatNobodySeesIsNotGoneOnWith(@TempDir Path folder) throws Exception {
    String store = folder.resolve("greeter.db").toString();
    Process process =
        lkjagent("run", "greeter", "--ask=you", "--times=9000000000000", "--store", store).start();
    try {
      process.getInputStream().close();
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(ExitCode.BROKEN_PIPE.number());
    } finally {
      process.destroyForcibly();
    }
    assertThat(lkjagent("inspect", "--store", store).start().waitFor()).as("it is free").isZero();
  }

  @Test
  void whenNobodyReadsTheProgressTheProcessEndsQuietly(@TempDir Path folder) throws Exception {
    Process process =
        lkjagent("run", "nobody").redirectOutput(folder.resolve("out").toFile()).start();
    process.getErrorStream().close();
    assertThat(process.waitFor()).isEqualTo(ExitCode.BROKEN_PIPE.number());
  }

  @Test
  void aResultThatCannotBeWrittenIsTold() throws Exception {
    File full = new File("/dev/full");
    assumeTrue(full.exists(), "this system has no /dev/full");
    Process process = lkjagent("config").redirectOutput(full).start();
    String said = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isEqualTo(ExitCode.INPUT.number());
    assertThat(said).startsWith("error: the output cannot be written: ").doesNotContain("\tat ");
  }

  @Test
  void aStreamThatFailedWritesNoMoreAndRemembersWhy() {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    Outlet outlet = new Outlet(failingAfter(2, "No space left on device", written), this::leave);
    outlet.write('a');
    outlet.write(new byte[] {'b', 'c', 'd'}, 0, 3);
    outlet.write('e');
    assertThat(written.toString(UTF_8)).isEqualTo("a");
    assertThat(outlet.failure()).hasMessageContaining("No space");
    assertThat(outlet.isAbandoned()).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void aReaderThatHasGoneIsToldOnce() {
    Outlet outlet =
        new Outlet(failingAfter(0, "Broken pipe", new ByteArrayOutputStream()), this::leave);
    outlet.write('a');
    outlet.write('b');
    assertThat(outlet.isAbandoned()).isTrue();
    assertThat(told).containsExactly("gone");
  }

  @Test
  void whatAPersonSeesFollowsTheStreams() {
    Map<String, String> plain = Map.of("TERM", "xterm");
    assertThat(StandardStreams.sight(true, true, plain)).isEqualTo(Sight.COLOURS);
    assertThat(StandardStreams.sight(true, true, Map.of("NO_COLOR", "1"))).isEqualTo(Sight.PLAIN);
    assertThat(StandardStreams.sight(true, true, Map.of("NO_COLOR", ""))).isEqualTo(Sight.COLOURS);
    assertThat(StandardStreams.sight(true, true, Map.of("TERM", "dumb"))).isEqualTo(Sight.PLAIN);
    assertThat(StandardStreams.sight(true, false, plain)).isEqualTo(Sight.RESULT);
    assertThat(StandardStreams.sight(false, true, plain)).isEqualTo(Sight.PROGRESS);
    assertThat(StandardStreams.sight(false, false, plain)).isEqualTo(Sight.NONE);
  }

  private void leave() {
    told.add("gone");
  }

  private static OutputStream failingAfter(int bytes, String why, OutputStream to) {
    return new OutputStream() {
      private int left = bytes;

      @Override
      public void write(int b) throws IOException {
        throw new AssertionError("whole pieces only");
      }

      @Override
      public void write(byte[] piece, int offset, int length) throws IOException {
        left -= length;
        if (left < 0) {
          throw new IOException(why);
        }
        to.write(piece, offset, length);
      }
    };
  }
}
