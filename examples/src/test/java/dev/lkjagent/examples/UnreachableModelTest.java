package dev.lkjagent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every sample can be given a model that is not there. */
final class UnreachableModelTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "librarian",
        "chat",
        "triage-team",
        "bad-model",
        "crash-resume",
        "long-haul --heap=here"
      })
  void aSampleWhoseModelIsNotThereEndsWithOneError(String sample, @TempDir Path folder) {
    String options =
        " --ask=hello --endpoint=http://127.0.0.1:9/v1 --set=llm.retry.max_attempts=1 --store=";
    String command = "run " + sample + options + folder.resolve("sample.db");
    Started started = Started.with(command.split(" "));
    assertThat(started.status()).as(started.out() + started.err()).isEqualTo(6);
    assertThat(started.err().lines().filter(line -> line.startsWith("error: ")))
        .singleElement()
        .asString()
        .startsWith("error: http://127.0.0.1:9/v1/chat/completions refused the connection;");
    assertThat(started.out()).doesNotContain("kill 1", "cycle", "refused");
  }
}
