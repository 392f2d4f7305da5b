package dev.lkjagent.cli.command;

import dev.lkjagent.runtime.program.Program;
import dev.lkjagent.runtime.program.ProgramOption;
import dev.lkjagent.runtime.program.ProgramRun;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.util.List;

/** A program for tests: says what it was started with, and keeps an agent each time. */
public final class Greeter implements Program {
  @Override
  public String name() {
    return "greeter";
  }

  @Override
  public String description() {
    return "greets as often as it is told";
  }

  @Override
  public List<ProgramOption> options() {
    return List.of(
        ProgramOption.value("--times", "N", "1", "How often it greets."),
        ProgramOption.flag("--loud", "Whether it shouts."));
  }

  @Override
  public void run(ProgramRun run) throws IOException {
    String who = run.question() == null ? run.ask("who? ") : run.question();
    try (Store store = run.openStore()) {
      int before = StoreFaults.join(store.agents()).size();
      StoreFaults.join(store.create("guest" + before, 0));
      for (long i = 0; i < run.number("--times"); i++) {
        run.out().println("hello " + who + (run.flag("--loud") ? "!" : "") + " after " + before);
      }
    }
  }
}
