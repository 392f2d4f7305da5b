package dev.lkjagent.benchmarks;

import dev.lkjagent.memory.MemoryPool;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** The contestants of one contest, opened and ready. */
final class Group implements AutoCloseable {
  /** All groups, in the order of the report. */
  static final List<String> NAMES =
      List.of("json.read", "json.write", "xml", "pool", "path", "prompt", "agent", "image");

  static final String[] JSON = {"chat", "memory", "twitter", "citm_catalog", "canada"};
  static final String[] XML = {"agent", "twitter", "attributes"};

  private final List<Contestant> contestants = new ArrayList<>();
  private final Deque<Runnable> closing = new ArrayDeque<>();

  private Group() {}

  static Group open(String name) throws Exception {
    Group group = new Group();
    switch (name) {
      case "json.read" -> group.jsonRead();
      case "json.write" -> group.jsonWrite();
      case "xml" -> group.xml();
      case "pool" -> group.pool();
      case "path" -> group.path();
      case "prompt" -> group.prompt();
      case "agent" -> group.agent();
      case "image" -> group.image();
      default -> throw new IllegalArgumentException("no group is called " + name + ": " + NAMES);
    }
    return group;
  }

  /** How much CPU time each contestant has in a round to warm up. */
  static long warmUpMillis(String name) {
    return switch (name) {
      case "agent" -> 50;
      case "image" -> 30;
      case "prompt", "xml" -> 20;
      default -> 10;
    };
  }

  List<Contestant> contestants() {
    return contestants;
  }

  @Override
  public void close() {
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }

  private void add(String name, String parameter, Contestant.Batch batch) {
    contestants.add(new Contestant(name + (parameter.isEmpty() ? "" : "." + parameter), batch));
  }

  private MemoryPool largePool() {
    MemoryPool pool = MemoryPool.open(Specs.LARGE);
    closing.push(pool::close);
    return pool;
  }

  private void jsonRead() throws Exception {
    JsonReadBenchmark first = new JsonReadBenchmark();
    first.document = JSON[0];
    first.open();
    closing.push(first::close);
    SimdJsonBenchmark simdjson = null;
    for (String document : JSON) {
      JsonReadBenchmark b = new JsonReadBenchmark();
      b.document = document;
      b.open(first);
      String of = "JsonReadBenchmark.";
      add(
          of + "document",
          document,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.document());
            }
          });
      if (SimdJsonBenchmark.present()) {
        SimdJsonBenchmark s = new SimdJsonBenchmark();
        s.document = document;
        if (simdjson == null) {
          s.open();
          simdjson = s;
        } else {
          s.open(simdjson);
        }
        add(
            "SimdJsonBenchmark.simdjson",
            document,
            (turns, hole) -> {
              while (turns.more()) {
                hole.consume(s.simdjson());
              }
            });
      }
      add(
          of + "owned",
          document,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.owned());
            }
          });
      add(
          of + "fastjson2",
          document,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.fastjson2());
            }
          });
      add(
          of + "incremental",
          document,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.incremental());
            }
          });
      add(
          of + "jackson",
          document,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.jackson());
            }
          });
      add(
          of + "jacksonIncremental",
          document,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.jacksonIncremental());
            }
          });
      if (document.equals("canada")) {
        add(
            of + "doubles",
            document,
            (turns, hole) -> {
              while (turns.more()) {
                hole.consume(b.doubles());
              }
            });
      }
    }
  }

  private void jsonWrite() throws Exception {
    MemoryPool pool = largePool();
    for (String document : JSON) {
      JsonWriteBenchmark b = new JsonWriteBenchmark();
      b.document = document;
      b.open(pool);
      String of = "JsonWriteBenchmark.";
      add(
          of + "ours",
          document,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.ours());
            }
          });
      add(
          of + "fastjson2",
          document,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.fastjson2());
            }
          });
      add(
          of + "jackson",
          document,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.jackson());
            }
          });
    }
  }

  private void xml() throws Exception {
    MemoryPool pool = largePool();
    for (String document : XML) {
      XmlReadBenchmark b = new XmlReadBenchmark();
      b.document = document;
      b.open(pool);
      String of = "XmlReadBenchmark.";
      add(
          of + "ours",
          document,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.ours());
            }
          });
      add(
          of + "aalto",
          document,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.aalto());
            }
          });
      add(
          of + "woodstox",
          document,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.woodstox());
            }
          });
      add(
          of + "jdkDom",
          document,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.jdkDom());
            }
          });
    }
  }

  private void pool() {
    for (String sizes : new String[] {"mixed", "one"}) {
      PoolBenchmark b = new PoolBenchmark();
      b.sizes = sizes;
      b.open();
      closing.push(b::close);
      String of = "PoolBenchmark.";
      add(
          of + "ours",
          sizes,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.ours());
            }
          });
      add(
          of + "nettyAdaptive",
          sizes,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.nettyAdaptive());
            }
          });
      add(
          of + "nettyPooled",
          sizes,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.nettyPooled());
            }
          });
      add(
          of + "newArray",
          sizes,
          (turns, hole) -> {
            while (turns.more()) {
              hole.consume(b.newArray());
            }
          });
    }
  }

  private void path() throws Exception {
    PathBenchmark b = new PathBenchmark();
    b.open();
    closing.push(b::close);
    String of = "PathBenchmark.";
    add(
        of + "path",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.path());
          }
        });
    add(
        of + "jacksonPointer",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.jacksonPointer());
          }
        });
    add(
        of + "fastjson2Path",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.fastjson2Path());
          }
        });
    add(
        of + "find375",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.find375());
          }
        });
    add(
        of + "jackson375",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.jackson375());
          }
        });
    add(
        of + "find10000",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.find10000());
          }
        });
    add(
        of + "jackson10000",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.jackson10000());
          }
        });
  }

  private void prompt() {
    PromptBenchmark b = new PromptBenchmark();
    b.open();
    closing.push(b::close);
    String of = "PromptBenchmark.";
    add(
        of + "render",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.render());
          }
        });
    add(
        of + "plainRender",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.plainRender());
          }
        });
    add(
        of + "request",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.request());
          }
        });
    add(
        of + "plainRequest",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.plainRequest());
          }
        });
  }

  private void agent() throws Exception {
    CycleBenchmark b = new CycleBenchmark();
    b.open();
    closing.push(b::close);
    String of = "CycleBenchmark.";
    String workers = "lkjagent-worker";
    contestants.add(
        new Contestant(of + "cycle", (turns, hole) -> hole.consume(b.cycle(turns.all())), workers));
    contestants.add(
        new Contestant(
            of + "cycleStored",
            (turns, hole) -> hole.consume(b.cycleStored(turns.all())),
            workers));
    add(
        of + "plainJava",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.plainJava());
          }
        });
    add(
        of + "langChain4j",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.langChain4j());
          }
        });
    add(
        of + "langChain4jStored",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.langChain4jStored());
          }
        });
  }

  private void image() throws Exception {
    ImageBenchmark b = new ImageBenchmark();
    b.open();
    closing.push(b::close);
    add(
        "ImageBenchmark.freezeAndThaw",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.freezeAndThaw());
          }
        });
    add(
        "ImageBenchmark.jackson",
        "",
        (turns, hole) -> {
          while (turns.more()) {
            hole.consume(b.jackson());
          }
        });
  }

  static String of(String metric) {
    return NAMES.stream()
        .filter(n -> metric.startsWith(n + "."))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    String.format(Locale.ROOT, "%s belongs to no group of %s", metric, NAMES)));
  }
}
