package dev.lkjagent.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** All figures that benchmarks make, with what is owed. */
final class Figures {
  private static final String[] JSON = {"chat", "memory", "twitter", "citm_catalog", "canada"};

  static final List<Figure> ALL = all();

  private Figures() {}

  private static List<Figure> all() {
    List<Figure> figures = new ArrayList<>();
    double[] documentOwed = {1.3, 1.1, 1.2, 1.3, 1.0};
    double[] ownedOwed = {0.8, 0.8, 0.8, 1.1, 0.8};
    for (int i = 0; i < JSON.length; i++) {
      String name = JSON[i];
      json(
          figures,
          "document",
          name,
          "simdjson-java",
          "SimdJsonBenchmark.simdjson",
          documentOwed[i]);
      json(figures, "document", name, "fastjson2", "JsonReadBenchmark.fastjson2", 3);
      json(figures, "document", name, "Jackson", "JsonReadBenchmark.jackson", 3.3);
      json(figures, "owned", name, "simdjson-java", "SimdJsonBenchmark.simdjson", ownedOwed[i]);
      json(figures, "owned", name, "fastjson2", "JsonReadBenchmark.fastjson2", 1.9);
      json(figures, "owned", name, "Jackson", "JsonReadBenchmark.jackson", 2.2);
      figures.add(
          new Figure(
              "json.write." + name + ".vs.fastjson2",
              "JsonWriteBenchmark.ours." + name,
              "fastjson2",
              "JsonWriteBenchmark.fastjson2." + name,
              1.5));
    }
    for (String name : new String[] {"agent", "twitter", "attributes"}) {
      xml(figures, name, "Aalto", "aalto", 2.5);
      xml(figures, name, "Woodstox", "woodstox", 2.5);
    }
    figures.add(
        new Figure(
            "path.chat.vs.Jackson",
            "PathBenchmark.path",
            "Jackson",
            "PathBenchmark.jacksonPointer",
            1 / 0.65));
    figures.add(
        new Figure(
            "find.375.vs.Jackson",
            "PathBenchmark.find375",
            "Jackson",
            "PathBenchmark.jackson375",
            1 / 0.45));
    figures.add(
        new Figure(
            "find.10000.vs.Jackson",
            "PathBenchmark.find10000",
            "Jackson",
            "PathBenchmark.jackson10000",
            1 / 0.6));
    figures.add(
        new Figure(
            "image.1MB.vs.Jackson",
            "ImageBenchmark.freezeAndThaw",
            "Jackson",
            "ImageBenchmark.jackson",
            10));
    pool(figures, "mixed", "Netty-adaptive", "nettyAdaptive", 4.5);
    pool(figures, "mixed", "Netty-pooled", "nettyPooled", 4.5);
    pool(figures, "mixed", "new-byte[]", "newArray", 4.5);
    pool(figures, "one", "Netty-adaptive", "nettyAdaptive", 1);
    pool(figures, "one", "Netty-pooled", "nettyPooled", 1);
    figures.add(
        new Figure(
            "agent.cycle.vs.LangChain4j",
            "CycleBenchmark.cycle",
            "LangChain4j, OpenAI adapter",
            "CycleBenchmark.langChain4j",
            5));
    return List.copyOf(figures);
  }

  private static void pool(
      List<Figure> figures, String sizes, String peer, String method, double owed) {
    figures.add(
        new Figure(
            "pool." + sizes + ".vs." + peer,
            "PoolBenchmark.ours." + sizes,
            peer,
            "PoolBenchmark." + method + "." + sizes,
            owed));
  }

  private static void json(
      List<Figure> figures, String kind, String name, String peer, String benchmark, double owed) {
    figures.add(
        new Figure(
            "json.read." + kind + "." + name + ".vs." + peer,
            "JsonReadBenchmark." + kind + "." + name,
            peer,
            benchmark + "." + name,
            owed));
  }

  private static void xml(
      List<Figure> figures, String name, String peer, String method, double owed) {
    figures.add(
        new Figure(
            "xml.read." + name + ".vs." + peer,
            "XmlReadBenchmark.ours." + name,
            peer,
            "XmlReadBenchmark." + method + "." + name,
            owed));
  }
}
