package dev.lkjagent.benchmarks.fresh;

import com.alibaba.fastjson2.JSON;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import dev.lkjagent.json.JsonReader;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.tree.Document;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;

/**
 * Parses a document for the first time in the life of a virtual machine, and a hundred times in
 * all; prints the CPU time of the first parse, all that it needs made and loaded included (for
 * ours, the pool), and of the hundredth, in ns.
 */
public final class FirstParse {
  private static final int PARSES = 100;
  private static final int PADDING = 64;

  private FirstParse() {}

  /**
   * Measures.
   *
   * @param args who parses, and the file
   * @throws Exception if the file can't be read or parsed
   */
  public static void main(String[] args) throws Exception {
    byte[] text = Files.readAllBytes(Path.of(args[1]));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    threads.getCurrentThreadCpuTime();
    long begun = threads.getCurrentThreadCpuTime();
    Callable<Object> parser = parser(args[0], text);
    parse(parser);
    long first = threads.getCurrentThreadCpuTime() - begun;
    for (int i = 2; i < PARSES; i++) {
      parse(parser);
    }
    begun = threads.getCurrentThreadCpuTime();
    parse(parser);
    long hundredth = threads.getCurrentThreadCpuTime() - begun;
    System.out.println(first + " " + hundredth);
  }

  private static void parse(Callable<Object> parser) throws Exception {
    if (parser.call() == null) {
      throw new IllegalStateException("the parser made no tree");
    }
  }

  private static Callable<Object> parser(String who, byte[] text)
      throws ReflectiveOperationException {
    return switch (who) {
      case "ours" -> {
        Document tree = new Document(MemoryPool.open(specFor(text.length)).root());
        JsonReader reader = new JsonReader();
        yield () -> {
          reader.parseOrThrow(text, tree);
          return tree;
        };
      }
      case "Jackson" -> {
        ObjectMapper mapper = new ObjectMapper();
        yield () -> mapper.readTree(text);
      }
      case "fastjson2" -> () -> JSON.parse(text);
      case "simdjson-java" -> simdjson(text);
      default -> throw new IllegalArgumentException("nobody is called " + who);
    };
  }

  /** A pool for one document of that many bytes; what DEFAULT takes is a figure of its own. */
  private static PoolSpec specFor(int bytes) {
    return PoolSpec.SMALL.toBuilder()
        .tier(Math.max(131_072, Integer.highestOneBit(bytes) * 2), 2)
        .documentNodes(Math.max(4096, bytes / 2))
        .build();
  }

  private static Callable<Object> simdjson(byte[] text) throws ReflectiveOperationException {
    Class<?> type = Class.forName("org.simdjson.SimdJsonParser");
    MethodHandle parse =
        MethodHandles.publicLookup()
            .findVirtual(
                type,
                "parse",
                MethodType.methodType(
                    Class.forName("org.simdjson.JsonValue"), byte[].class, int.class))
            .bindTo(type.getConstructor().newInstance());
    byte[] padded = Arrays.copyOf(text, text.length + PADDING);
    return () -> {
      try {
        return parse.invoke(padded, text.length);
      } catch (Exception e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    };
  }
}
