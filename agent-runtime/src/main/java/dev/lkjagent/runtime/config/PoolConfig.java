package dev.lkjagent.runtime.config;

import java.util.List;

/**
 * {@code pool}: the memory that a worker's agents share.
 *
 * @param tiers the sizes of slots and how many there are
 * @param nodes how many nodes there are
 */
public record PoolConfig(
    @Setting(
            value =
                "[{\"bytes\": 16, \"count\": 1048576}, {\"bytes\": 256, \"count\": 65536},"
                    + " {\"bytes\": 4096, \"count\": 4096}, {\"bytes\": 65536, \"count\": 256},"
                    + " {\"bytes\": 1048576, \"count\": 16}]",
            doc = "The sizes of slots, ascending, and how many there are of each.")
        List<Tier> tiers,
    @Setting(value = "65536", min = 1, max = 1_073_741_824, doc = "How many nodes of trees.")
        int nodes) {

  /**
   * Copies what could be changed from outside.
   *
   * @param tiers the sizes of slots and how many there are
   * @param nodes how many nodes there are
   */
  public PoolConfig {
    tiers = List.copyOf(tiers);
  }

  /**
   * One size of slots.
   *
   * @param bytes the size of a slot
   * @param count how many there are
   */
  public record Tier(
      @Setting(min = 1, max = 1_073_741_824, doc = "The size of a slot.") int bytes,
      @Setting(min = 1, max = 16_777_215, doc = "How many there are.") int count) {}
}
