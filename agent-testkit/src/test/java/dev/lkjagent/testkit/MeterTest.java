package dev.lkjagent.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.model.Demand;
import dev.lkjagent.runtime.model.FinishReason;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplySink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MeterTest {
  private static volatile byte[] kept = new byte[0];

  private final List<String> said = new ArrayList<>();
  private final ReplySink sink =
      new ReplySink() {
        @Override
        public Demand text(byte[] bytes, int from, int to) {
          said.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
          return Demand.MORE;
        }

        @Override
        public void done(FinishReason reason) {}

        @Override
        public void failed(Fault fault) {}
      };

  private static Meter meter(long limitBytes, String... replies) {
    List<byte[]> bytes = new ArrayList<>();
    for (String reply : replies) {
      bytes.add(reply.getBytes(StandardCharsets.UTF_8));
    }
    return new Meter(bytes, limitBytes);
  }

  /** Does a cycle that allocates before its prompt and behind it. */
  private void cycle(Meter meter, int rendering, int acting) {
    kept = rendering > 0 ? new byte[rendering] : kept;
    meter.start(new ModelRequest(), sink);
    kept = acting > 0 ? new byte[acting] : kept;
    meter.commits();
    meter.committed();
  }

  @Test
  void whatIsAllocatedBeforeThePromptAndBehindItIsToldApart() {
    Meter meter = meter(0, "a", "b");
    for (int i = 0; i < 7; i++) {
      cycle(meter, 100_000, 200_000);
    }
    assertThat(meter.rounds()).isEqualTo(3);
    assertThat(meter.leastRendering()).isBetween(100_000L, 150_000L);
    assertThat(meter.leastActing()).isBetween(200_000L, 250_000L);
    assertThat(meter.isContent()).isFalse();
  }

  @Test
  void onlyRoundsInARowBelowTheLimitOfTheirCyclesAreContent() {
    Meter meter = meter(100_000, "a", "b");
    cycle(meter, 0, 900_000);
    for (int round = 1; round <= 6; round++) {
      cycle(meter, 0, 0);
      cycle(meter, 0, round == 3 ? 300_000 : 150_000);
      assertThat(meter.isContent()).as("after round %d", round).isEqualTo(round == 6);
    }
    cycle(meter, 0, 0);
    assertThat(said.subList(0, 4)).containsExactly("a", "b", "a", "b");
    assertThat(said.get(13)).contains("finish");
  }

  @Test
  void aReplyThatLeadsToAFaultIsNotGivenAgain() {
    Meter meter = meter(0, "a", "b", "c");
    meter.start(new ModelRequest(), sink);
    meter.commits();
    meter.committed();
    meter.start(new ModelRequest(), sink);
    meter.fault(FaultCode.NOTHING_THERE);
    meter.commits();
    meter.committed();
    for (int i = 0; i < 3; i++) {
      cycle(meter, 0, 0);
    }
    assertThat(said).containsExactly("a", "b", "a", "c", "a");
    assertThat(meter.rounds()).isEqualTo(1);
    assertThat(meter.dropLast()).isTrue();
    meter.start(new ModelRequest(), sink);
    assertThat(meter.dropLast()).isFalse();
  }
}
