package dev.lkjagent.benchmarks;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** simdjson-java's tree, from padded input. Reached by name: it is absent before JDK 24. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SimdJsonBenchmark {
  private static final int PADDING = 64;

  /** What is read. */
  @Param({"chat", "memory", "twitter", "citm_catalog", "canada"})
  public String document;

  private MethodHandle parse;
  private byte[] text;
  private int length;

  /** Whether the library is there, which needs JDK 24. */
  static boolean onClassPath() {
    try {
      Class.forName("org.simdjson.SimdJsonParser", false, SimdJsonBenchmark.class.getClassLoader());
      return Runtime.version().feature() >= 24;
    } catch (ClassNotFoundException absent) {
      return false;
    }
  }

  /** Whether the library is there, and in this virtual machine the module that it needs. */
  static boolean present() {
    return onClassPath() && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /** Finds the parser and pads the text. */
  @Setup
  public void open() throws ReflectiveOperationException {
    parse = parser();
    load();
  }

  /** Opens with the parser of another. */
  void open(SimdJsonBenchmark other) {
    parse = other.parse;
    load();
  }

  private void load() {
    byte[] plain = Inputs.document(document + ".json");
    length = plain.length;
    text = Arrays.copyOf(plain, length + PADDING);
  }

  private static MethodHandle parser() throws ReflectiveOperationException {
    Class<?> type = Class.forName("org.simdjson.SimdJsonParser");
    Object parser = type.getConstructor().newInstance();
    Class<?> value = Class.forName("org.simdjson.JsonValue");
    return MethodHandles.publicLookup()
        .findVirtual(type, "parse", MethodType.methodType(value, byte[].class, int.class))
        .bindTo(parser)
        .asType(MethodType.methodType(Object.class, byte[].class, int.class));
  }

  /** simdjson-java's tree. */
  @Benchmark
  public Object simdjson() throws Throwable {
    return parse.invokeExact(text, length);
  }
}
