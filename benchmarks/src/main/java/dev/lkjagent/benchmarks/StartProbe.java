package dev.lkjagent.benchmarks;

import dev.lkjagent.benchmarks.fresh.FirstParse;
import dev.lkjagent.benchmarks.fresh.FirstPool;
import dev.lkjagent.benchmarks.fresh.FirstTurn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The first and the hundredth parse, the default pool, and the first cycle, each in a fresh virtual
 * machine.
 */
final class StartProbe implements Probe {
  private static final List<String> HEAP = List.of("-Xmx1g");
  private static final String[] DOCUMENTS = {"chat", "memory"};
  private static final String[] PEERS = {"simdjson-java", "fastjson2", "Jackson"};
  private static final String CYCLE = "start.first-cycle.vs.";
  private static final String POOL = "start.open-pool.DEFAULT.vs.new-byte[]";

  @Override
  public List<String> metrics() {
    List<String> metrics = new ArrayList<>();
    for (String document : DOCUMENTS) {
      for (String peer : PEERS) {
        metrics.add("start.first-parse." + document + ".vs." + peer);
        metrics.add("start.hundredth-parse." + document + ".vs." + peer);
      }
    }
    metrics.add(POOL);
    metrics.add(CYCLE + "LangChain4j-OpenAI-adapter");
    metrics.add(CYCLE + "nothing");
    return metrics;
  }

  @Override
  public List<Row> rows(Effort effort) throws IOException {
    int times = effort == Effort.FULL ? 15 : effort == Effort.QUICK ? 5 : 1;
    List<Row> rows = new ArrayList<>();
    for (String document : DOCUMENTS) {
      String file = Inputs.file(document + ".json").toString();
      double[][][] peers = new double[PEERS.length][][];
      double[][] ours = new double[2][times];
      for (int i = 0; i < times; i++) {
        parse("ours", file, i, ours);
        for (int p = 0; p < PEERS.length; p++) {
          if (p > 0 || SimdJsonBenchmark.onClassPath()) {
            peers[p] = i == 0 ? new double[2][times] : peers[p];
            parse(PEERS[p], file, i, peers[p]);
          }
        }
      }
      String[] which = {"first", "hundredth"};
      for (int w = 0; w < which.length; w++) {
        for (int p = 0; p < PEERS.length; p++) {
          String metric = "start." + which[w] + "-parse." + document + ".vs." + PEERS[p];
          rows.add(row(metric, ours[w], PEERS[p], peers[p] == null ? null : peers[p][w]));
        }
      }
    }
    double[][] pools = new double[2][times];
    for (int i = 0; i < times; i++) {
      pools[0][i] = last(Forks.fresh(FirstPool.class, HEAP, "ours"));
      pools[1][i] = last(Forks.fresh(FirstPool.class, HEAP, "array"));
    }
    rows.add(row(POOL, pools[0], "new byte[] of that size", pools[1]));
    double[][] turns = new double[3][times];
    String[] whose = {"ours", "LangChain4j", "nothing"};
    for (int i = 0; i < times; i++) {
      for (int w = 0; w < whose.length; w++) {
        long begun = System.nanoTime();
        if (!Forks.fresh(FirstTurn.class, List.of(), whose[w]).contains("done")) {
          throw new IOException("the first turn of " + whose[w] + " did not end");
        }
        turns[w][i] = System.nanoTime() - begun;
      }
    }
    rows.add(
        row(
            CYCLE + "LangChain4j-OpenAI-adapter",
            turns[0],
            "LangChain4j-OpenAI-adapter",
            turns[1]));
    rows.add(row(CYCLE + "nothing", turns[0], "a JVM that does nothing", turns[2]));
    return rows;
  }

  private static double last(List<String> lines) {
    return Double.parseDouble(lines.get(lines.size() - 1));
  }

  private static void parse(String who, String file, int run, double[][] into) throws IOException {
    List<String> options =
        who.equals("simdjson-java") ? List.of("--add-modules=jdk.incubator.vector") : List.of();
    List<String> lines = Forks.fresh(FirstParse.class, options, who, file);
    String[] nanos = lines.get(lines.size() - 1).split(" ");
    into[0][run] = Double.parseDouble(nanos[0]);
    into[1][run] = Double.parseDouble(nanos[1]);
  }

  /** Medians; the ratio's spread is that of the runs, side by side. */
  private static Row row(String metric, double[] ours, String peerName, double[] peer) {
    if (peer == null) {
      return new Row(
          metric,
          Row.nanos(Measured.median(ours)),
          peerName,
          Row.NONE,
          Double.NaN,
          Row.NONE,
          Row.Verdict.ABSENT,
          "");
    }
    double[] ratios = new double[ours.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = peer[i] / ours[i];
    }
    return new Row(
        metric,
        Row.nanos(Measured.median(ours)),
        peerName,
        Row.nanos(Measured.median(peer)),
        Measured.median(peer) / Measured.median(ours),
        Row.NONE,
        Row.Verdict.OK,
        String.format(
            Locale.ROOT,
            "%.2f–%.2f",
            Measured.percentile(0, ratios),
            Measured.percentile(0.999, ratios)));
  }
}
