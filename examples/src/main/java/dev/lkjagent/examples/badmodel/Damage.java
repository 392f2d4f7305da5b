package dev.lkjagent.examples.badmodel;

import dev.lkjagent.json.lenient.RepairCode;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentListener;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Hears what becomes of each reply. Written by the agent's worker, read when the run has ended. */
final class Damage implements AgentListener {
  /** What can become of a reply. */
  enum Verdict {
    /** It was as agreed. */
    FINE("fine"),
    /** It was mended, and all that it asks for was done. */
    MENDED("mended"),
    /** Some of it was done, and the next prompt says what was not. */
    TOLD("told"),
    /** None of it was done, and the next prompt says why. */
    REFUSED("refused");

    final String word;

    Verdict(String word) {
      this.word = word;
    }
  }

  /** One reply. */
  record Row(long cycle, Verdict verdict, String why) {}

  private final List<Row> rows = new ArrayList<>();
  private List<RepairCode> repairs = List.of();
  private final List<FaultCode> faults = new ArrayList<>();
  private int done;

  @Override
  public synchronized void on(AgentEvent event) {
    if (event instanceof AgentEvent.Replied replied) {
      repairs = replied.repairs();
    } else if (event instanceof AgentEvent.Faulted faulted) {
      if (!faults.contains(faulted.fault().code())) {
        faults.add(faulted.fault().code());
      }
    } else if (event instanceof AgentEvent.Acted acted) {
      done += acted.failed() ? 0 : 1;
    } else if (event instanceof AgentEvent.Committed cycle) {
      rows.add(row(cycle.cycle()));
      faults.clear();
      done = 0;
    }
  }

  private Row row(long cycle) {
    if (!faults.isEmpty()) {
      return new Row(cycle, done > 0 ? Verdict.TOLD : Verdict.REFUSED, names(faults));
    }
    return repairs.isEmpty()
        ? new Row(cycle, Verdict.FINE, "")
        : new Row(cycle, Verdict.MENDED, names(repairs));
  }

  private static String names(List<? extends Enum<?>> codes) {
    return codes.stream().map(Enum::name).collect(Collectors.joining(", "));
  }

  synchronized List<Row> rows() {
    return List.copyOf(rows);
  }

  synchronized Map<Verdict, Integer> counts() {
    Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    rows.forEach(row -> counts.merge(row.verdict(), 1, Integer::sum));
    return counts;
  }
}
