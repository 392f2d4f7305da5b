package dev.lkjagent.memory;

import java.util.stream.Stream;

/**
 * The specs and check levels that the contracts run over. A test class that needs more nodes or
 * slots than a setting has raises those of the setting's spec, and says so.
 */
public record Settings(String name, PoolSpec spec, CheckLevel level) {
  /** All of them, for a parameterized class. */
  public static Stream<Settings> all() {
    PoolSpec odd =
        PoolSpec.builder()
            .tier(24, 40)
            .tier(264, 12)
            .tier(4104, 6)
            .tier(40_000, 2)
            .nodes(40)
            .documentNodes(320)
            .names(5)
            .indexEntries(16)
            .scopes(12)
            .build();
    return Stream.of(
        new Settings("small, standard", PoolSpec.SMALL, CheckLevel.STANDARD),
        new Settings("small, debug", PoolSpec.SMALL, CheckLevel.DEBUG),
        new Settings("odd sizes, standard", odd, CheckLevel.STANDARD),
        new Settings("odd sizes, paranoid", odd, CheckLevel.PARANOID));
  }

  /** The same checks of another spec. */
  public Settings with(PoolSpec other) {
    return new Settings(name, other, level);
  }

  /** Options with the checks of this setting. */
  public PoolOptions options() {
    return with().build();
  }

  /** Starts options with the checks of this setting. */
  public PoolOptions.Builder with() {
    return PoolOptions.builder().checks(level);
  }

  /** How often a long test goes on, since paranoid checks prove the whole pool at each step. */
  public int rounds(int usual) {
    return paranoid() ? usual / 20 : usual;
  }

  /** Whether everything is proven at each step, which allocates. */
  public boolean paranoid() {
    return level == CheckLevel.PARANOID;
  }

  /** The size of the slots of a tier, from 0 for the smallest. */
  public int slotBytes(int tier) {
    return spec.tiers().get(tier).slotBytes();
  }

  int smallest() {
    return slotBytes(0);
  }

  int largest() {
    return spec.largestSlotBytes();
  }

  @Override
  public String toString() {
    return name;
  }
}
