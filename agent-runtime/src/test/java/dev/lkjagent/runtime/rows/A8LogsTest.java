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

final class A8LogsTest {
  @TempDir Path dir;

  @Test
  void logsRotateOldestFirstUnderTheirPrefixAndCanBeOff() {
    String[] replies = new String[5];
    for (int i = 0; i < 5; i++) {
      replies[i] = "<agent><thinking_log>thought " + i + "</thinking_log><evaluation_log>e" + i + "</evaluation_log></agent>";
    }
    MemoryLimits limits =
        new MemoryLimits(
            4096, 3072, 8192, new MemoryLimits.Log(2, "idea_"), new MemoryLimits.Log(0, "e_"), new MemoryLimits.Log(3, "x_"));
    try (Stage stage = new Stage(dir, replies)) {
      Agent agent = stage.agent(b -> b.memory(limits).limits(Limits.DEFAULT.withCycles(5)));
      agent.run("t");
      assertThat(agent.workingMemory())
          .filteredOn(e -> e.kind() == EntryKind.THINKING)
          .extracting(MemoryEntry::tags, MemoryEntry::value)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("idea_03", "thought 3"),
              org.assertj.core.groups.Tuple.tuple("idea_04", "thought 4"));
      assertThat(agent.workingMemory()).noneMatch(e -> e.kind() == EntryKind.EVALUATION);
    }
  }
}
