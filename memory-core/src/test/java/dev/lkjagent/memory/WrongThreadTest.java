package dev.lkjagent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.image.Image;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Path;
import dev.lkjagent.memory.tree.Tape;
import dev.lkjagent.memory.tree.TestDocuments;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Texts, trees, paths and images are refused to every thread but the pool's. */
class WrongThreadTest {
  private static final byte[] BYTES =
      "0123456789 0123456789 0123456789".getBytes(StandardCharsets.UTF_8);

  private final Map<String, Runnable> uses = new LinkedHashMap<>();
  private final Map<String, Runnable> documentReads = new LinkedHashMap<>();

  private void fill(MemoryPool pool) {
    Scope scope = pool.root();
    PooledString text = new PooledString(scope).set("text");
    PooledString fresh = new PooledString(scope);
    uses.put("text.size", text::size);
    uses.put("text.set", () -> text.trySet("more"));
    uses.put("text.append", () -> text.tryAppend(BYTES, 0, 3));
    uses.put("text.appendNumber", () -> text.tryAppendNumber(7));
    uses.put("text.create", () -> fresh.tryCreate(3));
    uses.put("text.attach", () -> fresh.attach(text.handle()));
    uses.put("text.copy", () -> text.copyTo(0, 4, new byte[4], 0));
    uses.put("text.toString", () -> assertThat(text.toString()).isEqualTo("text"));
    Scope other = scope.open("other", Budget.UNLIMITED);
    uses.put("text.transfer", () -> text.tryTransfer(other));
    uses.put("text.destroy", text::destroy);
    uses.put("text.close", text::close);

    PooledRope rope = new PooledRope(scope);
    rope.tryAppend("rope");
    uses.put("rope.size", rope::size);
    uses.put("rope.append", () -> rope.tryAppend(BYTES, 0, 3));
    uses.put("rope.copy", () -> rope.copyTo(0, new byte[4], 0, 4));
    uses.put("rope.truncate", () -> rope.truncate(1));
    uses.put("rope.slices", () -> rope.forEachSlice((bytes, from, length) -> true));
    uses.put("rope.equals", () -> rope.contentEquals(BYTES, 0, 4));
    uses.put("rope.transfer", () -> rope.tryTransfer(other));
    uses.put("rope.destroy", rope::destroy);
    uses.put("rope.close", rope::close);

    OwnedTree tree = new OwnedTree(scope);
    long top = tree.createRoot(Tape.OBJECT);
    long member = tree.add(top, Tape.STRING, BYTES, 0, 3);
    OwnedTree empty = new OwnedTree(scope);
    uses.put("tree.createRoot", () -> empty.createRoot(Tape.OBJECT));
    uses.put("tree.root", tree::root);
    uses.put("tree.kind", () -> tree.kind(top));
    uses.put("tree.text", () -> tree.textString(member));
    uses.put("tree.find", () -> tree.find(top, "012"));
    uses.put("tree.add", () -> tree.add(top, Tape.NULL, BYTES, 0, 2));
    uses.put("tree.insert", () -> tree.insertBefore(member, Tape.NULL, BYTES, 0, 2));
    uses.put("tree.setText", () -> tree.setText(member, BYTES, 0, 3));
    uses.put("tree.appendText", () -> tree.appendText(member, BYTES, 0, 3));
    uses.put("tree.rename", () -> tree.rename(member, BYTES, 0, 2));
    uses.put("tree.setKind", () -> tree.setKind(member, Tape.NULL));
    uses.put("tree.move", () -> tree.move(member, top));
    uses.put("tree.remove", () -> tree.remove(member));
    uses.put("tree.copy", () -> tree.copy(tree, member, top));
    uses.put("tree.transfer", () -> tree.tryTransfer(other));
    uses.put("tree.clear", tree::clear);
    uses.put("tree.close", tree::close);
    OwnedTree emptied = new OwnedTree(scope);
    emptied.createRoot(Tape.NULL);
    emptied.clear();
    uses.put("tree.transfer, of nothing", () -> emptied.tryTransfer(other));
    uses.put("tree.close, of nothing", emptied::close);
    int node = pool.raw().node(member);
    uses.put("node.transfer", () -> pool.raw().tryTransferNode(node, other));

    Document document = TestDocuments.of(scope, "{\"a\":[1,{\"b\":\"c\"}]}");
    long read = document.root();
    uses.put("document.root", document::root);
    uses.put("document.outermost", document::outermost);
    uses.put("document.reserve", () -> new Document(scope).reserve(10, 10));
    uses.put("document.show", () -> document.show(10, 1, null, 0));
    uses.put("document.extend", () -> document.extend(1, 4000, 1, 100));
    uses.put("document.copied", () -> empty.copy(document, read, OwnedTree.NO_NODE));
    uses.put("document.transfer", () -> document.tryTransfer(other));
    uses.put("document.clear", document::clear);
    uses.put("document.close", document::close);
    documentReads.put("kind", () -> document.kind(read));
    documentReads.put("firstChild", () -> document.firstChild(read));
    documentReads.put("find", () -> document.find(read, "a"));
    documentReads.put("text", () -> document.textLength(read));

    Path path = Path.of("012");
    uses.put("path.find", () -> path.find(tree));
    uses.put("path.find in a document", () -> path.find(document));
    uses.put("path.set", () -> tree.set(path, Tape.STRING, BYTES, 0, 3));
    uses.put("path.remove", () -> tree.remove(path));

    Image image = new Image();
    image.freeze(tree);
    uses.put("image.freeze a tree", () -> new Image().freeze(tree));
    uses.put("image.freeze a document", () -> new Image().freeze(document));
    uses.put("image.freeze a scope", () -> new Image().freeze(scope));
    uses.put("image.thaw", () -> image.thaw(scope));
  }

  private static List<String> accepted(Map<String, Runnable> uses) throws InterruptedException {
    List<String> accepted = new ArrayList<>();
    Thread stranger =
        new Thread(
            () ->
                uses.forEach(
                    (name, use) -> {
                      try {
                        use.run();
                        accepted.add(name);
                      } catch (MemoryException refusal) {
                        if (!refusal.getMessage().contains("and is used by stranger")) {
                          accepted.add(name + ": " + refusal.getMessage());
                        }
                      }
                    }),
            "stranger");
    stranger.start();
    stranger.join();
    return accepted;
  }

  @ParameterizedTest
  @EnumSource(CheckLevel.class)
  void everyUseByAnotherThreadIsRefused(CheckLevel level) throws InterruptedException {
    try (MemoryPool pool =
        MemoryPool.open(PoolSpec.SMALL, PoolOptions.builder().checks(level).build())) {
      fill(pool);
      LeakReport before = pool.leaks();
      assertThat(accepted(uses)).isEmpty();
      assertThat(pool.leaks().leaks()).hasToString(before.leaks().toString());
      pool.verify();
      for (String name : List.of("text.toString", "rope.copy", "tree.text", "document.root")) {
        uses.get(name).run();
      }
      documentReads.values().forEach(Runnable::run);
      if (level != CheckLevel.STANDARD) {
        assertThat(accepted(documentReads)).isEmpty();
      }
      uses.get("image.thaw").run();
    }
  }
}
