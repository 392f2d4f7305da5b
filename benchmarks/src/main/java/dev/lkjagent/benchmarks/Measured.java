package dev.lkjagent.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What one contestant took.
 *
 * @param lows the 5th percentile of CPU time per operation in ns over the batches of each stretch;
 *     each fork is two stretches, its first and its second half
 * @param mean the mean of wall-clock time per operation in ns, over all batches
 * @param bytes the mean of bytes allocated per operation, over all batches
 * @param batches how many batches that were
 */
record Measured(List<Double> lows, double mean, double bytes, int batches) {
  private static final int STRETCHES_PER_FORK = 2;
  private static final double LOW = 0.05;

  /** The median of the stretches' percentiles. */
  double low() {
    return median(lows.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** How many times as long the other took, stretch by stretch. */
  double[] ratios(Measured other) {
    int count = Math.min(lows.size(), other.lows.size());
    double[] ratios = new double[count];
    for (int i = 0; i < count; i++) {
      ratios[i] = other.lows.get(i) / lows.get(i);
    }
    return ratios;
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  static double percentile(double fraction, double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (sorted.length * fraction)];
  }

  /** All contestants of a contest that JMH ran. */
  static Map<String, Measured> of(RunResult run) {
    Map<String, List<double[]>> cpu = new LinkedHashMap<>();
    Map<String, List<Double>> wall = new LinkedHashMap<>();
    Map<String, List<Double>> bytes = new LinkedHashMap<>();
    for (BenchmarkResult fork : run.getBenchmarkResults()) {
      Map<String, List<Double>> rounds = new LinkedHashMap<>();
      for (IterationResult round : fork.getIterationResults()) {
        for (Result<?> result : round.getSecondaryResults().values()) {
          String name = result.getLabel();
          double score = result.getScore();
          if (name.startsWith(ContestFigures.CPU)) {
            put(rounds, name.substring(ContestFigures.CPU.length()), score);
          } else if (name.startsWith(ContestFigures.WALL)) {
            put(wall, name.substring(ContestFigures.WALL.length()), score);
          } else if (name.startsWith(ContestFigures.BYTES)) {
            put(bytes, name.substring(ContestFigures.BYTES.length()), score);
          }
        }
      }
      rounds.forEach(
          (id, values) -> cpu.computeIfAbsent(id, k -> new ArrayList<>()).add(array(values)));
    }
    Map<String, Measured> measured = new LinkedHashMap<>();
    cpu.forEach(
        (id, forks) -> measured.put(id, of(forks, array(wall.get(id)), array(bytes.get(id)))));
    return measured;
  }

  static Measured of(List<double[]> forks, double[] wall, double[] bytes) {
    List<Double> lows = new ArrayList<>();
    for (double[] rounds : forks) {
      for (int i = 0; i < STRETCHES_PER_FORK; i++) {
        int from = rounds.length * i / STRETCHES_PER_FORK;
        int to = rounds.length * (i + 1) / STRETCHES_PER_FORK;
        if (to > from) {
          lows.add(percentile(LOW, Arrays.copyOfRange(rounds, from, to)));
        }
      }
    }
    return new Measured(
        lows,
        Arrays.stream(wall).average().orElse(Double.NaN),
        Arrays.stream(bytes).average().orElse(Double.NaN),
        wall.length);
  }

  private static void put(Map<String, List<Double>> map, String id, double value) {
    map.computeIfAbsent(id, k -> new ArrayList<>()).add(value);
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
