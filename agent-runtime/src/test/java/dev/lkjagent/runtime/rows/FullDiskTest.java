package dev.lkjagent.runtime.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lkjagent.runtime.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A store on a small file system, which only the processes of the test see. */
@EnabledOnOs(OS.LINUX)
final class FullDiskTest {
  @TempDir Path dir = Path.of("");

  /** Runs a shell in a mount namespace of its own, where the folder is 2 MiB in memory. */
  private List<String> onSmallDisk(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-ec",
                "mount -t tmpfs -o size=2m tmpfs '" + dir + "'\n" + script)
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.lines().toList();
  }

  private boolean canMount() throws InterruptedException {
    try {
      return onSmallDisk("echo mounted").equals(List.of("mounted"));
    } catch (IOException e) {
      return false;
    }
  }

  private String host(String what) {
    List<String> words = ChildJvm.command(FullDiskHost.class, what, dir.toString());
    return "'" + String.join("' '", words) + "'\n";
  }

  @Test
  void nothingAcknowledgedIsLostOnAFullDiskNorByDyingOnOne() throws Exception {
    assumeTrue(canMount(), "unshare is missing, or may not mount a file system here");
    List<String> said =
        onSmallDisk(host("fill") + host("resume")).stream()
            .filter(line -> line.matches("\\d+ .*"))
            .toList();
    assertThat(said).as("%s", said).hasSize(8);
    long first = cycle(said.get(0));
    long second = cycle(said.get(2));
    assertThat(first).isGreaterThan(2);
    assertThat(second).isGreaterThan(first);
    String full =
        " FAILED STORE_FULL: the disk under the store "
            + dir.resolve("agents.db")
            + " is full: make room, then go on";
    assertThat(said.get(0)).startsWith(first + full);
    assertThat(said.get(2)).startsWith(second + full);
    assertThat(said)
        .contains(first + " undone true", second + " undone true")
        .endsWith(
            "0 opened, verified []",
            second + " stored " + second,
            second + " verified []",
            second + " resumed went on");
  }

  private static long cycle(String line) {
    return Long.parseLong(line.substring(0, line.indexOf(' ')));
  }
}
