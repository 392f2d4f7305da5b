package dev.lkjagent.examples.librarian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lkjagent.examples.Started;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ctrl-C, as a terminal sends it, in the middle of a run. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals to send")
class InterruptTest {
  private static final int INTERRUPTED = 130;
  private static final Pattern TIME = Pattern.compile("\"run_millis\" : \\d+,");

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 12})
  void theNextRunGoesOnAndEndsAsAnUninterruptedOne(int cycle, @TempDir Path folder)
      throws Exception {
    String whole = folder.resolve("whole.db").toString();
    String cut = folder.resolve("cut.db").toString();
    assertThat(Started.with("run", "librarian", "--store", whole).status()).isZero();

    List<String> command = new ArrayList<>(Started.withDefaultInterrupts());
    assumeTrue(
        !command.isEmpty() || takesInterrupts(), "this build was started with SIGINT ignored");
    command.addAll(Started.javaCommand("run", "librarian", "--store", cut));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = interruptAfter(cycle, process);
    assertThat(process.waitFor()).as(said).isEqualTo(INTERRUPTED);
    assertThat(said).contains("Interrupted. What was committed is kept").doesNotContain("\tat ");
    assertThat(untimed(cut)).isNotEqualTo(untimed(whole));

    Started second = Started.with("run", "librarian", "--store", cut);
    assertThat(second.status()).as(second.err()).isZero();
    assertThat(second.err()).doesNotContain("cycle 1 ");
    assertThat(untimed(cut)).isEqualTo(untimed(whole));
  }

  /** What the store holds of the agent, but for the time its run took by the machine's clock. */
  private static String untimed(String store) {
    Started export = Started.with("export", "librarian", "--store", store);
    assertThat(export.out()).as(export.err()).containsPattern(TIME);
    return TIME.matcher(export.out()).replaceAll("");
  }

  /** Whoever started the build may have had SIGINT ignored, and its children leave it at that. */
  private static boolean takesInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return true;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("SigIgn:")) {
        return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) == 0;
      }
    }
    return true;
  }

  private static String interruptAfter(int cycle, Process process) throws Exception {
    StringBuilder said = new StringBuilder();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.append(line).append('\n');
        if (line.startsWith("cycle " + cycle + " ")) {
          List<String> kill = List.of("kill", "-INT", Long.toString(process.pid()));
          assertThat(new ProcessBuilder(kill).start().waitFor()).isZero();
        }
      }
    }
    return said.toString();
  }
}
