package dev.lkjagent.benchmarks;

import com.alibaba.fastjson2.JSON;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.json.JsonNumbers;
import dev.lkjagent.json.JsonReader;
import dev.lkjagent.json.JsonStream;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Cursor;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.NodeKind;
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
 * A JSON text into a tree. Before the measured document every reader has read the others; in a
 * contest, the documents of all instances go through the same readers in turn.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JsonReadBenchmark {
  /** What is read. */
  @Param({"chat", "memory", "twitter", "citm_catalog", "canada"})
  public String document;

  private ObjectMapper jackson = new ObjectMapper();
  private static final int CHUNK_BYTES = 1024;

  private JsonReader reader = new JsonReader();
  private JsonStream stream = new JsonStream();
  private final JsonNumbers numbers = new JsonNumbers();
  private final JsonFactory tokens = new JsonFactory();
  private MemoryPool pool;
  private Document target;
  private Document streamed;
  private Cursor cursor;
  private OwnedTree tree;
  private byte[] text;

  /** Reads every document a few times. */
  @Setup
  public void open() {
    pool = MemoryPool.open(Specs.LARGE);
    target = new Document(pool.root());
    streamed = new Document(pool.root());
    tree = new OwnedTree(pool.root());
    cursor = new Cursor(target);
    for (String name : Group.JSON) {
      for (int i = 0; i < 5; i++) {
        reader.parseOrThrow(Inputs.document(name + ".json"), target);
      }
    }
    text = Inputs.document(document + ".json");
  }

  /** Opens with the pool, the readers and the trees of another, which closes them. */
  void open(JsonReadBenchmark other) {
    reader = other.reader;
    stream = other.stream;
    jackson = other.jackson;
    pool = other.pool;
    target = other.target;
    streamed = other.streamed;
    tree = other.tree;
    cursor = other.cursor;
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

  /** Ours, nodes that are slices, and every number of the text read as a double. */
  @Benchmark
  public double doubles() {
    reader.parseOrThrow(text, target);
    double sum = 0;
    cursor.reset(target);
    do {
      if (cursor.kind() == NodeKind.NUMBER) {
        sum += numbers.toDouble(target, cursor.node());
      }
    } while (cursor.toNextInDocument());
    return sum;
  }

  /** Ours, in chunks of 1 KiB as a network hands them out. */
  @Benchmark
  public int incremental() {
    stream.begin(streamed);
    for (int at = 0; at < text.length; at += CHUNK_BYTES) {
      stream.feed(text, at, Math.min(CHUNK_BYTES, text.length - at));
    }
    if (stream.finish() != Status.OK) {
      throw new IllegalStateException(stream.faultMessage());
    }
    return streamed.nodeCount();
  }

  /** Jackson's parser for chunks, names and values read; it builds no tree. */
  @Benchmark
  public int jacksonIncremental() throws IOException {
    int sum = 0;
    try (JsonParser parser = tokens.createNonBlockingByteArrayParser()) {
      ByteArrayFeeder feeder = (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
      for (int at = 0; at < text.length; at += CHUNK_BYTES) {
        feeder.feedInput(text, at, Math.min(at + CHUNK_BYTES, text.length));
        sum += read(parser);
      }
      feeder.endOfInput();
      return sum + read(parser);
    }
  }

  private static int read(JsonParser parser) throws IOException {
    int sum = 0;
    for (JsonToken token = parser.nextToken();
        token != null && token != JsonToken.NOT_AVAILABLE;
        token = parser.nextToken()) {
      if (token.isNumeric()) {
        sum += (int) parser.getDoubleValue();
      } else if (token.isScalarValue() || token == JsonToken.FIELD_NAME) {
        sum += parser.getTextLength();
      }
    }
    return sum;
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
