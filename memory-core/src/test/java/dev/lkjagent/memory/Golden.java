package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares texts with those in the test resources beside the test; numbers that other tests in the
 * same process change are masked. {@code -Dlkjagent.golden.write=DIRECTORY} writes what is said
 * there, to be read and moved.
 */
final class Golden {
  private Golden() {}

  static void assertGolden(String name, String actual) {
    String masked =
        actual
            .replaceAll("pool \\d+", "pool N")
            .replaceAll("handle [0-9a-f]{9,}", "handle H")
            .replaceAll("generation \\d+", "generation G")
            .replaceAll("content \\d+", "content C");
    String directory = System.getProperty("lkjagent.golden.write");
    if (directory != null) {
      write(Path.of(directory, name), masked);
    }
    assertThat(masked).isEqualTo(read(name));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String read(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("golden/" + name)) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
