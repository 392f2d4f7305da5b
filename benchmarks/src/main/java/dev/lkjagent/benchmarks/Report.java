package dev.lkjagent.benchmarks;

import dev.lkjagent.memory.PoolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the comparison as a page of Markdown. */
final class Report {
  private Report() {}

  static String write(
      List<String> lines, List<Figure> figures, Map<String, Measured> measured, boolean quick) {
    StringBuilder page = new StringBuilder("# Performance\n\n");
    page.append("Written by `benchmarks/compare --report docs/performance.md`, not by hand.\n\n");
    page.append("| | |\n|---|---|\n");
    row(page, "machine", machine());
    row(page, "JDK", System.getProperty("java.vm.name") + " " + Runtime.version());
    row(
        page,
        "documents",
        Inputs.real() ? "the conformance documents" : "made up, of the same shape");
    row(page, "pool", spec(Specs.LARGE));
    row(page, "run", quick ? "quick: one fork, short iterations" : "three forks");
    row(page, "peers", peers());
    page.append(
        "\nTimes are the 5th percentile, over all iterations, of CPU time of the process per"
            + " operation; a ratio above 1 means that ours is faster. `owed` is the project's own"
            + " promise. `allocated` is per operation.\n\n## Figures\n\n"
            + "| metric | ours | peer | peer's | ratio | owed | |\n|---|--:|---|--:|--:|--:|---|\n");
    for (String line : lines) {
      page.append("| ").append(line.replace("\t", " | ")).append(" |\n");
    }
    page.append("\n## Noise, and JMH's own means\n\n| benchmark | mean ns | spread over forks |\n");
    page.append("|---|--:|--:|\n");
    measured.forEach(
        (id, m) ->
            page.append(
                String.format(
                    Locale.ROOT, "| %s | %,.1f | %.0f %% |%n", id, m.nanos(), m.spread() * 100)));
    List<String> behind =
        lines.stream().filter(l -> l.endsWith("\tshort")).map(l -> l.split("\t")[0]).toList();
    page.append("\n## Where ours falls short of what is owed\n\n");
    page.append(
        behind.isEmpty() ? "Nowhere in this run.\n" : "- " + String.join("\n- ", behind) + "\n");
    page.append(
        "\n## What is not compared\n\n"
            + "- canada.json is nearly all numbers. Ours keeps them as text until they are asked for;"
            + " the peers convert each to a double while reading.\n"
            + "- The streaming XML peers build no tree; ours does.\n"
            + "- simdjson-java reads padded input and runs on JDK 24 and newer only; elsewhere its"
            + " rows read `absent`.\n");
    return page.toString();
  }

  private static void row(StringBuilder page, String name, String value) {
    page.append("| ").append(name).append(" | ").append(value).append(" |\n");
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
    return System.getProperty("java.class.path")
        .lines()
        .flatMap(p -> List.of(p.split(":")).stream())
        .map(p -> p.substring(p.lastIndexOf('/') + 1))
        .filter(
            p ->
                p.matches(
                    "(fastjson2|jackson-databind|aalto|woodstox|netty-buffer|langchain4j|simdjson|jmh-core).*"))
        .map(p -> p.replace(".jar", ""))
        .collect(Collectors.joining(", "));
  }
}
