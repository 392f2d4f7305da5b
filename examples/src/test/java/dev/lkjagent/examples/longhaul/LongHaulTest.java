package dev.lkjagent.examples.longhaul;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.examples.Started;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LongHaulTest {
  @Test
  void countsEveryCycleOnceAlsoOverASecondRun(@TempDir Path folder) {
    String store = folder.resolve("haul.db").toString();
    for (int run = 1; run <= 2; run++) {
      Started haul =
          Started.with(
              "run", "long-haul", "--heap=here", "--cycles=1201", "--agents=3", "--store=" + store);
      assertThat(haul.status()).as(haul.err()).isZero();
      assertThat(haul.out())
          .contains("not a language model")
          .contains("1,201 in ")
          .contains("of them in the second half")
          .contains("counters    3 are right");
    }
    assertThat(Started.with("inspect", "--store", store).out())
        .containsPattern("hauler-0, .* after cycle 802")
        .containsPattern("hauler-2, .* after cycle 800");
    assertThat(Started.with("inspect", "hauler-0", "--store", store).out())
        .contains("counter, pinned")
        .containsPattern("storage +\\d+ entries");
    assertThat(Started.with("export", "hauler-0", "--at=100", "--store", store).status()).isOne();
  }

  @Test
  void noMoreAgentsThanFitShareTheCycles(@TempDir Path folder) {
    String store = folder.resolve("haul.db").toString();
    Started haul =
        Started.with(
            "run", "long-haul", "--heap=here", "--cycles=300", "--agents=200", "--store=" + store);
    assertThat(haul.out()).contains("counters    128 are right");
  }

  @Test
  void aHeapOfItsOwnIsGivenToAProcessOfItsOwn(@TempDir Path folder) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx300m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.lkjagent.cli.Main",
                "run",
                "long-haul",
                "--cycles=40",
                "--heap=48m",
                "--store=" + folder.resolve("haul.db"))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).containsPattern("heap        at most 4[5-8] MiB").contains("are right");
  }

  @Test
  void numbersAreFoundBehindTheirTexts() {
    byte[] prompt = "<x> a=\"12\" <b a=\"7\">".getBytes(US_ASCII);
    byte[] text = "a=\"".getBytes(US_ASCII);
    assertThat(LongHaulRules.numberAfter(text, prompt, 0, prompt.length)).isEqualTo(12);
    assertThat(LongHaulRules.numberAfter(text, prompt, 8, prompt.length)).isEqualTo(7);
    assertThat(LongHaulRules.numberAfter(text, prompt, 0, 5)).isZero();
  }
}
