package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.*;
import dev.lkjagent.runtime.action.*;
import dev.lkjagent.runtime.config.*;
import dev.lkjagent.runtime.fault.*;
import dev.lkjagent.runtime.loop.*;
import dev.lkjagent.runtime.memory.*;
import dev.lkjagent.runtime.model.*;
import dev.lkjagent.runtime.state.*;
import dev.lkjagent.runtime.store.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A14ShutdownTest {
  @TempDir Path dir;

  @Test
  void everyTierAddsUpAfterARun() {
    Stage stage = new Stage(dir, reply("executing", act("memory_add", "a", "b".repeat(500))), finish("ok"));
    stage.agent().run("t");
    assertThat(stage.host.poolReports().get(0).clean()).isFalse();
    stage.close();
    PoolReport report = stage.host.poolReports().get(0);
    assertThat(report.clean()).isTrue();
    assertThat(report.tiers()).allSatisfy(t -> assertThat(t.free() + t.retired()).isEqualTo(t.count()));
  }
}
