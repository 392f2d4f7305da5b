package dev.lkjagent.memory.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Said;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import org.junit.jupiter.api.Test;

/** What is said of mistakes in the use of trees, and in paths. */
class TreeMessagesTest {
  private static final PoolSpec SPEC =
      PoolSpec.parse("16x4, 256x4; nodes=12; documentNodes=64; names=8; ropes=256x700");

  private final Said said = new Said();

  private static long set(OwnedTree tree, String path, int kind, String text) {
    return tree.set(Path.of(path), kind, text.getBytes(UTF_8), 0, text.length());
  }

  @Test
  void mistakesWithATreeNameTheNodeAndTheWayOut() {
    byte[] text = "some text".getBytes(UTF_8);
    try (MemoryPool pool = MemoryPool.open(SPEC);
        MemoryPool elsewhere = MemoryPool.open(SPEC)) {
      OwnedTree tree = new OwnedTree(pool.root());
      said.refused("a view of an empty tree", () -> NodeView.of(tree));
      set(tree, "list", Tape.ARRAY, "");
      set(tree, "text", Tape.STRING, "some");
      set(tree, "none", Tape.NULL, "");
      set(tree, "a.b", Tape.OBJECT, "");
      long root = tree.root();
      long list = tree.find(root, "list");
      long string = tree.find(root, "text");
      long a = tree.find(root, "a");
      said.refused("a second root", () -> tree.createRoot(Tape.OBJECT))
          .refused("a copy as a second root", () -> tree.copy(tree, a, ObjectTree.NO_NODE))
          .refused("a child of a text", () -> tree.add(string, Tape.NULL))
          .refused("a sibling of the root", () -> tree.insertBefore(root, Tape.NULL, text, 0, -1))
          .refused("the root moved", () -> tree.move(root, a))
          .refused("a node moved into itself", () -> tree.move(a, Path.of("a.b").find(tree)))
          .refused("a node moved into a text", () -> tree.move(a, string))
          .refused("the text of an array", () -> tree.setText(list, text, 0, 9))
          .refused("the text of null", () -> tree.setText(tree.find(root, "none"), text, 0, 9))
          .refused("more text of the root", () -> tree.appendText(root, text, 0, 9))
          .refused("a text behind the end of an array", () -> tree.setText(string, text, 8, 2))
          .refused("a part behind the end", () -> tree.copyText(string, 3, text, 0, 2));
      long removed = Path.of("a.b").find(tree);
      tree.remove(removed);
      said.refused("a node that was removed", () -> tree.kind(removed))
          .refused("a member that was not found", () -> tree.textLength(tree.find(root, "b")))
          .refused("a child behind the last", () -> tree.kind(tree.child(list, 0)))
          .refused("a code used as a node", () -> tree.kind(set(tree, "text.b", Tape.NULL, "")))
          .refused("a node of another pool", () -> new OwnedTree(elsewhere.root()).kind(root));
      said.answered("a member of a text set", set(tree, "text.b", Tape.NULL, ""))
          .answered("an element of an object set", set(tree, "a[0]", Tape.NULL, ""))
          .answered("an element behind the next set", set(tree, "list[1]", Tape.NULL, ""))
          .answered("a text longer than a rope", set(tree, "text", Tape.STRING, "x".repeat(701)))
          .answered("a name longer than a slot", set(tree, "n".repeat(257), Tape.NULL, ""))
          .answered("more nodes than there are", set(tree, "a.c.d.e.f.g.h.i.j", Tape.NULL, ""))
          .answered("what is not there removed", tree.remove(Path.of("list[1]")));
      for (int i = 0; i < 4; i++) {
        pool.root().allocate(200);
      }
      said.answered("a text without a slot", set(tree, "text", Tape.STRING, "x".repeat(200)));
      Scope scope = pool.root().open("agent", Budget.builder().nodes(0).build());
      OwnedTree poor = new OwnedTree(scope);
      said.answered("a node beyond the budget", poor.createRoot(Tape.OBJECT));
      scope.close();
      said.refused("a tree of a closed scope", () -> poor.createRoot(Tape.OBJECT));
    }
    said.isGolden("trees.txt");
  }

  @Test
  void mistakesWithADocumentNameItsContent() {
    try (MemoryPool pool = MemoryPool.open(SPEC)) {
      Document document = Tapes.document(pool.root(), "{\"a\": [1, 2]}");
      long old = document.root();
      said.refused("a member that was not found", () -> document.kind(document.find(old, "b")));
      Tapes.load(document, "[3]", new NameIds());
      said.refused("a node of the content before", () -> document.kind(old));
      long now = document.root();
      said.refused("a node behind the last", () -> document.kind(now + 2));
      document.clear();
      said.refused("a node of a cleared document", () -> document.kind(now))
          .answered("a text longer than a slot", document.reserve(257, 1));
      document.reserve(16, 32);
      said.answered("more nodes than there are", document.grow(16, 1000))
          .answered("a larger block than there is", exchangeTwice(document));
      long[] markup = {Tape.node(Tape.TEXT, 1, 0)};
      long slot = pool.root().allocate(1);
      OwnedTree tree = new OwnedTree(pool.root());
      said.refused(
          "nodes of XML loaded as JSON",
          () -> new TreeLoader().load(slot, markup, 0, 1, new NameIds(), tree));
    }
    said.isGolden("documents.txt");
  }

  private static Status exchangeTwice(Document document) {
    document.exchange(64);
    return document.exchange(64);
  }

  @Test
  void aWrongPathShowsTheCharacterAndOneThatLeadsNowhereTheStep() {
    for (String path :
        new String[] {
          "a..b",
          ".a",
          "a.",
          "a[",
          "a[x]",
          "a[1",
          "a[1]b",
          "a[-1]",
          "a[\"b]",
          "a]b",
          "a\"b",
          "a[99999999999]"
        }) {
      said.refused(path, () -> Path.of(path));
    }
    for (String pointer : new String[] {"a", "/a~2", "/a~"}) {
      said.refused("pointer " + pointer, () -> Path.pointer(pointer));
    }
    try (MemoryPool pool = MemoryPool.open(SPEC)) {
      OwnedTree empty = new OwnedTree(pool.root());
      said.refused("the root of an empty tree", () -> Path.of("").get(empty))
          .refused("a member of an empty tree", () -> Path.of("a").get(empty));
      Document document = Tapes.document(pool.root(), "{\"list\": [1, 2], \"no\": 3, \"o\": {}}");
      for (String path :
          new String[] {"lost", "list[2]", "list[0].a", "list.a", "no[0]", "o[0]", "o.a.b"}) {
        said.refused(path, () -> Path.of(path).get(document));
      }
      said.refused("pointer /list/-", () -> Path.pointer("/list/-").get(document));
    }
    said.isGolden("paths.txt");
  }
}
