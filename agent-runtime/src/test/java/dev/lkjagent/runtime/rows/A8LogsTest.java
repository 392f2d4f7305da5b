package dev.lkjagent.runtime.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.MemoryEntry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class A8LogsTest {
  @TempDir Path dir;

  @Test
  void logsRotateOldestFirstUnderTheirPrefixAndCanBeOff() {
    String[] replies = new String[5];
    for (int i = 0; i < 5; i++) {
      replies[i] =
          "<agent><thinking_log>thought "
              + i
              + "</thinking_log><evaluation_log>e"
              + i
              + "</evaluation_log></agent>";
    }
    MemoryLimits limits =
        new MemoryLimits(
            4096,
            3072,
            8192,
            new MemoryLimits.Log(2, "idea_"),
            new MemoryLimits.Log(0, "e_"),
            new MemoryLimits.Log(3, "x_"));
    try (Stage stage = new Stage(dir, replies)) {
      Agent agent = stage.agent(b -> b.memory(limits).limits(Limits.DEFAULT.withCycles(5)));
      agent.run("t");
      assertThat(agent.workingMemory())
          .filteredOn(e -> e.kind() == EntryKind.THINKING)
          .extracting(MemoryEntry::tags, MemoryEntry::value)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("idea_03", "thought 3"),
              org.assertj.core.groups.Tuple.tuple("idea_04", "thought 4"));
      assertThat(agent.value("IDEA_04")).hasValue("thought 4");
      assertThat(agent.value("idea_02")).isEmpty();
      assertThat(agent.workingMemory()).noneMatch(e -> e.kind() == EntryKind.EVALUATION);
    }
  }
}
