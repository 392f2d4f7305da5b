package dev.lkjagent.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs the benchmarks and the peers in one go, and prints a line per figure: metric, ours, the
 * peer's name, the peer's, the ratio, what is owed, and {@code ok}, {@code short} or {@code
 * absent}, divided by tabs. Nothing else goes to the standard output.
 *
 * <p>Exit code 0 if nothing falls short, 1 if something does, 2 for wrong usage, 3 if something
 * could not be measured.
 */
public final class Compare {
  private static final String USAGE =
      "usage: benchmarks/compare [--quick] [--only REGEX] [--report FILE]";

  private final Effort effort;
  private final Pattern only;
  private final Path report;
  private final PrintStream out;
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, Measured> measured = new LinkedHashMap<>();

  private Compare(Effort effort, Pattern only, Path report, PrintStream out) {
    this.effort = effort;
    this.only = only;
    this.report = report;
    this.out = out;
  }

  /**
   * Runs the comparison.
   *
   * @param args {@code --quick}, {@code --only REGEX}, {@code --report FILE}
   */
  @SuppressWarnings("SystemExitOutsideMain") // main is what calls it
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    System.exit(run(args, out));
  }

  static int run(String[] args, PrintStream out) {
    Effort effort = Effort.FULL;
    Pattern only = Pattern.compile("");
    Path report = null;
    try {
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--quick" -> effort = Effort.QUICK;
          case "--smoke" -> effort = Effort.SMOKE;
          case "--only" -> only = Pattern.compile(args[++i]);
          case "--report" -> report = Path.of(args[++i]);
          default -> throw new IllegalArgumentException("what is " + args[i] + "?");
        }
      }
    } catch (PatternSyntaxException e) {
      System.err.println("compare: --only takes a regular expression: " + e.getMessage());
      return 2;
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      System.err.println("compare: " + e.getMessage() + "\n" + USAGE);
      return 2;
    }
    try {
      return new Compare(effort, only, report, out).run();
    } catch (RunnerException | IOException | IllegalStateException e) {
      System.err.println("compare: " + e.getMessage());
      explain(e);
      return 3;
    }
  }

  /** JMH hangs what a forked virtual machine threw on its own exception, as suppressed. */
  private static void explain(Throwable failure) {
    for (Throwable why = failure.getCause(); why != null; why = why.getCause()) {
      System.err.println("  because " + why);
      for (Throwable more : why.getSuppressed()) {
        System.err.println("  because " + more);
        explain(more);
      }
    }
  }

  private int run() throws RunnerException, IOException {
    long begun = System.nanoTime();
    int asked = 0;
    boolean failed = false;
    for (String group : Group.NAMES) {
      List<Figure> figures = new ArrayList<>();
      for (Figure figure : Figures.ALL) {
        boolean wanted =
            only.matcher(figure.metric()).find() || only.matcher(figure.allocationMetric()).find();
        if (wanted && Group.of(figure.metric()).equals(group)) {
          figures.add(figure);
        }
      }
      if (!figures.isEmpty()) {
        asked++;
        System.err.println("measuring " + group);
        Map<String, Measured> contest = Forks.contest(group, effort);
        measured.putAll(contest);
        tell(Figures.rows(figures, contest));
      }
    }
    for (Probe probe : Probe.ALL) {
      if (probe.metrics().stream().anyMatch(m -> only.matcher(m).find())) {
        asked++;
        System.err.println("measuring " + probe.metrics().get(0));
        try {
          tell(probe.rows(effort));
        } catch (IOException e) {
          System.err.println("compare: " + probe.metrics().get(0) + ": " + e.getMessage());
          failed = true;
        }
      }
    }
    if (asked == 0) {
      System.err.println("compare: no figure's name contains " + only);
      return 2;
    }
    if (report != null) {
      Map<String, Forks.Isolated> isolated =
          effort == Effort.FULL ? Forks.isolated(measured.keySet()) : Map.of();
      Files.writeString(report, new Report(effort, rows, measured, isolated).page(begun));
      System.err.println("report: " + report);
    }
    if (failed) {
      return 3;
    }
    return rows.stream().anyMatch(r -> r.verdict() == Row.Verdict.SHORT) ? 1 : 0;
  }

  private void tell(List<Row> more) {
    for (Row row : more) {
      if (only.matcher(row.metric()).find()) {
        rows.add(row);
        out.println(row.line());
      }
    }
  }
}
