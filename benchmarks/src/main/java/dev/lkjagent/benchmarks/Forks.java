package dev.lkjagent.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The virtual machines that measure. */
final class Forks {
  private static final int ISOLATED_FORKS = 2;

  private Forks() {}

  /**
   * What JMH says of a benchmark that has a virtual machine for itself.
   *
   * @param mean wall-clock time per operation in ns
   * @param error half the width of its 99.9 % confidence interval
   * @param bytes bytes that the whole process allocates per operation
   */
  record Isolated(double mean, double error, double bytes) {}

  /** Lets a group's contestants take turns. */
  static Map<String, Measured> contest(String group, Effort effort) throws RunnerException {
    ChainedOptionsBuilder options =
        options(group.equals("json.read"))
            .include("^" + Pattern.quote(Contest.class.getName()) + "\\.")
            .param("group", group)
            .addProfiler(ContestFigures.class)
            .forks(effort.forks)
            .warmupIterations(effort.warmUpRounds)
            .measurementIterations(effort.rounds);
    Map<String, Measured> measured = new LinkedHashMap<>();
    for (RunResult result : new Runner(options.build()).run()) {
      measured.putAll(Measured.of(result));
    }
    return measured;
  }

  /** Runs benchmarks in the way that JMH means it, each by itself. */
  static Map<String, Isolated> isolated(Set<String> ids) throws RunnerException {
    Set<String> methods = new LinkedHashSet<>();
    for (String id : ids) {
      String[] parts = id.split("\\.");
      methods.add(parts[0] + "\\." + parts[1]);
    }
    Map<String, Isolated> isolated = new LinkedHashMap<>();
    int done = 0;
    for (String method : methods) {
      System.err.printf("JMH [%d/%d] %s%n", ++done, methods.size(), method.replace("\\", ""));
      ChainedOptionsBuilder options =
          options(method.startsWith("Simd"))
              .include("\\." + method + "$")
              .addProfiler(GCProfiler.class)
              .forks(ISOLATED_FORKS)
              .warmupIterations(5)
              .warmupTime(TimeValue.milliseconds(500))
              .measurementIterations(5)
              .measurementTime(TimeValue.milliseconds(300));
      for (RunResult result : new Runner(options.build()).run()) {
        isolated.put(id(result), of(result));
      }
    }
    return isolated;
  }

  private static Isolated of(RunResult result) {
    Result<?> primary = result.getPrimaryResult();
    Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
    return new Isolated(
        primary.getScore(),
        primary.getScoreError(),
        allocated == null ? Double.NaN : allocated.getScore());
  }

  private static String id(RunResult result) {
    String name = result.getParams().getBenchmark().replaceFirst(".*\\.(\\w+\\.\\w+)$", "$1");
    Collection<String> keys = result.getParams().getParamsKeys();
    return keys.isEmpty() ? name : name + "." + result.getParams().getParam(keys.iterator().next());
  }

  private static ChainedOptionsBuilder options(boolean vectors) {
    List<String> arguments = arguments();
    if (vectors && Runtime.version().feature() >= 24) {
      arguments.add("--add-modules=jdk.incubator.vector");
    }
    return new OptionsBuilder()
        .jvmArgsAppend(arguments.toArray(new String[0]))
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true);
  }

  /**
   * How every virtual machine is started that measures. The young generation is small, so that all
   * of it has been touched when the rounds that count begin: or whoever allocates would pay for the
   * system's page faults too.
   */
  static List<String> arguments() {
    List<String> arguments = new ArrayList<>(List.of("-Xmx3g", "-Xms3g", "-Xmn256m"));
    arguments.add("-Dlkjagent.conformance=" + System.getProperty("lkjagent.conformance", ""));
    arguments.addAll(quiet(Runtime.version().feature()));
    return arguments;
  }

  /** What keeps the JDK from warning of native code and of Unsafe. */
  static List<String> quiet(int jdk) {
    List<String> arguments = new ArrayList<>();
    arguments.add("-Dguice_bytecode_gen_option=DISABLED");
    arguments.add("--enable-native-access=ALL-UNNAMED");
    if (jdk >= 23) {
      arguments.add("--sun-misc-unsafe-memory-access=allow");
    }
    return arguments;
  }

  /**
   * Runs a program in a virtual machine of its own, and answers its standard output.
   *
   * @throws IOException if it does not end with exit code 0
   */
  static List<String> fresh(Class<?> main, List<String> options, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(quiet(Runtime.version().feature()));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = out.lines().toList();
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(
            main.getSimpleName() + " " + List.of(arguments) + " ended with exit code " + code);
      }
      return lines;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + main.getSimpleName() + " ran", e);
    }
  }
}
