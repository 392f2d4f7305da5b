package dev.lkjagent.examples.badmodel;

import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.program.Program;
import dev.lkjagent.runtime.program.ProgramRun;
import dev.lkjagent.runtime.store.InMemoryStore;
import dev.lkjagent.runtime.store.Store;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/** The program. Each run begins anew. */
public final class BadModel implements Program {
  /** Called by {@link java.util.ServiceLoader}. */
  public BadModel() {}

  @Override
  public String name() {
    return "bad-model";
  }

  @Override
  public String description() {
    return "a model that answers wrongly in every way, and what becomes of it";
  }

  /**
   * Makes an agent that lets its model make mistakes for as long as this example lasts.
   *
   * @param agent what to configure
   * @return the same
   */
  static AgentBuilder configure(AgentBuilder agent) {
    int mistakes = Mistake.values().length;
    return agent
        .role(
            "You note the number of each cycle in the entry tagged n, and finish after " + mistakes)
        .limits(
            Limits.DEFAULT
                .withCycles(mistakes + 4L)
                .withRepetition(Integer.MAX_VALUE, Integer.MAX_VALUE));
  }

  @Override
  public void run(ProgramRun run) {
    Damage damage = new Damage();
    try (Model model = run.openModel("rules:bad-model");
        Store store = new InMemoryStore();
        AgentHost host =
            run.closeOnInterrupt(run.assembly().host().store(store).model(model).build())) {
      AgentBuilder builder = configure(host.agent(name())).listener(damage);
      Agent agent = run.assembly().configure(builder).start();
      String asked = run.question();
      RunResult result = agent.run(asked == null ? "Note every cycle." : asked);
      if (!damage.rows().isEmpty()) {
        print(run.out(), model, damage, result);
      }
      result.orThrowUnless(FaultCode.LIMIT_CYCLES);
    }
  }

  private static final String ROW = "%5s  %-8s  %s%n";

  private static void print(PrintWriter out, Model model, Damage damage, RunResult result) {
    out.println("model    " + model.description());
    out.println();
    out.printf(ROW, "cycle", "became", "what the model sent, and what was mended or told");
    for (Damage.Row row : damage.rows()) {
      int index = (int) row.cycle() - 1;
      String sent =
          model.isLanguageModel() || index >= Mistake.values().length
              ? "its own reply"
              : Mistake.values()[index].says;
      out.printf(ROW, row.cycle(), row.verdict().word, sent);
      if (!row.why().isEmpty()) {
        out.printf(ROW, "", "", row.why());
      }
    }
    out.println();
    String sums =
        damage.counts().entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey().word)
            .collect(Collectors.joining(", "));
    out.println("replies  " + sums);
    out.println("the run  " + result.status() + " after cycle " + result.cycle());
  }
}
