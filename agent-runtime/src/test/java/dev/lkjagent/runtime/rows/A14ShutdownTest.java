package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.PoolReport;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A14ShutdownTest {
  @TempDir Path dir;

  @Test
  void everyTierAddsUpAfterARun() {
    Stage stage =
        new Stage(dir, reply("executing", act("memory_add", "a", "b".repeat(500))), finish("ok"));
    stage.agent().run("t");
    assertThat(stage.host.poolReports().get(0).clean()).isFalse();
    stage.close();
    PoolReport report = stage.host.poolReports().get(0);
    assertThat(report.clean()).isTrue();
    assertThat(report.tiers())
        .allSatisfy(t -> assertThat(t.free() + t.retired()).isEqualTo(t.count()));
  }
}
