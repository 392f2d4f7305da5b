package dev.lkjagent.json.lenient;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LenientFaultTest {
  @Test
  void theCodesAreStable() {
    assertThat(Arrays.stream(LenientFault.values()).map(LenientFault::code))
        .containsExactly(
            "lenient.none",
            "lenient.empty",
            "lenient.no-block",
            "lenient.too-deep",
            "lenient.too-large",
            "lenient.no-room",
            "lenient.doctype");
  }
}
