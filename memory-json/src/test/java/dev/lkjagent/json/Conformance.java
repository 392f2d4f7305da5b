package dev.lkjagent.json;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The test data that others wrote, read where it lies; tests that need it are skipped if it is
 * absent.
 */
final class Conformance {
  /** Documents that are measured and that must cost no allocation. */
  static final List<String> DOCUMENTS =
      List.of(
          "chat.json",
          "memory.json",
          "memory2k.json",
          "twitter.json",
          "citm_catalog.json",
          "canada.json");

  /**
   * A row of the manifest.
   *
   * @param id its name
   * @param expect accept, reject or either
   * @param path its file, from the manifest on
   */
  record Row(String id, String expect, String path) {
    byte[] text() {
      return read("json/" + path);
    }
  }

  private Conformance() {}

  static Path root() {
    String set = System.getProperty("lkjagent.conformance");
    if (set != null) {
      Path path = Path.of(set);
      assumeTrue(Files.isDirectory(path), "no conformance data at " + path.toAbsolutePath());
      return path;
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path path = at.resolve("shared").resolve("conformance");
      if (Files.isDirectory(path)) {
        return path;
      }
    }
    assumeTrue(false, "no conformance data: set the system property lkjagent.conformance");
    throw new AssertionError();
  }

  static byte[] read(String path) {
    try {
      return Files.readAllBytes(root().resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] document(String name) {
    return read("documents/" + name);
  }

  static List<String> lines(String path) {
    return new String(read(path), java.nio.charset.StandardCharsets.UTF_8).lines().toList();
  }

  static List<Row> manifest() {
    List<Row> rows = new ArrayList<>();
    for (String line : lines("json/MANIFEST.tsv")) {
      String[] columns = line.split("\t", -1);
      if (!columns[0].equals("id")) {
        rows.add(new Row(columns[0], columns[1], columns[2]));
      }
    }
    return rows;
  }
}
