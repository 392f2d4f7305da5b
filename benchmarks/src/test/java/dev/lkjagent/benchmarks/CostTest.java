package dev.lkjagent.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What operations cost where it can be counted, so that a change for the worse is noticed without a
 * clock. The limits are what was counted, rounded up by at most a tenth; lower them when it
 * improves.
 */
class CostTest {
  /**
   * A cost.
   *
   * @param name what is counted
   * @param limit how much it may be at most
   */
  record Limit(String name, double limit) {
    @Override
    public String toString() {
      return name;
    }
  }

  static final List<Limit> LIMITS =
      List.of(
          // Nodes and slots of a pool that trees take.
          new Limit("slots of chat.json as a document", 1),
          new Limit("nodes of chat.json as a document", 56),
          new Limit("nodes of chat.json as an owned tree", 29),
          new Limit("slots of chat.json as an owned tree", 3),
          // Moves of a string that grows to 1 MiB, a byte at a time: one per tier but the first.
          new Limit("moves per million appends", 4),
          // Work of a committed cycle that saves two entries and carries 2 KB.
          new Limit("transactions per cycle of one agent", 1),
          new Limit("pages written per cycle of one agent", 13.5),
          new Limit("bytes written per cycle of one agent", 56_000),
          new Limit("transactions for 64 commits that wait together", 2),
          // What a cycle of the benchmark hands to the store: head, delta, journal and entries.
          new Limit("bytes of a cycle's change", 1_950),
          new Limit("slots that 1,000 cycles leave behind", 0),
          // Images, per byte of text in them.
          new Limit("bytes of an image per byte of text", 1.03));

  private static Map<String, Double> counted = Map.of();

  @BeforeAll
  static void count() throws Exception {
    counted = Costs.count();
  }

  static Stream<Limit> limits() {
    return LIMITS.stream();
  }

  @ParameterizedTest
  @MethodSource("limits")
  void costStaysWithinItsLimit(Limit limit) {
    assertThat(counted).containsKey(limit.name());
    assertThat(counted.get(limit.name())).as(limit.name()).isLessThanOrEqualTo(limit.limit());
  }

  @Test
  void everyCostThatIsCountedHasALimit() {
    assertThat(counted.keySet())
        .containsExactlyInAnyOrderElementsOf(LIMITS.stream().map(Limit::name).toList());
  }

  @Test
  void operationsOfOursAllocateNothing() throws Exception {
    List<String> promised =
        Figures.ALL.stream().filter(Figure::allocation).map(Figure::ours).distinct().toList();
    assertThat(promised).hasSizeGreaterThan(20);
    Map<String, Double> allocated = Costs.allocated(promised);
    assertThat(allocated.keySet()).containsExactlyInAnyOrderElementsOf(promised);
    assertThat(allocated)
        .allSatisfy(
            (id, bytes) ->
                assertThat(bytes)
                    .as("bytes allocated per operation by %s", id)
                    .isLessThan(Figures.ALLOCATION_FREE_BYTES));
  }

  @Test
  void whatAllocatesIsSeenToAllocate() throws Exception {
    Map<String, Double> allocated =
        Costs.allocated(
            List.of(
                "PathBenchmark.jackson375",
                "PoolBenchmark.newArray.one",
                "CycleBenchmark.cycleStored"));
    assertThat(allocated).hasSize(3);
    assertThat(allocated.values()).allSatisfy(bytes -> assertThat(bytes).isGreaterThan(16));
  }
}
