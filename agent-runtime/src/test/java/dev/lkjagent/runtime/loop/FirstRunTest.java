package dev.lkjagent.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.model.Script;
import dev.lkjagent.runtime.model.ScriptModel;
import dev.lkjagent.runtime.store.InMemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FirstRunTest {
  @Test
  void anAgentNotesSavesLoadsAndFinishes() {
    Script script =
        Script.builder("first")
            .reply(
                "<agent><next_state>executing</next_state><thinking_log>note it</thinking_log>"
                    + "<action><type>memory_add</type><tags>Bees, Hive</tags><value>six &lt; legs</value></action></agent>")
            .reply(
                "<agent><next_state>evaluating</next_state>"
                    + "<action><type>storage_save</type><tags>hive,bees</tags></action>"
                    + "<action><type>memory_remove</type><tags>hive,bees</tags></action>"
                    + "<action><type>storage_load</type><tags>bees</tags></action>"
                    + "<action><type>storage_search</type><value>legs</value></action></agent>")
            .reply("<agent><action><type>finish</type><value>done well</value></action></agent>")
            .build();
    List<AgentEvent> events = new ArrayList<>();
    try (AgentHost host =
        AgentHost.builder()
            .store(new InMemoryStore())
            .model(new ScriptModel(script))
            .pool(PoolSpec.SMALL)
            .build()) {
      Agent agent = host.agent("first").listener(events::add).start();
      RunResult result = agent.run("count legs");
      System.out.println(events);
      assertThat(result.status()).isEqualTo(RunResult.Status.FINISHED);
      assertThat(result.text()).isEqualTo("done well");
      System.out.println(agent.workingMemory());
      System.out.println(agent.status());
      agent.close();
      assertThat(host.poolReports().get(0).clean()).isTrue();
    }
  }
}
