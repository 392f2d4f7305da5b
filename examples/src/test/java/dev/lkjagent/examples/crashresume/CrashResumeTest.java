package dev.lkjagent.examples.crashresume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.examples.Started;
import org.junit.jupiter.api.Test;

final class CrashResumeTest {
  @Test
  void aRunThatIsKilledEndsAsAnUndisturbedOneAndSoDoItsForkAndItsSecondLife() {
    Started started = Started.with("run", "crash-resume", "--kills=3", "--cycles=40");
    assertThat(started.status()).as(started.out() + started.err()).isZero();
    assertThat(started.out())
        .containsPattern("kill 2 \\(any time\\) (cycle|killed before)")
        .containsPattern("kill 3 \\(in a save\\)  (cycle|killed before)")
        .contains("the same trace   killed 3 times")
        .contains("the same trace   forked at cycle 20 and gone on")
        .contains("the same trace   rewound to cycle 20 and gone on");
  }
}
