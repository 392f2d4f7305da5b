package dev.lkjagent.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that the documentation names exist, and so do the pages that it links. */
class DocumentationTest {
  private static final Path TOP = Path.of(System.getProperty("lkjagent.project"));
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)[^)]*\\)");

  @Test
  void everyTestThatADocumentNamesExists() throws IOException {
    List<String> missing = new ArrayList<>();
    int named = 0;
    for (Path page : pages()) {
      Matcher test = TEST.matcher(Files.readString(page));
      while (test.find()) {
        named++;
        if (!exists(test.group(1), test.group(2))) {
          missing.add(page.getFileName() + ": " + test.group());
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(named).isGreaterThan(10);
  }

  private static boolean exists(String type, String method) throws IOException {
    try (Stream<Path> files = Files.walk(TOP)) {
      for (Path file :
          files
              .filter(f -> f.endsWith(type + ".java") && !f.toString().contains("/target/"))
              .toList()) {
        if (method == null || Files.readString(file).contains(" " + method + "(")) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void everyPageThatIsLinkedExists() throws IOException {
    List<String> dead = new ArrayList<>();
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains("://") && !Files.exists(page.resolveSibling(target))) {
          dead.add(page.getFileName() + ": " + target);
        }
      }
    }
    assertThat(dead).isEmpty();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String name : new String[] {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}) {
      pages.add(TOP.resolve(name));
    }
    try (Stream<Path> files = Files.walk(TOP.resolve("docs"))) {
      pages.addAll(files.filter(f -> f.toString().endsWith(".md")).toList());
    }
    return pages;
  }
}
