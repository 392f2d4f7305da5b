package dev.lkjagent.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Carries what each round of a contest measured out of the forked virtual machine. */
public final class ContestFigures implements InternalProfiler {
  /** What the names of results begin with: CPU time per operation in ns. */
  public static final String CPU = "cpu:";

  /** Wall-clock time per operation in ns. */
  public static final String WALL = "wall:";

  /** Bytes allocated per operation. */
  public static final String BYTES = "bytes:";

  /** Creates the profiler; JMH calls this. */
  public ContestFigures() {}

  @Override
  public String getDescription() {
    return "CPU time, time and allocation of each contestant of a round";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {}

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    List<ScalarResult> results = new ArrayList<>();
    for (Contest.Entry entry : Contest.LAST) {
      String id = entry.contestant.id();
      results.add(scalar(CPU + id, entry.cpuNanos, "ns/op"));
      results.add(scalar(WALL + id, entry.wallNanos, "ns/op"));
      results.add(scalar(BYTES + id, entry.bytes, "B/op"));
    }
    return results;
  }

  private static ScalarResult scalar(String name, double value, String unit) {
    return new ScalarResult(name, value, unit, AggregationPolicy.AVG);
  }
}
