package dev.lkjagent.examples.crashresume;

import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.action.Effect;
import dev.lkjagent.runtime.action.Param;
import dev.lkjagent.runtime.action.Tool;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.store.Store;

/** The agent that is killed, the same in every process. */
final class Walker {
  static final String NAME = "walker";
  static final String TASK = "Walk as far as you can, and remember the way.";

  private static final PoolSpec POOL =
      PoolSpec.parse("16x1K, 256x2K, 4Kx256, 64Kx16; documentNodes=8K; scopes=16");

  private Walker() {}

  /** Its only tool. */
  public static final class Legs {
    /**
     * Walks.
     *
     * @param steps how many steps
     * @return where that leads
     */
    @Tool(value = "Walks so many steps.", effect = Effect.PURE)
    public String walk(@Param("how many steps") int steps) {
      return steps + " steps: " + (steps % 3 == 0 ? "a well" : "sand");
    }
  }

  static AgentHost host(Store store, Model model) {
    return AgentHost.builder().store(store).model(model).pool(POOL).build();
  }

  /** What tells one life from another: a hash of all that was asked, answered and done. */
  static String trace(Agent agent) {
    return "trace " + agent.status().traceHash();
  }

  static AgentBuilder agent(AgentHost host, String name, long cycles) {
    return host.agent(name)
        .role("You walk through a desert: walk, note where you are, save every well.")
        .tools(new Legs())
        .limits(Limits.DEFAULT.withCycles(cycles))
        .checkpointEvery(16);
  }
}
