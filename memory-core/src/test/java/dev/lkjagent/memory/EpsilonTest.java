package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A long run in a JVM without a garbage collector and with a small heap. */
class EpsilonTest {
  private static String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:+UseEpsilonGC",
            "-Xmx24m",
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return out;
  }

  @Test
  void millionsOfOperationsNeedNoGarbageCollector() throws Exception {
    String rounds = System.getProperty("lkjagent.epsilon.rounds", "5000000");
    assertThat(run(EpsilonRun.class.getName(), rounds)).endsWith("done\n");
  }

  @Test
  void theRunWouldFailIfItAllocated() throws Exception {
    assertThat(run(Garbage.class.getName())).contains("OutOfMemoryError");
  }

  /** Allocates 48 bytes a round. */
  static final class Garbage {
    private Garbage() {}

    static Object kept = "";

    public static void main(String[] args) {
      for (int i = 0; i < 5_000_000; i++) {
        kept = new byte[32];
      }
      System.out.println("done");
    }
  }
}
