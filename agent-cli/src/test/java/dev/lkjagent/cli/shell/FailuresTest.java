package dev.lkjagent.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.fault.FaultCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {
  private final StringWriter err = new StringWriter();
  private final Terminal terminal =
      new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(err), Terminal.Sight.NONE);

  @Test
  void aFailureIsTwoSentencesWithoutATrace() {
    ExitCode code =
        Failures.report(
            new CommandFailure(ExitCode.STORE, "The store is gone.", "Restore it."),
            terminal,
            false);
    assertThat(code).isEqualTo(ExitCode.STORE);
    assertThat(err.toString().lines()).containsExactly("error: The store is gone.", "Restore it.");
  }

  @Test
  void aFaultEndsWithTheCodeOfItsKindAndItsOwnMessage() {
    ExitCode code =
        Failures.report(
            FaultCode.MODEL_UNREACHABLE.with("nothing listens at host:1; start it").asException(),
            terminal,
            false);
    assertThat(code).isEqualTo(ExitCode.MODEL);
    assertThat(err.toString().lines())
        .containsExactly("error: nothing listens at host:1; start it");
  }

  @Test
  void aFileThatCannotBeUsedIsNamedWithItsReason() {
    assertThat(
            Failures.report(
                new UncheckedIOException(new NoSuchFileException("/a/b")), terminal, false))
        .isEqualTo(ExitCode.INPUT);
    Failures.report(new AccessDeniedException("/c"), terminal, false);
    Failures.report(new FileSystemException("/d", null, "Too many links"), terminal, false);
    assertThat(err.toString())
        .contains("/a/b does not exist")
        .contains("/c may not be read or written")
        .contains("/d cannot be used: Too many links");
  }

  @Test
  void aDefectIsCalledOneAndShowsItsTraceWhenAsked() {
    ExitCode code = Failures.report(new IllegalStateException("odd"), terminal, false);
    assertThat(code).isEqualTo(ExitCode.INTERNAL);
    assertThat(err.toString()).contains("a defect in LKJAgent").contains("--stacktrace");
    assertThat(err.toString()).doesNotContain("\tat ");
    Failures.report(new IllegalStateException("odd"), terminal, true);
    assertThat(err.toString()).contains("\tat dev.lkjagent.cli.shell.FailuresTest");
  }

  @Test
  void exitCodesAreDifferentNumbersThatAShellCanTell() {
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::number))
        .doesNotHaveDuplicates()
        .allMatch(number -> number >= 0 && number < 256);
  }

  @ParameterizedTest
  @CsvSource({
    "STORE_LEASED, STORE", "AGENT_NAME_TAKEN, STORE", "MODEL_TIMEOUT, MODEL",
    "SCRIPT_EXHAUSTED, MODEL", "REPLAY_MISS, MODEL", "REPLAY_DIVERGED, NO",
    "LIMIT_CYCLES, LIMIT", "PROMPT_TOO_LARGE, LIMIT", "CONFIG_INVALID, CONFIG",
    "CANCELLED, INTERRUPTED", "INTERNAL, INTERNAL", "NOTHING_THERE, NO"
  })
  void aFaultEndsWithTheCodeOfItsKind(FaultCode fault, ExitCode code) {
    assertThat(ExitCode.of(fault)).isEqualTo(code);
  }
}
