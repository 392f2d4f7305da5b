package dev.lkjagent.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.cli.Session;
import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.memory.PoolSpec;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolCommandTest {
  @Test
  void thePoolOfTheConfigurationIsShownToTheByte() {
    Session session = Session.look("pool");
    assertThat(session.out())
        .contains(
            String.format(java.util.Locale.ROOT, "%,d", PoolSpec.DEFAULT.footprint().totalBytes()))
        .contains("advice: -Xmx");
    assertThat(session.out().lines()).allMatch(line -> line.length() <= Terminal.COLUMNS);
  }

  @Test
  void aSpecIsReadAsTheLibraryReadsIt() throws IOException {
    String spec = "16x64K, 256x8K, 4Kx512; nodes=8K; names=1K";
    JsonNode json = new ObjectMapper().readTree(Session.run("pool", spec, "--json").out());
    assertThat(json.path("totalBytes").asLong())
        .isEqualTo(PoolSpec.parse(spec).footprint().totalBytes());
    long two =
        new ObjectMapper()
            .readTree(Session.run("pool", spec, "--json", "--workers", "2").out())
            .path("adviceHeapMib")
            .asLong();
    assertThat(two).isGreaterThan(json.path("adviceHeapMib").asLong());
  }

  @ParameterizedTest
  @ValueSource(strings = {"16", "16xfour", "16x4; leaves=3", "", "17x4"})
  void aTextThatIsNoSpecIsRefusedWithAnExample(String text) {
    Session session = Session.run("pool", text);
    assertThat(session.status()).isEqualTo(ExitCode.USAGE.number());
    assertThat(session.err()).contains("this is no pool").contains("16x64K");
  }
}
