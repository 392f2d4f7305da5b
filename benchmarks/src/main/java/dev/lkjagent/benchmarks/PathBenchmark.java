package dev.lkjagent.benchmarks;

import com.alibaba.fastjson2.JSON;
import com.alibaba.fastjson2.JSONPath;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.json.JsonReader;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.Path;
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

/** A compiled path on a reply, and keys that arrive as bytes among 375 and among 10,000. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PathBenchmark {
  private static final int KEYS = 256;

  private final Path path = Path.of("choices[0].message.content");
  private final JSONPath fastjson2Path = JSONPath.of("$.choices[0].message.content");
  private final JsonPointer pointer = JsonPointer.compile("/choices/0/message/content");
  private MemoryPool pool;
  private Document chat;
  private JsonNode jacksonChat;
  private Object fastjson2Chat;
  private Document wide375;
  private Document wide10000;
  private JsonNode jackson375;
  private JsonNode jackson10000;
  private long root375;
  private long root10000;
  private byte[][] keys375;
  private byte[][] keys10000;
  private int next;

  /** Reads the documents. */
  @Setup
  public void open() throws IOException {
    pool = MemoryPool.open(Specs.LARGE);
    ObjectMapper jackson = new ObjectMapper();
    JsonReader reader = new JsonReader();
    byte[] text = Inputs.document("chat.json");
    chat = new Document(pool.root());
    for (int i = 0; i < 5; i++) {
      reader.parseOrThrow(text, chat);
    }
    jacksonChat = jackson.readTree(text);
    fastjson2Chat = JSON.parse(text);
    byte[] wide = wide(375);
    wide375 = new Document(pool.root());
    reader.parseOrThrow(wide, wide375);
    root375 = wide375.root();
    jackson375 = jackson.readTree(wide);
    keys375 = keys(375);
    wide = wide(10_000);
    wide10000 = new Document(pool.root());
    reader.parseOrThrow(wide, wide10000);
    root10000 = wide10000.root();
    jackson10000 = jackson.readTree(wide);
    keys10000 = keys(10_000);
  }

  private static byte[] wide(int members) {
    ObjectNode object = new ObjectMapper().createObjectNode();
    for (int i = 0; i < members; i++) {
      object.put("character_" + i * 7919 + "_about", i);
    }
    return object.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[][] keys(int members) {
    byte[][] keys = new byte[KEYS][];
    for (int i = 0; i < KEYS; i++) {
      String key = "character_" + i * 31 % members * 7919 + "_about";
      keys[i] = key.getBytes(StandardCharsets.UTF_8);
    }
    return keys;
  }

  /** Ends the pool. */
  @TearDown
  public void close() {
    pool.close();
  }

  private byte[] key(byte[][] keys) {
    next = next + 1 & KEYS - 1;
    return keys[next];
  }

  /** Ours, a compiled path. */
  @Benchmark
  public long path() {
    return path.find(chat);
  }

  /** Jackson's compiled pointer. */
  @Benchmark
  public Object jacksonPointer() {
    return jacksonChat.at(pointer);
  }

  /** fastjson2's compiled path. */
  @Benchmark
  public Object fastjson2Path() {
    return fastjson2Path.eval(fastjson2Chat);
  }

  /** Ours, a key among 375. */
  @Benchmark
  public long find375() {
    byte[] key = key(keys375);
    return wide375.find(root375, key, 0, key.length);
  }

  /** Jackson's, the key made a String first. */
  @Benchmark
  public Object jackson375() {
    return jackson375.get(new String(key(keys375), StandardCharsets.UTF_8));
  }

  /** Ours, a key among 10,000. */
  @Benchmark
  public long find10000() {
    byte[] key = key(keys10000);
    return wide10000.find(root10000, key, 0, key.length);
  }

  /** Jackson's, the key made a String first. */
  @Benchmark
  public Object jackson10000() {
    return jackson10000.get(new String(key(keys10000), StandardCharsets.UTF_8));
  }
}
