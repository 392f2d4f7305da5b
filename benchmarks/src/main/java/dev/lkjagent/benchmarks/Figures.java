package dev.lkjagent.benchmarks;

import static dev.lkjagent.benchmarks.Figure.NOTHING;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** All figures that contests make, with what is owed. */
final class Figures {
  /**
   * Up to so many bytes per operation, on average over all batches, count as none: the virtual
   * machine may book a little of its own on a thread once in a while. An operation that allocates
   * anything allocates at least 16 B each time.
   */
  static final double ALLOCATION_FREE_BYTES = 8;

  static final List<Figure> ALL = all();

  private final List<Figure> figures = new ArrayList<>();

  private Figures() {}

  private static List<Figure> all() {
    Figures all = new Figures();
    all.json();
    for (String name : Group.XML) {
      String ours = "XmlReadBenchmark.ours." + name;
      String metric = "xml.read." + name;
      all.free(metric, ours, "Aalto", "XmlReadBenchmark.aalto." + name, 2.5);
      all.free(metric, ours, "Woodstox", "XmlReadBenchmark.woodstox." + name, NOTHING);
      all.free(metric, ours, "JDK-DOM", "XmlReadBenchmark.jdkDom." + name, NOTHING);
    }
    for (String sizes : new String[] {"mixed", "one"}) {
      double owed = sizes.equals("mixed") ? 4.5 : NOTHING;
      String ours = "PoolBenchmark.ours." + sizes;
      String metric = "pool." + sizes;
      all.free(metric, ours, "Netty-adaptive", "PoolBenchmark.nettyAdaptive." + sizes, owed);
      all.free(metric, ours, "Netty-pooled", "PoolBenchmark.nettyPooled." + sizes, NOTHING);
      all.free(metric, ours, "new-byte[]", "PoolBenchmark.newArray." + sizes, NOTHING);
    }
    all.path("chat", "path", "Jackson", "jacksonPointer", 1 / 0.65);
    all.path("chat", "path", "fastjson2", "fastjson2Path", NOTHING);
    all.path("find.375", "find375", "Jackson", "jackson375", 1 / 0.45);
    all.path("find.10000", "find10000", "Jackson", "jackson10000", 1 / 0.6);
    String prompt = "PromptBenchmark.";
    all.free("prompt.render", prompt + "render", "StringBuilder", prompt + "plainRender", NOTHING);
    all.free(
        "prompt.request",
        prompt + "request",
        "StringBuilder-and-Jackson",
        prompt + "plainRequest",
        NOTHING);
    String cycle = "CycleBenchmark.";
    all.free("agent.cycle", cycle + "cycle", "plain-Java", cycle + "plainJava", 5);
    all.free(
        "agent.cycle", cycle + "cycle", "LangChain4j-OpenAI-adapter", cycle + "langChain4j", 5);
    all.add(
        "agent.cycle.stored",
        cycle + "cycleStored",
        "LangChain4j-JSON-store",
        cycle + "langChain4jStored",
        15);
    all.add("image.1MB", "ImageBenchmark.freezeAndThaw", "Jackson", "ImageBenchmark.jackson", 10);
    return List.copyOf(all.figures);
  }

  private void json() {
    double[] documentOwed = {1.3, 1.1, 1.2, 1.3, NOTHING};
    double[] ownedOwed = {0.8, 0.8, 0.8, 1.1, 0.8};
    String of = "JsonReadBenchmark.";
    String simdjson = "SimdJsonBenchmark.simdjson.";
    for (int i = 0; i < Group.JSON.length; i++) {
      String name = Group.JSON[i];
      String document = "json.read.document." + name;
      free(document, of + "document." + name, "simdjson-java", simdjson + name, documentOwed[i]);
      free(document, of + "document." + name, "fastjson2", of + "fastjson2." + name, 3);
      free(document, of + "document." + name, "Jackson", of + "jackson." + name, 3.3);
      String owned = "json.read.owned." + name;
      free(owned, of + "owned." + name, "simdjson-java", simdjson + name, ownedOwed[i]);
      free(owned, of + "owned." + name, "fastjson2", of + "fastjson2." + name, 1.9);
      free(owned, of + "owned." + name, "Jackson", of + "jackson." + name, 2.2);
      free(
          "json.read.incremental." + name,
          of + "incremental." + name,
          "Jackson-tokens",
          of + "jacksonIncremental." + name,
          NOTHING);
    }
    String doubles = "json.read.document-and-doubles.canada";
    free(doubles, of + "doubles.canada", "simdjson-java", simdjson + "canada", NOTHING);
    free(doubles, of + "doubles.canada", "fastjson2", of + "fastjson2.canada", NOTHING);
    free(doubles, of + "doubles.canada", "Jackson", of + "jackson.canada", NOTHING);
    for (String name : Group.JSON) {
      String ours = "JsonWriteBenchmark.ours." + name;
      String metric = "json.write." + name;
      free(metric, ours, "fastjson2", "JsonWriteBenchmark.fastjson2." + name, 1.5);
      free(metric, ours, "Jackson", "JsonWriteBenchmark.jackson." + name, NOTHING);
    }
  }

  private void path(String metric, String ours, String peer, String method, double owed) {
    free("path." + metric, "PathBenchmark." + ours, peer, "PathBenchmark." + method, owed);
  }

  /** Adds a figure of something that must not allocate. */
  private void free(String metric, String ours, String peer, String theirs, double owed) {
    figures.add(new Figure(metric + ".vs." + peer, ours, peer, theirs, owed, true));
  }

  private void add(String metric, String ours, String peer, String theirs, double owed) {
    figures.add(new Figure(metric + ".vs." + peer, ours, peer, theirs, owed, false));
  }

  /** What was measured, as lines; what ours allocates follows its first figure. */
  static List<Row> rows(List<Figure> figures, Map<String, Measured> measured) {
    List<Row> rows = new ArrayList<>();
    Set<String> told = new LinkedHashSet<>();
    for (Figure figure : figures) {
      Measured ours = measured.get(figure.ours());
      Measured peer = measured.get(figure.peer());
      rows.add(row(figure, ours, peer));
      if (ours != null && told.add(figure.ours())) {
        rows.add(allocation(figure, ours, peer));
      }
    }
    return rows;
  }

  private static Row row(Figure figure, Measured ours, Measured peer) {
    String owed = Row.atLeast(figure.owed());
    if (ours == null || peer == null) {
      return new Row(
          figure.metric(),
          ours == null ? Row.NONE : Row.nanos(ours.low()),
          figure.peerName(),
          peer == null ? Row.NONE : Row.nanos(peer.low()),
          Double.NaN,
          owed,
          Row.Verdict.ABSENT,
          "");
    }
    double[] ratios = ours.ratios(peer);
    double ratio = Measured.median(ratios);
    return new Row(
        figure.metric(),
        Row.nanos(ours.low()),
        figure.peerName(),
        Row.nanos(peer.low()),
        ratio,
        owed,
        Row.Verdict.of(!(ratio < figure.owed())),
        String.format(
            Locale.ROOT,
            "%.2f–%.2f",
            Measured.percentile(0, ratios),
            Measured.percentile(0.999, ratios)));
  }

  private static Row allocation(Figure figure, Measured ours, Measured peer) {
    boolean free = ours.bytes() < ALLOCATION_FREE_BYTES;
    return new Row(
        figure.allocationMetric(),
        Row.bytes(ours.bytes()),
        figure.peerName(),
        peer == null ? Row.NONE : Row.bytes(peer.bytes()),
        Double.NaN,
        figure.allocation() ? "<=0 B" : Row.NONE,
        Row.Verdict.of(free || !figure.allocation()),
        "");
  }
}
