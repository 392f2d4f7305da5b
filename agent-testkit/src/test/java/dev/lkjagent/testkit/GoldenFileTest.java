package dev.lkjagent.testkit;

import static dev.lkjagent.testkit.TestRun.failure;
import static dev.lkjagent.testkit.TestRun.passes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.testkit.model.Scripted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

final class GoldenFileTest {
  @LkjAgentTest
  static final class Golden {
    static String answer = "";

    @Test
    void answers(Stage stage) {
      Agent agent = stage.agent("ada", Scripted.replies().finish(answer).model()).start();
      agent.run("t");
      stage.assertThat(agent).matchesGolden();
    }
  }

  @Test
  @ResourceLock(Resources.SYSTEM_PROPERTIES)
  void aGoldenTraceIsWrittenOnRequestAndADifferenceShownLineByLine(@TempDir Path folder)
      throws IOException {
    System.setProperty("lkjagent.golden.dir", folder.toString());
    try {
      Golden.answer = "first";
      assertThat(failure(Golden.class))
          .contains("there is no golden file", "-Dlkjagent.golden=update");
      System.setProperty("lkjagent.golden", "update");
      passes(Golden.class);
      System.clearProperty("lkjagent.golden");
      try (Stream<Path> files = Files.walk(folder)) {
        assertThat(files.filter(Files::isRegularFile).map(f -> folder.relativize(f).toString()))
            .containsExactly("GoldenFileTest.Golden/answers-ada.txt");
      }
      passes(Golden.class);
      Golden.answer = "second";
      assertThat(failure(Golden.class))
          .contains("-   did finish \"first\"")
          .contains("+   did finish \"second\"");
      System.setProperty("lkjagent.golden", "update");
      passes(Golden.class);
      System.clearProperty("lkjagent.golden");
      passes(Golden.class);
    } finally {
      System.clearProperty("lkjagent.golden");
      System.clearProperty("lkjagent.golden.dir");
    }
  }

  @Test
  @ResourceLock(Resources.SYSTEM_PROPERTIES)
  void everyCharacterCountsButNotHowLinesEnd(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("trace.txt");
    Files.writeString(file, "one\r\ntwo\r\n");
    GoldenFile.compare(file, "one\ntwo\n");
    assertThatThrownBy(() -> GoldenFile.compare(file, "one\ntwo \n"))
        .hasMessageContaining("- two")
        .hasMessageContaining("+ two ");
    assertThat(file).hasContent("one\r\ntwo\r\n");
  }
}
