package dev.lkjagent.benchmarks;

import dev.lkjagent.memory.PoolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The comparison as a page of Markdown.
 *
 * @param effort how much was measured
 * @param rows the lines
 * @param measured what contestants took
 * @param isolated what JMH says of each by itself; empty if it was not asked
 */
record Report(
    Effort effort,
    List<Row> rows,
    Map<String, Measured> measured,
    Map<String, Forks.Isolated> isolated) {
  private static final String COLUMNS =
      """

      | contestant | batches | CPU, 5th percentile | spread of it | wall clock, mean | JMH's mean ± error | JMH's bytes |
      |---|--:|--:|--:|--:|--:|--:|
      """;

  private static final String NOT_ISOLATED =
      "JMH's own figures, each benchmark in a virtual machine for itself, need the full run.\n"
          + COLUMNS;

  private static final String ISOLATED =
      """
      The last two columns are JMH's: each benchmark in a virtual machine for itself, two forks, wall-clock time,
      and the bytes that the whole process allocates, JMH's own included.
      """
          + COLUMNS;

  /** The page; {@code begun} is the System.nanoTime at which the comparison began. */
  String page(long begun) {
    StringBuilder page = new StringBuilder("# Performance\n\n");
    page.append("Written by `benchmarks/compare")
        .append(effort == Effort.FULL ? "" : " --" + effort.name().toLowerCase(Locale.ROOT))
        .append(" --report docs/performance.md`, not by hand.\n\n| | |\n|---|---|\n");
    row(page, "machine", machine());
    row(page, "JDK", System.getProperty("java.vm.name") + " " + Runtime.version());
    row(
        page,
        "documents",
        Inputs.real()
            ? "the conformance documents; attributes.xml is made up"
            : "made up, of the same shape as the conformance documents, which are absent");
    row(page, "pool", spec(Specs.LARGE));
    row(page, "run", effort.description + ", " + minutes(begun) + " minutes");
    row(page, "peers", peers());
    page.append(
        """

        A ratio above 1 means that ours is faster; `owed` is the project's own promise, and `-` that none was
        made. All contestants of a group take turns in one virtual machine, a batch of about a millisecond each,
        documents alternating. Times are the 5th percentile of CPU time per operation over these batches, and so
        are the ratios, because machines are shared; the collector's threads are not counted, which favours those
        who allocate. `spread` is the least and the greatest ratio, each fork's two halves taken by themselves.
        `allocated` is what the working thread allocates per operation, on average over all batches; less than\s"""
            + String.format(Locale.ROOT, "%.0f", Figures.ALLOCATION_FREE_BYTES)
            + " B count as\nnone.\n\n## Figures\n\n"
            + "| metric | ours | peer | peer's | ratio | spread | owed | |\n"
            + "|---|--:|---|--:|--:|--:|--:|---|\n");
    for (Row row : rows) {
      page.append(
          String.join(
              " | ",
              "| " + row.metric(),
              row.ours(),
              row.peerName(),
              row.peer(),
              row.ratioText(),
              row.noise(),
              row.owed(),
              row.verdict().name().toLowerCase(Locale.ROOT) + " |\n"));
    }
    page.append("\n## Where ours falls short of what is owed\n\n");
    list(page, rows.stream().filter(r -> r.verdict() == Row.Verdict.SHORT).toList());
    page.append(
        "\n[Speed](speed.md) tells what was tried there, and what the limits seem to be.\n");
    page.append("\n## Where a peer is ahead\n\n");
    list(page, rows.stream().filter(Row::peerIsAhead).toList());
    noise(page);
    page.append(
        """

        ## What is not compared

        - `canada.json` is nearly all numbers. Ours keeps them as text until they are asked for; the peers convert
          each to a double while reading. `document-and-doubles` reads every number of ours as a double as well.
        - The streaming XML peers build no tree, nor does Jackson's incremental parser; ours do.
        - simdjson-java reads padded input, needs the incubating Vector API and runs on JDK 24 and newer only;
          elsewhere its rows read `absent`.
        - Ours checks the whole grammar and UTF-8, and so do simdjson-java and Jackson; fastjson2 accepts more.
        - LangChain4j's turn renders and parses what its OpenAI adapter does, with a history of 20 messages that
          are together as long as our prompt; it has no budget, no undo and no journal, and nor has plain Java.
        - Collectors' work is in nobody's figures but JMH's means.
        - `start`, `memory` and `store` are probes that start virtual machines of their own, not JMH: what is
          measured there is a process. The peers' sizes in `memory` are quoted, not measured in this run.
        - Not run here: allocators and parsers in C or C++ (mimalloc, jemalloc, glibc, simdjson), VTD-XML,
          `Arena.ofConfined`, LangChain4j's dispatch without an adapter, ADK and Koog.
        """);
    return page.toString();
  }

  private void noise(StringBuilder page) {
    if (measured.isEmpty()) {
      return;
    }
    page.append("\n## Noise, and JMH's own figures\n\n");
    page.append(isolated.isEmpty() ? NOT_ISOLATED : ISOLATED);
    measured.forEach(
        (id, m) -> {
          double[] lows = m.lows().stream().mapToDouble(Double::doubleValue).toArray();
          double low = Arrays.stream(lows).min().orElse(Double.NaN);
          double high = Arrays.stream(lows).max().orElse(Double.NaN);
          Forks.Isolated jmh = isolated.get(id);
          page.append(
              String.format(
                  Locale.ROOT,
                  "| %s | %d | %s | %.0f %% | %s | %s | %s |%n",
                  id,
                  m.batches(),
                  Row.nanos(m.low()),
                  (high / low - 1) * 100,
                  Row.nanos(m.mean()),
                  jmh == null ? "" : Row.nanos(jmh.mean()) + " ± " + Row.nanos(jmh.error()),
                  jmh == null ? "" : Row.bytes(jmh.bytes())));
        });
  }

  private static void list(StringBuilder page, List<Row> rows) {
    if (rows.isEmpty()) {
      page.append("Nowhere in this run.\n");
    }
    for (Row row : rows) {
      page.append("- ").append(row.metric()).append(": ");
      page.append(Double.isNaN(row.ratio()) ? row.ours() : row.ratioText());
      page.append(row.owed().equals(Row.NONE) ? "" : ", owed " + row.owed()).append('\n');
    }
  }

  private static void row(StringBuilder page, String name, String value) {
    page.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }

  private static String minutes(long begun) {
    return String.format(Locale.ROOT, "%.0f", (System.nanoTime() - begun) / 60e9);
  }

  private static String machine() {
    String model = System.getProperty("os.arch");
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        if (line.startsWith("model name")) {
          model = line.substring(line.indexOf(':') + 2);
          break;
        }
      }
    } catch (IOException e) {
      model = model + ", model unknown";
    }
    return model
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors, "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version");
  }

  private static String spec(PoolSpec spec) {
    return spec.tiers().stream()
            .map(t -> t.slotBytes() + " B × " + t.count())
            .collect(Collectors.joining(" · "))
        + ", "
        + spec.nodes()
        + " nodes, "
        + spec.documentNodes()
        + " document nodes";
  }

  private static String peers() {
    return Arrays.stream(System.getProperty("java.class.path").split(":"))
        .map(p -> p.substring(p.lastIndexOf('/') + 1))
        .filter(
            p ->
                p.matches(
                    "(fastjson2|jackson-databind|aalto|woodstox|netty-buffer|langchain4j-(open-ai-)?\\d|simdjson|jmh-core).*"))
        .map(p -> p.replace(".jar", ""))
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
