package dev.lkjagent.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks and the peers in one go, and prints a line per figure: metric, ours, the
 * peer's name, the peer's, the ratio, what is owed, and {@code ok}, {@code short} or {@code
 * absent}, divided by tabs.
 *
 * <p>The ratio is taken from the 5th percentile of CPU time per operation, because machines are
 * shared; JMH's means stand in the report. Exit code 0 if nothing falls short, 1 otherwise, 2 for
 * wrong usage.
 */
public final class Compare {
  private Compare() {}

  /**
   * Runs the comparison.
   *
   * @param args {@code --quick}, {@code --only REGEX}, {@code --report FILE}
   * @throws RunnerException if a benchmark can't be run
   * @throws IOException if the report can't be written
   */
  public static void main(String[] args) throws RunnerException, IOException {
    boolean quick = false;
    Pattern only = Pattern.compile("");
    Path report = null;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--quick" -> quick = true;
        case "--only" -> only = Pattern.compile(args[++i]);
        case "--report" -> report = Path.of(args[++i]);
        default -> {
          System.err.println("usage: benchmarks/compare [--quick] [--only REGEX] [--report FILE]");
          System.exit(2);
        }
      }
    }
    List<Figure> figures = new ArrayList<>();
    for (Figure figure : Figures.ALL) {
      if (only.matcher(figure.metric()).find()) {
        figures.add(figure);
      }
    }
    Map<String, Measured> measured = run(figures, quick);
    List<String> lines = lines(figures, measured);
    if (only.pattern().isEmpty()) {
      lines.addAll(Probes.lines(quick));
    }
    lines.forEach(System.out::println);
    if (report != null) {
      Files.writeString(report, Report.write(lines, figures, measured, quick));
      System.err.println("report: " + report);
    }
    System.exit(lines.stream().anyMatch(l -> l.endsWith("\tshort")) ? 1 : 0);
  }

  private static Map<String, Measured> run(List<Figure> figures, boolean quick)
      throws RunnerException {
    Set<String> wanted = new LinkedHashSet<>();
    for (Figure figure : figures) {
      wanted.add(figure.ours());
      wanted.add(figure.peer());
    }
    Map<String, Measured> measured = new LinkedHashMap<>();
    Set<String> patterns = new LinkedHashSet<>();
    for (String id : wanted) {
      patterns.add(id.split("\\.")[0] + "\\." + id.split("\\.")[1] + "$");
    }
    int done = 0;
    for (String pattern : patterns) {
      System.err.printf(
          Locale.ROOT, "[%d/%d] %s%n", ++done, patterns.size(), pattern.replaceAll("[\\\\$]", ""));
      for (RunResult result : runOne(pattern, quick)) {
        String name = result.getParams().getBenchmark().replaceFirst(".*\\.(\\w+\\.\\w+)$", "$1");
        Collection<String> keys = result.getParams().getParamsKeys();
        String id =
            keys.isEmpty()
                ? name
                : name + "." + result.getParams().getParam(keys.iterator().next());
        measured.put(id, Measured.of(result));
      }
    }
    return measured;
  }

  private static Collection<RunResult> runOne(String pattern, boolean quick)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\." + pattern)
            .addProfiler(GCProfiler.class)
            .addProfiler(CpuTime.class)
            .jvmArgsAppend(jvmArguments())
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(false)
            .forks(quick ? 1 : 3)
            .warmupIterations(quick ? 3 : 10)
            .warmupTime(TimeValue.milliseconds(quick ? 250 : 500))
            .measurementIterations(quick ? 10 : 20)
            .measurementTime(TimeValue.milliseconds(quick ? 60 : 200));
    return new Runner(options.build()).run();
  }

  private static String[] jvmArguments() {
    List<String> arguments = new ArrayList<>(List.of("-Xmx3g", "-Xms3g"));
    arguments.add("-Dlkjagent.conformance=" + System.getProperty("lkjagent.conformance", ""));
    arguments.add("-Dguice_bytecode_gen_option=DISABLED");
    arguments.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= 24) {
      arguments.add("--add-modules=jdk.incubator.vector");
    }
    return arguments.toArray(new String[0]);
  }

  private static List<String> lines(List<Figure> figures, Map<String, Measured> measured) {
    List<String> lines = new ArrayList<>();
    Set<String> allocationTold = new LinkedHashSet<>();
    for (Figure figure : figures) {
      Measured ours = measured.get(figure.ours());
      Measured peer = measured.get(figure.peer());
      String owed = String.format(Locale.ROOT, ">=%.2f", figure.owed());
      if (ours == null || peer == null) {
        lines.add(
            Figure.line(
                figure.metric(),
                nanos(ours),
                figure.peerName(),
                nanos(peer),
                "-",
                owed,
                Figure.Verdict.ABSENT));
        continue;
      }
      double ratio = peer.low() / ours.low();
      lines.add(
          Figure.line(
              figure.metric(),
              nanos(ours),
              figure.peerName(),
              nanos(peer),
              String.format(Locale.ROOT, "%.2f", ratio),
              owed,
              ratio >= figure.owed() ? Figure.Verdict.OK : Figure.Verdict.SHORT));
      if (allocationTold.add(figure.ours())) {
        lines.add(
            Figure.line(
                figure.metric().replaceFirst("\\.vs\\..*", "") + ".allocated",
                Math.round(ours.bytes()) + " B",
                figure.peerName(),
                Math.round(peer.bytes()) + " B",
                "-",
                "<=0 B",
                ours.bytes() < 1 ? Figure.Verdict.OK : Figure.Verdict.SHORT));
      }
    }
    return lines;
  }

  private static String nanos(Measured measured) {
    if (measured == null) {
      return "-";
    }
    double low = measured.low();
    return low < 1000
        ? String.format(Locale.ROOT, "%.1f ns", low)
        : String.format(Locale.ROOT, "%.1f us", low / 1000);
  }
}
