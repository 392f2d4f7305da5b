package dev.lkjagent.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.image.Image;
import dev.lkjagent.memory.image.Thawed;
import dev.lkjagent.memory.tree.NodeView;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Path;
import dev.lkjagent.memory.tree.Tape;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of the package pages work, and are the ones on the pages. */
class PackagePageTest {
  private String seen = "";

  private void show(Object text) {
    seen += text;
  }

  @Test
  void aTextIsSetAndAppendedTo() {
    // memory
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
  void aPathIsSetAndFound() {
    // memory/tree
    byte[] text = "read chapter two".getBytes(UTF_8);
    Path second = Path.of("working_memory.todo[1]");
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
        OwnedTree tree = new OwnedTree(pool.root())) {
      tree.set(Path.of("working_memory.todo[0]"), Tape.STRING, text, 0, 4);
      long node = tree.set(second, Tape.STRING, text, 0, text.length);
      show(node < 0 ? Status.of(node) : tree.textString(second.find(tree)));
    }
    // end
    assertThat(seen).isEqualTo("read chapter two");
  }

  @Test
  void anAgentsMemoryGoesToAnotherPool() {
    // memory/image
    byte[] text = "read chapter two".getBytes(UTF_8);
    Image image = new Image();
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
        Scope agent = pool.root().open("librarian", Budget.UNLIMITED)) {
      new OwnedTree(agent).set(Path.of("todo"), Tape.STRING, text, 0, text.length);
      image.freeze(agent);
    }
    byte[] stored = image.toByteArray();
    image.load(stored, 0, stored.length);
    try (MemoryPool other = MemoryPool.open(PoolSpec.SMALL)) {
      Thawed copy = image.thaw(other.root());
      show(NodeView.of(copy.trees().get(0)).get("todo"));
    }
    // end
    assertThat(seen).contains("read chapter two");
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "memory/tree", "memory/image"})
  void anExampleIsTheOneOnThePage(String name) throws IOException {
    String root = "java/dev/lkjagent/";
    String page =
        Files.readString(java.nio.file.Path.of("src/main", root, name, "package-info.java"));
    String test =
        Files.readString(java.nio.file.Path.of("src/test", root, "memory/PackagePageTest.java"));
    String onPage = between(page, "<pre>{@code", "}</pre>").replace("System.out.println", "show");
    assertThat(lines(onPage.replaceAll("(?m)^ \\*", "")))
        .isEqualTo(lines(between(test, "// " + name + "\n", "    // end")));
  }

  private static String between(String text, String from, String to) {
    int start = text.indexOf(from) + from.length();
    return text.substring(start, text.indexOf(to, start));
  }

  private static String lines(String code) {
    return code.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
