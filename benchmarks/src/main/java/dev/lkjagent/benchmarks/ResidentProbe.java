package dev.lkjagent.benchmarks;

import dev.lkjagent.benchmarks.fresh.Resident;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * The resident size of a process with a host and no agent in the default pool; of one with 10,000
 * agents, each with 8,000 B of text in twenty entries, that rest in a pool whose tiers suit them;
 * and what each of these adds to a host with hardly a pool, at rest and after another cycle of all.
 */
final class ResidentProbe implements Probe {
  private static final double OWED_PER_AGENT = 9_500;
  private static final double OWED_PROCESS = 180e6;
  private static final int OWED_AGENTS = 10_000;
  private static final String EMPTY = "memory.empty-host";
  private static final String IDLE = "memory.idle-agent-in-pool";
  private static final String ACTIVE = "memory.active-agent-in-pool";
  private static final String PROCESS = "memory.process-with-10000-idle-agents";

  @Override
  public List<String> metrics() {
    return List.of(EMPTY, IDLE, ACTIVE, PROCESS);
  }

  @Override
  public List<Row> rows(Effort effort) throws IOException {
    int agents = effort == Effort.SMOKE ? 20 : OWED_AGENTS;
    double[] empty = resident("default", 0);
    double base = resident("suited", 0)[0];
    double[] full = resident("suited", agents);
    double idle = (full[1] - base) / agents;
    double active = (full[2] - base) / agents;
    boolean enough = effort != Effort.SMOKE;
    return List.of(
        new Row(EMPTY, Row.bytes(empty[0]), "-", "-", Double.NaN, "-", Row.Verdict.OK, ""),
        row(IDLE, idle, "byte[8000]", 8_100, OWED_PER_AGENT, enough),
        row(ACTIVE, active, "LangChain4j, live heap", 12_200, Double.NaN, enough),
        row(PROCESS, full[1], "LangChain4j", 314e6, OWED_PROCESS, enough));
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
  private static Row row(
      String metric, double ours, String peer, double theirs, double owed, boolean enough) {
    return new Row(
        metric,
        Row.bytes(ours),
        peer + " (quoted)",
        Row.bytes(theirs),
        theirs / ours,
        Double.isNaN(owed) ? Row.NONE : "<=" + String.format(Locale.ROOT, "%.0f", owed) + " B",
        Row.Verdict.of(!enough || !(ours > owed)),
        "");
  }
}
