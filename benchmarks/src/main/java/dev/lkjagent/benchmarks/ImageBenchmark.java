package dev.lkjagent.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.json.JsonReader;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.image.Image;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * 1 MB of working memory, 2,500 entries, into bytes and back. No bytes leave the process, so
 * neither side makes a checksum.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ImageBenchmark {
  private final ObjectMapper jackson = new ObjectMapper();
  private final Image image = new Image();
  private MemoryPool pool;
  private OwnedTree memory;
  private JsonNode jacksonMemory;

  /** Fills the memory. */
  @Setup
  public void open() throws IOException {
    pool = MemoryPool.open(Specs.LARGE.toBuilder().tier(512, 8192).build());
    ObjectNode object = jackson.createObjectNode();
    for (int i = 0; i < 2500; i++) {
      object.put("entry_" + i, "what was noted \"then\" in cycle " + i + " " + "x".repeat(370));
    }
    memory = new OwnedTree(pool.root());
    new JsonReader().parseOrThrow(object.toString().getBytes(StandardCharsets.UTF_8), memory);
    jacksonMemory = object;
  }

  /** Ends the pool. */
  @TearDown
  public void close() {
    pool.close();
  }

  /** Ours, and the release of the copy. */
  @Benchmark
  public int freezeAndThaw() {
    image.freeze(memory);
    ObjectTree copy = image.thaw(pool.root()).trees().get(0);
    copy.close();
    return image.length();
  }

  /** Jackson's writing and reading. */
  @Benchmark
  public Object jackson() throws IOException {
    return jackson.readTree(jackson.writeValueAsBytes(jacksonMemory));
  }
}
