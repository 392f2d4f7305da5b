package dev.lkjagent.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What one benchmark took.
 *
 * @param nanos JMH's mean of wall-clock time per operation
 * @param low the 5th percentile, over all iterations, of CPU time per operation in ns
 * @param bytes bytes allocated per operation
 * @param spread how far the forks' means lie apart, as a part of their mean
 */
record Measured(double nanos, double low, double bytes, double spread) {
  static Measured of(RunResult run) {
    Collection<BenchmarkResult> forks = run.getBenchmarkResults();
    double[] cpu =
        forks.stream()
            .flatMap(f -> f.getIterationResults().stream())
            .mapToDouble(i -> secondary(i, CpuTime.NAME))
            .sorted()
            .toArray();
    double[] means = forks.stream().mapToDouble(f -> f.getPrimaryResult().getScore()).toArray();
    double mean = Arrays.stream(means).average().orElse(Double.NaN);
    double spread =
        (Arrays.stream(means).max().orElse(0) - Arrays.stream(means).min().orElse(0)) / mean;
    Result<?> allocated = run.getSecondaryResults().get("gc.alloc.rate.norm");
    return new Measured(
        mean,
        cpu.length == 0 ? Double.NaN : cpu[cpu.length / 20],
        allocated == null ? Double.NaN : allocated.getScore(),
        spread);
  }

  private static double secondary(IterationResult iteration, String name) {
    Result<?> result = iteration.getSecondaryResults().get(name);
    return result == null ? Double.NaN : result.getScore();
  }
}
