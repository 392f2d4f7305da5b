package dev.lkjagent.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.cli.Main;
import dev.lkjagent.cli.shell.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return run(Terminal.Sight.NONE, args);
  }

  private int run(Terminal.Sight sight, String... args) {
    PrintWriter written = new PrintWriter(out, true);
    Terminal terminal = new Terminal(written, new PrintWriter(err, true), sight);
    return Main.run(terminal, Map.of(), args);
  }

  @Test
  void aPipeGetsEachKeyInALineOfItsOwn() {
    assertThat(run("config")).isZero();
    assertThat(out.toString().lines()).allMatch(line -> line.matches("[a-z_.]+ = .*[^ ] +default"));
    assertThat(run("config", "no.such")).isEqualTo(1);
    assertThat(err.toString()).contains("There is no key no.such");
  }

  @Test
  void everyValueIsPrintedWithItsOriginWithin80Columns() {
    assertThat(run(Terminal.Sight.RESULT, "config")).isZero();
    assertThat(out.toString())
        .contains(
            "llm.endpoint = \"rules:embedded\"", "agent.hard_limit.max_tokens = 8192", "default");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void changedShowsOnlyWhatIsNotADefault(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("a.json");
    Files.writeString(file, "{\"llm\": {\"model\": \"qwen3\"}}");
    int status =
        run(
            "config",
            "--changed",
            "-c",
            file.toString(),
            "--set",
            "llm.temperature=1",
            "--endpoint",
            "http://h/v1");
    assertThat(status).isZero();
    assertThat(out.toString().replaceAll("\\s+", " "))
        .isEqualTo(
            "llm.endpoint = \"http://h/v1\" flag --endpoint "
                + "llm.model = \"qwen3\" "
                + file
                + ":1:19 "
                + "llm.temperature = 1.0 flag --set llm.temperature ");
  }

  @Test
  void oneKeyCanBeAskedForAsJson() throws Exception {
    assertThat(run("config", "--json", "agent.iterate")).isZero();
    JsonNode list = new ObjectMapper().readTree(out.toString());
    assertThat(list)
        .hasSizeGreaterThan(2)
        .allMatch(s -> s.path("key").asText().startsWith("agent.iterate."));
    assertThat(list.get(0).path("value").asBoolean()).isTrue();
    assertThat(run("config", "no.such.key")).isOne();
  }

  @Test
  void aFileThatCannotBeReadIsToldWithTheWayOut(@TempDir Path dir) {
    assertThat(run("config", "-c", dir.toString())).isEqualTo(4);
    assertThat(err.toString()).contains(dir + ": is a folder; name the JSON file in it");
    assertThat(run("config", "-c", dir.resolve("none.json").toString())).isEqualTo(4);
    assertThat(err.toString()).contains("none.json: does not exist");
  }

  @Test
  void wrongConfigurationEndsWithItsExitCodeAndItsPlace() {
    assertThat(run("config", "--set", "llm.modle=x")).isEqualTo(4);
    assertThat(err.toString()).contains("llm.modle is not a known key", "did you mean llm.model?");
    assertThat(out.toString()).isEmpty();
  }
}
