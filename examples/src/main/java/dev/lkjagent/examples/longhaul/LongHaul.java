package dev.lkjagent.examples.longhaul;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.program.Program;
import dev.lkjagent.runtime.program.ProgramOption;
import dev.lkjagent.runtime.program.ProgramRun;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The program. Run again, it goes on counting where it stopped. */
public final class LongHaul implements Program {
  /** Room for some hundred agents of as many small entries. */
  private static final PoolSpec POOL =
      PoolSpec.parse("16x1K, 256x16K, 4Kx1K, 64Kx16; documentNodes=8K; scopes=256");

  private static final Budget BUDGET = Budget.builder().bytes(256 << 10).build();
  private static final int MOST_AGENTS = 128;
  private static final int STRIDE = 1_000;

  /** Called by {@link java.util.ServiceLoader}. */
  public LongHaul() {}

  @Override
  public String name() {
    return "long-haul";
  }

  @Override
  public String description() {
    return "a million cycles in a heap of 64 MiB, with what they cost";
  }

  @Override
  public List<ProgramOption> options() {
    return List.of(
        ProgramOption.value("--cycles", "N", "1000000", "How many cycles in all."),
        ProgramOption.value("--agents", "N", "32", "How many agents share them."),
        ProgramOption.value("--heap", "SIZE", "64m", "The heap; here: that of this process."));
  }

  @Override
  public List<String> javaOptions(ProgramRun run) {
    return run.option("--heap").equals("here") ? List.of() : List.of("-Xmx" + run.option("--heap"));
  }

  @Override
  public void run(ProgramRun run) throws Exception {
    long cycles = run.number("--cycles");
    int count = (int) Math.min(run.number("--agents"), Math.min(cycles, MOST_AGENTS));
    Meter meter = new Meter(cycles);
    AgentHost.Builder builder = run.assembly().host().pool(POOL).metrics(meter);
    try (Model model = run.openModel("rules:long-haul");
        Store store = run.openStore();
        AgentHost host = run.closeOnInterrupt(builder.store(store).model(model).build())) {
      run.out().println("model       " + model.description());
      List<Agent> agents = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        agents.add(run.assembly().configure(agent(host, "hauler-" + i)).start());
      }
      haul(run, store, agents, cycles, meter);
      meter.print(run.out(), POOL.footprint().totalBytes());
      check(run, agents);
    }
  }

  private static AgentBuilder agent(AgentHost host, String name) {
    return host.agent(name)
        .role("You count cycles: add one to the entry tagged counter, and note what you see.")
        .limits(Limits.DEFAULT.withCycles(0))
        .memory(MemoryLimits.of(1200, 4096))
        .budget(BUDGET)
        .checkpointEvery(STRIDE / 2);
  }

  private static void haul(
      ProgramRun run, Store store, List<Agent> agents, long cycles, Meter meter) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(agents.size());
    try {
      CompletableFuture<?>[] hauls = new CompletableFuture<?>[agents.size()];
      for (int i = 0; i < hauls.length; i++) {
        Agent agent = agents.get(i);
        long share = cycles / hauls.length + (i < cycles % hauls.length ? 1 : 0);
        hauls[i] = CompletableFuture.runAsync(() -> haul(store, agent, share), threads);
      }
      var unused = run.await(CompletableFuture.allOf(hauls), meter::line);
    } finally {
      threads.shutdownNow();
    }
  }

  /** An agent goes in strides; what lies behind a stride's last checkpoint is forgotten. */
  private static void haul(Store store, Agent agent, long cycles) {
    for (long left = cycles; left > 0; left -= STRIDE) {
      RunResult result = agent.resume(Math.min(STRIDE, left));
      if (result.fault() != null) {
        throw result.fault().asException();
      }
      var unused = StoreFaults.join(store.trim(agent.name(), agent.status().cycle()));
    }
  }

  /** The counter went through every prompt and reply; it is right only if no cycle was lost. */
  private static void check(ProgramRun run, List<Agent> agents) {
    for (Agent agent : agents) {
      String counted = agent.value("counter").orElse("nothing");
      if (!counted.equals(Long.toString(agent.status().cycle()))) {
        throw FaultCode.INTERNAL
            .with(agent.name() + " counted " + counted + " cycles of " + agent.status().cycle())
            .asException();
      }
    }
    run.out().println("counters    " + agents.size() + " are right: every cycle was counted once");
  }
}
