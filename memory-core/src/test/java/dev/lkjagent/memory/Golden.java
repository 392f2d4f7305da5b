package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Compares texts with those in the test resources beside the test; numbers of pools are masked. */
final class Golden {
  private Golden() {}

  static void assertGolden(String name, String actual) {
    String masked =
        actual.replaceAll("pool \\d+", "pool N").replaceAll("handle [0-9a-f]+", "handle H");
    assertThat(masked).isEqualTo(read(name));
  }

  private static String read(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("golden/" + name)) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
