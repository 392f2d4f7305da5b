package dev.lkjagent.testkit;

import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.memory.MemoryEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * A trace as lines: what is the same in every run of the same agent with the same replies. No
 * times, no tokens, no seeds.
 */
final class TraceText {
  private static final int SHOWN_CHARS = 120;

  private TraceText() {}

  static String of(Trace trace) {
    StringBuilder text = new StringBuilder("agent ").append(trace.agent()).append('\n');
    trace.cycles().forEach(cycle -> cycle(cycle, text));
    for (RunResult result : trace.results()) {
      text.append('\n').append("rests ").append(result.status());
      text.append(" in ").append(result.state()).append(" after cycle ").append(result.cycle());
      Fault fault = result.fault();
      if (fault != null) {
        text.append(": ").append(fault.code());
      } else if (!result.text().isEmpty()) {
        text.append(": ").append(quoted(result.text()));
      }
    }
    return text.append('\n').toString();
  }

  /** The last cycles of a trace, to stand behind a message. */
  static String end(Trace trace, int count) {
    List<Trace.Cycle> cycles = trace.cycles();
    StringBuilder text = new StringBuilder();
    cycles.subList(Math.max(0, cycles.size() - count), cycles.size()).forEach(c -> cycle(c, text));
    return text.toString();
  }

  private static void cycle(Trace.Cycle cycle, StringBuilder text) {
    text.append("\ncycle ").append(cycle.number()).append("  ").append(cycle.from());
    text.append(cycle.to().isEmpty() ? " (given up)" : " -> " + cycle.to()).append('\n');
    if (!cycle.repairs().isEmpty()) {
      line(text, "mended", cycle.repairs().toString());
    }
    for (Trace.Act act : cycle.acts()) {
      String tags = act.tags().isEmpty() ? "" : " [" + act.tags().strip() + "]";
      String value = act.value().isEmpty() ? "" : " " + quoted(act.value());
      line(text, "did", act.type() + tags + value);
      line(text, "  came", oneLine(act.outcome()));
    }
    for (Fault fault : cycle.faults()) {
      line(text, "fault", oneLine(fault.code() + " " + fault.message()));
    }
    cycle.said().forEach(said -> line(text, "said", quoted(said)));
    cycle.pagedOut().forEach(tags -> line(text, "paged", tags));
    for (MemoryEntry entry : cycle.written()) {
      line(text, "+", entry.tags() + " = " + quoted(entry.value()));
    }
    cycle.removed().forEach(tags -> line(text, "-", tags));
  }

  private static void line(StringBuilder text, String what, String says) {
    text.append("  ").append(what).append(" ").append(says).append('\n');
  }

  static String quoted(String value) {
    return '"' + oneLine(value) + '"';
  }

  /**
   * One line of bounded length; what is left out counts by a checksum, so that no change is hidden.
   */
  private static String oneLine(String value) {
    String line = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    if (line.length() <= SHOWN_CHARS) {
      return line;
    }
    CRC32 crc = new CRC32();
    crc.update(line.getBytes(StandardCharsets.UTF_8));
    int end = SHOWN_CHARS - (Character.isHighSurrogate(line.charAt(SHOWN_CHARS - 1)) ? 1 : 0);
    return String.format(
        Locale.ROOT,
        "%s… (%d characters, %08x)",
        line.substring(0, end),
        value.length(),
        crc.getValue());
  }
}
