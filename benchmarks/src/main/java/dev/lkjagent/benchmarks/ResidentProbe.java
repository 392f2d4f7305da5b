package dev.lkjagent.benchmarks;

import dev.lkjagent.benchmarks.agents.IdleAgents;
import dev.lkjagent.benchmarks.fresh.Resident;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resident size of a process with a host and no agent in the default pool; of one with 10,000
 * agents, each with 8,000 B of text in twenty entries, that rest in a pool whose tiers suit them;
 * and what each of these adds to a host with hardly a pool, at rest and after another cycle of all.
 * Agents that are parked as images pay what is owed for idle ones.
 */
final class ResidentProbe implements Probe {
  private static final double OWED_PER_AGENT = 9_500;
  private static final double OWED_PROCESS = 180e6;
  private static final int OWED_AGENTS = 10_000;
  private static final Pattern TAKEN = Pattern.compile("([0-9.]+) KB per agent, ([0-9.]+) MB");
  private static final String EMPTY = "memory.empty-host";
  private static final String IDLE = "memory.idle-agent-in-pool";
  private static final String ACTIVE = "memory.active-agent-in-pool";
  private static final String PROCESS = "memory.process-with-10000-idle-agents-in-pool";

  private static final String PARKED = "memory.parked-agent";
  private static final String PARKED_PROCESS = "memory.process-with-10000-parked-agents";

  @Override
  public List<String> metrics() {
    return List.of(EMPTY, IDLE, ACTIVE, PROCESS, PARKED, PARKED_PROCESS);
  }

  @Override
  public List<Row> rows(Effort effort) throws IOException {
    int agents = agents(effort);
    double[] empty = resident("default", 0);
    double base = resident("suited", 0)[0];
    double[] full = resident("suited", agents);
    double idle = (full[1] - base) / agents;
    double active = (full[2] - base) / agents;
    List<Row> rows = new ArrayList<>();
    rows.add(new Row(EMPTY, Row.bytes(empty[0]), "-", "-", Double.NaN, "-", Row.Verdict.OK, ""));
    rows.add(row(IDLE, idle, "byte[8000]", 8_100, Double.NaN));
    rows.add(row(ACTIVE, active, "LangChain4j, live heap", 12_200, Double.NaN));
    rows.add(row(PROCESS, full[1], "LangChain4j", 314e6, Double.NaN));
    parked(effort, rows);
    return rows;
  }

  private static int agents(Effort effort) {
    return effort == Effort.SMOKE ? 20 : OWED_AGENTS;
  }

  /** Agents at rest as images, in a process with {@link IdleAgents#OPTIONS}. */
  private static void parked(Effort effort, List<Row> rows) throws IOException {
    int agents = agents(effort);
    List<String> lines =
        Forks.fresh(IdleAgents.class, IdleAgents.OPTIONS, Integer.toString(agents));
    Matcher taken = TAKEN.matcher(String.join("\n", lines));
    if (!taken.find()) {
      throw new IOException("idle agents were not counted: " + lines);
    }
    double each = Double.parseDouble(taken.group(1)) * 1e3;
    rows.add(row(PARKED, each, "byte[8000]", 8_100, OWED_PER_AGENT));
    if (agents == OWED_AGENTS) {
      double process = Double.parseDouble(taken.group(2)) * 1e6;
      rows.add(row(PARKED_PROCESS, process, "LangChain4j", 314e6, OWED_PROCESS));
    }
  }

  private static double[] resident(String pool, int agents) throws IOException {
    return Forks.fresh(
            Resident.class,
            List.of("-Xmx512m", "-Xmn16m", "-XX:+UseSerialGC"),
            pool,
            Integer.toString(agents))
        .stream()
        .mapToDouble(kib -> Double.parseDouble(kib) * 1024)
        .toArray();
  }

  /** The peers' figures are quoted: they were measured once, with the project's requirements. */
  private static Row row(String metric, double ours, String peer, double theirs, double owed) {
    return new Row(
        metric,
        Row.bytes(ours),
        peer + " (quoted)",
        Row.bytes(theirs),
        theirs / ours,
        Double.isNaN(owed) ? Row.NONE : "<=" + String.format(Locale.ROOT, "%.0f", owed) + " B",
        Row.Verdict.of(!(ours > owed)),
        "");
  }
}
