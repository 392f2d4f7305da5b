package dev.lkjagent.runtime.rows;

import static dev.lkjagent.runtime.rows.Stage.act;
import static dev.lkjagent.runtime.rows.Stage.finish;
import static dev.lkjagent.runtime.rows.Stage.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** How a cycle asks a model again that failed, and that nothing else depends on the pauses. */
final class RetriesTest {
  private final List<Long> pauses = new ArrayList<>();

  /** Chance that always falls the same way. */
  private record Fixed(double nextDouble) implements RandomGenerator {
    @Override
    public long nextLong() {
      return 0;
    }
  }

  /** Runs an agent whose model fails some times in its first cycle; answers its trace. */
  private String trace(double chance, int failures, Limits limits, RunResult.Status end) {
    Script.Builder script = Script.builder("stumbling");
    for (int i = 0; i < failures; i++) {
      script.fault(FaultCode.MODEL_UNREACHABLE.with("nobody listens"));
    }
    script.reply(reply("executing", act("memory_add", "a", "one"))).reply(finish("ok"));
    pauses.clear();
    try (Store store = new InMemoryStore();
        AgentHost host =
            AgentHost.builder()
                .store(store)
                .model(new ScriptModel(script.build()))
                .pool(Stage.POOL)
                .random(new Fixed(chance))
                .build()) {
      Agent agent =
          host.agent("ada")
              .limits(limits)
              .listener(
                  event -> {
                    if (event instanceof AgentEvent.Retried retried) {
                      pauses.add(retried.pauseMillis());
                    }
                  })
              .start();
      assertThat(agent.run("t").status()).isEqualTo(end);
      assertThat(agent.replay().difference()).isEmpty();
      return agent.status().traceHash();
    }
  }

  @Test
  void pausesAreDoubledHalfOfEachComesByChanceAndTheTraceIsTheSame() {
    Limits limits = Limits.DEFAULT.withModelAttempts(4, 8);
    String early = trace(0, 3, limits, RunResult.Status.FINISHED);
    assertThat(pauses).containsExactly(4L, 8L, 16L);
    String late = trace(0.5, 3, limits, RunResult.Status.FINISHED);
    assertThat(pauses).containsExactly(6L, 12L, 24L);
    assertThat(late).isEqualTo(early);
    assertThat(trace(0, 0, limits, RunResult.Status.FINISHED)).isEqualTo(early);
  }

  @Test
  void attemptsEndAtTheirLimit() {
    Limits limits = Limits.DEFAULT.withModelAttempts(3, 0);
    trace(0.5, 3, limits, RunResult.Status.FAILED);
    assertThat(pauses).containsExactly(0L, 0L);
  }
}
