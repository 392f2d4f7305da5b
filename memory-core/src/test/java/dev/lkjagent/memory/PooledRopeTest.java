package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a rope keeps to, in every kind of pool. The chunks are those of the smallest tier that may
 * serve, and one spec has chunks that spill, so that every text has many seams.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("settings")
class PooledRopeTest {
  private static final int MOST = 2000;

  @RegisterExtension final PoolExtension pools = new PoolExtension();
  private final AllocationFaults faults = new AllocationFaults();
  private final Settings settings;
  private final MemoryPool pool;
  private final int chunk;

  PooledRopeTest(Settings settings) {
    this.settings = settings;
    pool =
        pools.open(
            settings.spec(),
            settings.with().faults(faults).exhaustion(ExhaustionPolicy.FAIL).build());
    chunk = settings.slotBytes(settings.smallest() < RopeRules.MIN_CHUNK_BYTES ? 1 : 0);
  }

  static Stream<Settings> settings() {
    PoolSpec spills = PoolSpec.builder().tier(64, 40).tier(256, 10).build();
    return Stream.concat(
            Settings.all(), Stream.of(new Settings("chunks of 64 B", spills, CheckLevel.PARANOID)))
        .map(s -> s.with(s.spec().toBuilder().ropes(new RopeRules(64, MOST)).build()));
  }

  @Test
  void aTextLongerThanTheLargestTierIsKept() {
    byte[] content = new byte[1500];
    new Random(1).nextBytes(content);
    try (PooledRope rope = new PooledRope(pool.root())) {
      assertThat(rope.tryAppend(content, 0, 1500)).isEqualTo(Status.OK);
      assertThat(rope.size()).isEqualTo(1500);
      byte[] copy = new byte[1500];
      rope.copyTo(0, copy, 0, 1500);
      assertThat(copy).isEqualTo(content);
      assertThat(rope.contentEquals(content, 0, 1500)).isTrue();
      content[1499]++;
      assertThat(rope.contentEquals(content, 0, 1500)).isFalse();
    }
  }

  static LongStream seeds() {
    return Seeds.of(1);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void ropeDoesWhatAnArrayDoes(long seed) {
    System.out.println("PooledRopeTest seed " + seed);
    Random random = new Random(seed);
    MemoryPool fast = pools.open(settings.spec(), settings.options());
    byte[] model = new byte[MOST];
    int size = 0;
    int operations = settings.rounds(Seeds.operations() / 4);
    PooledRope rope = new PooledRope(fast.root());
    byte[] more = new byte[300];
    byte[] read = new byte[MOST];
    for (int i = 0; i < operations; i++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          int count = random.nextInt(more.length);
          for (int b = 0; b < count; b++) {
            more[b] = (byte) random.nextInt(128);
          }
          Status status = rope.tryAppend(more, 0, count);
          if (size + count > MOST) {
            assertThat(status).isEqualTo(Status.TOO_LARGE);
          } else if (status == Status.OK) {
            System.arraycopy(more, 0, model, size, count);
            size += count;
          }
        }
        case 2 -> {
          int from = random.nextInt(size + 1);
          int count = random.nextInt(size - from + 1);
          rope.copyTo(from, read, 0, count);
          assertThat(Arrays.equals(read, 0, count, model, from, from + count)).isTrue();
        }
        case 3 -> {
          int to = random.nextInt(size + 200);
          assertThat(rope.truncate(to)).isEqualTo(Math.min(to, size));
          size = Math.min(to, size);
        }
        default -> {
          if (random.nextInt(20) == 0) {
            rope.destroy();
            size = 0;
          }
        }
      }
      assertThat(rope.size()).isEqualTo(size);
      assertThat(rope.contentEquals(model, 0, size)).isTrue();
    }
    rope.destroy();
  }

  @Test
  void charactersAreWrittenAcrossSeamsAndNeverCut() {
    String mixed = "aß\u20ac\ud83d\ude00".repeat(60);
    for (int shift = 0; shift < 10; shift++) {
      try (PooledRope rope = new PooledRope(pool.root())) {
        String text = "x".repeat(shift) + mixed;
        assertThat(rope.tryAppend(text)).isEqualTo(Status.OK);
        assertThat(rope.toString()).isEqualTo(text);
        for (int cut = 0; cut < 40; cut++) {
          rope.truncate(300 - cut);
          assertThat(rope.toString()).isEqualTo(text.substring(0, rope.toString().length()));
        }
      }
    }
  }

  @Test
  void chunksAreWrittenWhereTheyLie() {
    PooledRope rope = new PooledRope(pool.root());
    assertThat(rope.tailRoom()).isZero();
    assertThat(rope.tryRoomFor(100)).isEqualTo(Status.OK);
    int written = 0;
    while (rope.tailRoom() > 0) {
      int room = rope.tailRoom();
      Arrays.fill(pool.raw().bytes(), rope.tailOffset(), rope.tailOffset() + room, (byte) 'c');
      rope.commit(room);
      written += room;
    }
    assertThat(rope.size()).isEqualTo(written).isGreaterThanOrEqualTo(100);
    assertThatThrownBy(() -> rope.commit(1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> rope.copyTo(Long.MAX_VALUE, new byte[4], 0, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(rope.toString()).isEqualTo("c".repeat(written));
    rope.destroy();
  }

  @Test
  void appendThatFailsHalfWayGivesBackEverySlotAndChangesNothing() {
    String more = "m".repeat(7 * chunk);
    for (String before : List.of("", "kept ".repeat(30))) {
      int failures = 0;
      for (int n = 1; ; n++) {
        PooledRope rope = new PooledRope(pool.root());
        if (!before.isEmpty()) {
          rope.tryAppend(before);
        }
        long used = pool.root().usedBytes();
        faults.refuse(n);
        Status status = rope.tryAppend(more);
        boolean struck = faults.happened();
        faults.refuse(0);
        assertThat(status == Status.OK).isEqualTo(!struck);
        if (struck) {
          failures++;
          assertThat(rope.toString()).isEqualTo(before);
          assertThat(pool.root().usedBytes()).isEqualTo(used);
        }
        rope.destroy();
        if (!struck) {
          break;
        }
      }
      assertThat(failures).isGreaterThan(5);
    }
  }

  @Test
  void ropesGrowUpToTheBudgetAndTheRule() {
    Scope agent = pool.root().open("agent", Budget.builder().bytes(7L * chunk).build());
    PooledRope rope = new PooledRope(agent);
    byte[] piece = "0123456789".getBytes(StandardCharsets.UTF_8);
    Status status = Status.OK;
    while (status == Status.OK) {
      status = rope.tryAppend(piece, 0, 10);
    }
    assertThat(status).isEqualTo(Status.BUDGET_EXCEEDED);
    long room = 7L * chunk - 24 - 6 * 8;
    assertThat(rope.size()).isBetween(room - 9, room);
    agent.close();
    rope.close();
    PooledRope free = new PooledRope(pool.root());
    assertThat(free.tryAppend(new byte[MOST + 1], 0, MOST + 1)).isEqualTo(Status.TOO_LARGE);
    assertThat(free.handle()).isEqualTo(Handles.NIL);
  }

  @Test
  void staleRopesAreRejected() {
    PooledRope rope = new PooledRope(pool.root());
    rope.tryAppend("a".repeat(100));
    long handle = rope.detach();
    PooledRope other = new PooledRope(pool.root());
    other.attach(handle);
    other.destroy();
    assertThatThrownBy(() -> rope.attach(handle)).isInstanceOf(StaleHandleException.class);
  }
}
