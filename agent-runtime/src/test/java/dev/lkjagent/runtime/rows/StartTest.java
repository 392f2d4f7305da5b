package dev.lkjagent.runtime.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.ChildJvm;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.store.InMemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a fresh process has to load before the first cycle is done. */
class StartTest {
  /** Does one cycle and ends. */
  static final class FirstCycle {
    private FirstCycle() {}

    /** Takes no arguments. */
    public static void main(String[] args) {
      try (AgentHost host =
          AgentHost.builder()
              .store(new InMemoryStore())
              .model(Stage.script(Stage.reply("finished", Stage.act("finish", "", "done"))))
              .pool(Stage.POOL)
              .build()) {
        System.out.println("cycles " + host.agent("first").start().step().cycle());
      }
    }
  }

  /** Its four hundred classes cost more than everything else that an agent starts with. */
  @Test
  void aFirstCycleLoadsNothingOfJacksonDatabind() throws Exception {
    Process process = ChildJvm.start(List.of("-Xlog:class+load"), FirstCycle.class);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(said).contains("cycles 1", AgentHost.class.getName());
    assertThat(said.lines().filter(line -> line.contains("jackson.databind"))).isEmpty();
  }
}
