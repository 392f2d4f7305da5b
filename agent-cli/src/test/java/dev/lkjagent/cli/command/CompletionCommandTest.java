package dev.lkjagent.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lkjagent.cli.Session;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionCommandTest {
  @TempDir Path folder;

  @Test
  void bashCompletesCommandsOptionsAndNames() throws Exception {
    assumeTrue(Files.exists(Path.of("/bin/bash")), "this system has no bash");
    assertThat(completed("lkjagent", "ins")).containsExactly("inspect");
    assertThat(completed("lkjagent", "inspect", "--te")).containsExactly("--text");
    assertThat(completed("lkjagent", "run", "gre")).containsExactly("greeter");
    assertThat(completed("lkjagent", "convert", "--from", "")).contains("XML", "REPLY");
  }

  /** What bash offers when the last word is to be completed. */
  private String[] completed(String... words) throws Exception {
    Session session = Session.run("completion");
    assertThat(session.status()).isZero();
    Path script = Files.writeString(folder.resolve("completion.sh"), session.out());
    String ask =
        "compopt() { :; }; source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_lkjagent; printf '%%s\\n' ${COMPREPLY[@]}"
            .formatted(script, "'" + String.join("' '", words) + "'", words.length - 1);
    Process bash = new ProcessBuilder("/bin/bash", "-c", ask).redirectErrorStream(true).start();
    String offered = new String(bash.getInputStream().readAllBytes(), UTF_8);
    assertThat(bash.waitFor()).as(offered).isZero();
    return offered.strip().split("\\s+");
  }
}
