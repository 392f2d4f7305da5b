package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A4TagsTest {
  @TempDir Path dir;

  @Test
  void tagsAreNormalisedAndSearchedByAllAnyExclusionAndText() {
    try (Stage stage =
        new Stage(
            dir,
            reply(
                "thinking",
                act("storage_save", "Émil’s HOUSE!, red", "the red house"),
                act("storage_save", "blue,red", "sky at dusk"),
                act("storage_save", "green", "grass"),
                act("storage_save", "?!, ", "none")),
            reply(
                "thinking",
                act("storage_search", "red", ""),
                act("storage_search", "blue | green", ""),
                act("storage_search", "red, -blue", ""),
                act("storage_search", "", "dusk"),
                act("storage_search", "RED, émil s house", "")),
            finish("ok"))) {
      stage.agent().run("t");
      List<String> lines = stage.outcomes();
      assertThat(lines.get(0)).contains("[red,émil_s_house]");
      assertThat(lines.get(3)).contains("it needs <tags> with at least one letter or digit");
      assertThat(lines.get(4)).contains("2 hits");
      assertThat(lines.get(5)).contains("2 hits").contains("[green]");
      assertThat(lines.get(6)).contains("1 hit").contains("émil_s_house");
      assertThat(lines.get(7)).contains("1 hit").contains("[blue,red]");
      assertThat(lines.get(8)).contains("1 hit");
    }
  }
}
