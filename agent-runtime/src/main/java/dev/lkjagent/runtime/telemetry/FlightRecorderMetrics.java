package dev.lkjagent.runtime.telemetry;

import dev.lkjagent.runtime.fault.FaultCode;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * Writes each count as an event of the JDK's flight recorder; costs next to nothing while none
 * records.
 */
public final class FlightRecorderMetrics implements Metrics {
  /** Makes the metrics; they have no state. */
  public FlightRecorderMetrics() {}

  @Override
  public void cycle(String agent, long cycle, int promptBytes, int replyBytes) {
    CycleEvent event = new CycleEvent();
    if (event.isEnabled()) {
      event.agent = agent;
      event.cycle = cycle;
      event.promptBytes = promptBytes;
      event.replyBytes = replyBytes;
      event.commit();
    }
  }

  @Override
  public void fault(FaultCode code) {
    FaultEvent event = new FaultEvent();
    if (event.isEnabled()) {
      event.code = code.name();
      event.commit();
    }
  }

  @Override
  public void paged(int bytes) {
    PagedEvent event = new PagedEvent();
    if (event.isEnabled()) {
      event.bytes = bytes;
      event.commit();
    }
  }

  @Name("dev.lkjagent.Cycle")
  @Label("Agent cycle")
  @Category("LKJAgent")
  @StackTrace(false)
  static final class CycleEvent extends Event {
    @Label("Agent")
    String agent = "";

    @Label("Cycle")
    long cycle;

    @Label("Prompt bytes")
    int promptBytes;

    @Label("Reply bytes")
    int replyBytes;
  }

  @Name("dev.lkjagent.Fault")
  @Label("Agent fault")
  @Category("LKJAgent")
  @StackTrace(false)
  static final class FaultEvent extends Event {
    @Label("Code")
    String code = "";
  }

  @Name("dev.lkjagent.PagedOut")
  @Label("Entry paged out")
  @Category("LKJAgent")
  @StackTrace(false)
  static final class PagedEvent extends Event {
    @Label("Bytes")
    int bytes;
  }
}
