package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The example of the package page works, and is the one on the page. */
class PackagePageTest {
  private static String seen = "";

  private static void show(Object text) {
    seen = text.toString();
  }

  @Test
  void exampleDoesWhatThePageSays() {
    // example
    try (MemoryPool pool = MemoryPool.open(PoolSpec.DEFAULT);
        Scope agent = pool.root().open("librarian", Budget.builder().bytes(1 << 20).build())) {
      PooledString note = new PooledString(agent);
      note.set("read chapter one");
      note.append(", then chapter two");
      show(note);
    }
    // end
    assertThat(seen).isEqualTo("read chapter one, then chapter two");
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL)) {
      Scope agent = pool.root().open("librarian", Budget.UNLIMITED);
      PooledString note = new PooledString(agent).set("gone with its scope");
      agent.close();
      assertThat(pool.report().clean()).isTrue();
      assertThatThrownBy(note::size).isInstanceOf(StaleHandleException.class);
    }
  }

  @Test
  void exampleIsTheOneOnThePage() throws IOException {
    String path = "java/dev/lkjagent/memory/";
    String page = Files.readString(Path.of("src/main", path, "package-info.java"));
    String test = Files.readString(Path.of("src/test", path, "PackagePageTest.java"));
    String onPage = between(page, "<pre>{@code", "}</pre>").replace("System.out.println", "show");
    assertThat(lines(onPage.replaceAll("(?m)^ \\*", "")))
        .isEqualTo(lines(between(test, "// example\n", "    // end")));
  }

  private static String between(String text, String from, String to) {
    int start = text.indexOf(from) + from.length();
    return text.substring(start, text.indexOf(to, start));
  }

  private static String lines(String code) {
    return code.lines()
        .map(String::strip)
        .filter(l -> !l.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
