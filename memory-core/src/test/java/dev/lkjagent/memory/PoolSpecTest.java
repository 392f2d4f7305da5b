package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "16x4; nods=3 | pool spec has no \"nods\"; it knows tiers, nodes",
        "16 | pool spec, tiers: \"16\" is not of the form size x count",
        "16xz | pool spec, tiers: \"z\" is not a number",
        "16x4; nodes=-1 | pool spec, nodes: \"-1\" is not a number",
        "16x4; nodes=9G | pool spec, nodes: 9G is too much",
        "16x4; nodes=1; nodes=2 | pool spec names nodes twice",
        "15x4 | a slot has 8 to 1073741824 bytes, a multiple of 8; not 15",
        "16x0 | a pool has 1 to 16 tiers; not 0",
        "1Mx2048 | a pool holds less than 2 GiB of text",
        "16x16M | a tier has 1 to 16777215 slots; not 16777216",
        "16x9M, 32x9M | need more than 24 bits in a handle",
        "16x4; scopes=0 | scopes is 1 to 4194304; not 0",
        "16x4; ropes=8x10 | a chunk of a rope has 64 to",
        "16x4; generationBits=32 | generationBits is 1 to 31; not 32"
      })
  void mistakesAreNamed(String text, String message) {
    assertThatThrownBy(() -> PoolSpec.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void largeTiersCanBeSpecifiedUpToOneGibibyte() {
    PoolSpec spec = PoolSpec.parse("16x1, 1Gx1");
    assertThat(spec.payloadBytes()).isEqualTo(16 + (1L << 30));
    assertThat(spec.footprint().totalBytes()).isGreaterThan(1L << 30);
  }
}
