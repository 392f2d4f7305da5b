package dev.lkjagent.benchmarks;

import dev.lkjagent.benchmarks.agents.CommittedCycles;
import dev.lkjagent.benchmarks.store.CommitThroughput;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Commits and whole cycles of 64 agents, which share synchronisations with the disk, beside those
 * of one agent.
 */
final class CommitProbe implements Probe {
  private static final double OWED_COMMITS = 5_000;
  private static final double OWED_GROUPING = 2;
  private static final String CYCLES = "store.cycles.64-agents";
  private static final String METRIC = "store.commits.64-agents";

  @Override
  public List<String> metrics() {
    return List.of(METRIC, CYCLES);
  }

  @Override
  public List<Row> rows(Effort effort) throws IOException {
    return List.of(
        row(METRIC, effort, CommitThroughput::commitsPerSecond),
        row(CYCLES, effort, CommittedCycles::cyclesPerSecond));
  }

  @FunctionalInterface
  private interface Rate {
    double measure(int agents, double seconds) throws IOException, InterruptedException;
  }

  private static Row row(String metric, Effort effort, Rate rates) throws IOException {
    int rounds = effort == Effort.FULL ? 5 : effort == Effort.QUICK ? 3 : 1;
    double seconds = effort == Effort.FULL ? 3 : effort == Effort.QUICK ? 1 : 0.1;
    double[] alone = new double[rounds];
    double[] grouped = new double[rounds];
    double[] ratios = new double[rounds];
    try {
      for (int i = 0; i < rounds; i++) {
        alone[i] = rates.measure(1, seconds);
        grouped[i] = rates.measure(64, seconds);
        ratios[i] = grouped[i] / alone[i];
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while commits were counted", e);
    }
    double ratio = Measured.median(ratios);
    double rate = Measured.median(grouped);
    return new Row(
        metric,
        perSecond(rate),
        "one commit per fsync",
        perSecond(Measured.median(alone)),
        ratio,
        ">=2.00 or 5000/s",
        Row.Verdict.of(rate >= OWED_COMMITS || ratio >= OWED_GROUPING),
        String.format(
            Locale.ROOT,
            "%.2f–%.2f",
            Measured.percentile(0, ratios),
            Measured.percentile(0.999, ratios)));
  }

  private static String perSecond(double rate) {
    return String.format(Locale.ROOT, "%.0f/s", rate);
  }
}
