package dev.lkjagent.testkit;

import dev.lkjagent.runtime.model.LineDiff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;

/**
 * A text that a test has to give again: {@code src/test/resources/golden/CLASS/METHOD.txt}, or
 * below what {@code -Dlkjagent.golden.dir} names. {@code -Dlkjagent.golden=update} writes it.
 */
final class GoldenFile {
  static final String PROPERTY = "lkjagent.golden";

  private GoldenFile() {}

  /** Where the texts of one test stand; the name of a file is still to be added. */
  static Path of(ExtensionContext context) {
    String type = context.getRequiredTestClass().getName();
    String method = context.getRequiredTestMethod().getName();
    String id = context.getUniqueId();
    int number = id.lastIndexOf("-invocation:#");
    String which = number < 0 ? "" : id.substring(number + 12).replaceAll("[^0-9]", "");
    return Path.of(System.getProperty("lkjagent.golden.dir", "src/test/resources/golden"))
        .resolve(type.substring(type.lastIndexOf('.') + 1).replace('$', '.'))
        .resolve(method + (which.isEmpty() ? "" : "-" + which));
  }

  static void compare(Path file, String actual) {
    try {
      boolean there = Files.exists(file);
      String golden = there ? Files.readString(file).replace("\r\n", "\n") : "";
      if (golden.equals(actual)) {
        return;
      }
      if ("update".equals(System.getProperty(PROPERTY))) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, actual);
        return;
      }
      String update = "run the test with -D" + PROPERTY + "=update and look at what changed";
      if (!there) {
        throw new AssertionFailedError(
            "there is no golden file " + file.toAbsolutePath() + "; to write it, " + update);
      }
      LineDiff difference = LineDiff.of(List.of(golden.split("\n")), List.of(actual.split("\n")));
      throw new AssertionFailedError(
          "the trace differs from "
              + file
              + " (- golden, + now):\n"
              + difference.text()
              + "\nIf that is meant, "
              + update,
          golden,
          actual);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
