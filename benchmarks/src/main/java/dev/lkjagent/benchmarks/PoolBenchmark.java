package dev.lkjagent.benchmarks;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.RawMemory;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Random;
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
 * Takes memory, touches its first byte and returns it, with 64 pieces live, always the oldest
 * returned first. Mixed sizes are spread evenly over the five tiers of the default spec, and evenly
 * within each; one size is the tier of 256 B. Ours has the standard checks and pays through scopes
 * four levels deep. The 1 MiB tier has 80 slots, since 64 live pieces may all be of that size.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PoolBenchmark {
  private static final int LIVE = 64;
  private static final int SIZES = 1 << 16;
  private static final int[] TIERS = {16, 256, 4096, 65_536, 1 << 20};

  /** Whether sizes are spread over all tiers. */
  @Param({"mixed", "one"})
  public String sizes = "mixed";

  private final int[] bytes = new int[SIZES];
  private final long[] handles = new long[LIVE];
  private final ByteBuf[] buffers = new ByteBuf[LIVE];
  private final byte[][] arrays = new byte[LIVE][];
  private final ByteBufAllocator adaptive = new AdaptiveByteBufAllocator(false);
  private final ByteBufAllocator pooled = new PooledByteBufAllocator(false);
  private MemoryPool pool;
  private RawMemory raw;
  private byte[] slab;
  private dev.lkjagent.memory.Scope scope;
  private int next;

  /** Draws the sizes and opens the pool. */
  @Setup
  public void open() {
    Random random = new Random(7);
    for (int i = 0; i < SIZES; i++) {
      int tier = sizes.equals("mixed") ? random.nextInt(TIERS.length) : 1;
      int low = tier == 0 ? 0 : TIERS[tier - 1];
      bytes[i] = low + 1 + random.nextInt(TIERS[tier] - low);
    }
    pool = MemoryPool.open(PoolSpec.DEFAULT.toBuilder().tier(1 << 20, 80).build());
    raw = pool.raw();
    slab = raw.bytes();
    scope = pool.root();
    for (String level : new String[] {"host", "worker", "agent", "cycle"}) {
      scope = scope.open(level, Budget.builder().bytes(100L << 20).build());
    }
  }

  /** Ends the pool. */
  @TearDown
  public void close() {
    pool.close();
  }

  /** Ours. */
  @Benchmark
  public long ours() {
    int i = next++;
    int at = i & LIVE - 1;
    if (handles[at] != 0) {
      pool.free(handles[at]);
    }
    long handle = scope.allocate(bytes[i & SIZES - 1]);
    slab[raw.offset(handle)] = (byte) i;
    handles[at] = handle;
    return handle;
  }

  /** Netty's default allocator. */
  @Benchmark
  public Object nettyAdaptive() {
    return netty(adaptive);
  }

  /** Netty's allocator after jemalloc. */
  @Benchmark
  public Object nettyPooled() {
    return netty(pooled);
  }

  private ByteBuf netty(ByteBufAllocator allocator) {
    int i = next++;
    int at = i & LIVE - 1;
    if (buffers[at] != null) {
      buffers[at].release();
    }
    ByteBuf buffer = allocator.heapBuffer(bytes[i & SIZES - 1]);
    buffer.setByte(0, i);
    buffers[at] = buffer;
    return buffer;
  }

  /** The garbage collector. */
  @Benchmark
  public Object newArray() {
    int i = next++;
    byte[] array = new byte[bytes[i & SIZES - 1]];
    array[0] = (byte) i;
    arrays[i & LIVE - 1] = array;
    return array;
  }
}
