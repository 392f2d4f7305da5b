package dev.lkjagent.benchmarks;

import com.alibaba.fastjson2.JSON;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.json.JsonReader;
import dev.lkjagent.json.JsonWriter;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.tree.Document;
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

/** A tree into JSON bytes, compact. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JsonWriteBenchmark {
  /** What is written. */
  @Param({"chat", "memory", "twitter", "citm_catalog", "canada"})
  public String document;

  private final ObjectMapper jackson = new ObjectMapper();
  private final JsonWriter writer = new JsonWriter();
  private MemoryPool pool;
  private Document source;
  private byte[] target;
  private Object fastjson2Tree;
  private JsonNode jacksonTree;

  /** Reads the document once. */
  @Setup
  public void open() throws IOException {
    pool = MemoryPool.open(Specs.LARGE);
    open(pool);
  }

  /** Opens in a pool that somebody else closes. */
  void open(MemoryPool pool) throws IOException {
    source = new Document(pool.root());
    byte[] text = Inputs.document(document + ".json");
    new JsonReader().parseOrThrow(text, source);
    target = new byte[text.length * 2];
    fastjson2Tree = JSON.parse(text);
    jacksonTree = jackson.readTree(text);
  }

  /** Ends the pool. */
  @TearDown
  public void close() {
    pool.close();
  }

  /** Ours. */
  @Benchmark
  public int ours() {
    return writer.write(source, source.root(), target, 0);
  }

  /** fastjson2's. */
  @Benchmark
  public byte[] fastjson2() {
    return JSON.toJSONBytes(fastjson2Tree);
  }

  /** Jackson's. */
  @Benchmark
  public byte[] jackson() throws IOException {
    return jackson.writeValueAsBytes(jacksonTree);
  }
}
