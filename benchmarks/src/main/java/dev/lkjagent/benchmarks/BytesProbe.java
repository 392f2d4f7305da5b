package dev.lkjagent.benchmarks;

import dev.lkjagent.benchmarks.store.BytesPerCycle;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Bytes written per cycle with few entries in the store and with many. */
final class BytesProbe implements Probe {
  private static final double OWED_MEDIAN = 1.5;
  private static final double OWED_MEAN = 2;

  @Override
  public List<String> metrics() {
    return List.of("store.bytes.median", "store.bytes.mean");
  }

  @Override
  public List<Row> rows(Effort effort) throws IOException {
    long[] sizes =
        switch (effort) {
          case FULL -> new long[] {100, 10_000, 1_000_000};
          case QUICK -> new long[] {100, 10_000};
          case SMOKE -> new long[] {100, 200};
        };
    List<BytesPerCycle.Row> measured;
    try {
      measured = BytesPerCycle.measure(sizes);
    } catch (SQLException e) {
      throw new IOException("the store failed while its writes were counted", e);
    }
    BytesPerCycle.Row few = measured.get(0);
    List<Row> rows = new ArrayList<>();
    for (BytesPerCycle.Row many : measured.subList(1, measured.size())) {
      String at = "." + many.entries() + "-entries";
      rows.add(row("store.bytes.median" + at, many.median(), few.median(), OWED_MEDIAN));
      rows.add(row("store.bytes.mean" + at, many.mean(), few.mean(), OWED_MEAN));
    }
    return rows;
  }

  private static Row row(String metric, double many, double few, double owed) {
    return new Row(
        metric,
        Row.bytes(many),
        "at 100 entries",
        Row.bytes(few),
        many / few,
        String.format(Locale.ROOT, "<=%.2f", owed),
        Row.Verdict.of(many / few <= owed),
        "");
  }
}
