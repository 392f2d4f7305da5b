package dev.lkjagent.runtime.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenEstimatorTest {
  private final TokenEstimator estimator = new TokenEstimator();

  @Test
  void fourBytesAreATokenUntilAnEndpointCounts() {
    assertThat(estimator.tokens(4000)).isEqualTo(1000);
    assertThat(estimator.tokens(4001)).isEqualTo(1001);
    assertThat(estimator.tokens(0)).isZero();
    assertThat(estimator.tokens(Long.MAX_VALUE >>> 17)).isEqualTo(Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource({"2000, 2.0", "800, 5.0", "1000, 4.0"})
  void itComesToWhatTheEndpointCounts(int counted, double bytesPerToken) {
    for (int i = 0; i < 60; i++) {
      estimator.observe(4000, counted);
    }
    assertThat(estimator.tokens(4000)).isBetween(counted - 1, counted + 1);
    assertThat((double) TokenEstimator.INITIAL * 4 / estimator.ratio())
        .isBetween(bytesPerToken * 0.99, bytesPerToken * 1.01);
  }

  @Test
  void oneCountMovesItAQuarterOfTheWay() {
    estimator.observe(4000, 2000);
    assertThat(estimator.tokens(4000)).isEqualTo(1250);
  }

  @Test
  void whatIsNoCountTeachesNothingAndWhatCannotBeIsBounded() {
    estimator.observe(4000, 0);
    estimator.observe(4000, -1);
    estimator.observe(0, 17);
    assertThat(estimator.ratio()).isEqualTo(TokenEstimator.INITIAL);
    for (int i = 0; i < 100; i++) {
      estimator.observe(10, Integer.MAX_VALUE);
    }
    assertThat(estimator.tokens(4000)).as("a token has at least a byte").isLessThanOrEqualTo(4000);
    for (int i = 0; i < 100; i++) {
      estimator.observe(1L << 40, 1);
    }
    assertThat(estimator.tokens(4000)).as("and at most sixteen").isGreaterThanOrEqualTo(250);
  }

  @Test
  void aPromptThatWasTooLongRaisesTheEstimateByAFifth() {
    estimator.tooLow();
    assertThat(estimator.tokens(4000)).isEqualTo(1200);
  }

  @Test
  void aPromptWithinALimitKeepsATenthOfIt() {
    assertThat(estimator.bytesWithin(1000)).isEqualTo(3600);
    assertThat(estimator.tokens(estimator.bytesWithin(1000))).isEqualTo(900);
  }
}
