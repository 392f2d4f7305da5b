package dev.lkjagent.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.fault.FaultException;
import org.junit.jupiter.api.Test;

final class RunResultTest {
  private static final RunResult SPENT =
      new RunResult(
          RunResult.Status.FAILED, "", FaultCode.LIMIT_CYCLES.with("all spent"), "thinking", 7);

  @Test
  void onlyAFaultThatWasNotExpectedIsThrown() {
    assertThat(SPENT.orThrowUnless(FaultCode.NO_TAGS, FaultCode.LIMIT_CYCLES)).isSameAs(SPENT);
    assertThatThrownBy(() -> SPENT.orThrowUnless(FaultCode.NO_TAGS))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("all spent");
    RunResult waiting = new RunResult(RunResult.Status.WAITING, "", null, "waiting", 3);
    assertThat(waiting.orThrowUnless()).isSameAs(waiting);
  }
}
