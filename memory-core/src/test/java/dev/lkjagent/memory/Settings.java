package dev.lkjagent.memory;

import java.util.stream.Stream;

/** The specs and check levels that the contracts run over. */
record Settings(String name, PoolSpec spec, CheckLevel level) {
  static Stream<Settings> all() {
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

  PoolOptions options() {
    return PoolOptions.builder().checks(level).build();
  }

  PoolOptions.Builder with() {
    return PoolOptions.builder().checks(level);
  }

  int smallest() {
    return spec.tiers().get(0).slotBytes();
  }

  int largest() {
    return spec.tiers().get(spec.tiers().size() - 1).slotBytes();
  }

  @Override
  public String toString() {
    return name;
  }
}
