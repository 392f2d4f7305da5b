package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FootprintTest {
  static List<PoolSpec> specs() {
    return List.of(
        PoolSpec.SMALL,
        PoolSpec.DEFAULT,
        PoolSpec.parse("8x1"),
        PoolSpec.parse(
            "24x7, 1000x3; nodes=5; documentNodes=100; names=3; indexEntries=9; scopes=5"));
  }

  /** Adds up the contents of all arrays that a pool reaches in this package. */
  private static long arrayPayload(MemoryPool pool) throws IllegalAccessException {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> open = new ArrayDeque<>(List.of(pool));
    long sum = 0;
    while (!open.isEmpty()) {
      Object object = open.pop();
      if (!seen.add(object)) {
        continue;
      }
      if (object.getClass().isArray()) {
        sum += payload(object);
        continue;
      }
      for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
            continue;
          }
          field.setAccessible(true);
          Object value = field.get(object);
          if (value != null && isOurs(value)) {
            open.push(value);
          }
        }
      }
    }
    return sum;
  }

  private static boolean isOurs(Object value) {
    return value.getClass().isArray()
        || value.getClass().getPackage() == MemoryPool.class.getPackage()
            && !(value instanceof PoolSpec)
            && !(value instanceof Enum);
  }

  private static long payload(Object array) {
    Class<?> element = array.getClass().getComponentType();
    int size = 4;
    if (element == long.class) {
      size = 8;
    } else if (element == byte.class) {
      size = 1;
    }
    return (long) Array.getLength(array) * size;
  }

  @ParameterizedTest
  @MethodSource("specs")
  void arrayPayloadsAreToldToTheByte(PoolSpec spec) throws IllegalAccessException {
    Footprint told = spec.footprint();
    try (MemoryPool pool = MemoryPool.open(spec)) {
      assertThat(arrayPayload(pool)).isEqualTo(told.payloadBytes());
    }
    assertThat(told.parts().stream().mapToLong(Footprint.Part::bytes).sum())
        .isEqualTo(told.payloadBytes());
  }

  @Test
  void defaultTakesAtMostOneHundredMebibytes() {
    assertThat(PoolSpec.DEFAULT.footprint().totalBytes()).isLessThanOrEqualTo(100L << 20);
    assertThat(PoolSpec.DEFAULT.payloadBytes()).isEqualTo(5 * (16L << 20));
    System.out.println(PoolSpec.DEFAULT.footprint());
  }

  @Test
  void theBooksOnStringsTakeLessThanSeventeenPercentOfTheirText() {
    Footprint told = PoolSpec.DEFAULT.footprint();
    assertThat(told.textMetadataBytes() * 100.0 / told.textBytes()).isLessThan(17);
    assertThat(told.textMetadataBytes()).isEqualTo(12L * PoolSpec.DEFAULT.slotCount());
  }

  @Test
  void smallPoolsCostKilobytes() {
    assertThat(PoolSpec.SMALL.footprint().totalBytes()).isLessThan(400_000);
    assertThat(PoolSpec.parse("16x16, 256x4; nodes=16").footprint().totalBytes())
        .isLessThan(12_000);
  }

  /** Opens pools in a process of its own and prints what the heap grew by. */
  static final class Grow {
    private static final MemoryPool[] KEPT = new MemoryPool[200];

    private Grow() {}

    /** Prints the growth of the heap per pool. */
    public static void main(String[] args) {
      PoolSpec spec = args[0].equals("DEFAULT") ? PoolSpec.DEFAULT : PoolSpec.parse(args[0]);
      int count = Integer.parseInt(args[1]);
      long settled = 0;
      for (int i = 0; i < 3; i++) {
        MemoryPool.open(spec).close();
        settled = used();
      }
      long before = settled;
      for (int i = 0; i < count; i++) {
        KEPT[i] = MemoryPool.open(spec);
      }
      System.out.println((used() - before) / count);
    }

    private static long used() {
      for (int i = 0; i < 4; i++) {
        System.gc();
      }
      return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
  }

  private static long grown(String spec, int count) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx700m",
                "-cp",
                System.getProperty("java.class.path"),
                Grow.class.getName(),
                spec,
                Integer.toString(count))
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return Long.parseLong(out.strip());
  }

  @Test
  void theTotalIsWithinOnePercentOfWhatTheJvmHolds() throws Exception {
    assertThat(grown("DEFAULT", 3))
        .isCloseTo(PoolSpec.DEFAULT.footprint().totalBytes(), Percentage.withPercentage(1));
    assertThat(grown(PoolSpec.SMALL.toString(), 200))
        .isCloseTo(PoolSpec.SMALL.footprint().totalBytes(), Percentage.withPercentage(1));
  }
}
