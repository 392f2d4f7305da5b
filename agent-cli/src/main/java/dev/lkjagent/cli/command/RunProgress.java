package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentListener;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows each cycle as it ends, and counts for the table at the end. */
final class RunProgress implements AgentListener {
  private final Terminal terminal;
  private final Map<String, Integer> states = new LinkedHashMap<>();
  private String done = "";
  private AgentEvent.@Nullable Faulted fault;
  private long cycles;
  private long paged;

  RunProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public synchronized void on(AgentEvent event) {
    tell(event instanceof AgentEvent.Rested rested ? rested.result().fault() : null);
    if (event instanceof AgentEvent.Acted acted) {
      done = acted.outcome();
    } else if (event instanceof AgentEvent.PagedOut) {
      paged++;
    } else if (event instanceof AgentEvent.Faulted faulted) {
      fault = faulted;
    } else if (event instanceof AgentEvent.Retried retried) {
      terminal.progress(
          "cycle "
              + retried.cycle()
              + " asked again after "
              + retried.pauseMillis()
              + " ms for "
              + retried.because().code());
    } else if (event instanceof AgentEvent.Committed cycle) {
      cycles++;
      states.merge(cycle.from(), 1, Integer::sum);
      if (cycle.to().equals("finished")) {
        states.merge(cycle.to(), 1, Integer::sum);
      }
      terminal.progress(
          Terminal.cut(
              "cycle "
                  + cycle.cycle()
                  + " "
                  + cycle.from()
                  + " -> "
                  + cycle.to()
                  + ", "
                  + cycle.promptTokens()
                  + " tokens"
                  + (done.isEmpty() ? "" : "; " + done.replaceAll("\\s+", " ")),
              terminal.width()));
      done = "";
    }
  }

  /**
   * Shows the fault of before, unless it ended the run: then it is the error that the run shows.
   */
  private void tell(@Nullable Fault end) {
    if (fault != null && !fault.fault().equals(end)) {
      terminal.progress("cycle " + fault.cycle() + " fault " + fault.fault().code());
    }
    fault = null;
  }

  synchronized long cycles() {
    return cycles;
  }

  synchronized long pagedOut() {
    return paged;
  }

  /** The states in the order in which they were first entered, with how often. */
  synchronized String path() {
    return states.isEmpty()
        ? "none in this run"
        : states.entrySet().stream()
            .map(state -> state.getKey() + " " + state.getValue())
            .collect(Collectors.joining(" -> "));
  }
}
