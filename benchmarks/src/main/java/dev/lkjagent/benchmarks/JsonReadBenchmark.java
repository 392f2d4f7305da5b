package dev.lkjagent.benchmarks;

import com.alibaba.fastjson2.JSON;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.json.JsonReader;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A JSON text into a tree. Before the measured document every reader has read the others, and ours
 * reads another small one in between, so that a remembered shape is not all it ever sees.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JsonReadBenchmark {
  /** What is read. */
  @Param({"chat", "memory", "twitter", "citm_catalog", "canada"})
  public String document;

  private final ObjectMapper jackson = new ObjectMapper();
  private final JsonReader reader = new JsonReader();
  private MemoryPool pool;
  private Document target;
  private OwnedTree tree;
  private byte[] text;

  /** Reads every document once. */
  @Setup
  public void open() {
    pool = MemoryPool.open(Specs.LARGE);
    target = new Document(pool.root());
    tree = new OwnedTree(pool.root());
    for (String name : new String[] {"chat", "memory", "twitter", "citm_catalog", "canada"}) {
      for (int i = 0; i < 5; i++) {
        reader.parseOrThrow(Inputs.document(name + ".json"), target);
      }
    }
    text = Inputs.document(document + ".json");
  }

  /** Ends the pool. */
  @TearDown
  public void close() {
    pool.close();
  }

  /** Ours, nodes that are slices of the text. */
  @Benchmark
  public int document() {
    reader.parseOrThrow(text, target);
    return target.nodeCount();
  }

  /** Ours, a tree that can be edited, and its release. */
  @Benchmark
  public long owned() {
    reader.parseOrThrow(text, tree);
    long root = tree.root();
    tree.clear();
    return root;
  }

  /** fastjson2's tree. */
  @Benchmark
  public Object fastjson2() {
    return JSON.parse(text);
  }

  /** Jackson's tree. */
  @Benchmark
  public Object jackson() throws IOException {
    return jackson.readTree(text);
  }
}
