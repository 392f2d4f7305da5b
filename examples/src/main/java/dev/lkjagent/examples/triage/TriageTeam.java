package dev.lkjagent.examples.triage;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.Approval;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.program.Program;
import dev.lkjagent.runtime.program.ProgramOption;
import dev.lkjagent.runtime.program.ProgramRun;
import dev.lkjagent.runtime.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The program. Run again, it answers what came of the tickets; no refund is made twice. */
public final class TriageTeam implements Program {
  private static final String SPACE = "tickets";
  private static final long BUDGET_BYTES = 512 << 10;

  private static final String SORTER =
      """
      You are the sorter. Read every ticket (list_tickets, read_ticket) and save each with \
      storage_save under the tags ticket, its name, and one of refund, urgent, question; the value is \
      its name and text. Then finish with the number of tickets.""";
  private static final String CLERK =
      """
      You are the clerk. Search storage for the tickets tagged refund and call refund for each. Save \
      what came of it with storage_save under the tags outcome, the ticket's name, and refunded or \
      refused. Then finish.""";
  private static final String REPORTER =
      """
      You are the reporter. Search storage for ticket, for urgent, for refunded and for refused, and \
      finish with a JSON object: tickets, urgent, refunded, refused, each a number.""";

  /**
   * What came of the tickets.
   *
   * @param tickets how many there are
   * @param urgent how many are urgent
   * @param refunded how many got their money back
   * @param refused how many did not, because a person said no
   */
  public record Report(int tickets, int urgent, int refunded, int refused) {}

  /** Called by {@link java.util.ServiceLoader}. */
  public TriageTeam() {}

  @Override
  public String name() {
    return "triage-team";
  }

  @Override
  public String description() {
    return "three agents sort tickets, and ask before they give money back";
  }

  @Override
  public List<ProgramOption> options() {
    return List.of(ProgramOption.flag("--yes", "Approve everything, for scripts."));
  }

  @Override
  public void run(ProgramRun run) throws IOException {
    Desk desk = new Desk(run.input());
    try (Model model = run.openModel("rules:triage-team");
        Store store = run.openStore();
        AgentHost host =
            run.closeOnInterrupt(run.assembly().host().store(store).model(model).build())) {
      run.out().println("model    " + model.description());
      work(run, agent(run, host, desk, "sorter", SORTER), "Sort the tickets.");
      work(run, agent(run, host, desk, "clerk", CLERK), "Handle the refunds.");
      Agent reporter = agent(run, host, desk, "reporter", REPORTER);
      Report report = reporter.run("Report what came of the tickets.", Report.class);
      run.out()
          .printf(
              Locale.ROOT,
              "report   %d tickets, %d urgent, %d refunded, %d refused%n",
              report.tickets(),
              report.urgent(),
              report.refunded(),
              report.refused());
    }
  }

  private static Agent agent(
      ProgramRun run, AgentHost host, Desk desk, String name, String instructions) {
    return run.assembly()
        .configure(
            host.agent(name)
                .role("You work at a help desk with two others; you share storage.")
                .instructions(instructions)
                .tools(desk)
                .storage(SPACE)
                .budget(Budget.builder().bytes(BUDGET_BYTES).build()))
        .start();
  }

  /** Lets an agent work until it has finished, asking a person whenever it needs one. */
  private static void work(ProgramRun run, Agent agent, String task) throws IOException {
    run.progress(agent.name() + ": " + task);
    RunResult result = agent.run(task);
    while (result.status() == RunResult.Status.NEEDS_APPROVAL) {
      for (Approval wanted : agent.approvals()) {
        decide(run, agent, wanted);
      }
      result = agent.resume();
    }
    if (result.status() == RunResult.Status.WAITING) {
      throw FaultCode.ACTION_FAILED
          .with(agent.name() + " waits for a message that nobody sends; run it again with --fresh")
          .asException();
    }
    run.out()
        .printf(
            Locale.ROOT,
            "%-8s %s (%d cycles, %,d of %,d bytes)%n",
            agent.name(),
            result.orThrow(),
            agent.status().cycle(),
            agent.status().slotBytes(),
            BUDGET_BYTES);
  }

  private static void decide(ProgramRun run, Agent agent, Approval wanted) throws IOException {
    String request = agent.name() + " wants to " + wanted.request();
    boolean yes = run.flag("--yes") || run.confirm(request + ". May it?");
    run.out().println("asked    " + request + ": " + (yes ? "yes" : "no"));
    if (yes) {
      agent.approve(wanted);
    } else {
      agent.deny(wanted, "the person at the desk said no");
    }
  }
}
