package dev.lkjagent.benchmarks;

import dev.lkjagent.benchmarks.store.BytesPerCycle;
import dev.lkjagent.benchmarks.store.CommitThroughput;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Figures that are not times of an operation. */
final class Probes {
  private static final double OWED_COMMITS = 5_000;
  private static final double OWED_GROUPING = 2;
  private static final double OWED_MEDIAN = 1.5;
  private static final double OWED_MEAN = 2;

  private Probes() {}

  static List<String> lines(boolean quick) throws IOException {
    List<String> lines = new ArrayList<>();
    try {
      commits(lines, quick);
      bytes(lines, quick);
    } catch (SQLException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return lines;
  }

  private static void commits(List<String> lines, boolean quick)
      throws IOException, InterruptedException {
    double seconds = quick ? 1 : 5;
    double alone = CommitThroughput.commitsPerSecond(1, seconds);
    double grouped = CommitThroughput.commitsPerSecond(64, seconds);
    boolean owed = grouped >= OWED_COMMITS || grouped >= OWED_GROUPING * alone;
    lines.add(
        line(
            "store.commits.64agents",
            String.format(Locale.ROOT, "%.0f/s", grouped),
            "one commit per fsync",
            String.format(Locale.ROOT, "%.0f/s", alone),
            grouped / alone,
            ">=2.00 or 5000/s",
            owed));
  }

  private static void bytes(List<String> lines, boolean quick) throws IOException, SQLException {
    long large = quick ? 10_000 : 1_000_000;
    List<BytesPerCycle.Row> rows = BytesPerCycle.measure(100, large);
    BytesPerCycle.Row few = rows.get(0);
    BytesPerCycle.Row many = rows.get(1);
    String metric = "store.bytes." + large + "entries";
    String peer = "at 100 entries";
    double median = many.median() / few.median();
    double mean = many.mean() / few.mean();
    lines.add(
        line(
            metric + ".median",
            kilobytes(many.median()),
            peer,
            kilobytes(few.median()),
            median,
            "<=1.50",
            median <= OWED_MEDIAN));
    lines.add(
        line(
            metric + ".mean",
            kilobytes(many.mean()),
            peer,
            kilobytes(few.mean()),
            mean,
            "<=2.00",
            mean <= OWED_MEAN));
  }

  private static String kilobytes(double bytes) {
    return String.format(Locale.ROOT, "%.1f KB", bytes / 1000);
  }

  private static String line(
      String metric,
      String ours,
      String peer,
      String theirs,
      double ratio,
      String owed,
      boolean ok) {
    return Figure.line(
        metric,
        ours,
        peer,
        theirs,
        String.format(Locale.ROOT, "%.2f", ratio),
        owed,
        ok ? Figure.Verdict.OK : Figure.Verdict.SHORT);
  }
}
