package dev.lkjagent.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultCode;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.MemoryEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TraceTest {
  private static MemoryEntry entry(EntryKind kind, String tags, String value) {
    return new MemoryEntry(tags, value, kind, false, 1, 1);
  }

  @Test
  void aTraceTellsAllThatBecameOfACycle() {
    Trace trace = new Trace("ada");
    trace.acted(1, new Trace.Act("add", " a ", "line\r\nback\\slash", true, "no room"));
    trace.faulted(1, FaultCode.NOTHING_THERE.with("nothing"));
    trace.pagedOut(1, "old");
    trace.said(1, "so");
    trace.committed(
        1, "thinking", "executing", List.of(entry(EntryKind.NOTE, "a", "1")), List.of("b"), 10, 1);
    assertThat(trace.toString())
        .isEqualTo(
            """
            agent ada

            cycle 1  thinking -> executing
              did add [a] "line\\r\\nback\\\\slash"
                came no room
              fault NOTHING_THERE nothing
              said "so"
              paged old
              + a = "1"
              - b

            """);
  }

  @Test
  void aLongLineIsCutAndWhatIsLeftOutStillCounts() {
    String start = "x".repeat(119);
    assertThat(TraceText.quoted(start + "y")).isEqualTo('"' + start + "y\"");
    assertThat(TraceText.quoted(start + "yz"))
        .startsWith('"' + start + "y… (121 characters, ")
        .isNotEqualTo(TraceText.quoted(start + "ya"));
    assertThat(TraceText.quoted(start + "\uD83D\uDC1D and more"))
        .startsWith('"' + start + "… (130 characters, ");
  }

  @Test
  void aCycleThatIsGivenUpIsKeptWithWhatHappenedInIt() {
    Trace trace = new Trace("ada");
    Fault lost = FaultCode.MODEL_UNREACHABLE.with("gone");
    trace.faulted(3, lost);
    trace.rested(new RunResult(RunResult.Status.FAILED, "", lost, "thinking", 2));
    trace.faulted(3, FaultCode.NOTHING_THERE.with("nothing"));
    trace.said(4, "next");
    trace.committed(4, "thinking", "finished", List.of(), List.of(), 1, 1);
    assertThat(trace.cycles()).extracting(Trace.Cycle::number).containsExactly(3L, 3L, 4L);
    assertThat(trace.cycles()).extracting(Trace.Cycle::to).containsExactly("", "", "finished");
    assertThat(trace.states()).containsExactly("thinking", "finished");
    assertThat(trace.faults())
        .extracting(Fault::code)
        .containsExactly(FaultCode.MODEL_UNREACHABLE, FaultCode.NOTHING_THERE);
  }

  @Test
  void logsAreLeftOutOfWhatACycleWroteAndRemoved() {
    TraceRecorder recorder = new TraceRecorder();
    recorder.entryWritten(entry(EntryKind.NOTE, "a", "1"));
    recorder.entryRemoved(entry(EntryKind.NOTE, "b", "2"));
    for (EntryKind kind : EntryKind.values()) {
      if (!kind.paged()) {
        recorder.entryWritten(entry(kind, "log_1", "x"));
        recorder.entryRemoved(entry(kind, "log_0", "x"));
      }
    }
    recorder.on(new AgentEvent.Committed("ada", 1, "thinking", "finished", 1, 1, 1, 1));
    recorder.on(new AgentEvent.Committed("ada", 2, "finished", "finished", 1, 1, 1, 1));
    List<Trace.Cycle> cycles = recorder.trace("ada").cycles();
    assertThat(cycles.get(0).written()).extracting(MemoryEntry::tags).containsExactly("a");
    assertThat(cycles.get(0).removed()).containsExactly("b");
    assertThat(cycles.get(1).written()).isEmpty();
  }
}
