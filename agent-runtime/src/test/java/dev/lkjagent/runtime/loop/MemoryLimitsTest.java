package dev.lkjagent.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MemoryLimitsTest {
  @Test
  void onePartIsChangedAndTheOthersStay() {
    MemoryLimits.Log idea = new MemoryLimits.Log(9, "idea_");
    MemoryLimits.Log verdict = new MemoryLimits.Log(9, "verdict_");
    MemoryLimits.Log deed = new MemoryLimits.Log(9, "deed_");
    MemoryLimits limits = new MemoryLimits(400, 300, 500, idea, verdict, deed);
    assertThat(limits.withTarget(200))
        .isEqualTo(new MemoryLimits(400, 200, 500, idea, verdict, deed));
    assertThat(limits.withLogs(1, 0, 3))
        .isEqualTo(
            new MemoryLimits(
                400,
                300,
                500,
                new MemoryLimits.Log(1, "idea_"),
                new MemoryLimits.Log(0, "verdict_"),
                new MemoryLimits.Log(3, "deed_")));
  }
}
