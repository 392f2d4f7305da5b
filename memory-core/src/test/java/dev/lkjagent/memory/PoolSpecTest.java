package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PoolSpecTest {
  @Test
  void defaultIsTheTableOfTheDesign() {
    assertThat(
            PoolSpec.parse(
                "16x1M, 256x64K, 4Kx4K, 64Kx256, 1Mx16; nodes=65536; documentNodes=128K; names=16K;"
                    + " indexEntries=32K; scopes=1K"))
        .isEqualTo(PoolSpec.DEFAULT);
    assertThat(PoolSpec.DEFAULT.tiers())
        .extracting(PoolSpec.Tier::slotBytes)
        .containsExactly(16, 256, 4096, 65_536, 1_048_576);
    assertThat(PoolSpec.DEFAULT.tiers())
        .allMatch(t -> (long) t.slotBytes() * t.count() == 16 << 20);
    assertThat(PoolSpec.DEFAULT.nodes()).isEqualTo(65_536);
  }

  @Test
  void whatIsShownCanBeRead() {
    for (PoolSpec spec :
        new PoolSpec[] {
          PoolSpec.DEFAULT,
          PoolSpec.SMALL,
          PoolSpec.SMALL.toBuilder().generationBits(3).ropes(new RopeRules(256, 5)).build()
        }) {
      assertThat(PoolSpec.parse(spec.toString())).isEqualTo(spec);
      assertThat(spec.toBuilder().build()).isEqualTo(spec);
    }
  }

  @Test
  void aSpecComesFromConfiguration() {
    PoolSpec spec = PoolSpec.parse("256x10, 16x1K; nodes=8; ropes=256x1M");
    assertThat(spec.tiers())
        .containsExactly(new PoolSpec.Tier(16, 1024), new PoolSpec.Tier(256, 10));
    assertThat(spec.nodes()).isEqualTo(8);
    assertThat(spec.ropes()).isEqualTo(new RopeRules(256, 1 << 20));
    assertThat(spec.scopes()).isEqualTo(16);
  }

  @Test
  void largeTiersCanBeSpecifiedUpToOneGibibyte() {
    PoolSpec spec = PoolSpec.parse("16x1, 1Gx1");
    assertThat(spec.payloadBytes()).isEqualTo(16 + (1L << 30));
    assertThat(spec.footprint().totalBytes()).isGreaterThan(1L << 30);
  }
}
