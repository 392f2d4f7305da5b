package dev.lkjagent.memory.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.RawMemory;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Settings;
import dev.lkjagent.memory.StaleHandleException;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.TierReport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass(name = "{0}")
@MethodSource("dev.lkjagent.memory.Settings#all")
class TreeLoaderTest {
  private static final String LONG = "a text that is longer than a record";
  private static final String OF_EVERYTHING =
      """
      {"a": "%s", "b": {"c": [], "d": [1, true, "%s", {}]}, "a": "x", \
      "a name that is longer than the forty bytes that are shared": null, "e": "%s"}"""
          .formatted(LONG, LONG, LONG);

  private final Settings settings;
  private final MemoryPool pool;
  private final NameIds ids = new NameIds();
  private final TreeLoader loader = new TreeLoader();

  /** Trees that are loaded many times over need more nodes and names than the settings have. */
  TreeLoaderTest(Settings settings) {
    this.settings = settings;
    PoolSpec.Builder spec = settings.spec().toBuilder();
    pool =
        MemoryPool.open(
            spec.documentNodes(16_384).nodes(4_096).names(128).build(), settings.options());
  }

  @AfterEach
  void everythingIsReturned() {
    pool.verify();
    assertThat(pool.report().clean()).isTrue();
    assertThat(pool.raw().names().used()).isZero();
    pool.close();
  }

  /** Loads from copies of the text and the nodes, since the loader takes both over. */
  private Status load(Document source, OwnedTree into) {
    Scope payer = into.scope();
    RawMemory raw = pool.raw();
    int length = source.textLength();
    long slot = payer.tryAllocate(length);
    if (slot < 0) {
      return Status.of(slot);
    }
    System.arraycopy(raw.bytes(), source.textAt(), raw.bytes(), raw.offset(slot), length);
    pool.setLength(slot, length);
    long[] nodes =
        Arrays.copyOfRange(raw.tape(), source.tapeAt(), source.tapeAt() + source.nodeCount());
    return loader.load(slot, nodes, 0, nodes.length, ids, into);
  }

  private Document document(String json) {
    Document document = new Document(pool.root());
    Tapes.load(document, json, ids);
    return document;
  }

  @Test
  void aNodeOfATreeThatWasDroppedIsStaleAlsoInTheNextTree() {
    try (Document source = document("[1, [2, 3]]");
        OwnedTree tree = new OwnedTree(pool.root())) {
      load(source, tree);
      long root = tree.root();
      long last = tree.lastChild(tree.lastChild(root));
      tree.clear();
      assertThatThrownBy(() -> tree.kind(last)).isInstanceOf(StaleHandleException.class);
      load(source, tree);
      assertThatThrownBy(() -> tree.kind(last)).isInstanceOf(StaleHandleException.class);
      assertThatThrownBy(() -> tree.kind(root)).isInstanceOf(StaleHandleException.class);
      assertThat(tree.textString(tree.lastChild(tree.lastChild(tree.root())))).isEqualTo("3");
    }
  }

  @Test
  void whateverIsEditedAllIsReturned() {
    byte[] text = LONG.getBytes(StandardCharsets.UTF_8);
    Map<String, Consumer<OwnedTree>> edits =
        Map.ofEntries(
            Map.entry("nothing", tree -> {}),
            Map.entry("long to long", tree -> tree.setText(find(tree, "e"), text, 3, 30)),
            Map.entry("long to short", tree -> tree.setText(find(tree, "e"), text, 0, 3)),
            Map.entry("short to long", tree -> tree.setText(find(tree, "a"), text, 0, 30)),
            Map.entry("appended", tree -> tree.appendText(find(tree, "a"), text, 0, 30)),
            Map.entry("long appended", tree -> tree.appendText(find(tree, "e"), text, 0, 30)),
            Map.entry("long to literal", tree -> tree.setKind(find(tree, "e"), Tape.NULL)),
            Map.entry("long to container", tree -> tree.setKind(find(tree, "e"), Tape.ARRAY)),
            Map.entry("emptied", tree -> tree.setKind(find(tree, "b"), Tape.NULL)),
            Map.entry("renamed", tree -> tree.rename(find(tree, "e"), text, 0, 5)),
            Map.entry("unnamed", tree -> tree.rename(find(tree, "e"), text, 0, -1)),
            Map.entry("removed", tree -> tree.remove(find(tree, "b"))),
            Map.entry("added", tree -> tree.add(tree.root(), Tape.TRUE, text, 0, 9)),
            Map.entry("moved", tree -> tree.move(find(tree, "e"), find(tree, "b"))),
            Map.entry("evicted", tree -> tree.scope().clear()));
    for (boolean ownNames : new boolean[] {false, true}) {
      String json = ownNames ? OF_EVERYTHING : OF_EVERYTHING.replaceAll("a name [a-z ]*", "f");
      edits.forEach(
          (name, edit) -> {
            try (Document source = document(json);
                Scope scope = pool.root().open("agent", Budget.UNLIMITED);
                OwnedTree tree = new OwnedTree(scope)) {
              assertThat(load(source, tree)).isEqualTo(Status.OK);
              assertThat(NodeView.of(tree)).isEqualTo(NodeView.of(source));
              edit.accept(tree);
              pool.verify();
              tree.clear();
              pool.verify();
              assertThat(scope.leaks().leaks()).as(name).isEmpty();
              assertThat(pool.raw().names().used()).as(name).isZero();
            }
          });
    }
  }

  private static long find(OwnedTree tree, String name) {
    return tree.find(tree.root(), name);
  }

  @Test
  void textsThatWereLoadedTogetherShareASlotUntilTheLastOfThemGoes() {
    try (Document source = document(OF_EVERYTHING.replaceAll("a name [a-z ]*", "f"));
        OwnedTree tree = new OwnedTree(pool.root())) {
      long before = pool.root().usedBytes();
      load(source, tree);
      long one = tree.find(tree.root(), "e");
      long first = tree.firstChild(tree.root());
      long third = tree.child(tree.find(tree.find(tree.root(), "b"), "d"), 2);
      assertThat(liveSlots()).isEqualTo(2);
      assertThat(tree.textString(third)).isEqualTo(LONG);
      byte[] other = "another text that is longer than a record".getBytes(StandardCharsets.UTF_8);
      assertThat(tree.setText(one, other, 0, other.length)).isEqualTo(Status.OK);
      assertThat(tree.appendText(third, other, 0, other.length)).isEqualTo(Status.OK);
      assertThat(liveSlots()).as("two have slots of their own").isEqualTo(4);
      assertThat(tree.textString(one)).isEqualTo(new String(other, StandardCharsets.UTF_8));
      assertThat(tree.textString(third)).startsWith(LONG).endsWith("than a record");
      assertThat(tree.textString(first)).isEqualTo(LONG);
      tree.remove(first);
      assertThat(liveSlots()).as("nothing is left of what they shared").isEqualTo(3);
      pool.verify();
      tree.clear();
      assertThat(pool.root().usedBytes()).isEqualTo(before);
    }
  }

  private int liveSlots() {
    return pool.report().tiers().stream().mapToInt(TierReport::live).sum();
  }

  @Test
  void fewLongTextsMoveToASmallerSlotOrStayWhereThereIsNone() {
    String json = "[\"%s\", \"\\u0061%s\" %s]".formatted(LONG, LONG, " ".repeat(3_000));
    int smaller = settings.slotBytes(1);
    int larger = settings.slotBytes(2);
    try (Document source = document(json)) {
      for (boolean room : new boolean[] {true, false}) {
        Budget budget = Budget.builder().bytes(room ? 2 * larger : larger).build();
        try (Scope scope = pool.root().open("agent", budget);
            OwnedTree tree = new OwnedTree(scope)) {
          assertThat(load(source, tree)).isEqualTo(Status.OK);
          assertThat(NodeView.of(tree)).isEqualTo(NodeView.of(source));
          assertThat(tree.textString(tree.child(tree.root(), 1))).isEqualTo("a" + LONG);
          assertThat(scope.usedBytes()).isEqualTo(room ? smaller : larger);
          pool.verify();
        }
      }
    }
  }

  @Test
  void aLoadThatIsRefusedAnywhereLeavesNothing() {
    int slotBytes = settings.slotBytes(1);
    try (Document source = document(OF_EVERYTHING)) {
      int refusals = 0;
      for (int nodes = 1; nodes <= 12; nodes++) {
        for (int slots = 0; slots <= 4; slots++) {
          Budget budget = Budget.builder().nodes(nodes).bytes((long) slotBytes * slots).build();
          try (Scope scope = pool.root().open("agent", budget);
              OwnedTree tree = new OwnedTree(scope)) {
            if (load(source, tree) == Status.OK) {
              assertThat(NodeView.of(tree)).isEqualTo(NodeView.of(source));
            } else {
              refusals++;
              assertThat(tree.root()).isEqualTo(ObjectTree.NO_NODE);
              assertThat(scope.leaks().leaks()).isEmpty();
              assertThat(pool.raw().names().used()).isZero();
            }
            pool.verify();
          }
        }
      }
      assertThat(refusals).isBetween(1, 59);
    }
  }

  @Test
  void treesOfAnyOrderAreWhatTheirDocumentsAre() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<OwnedTree> trees = new ArrayList<>();
    for (int turn = 0; turn < settings.rounds(2_000); turn++) {
      StringBuilder json = new StringBuilder();
      value(json, random, 4);
      while (!hasRoom(json.length()) && !trees.isEmpty()) {
        trees.remove(0).close();
      }
      if (!hasRoom(json.length())) {
        continue;
      }
      try (Document source = document(json.toString())) {
        OwnedTree tree = new OwnedTree(pool.root());
        if (load(source, tree) == Status.OK) {
          assertThat(NodeView.of(tree))
              .as("seed %d, turn %d", seed, turn)
              .isEqualTo(NodeView.of(source));
          trees.add(tree);
        }
      }
      if (random.nextInt(4) == 0 && !trees.isEmpty()) {
        OwnedTree some = trees.get(random.nextInt(trees.size()));
        long first = some.firstChild(some.root());
        if (first != ObjectTree.NO_NODE) {
          some.remove(first);
        }
      }
      while (trees.size() > random.nextInt(12)) {
        trees.remove(random.nextInt(trees.size())).close();
      }
      if (turn % 16 == 0) {
        pool.verify();
      }
    }
    trees.forEach(OwnedTree::close);
  }

  private boolean hasRoom(int bytes) {
    long slot = pool.root().tryAllocate(bytes);
    if (slot > 0) {
      pool.free(slot);
    }
    return slot > 0;
  }

  private static void value(StringBuilder json, Random random, int depth) {
    switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> json.append("null");
      case 1 -> json.append(random.nextInt());
      case 2, 3 -> json.append('"').append("x".repeat(random.nextInt(60))).append('"');
      case 4 -> children(json, random, depth, "[]", false);
      default -> children(json, random, depth, "{}", true);
    }
  }

  private static void children(
      StringBuilder json, Random random, int depth, String brackets, boolean named) {
    json.append(brackets.charAt(0));
    int count = random.nextInt(random.nextInt(40) == 0 ? 400 : 6);
    for (int i = 0; i < count; i++) {
      json.append(i == 0 ? "" : ",");
      if (named) {
        json.append('"')
            .append("n".repeat(random.nextInt(3)))
            .append(random.nextInt(200))
            .append("\":");
      }
      value(json, random, i < 6 ? depth - 1 : 0);
    }
    json.append(brackets.charAt(1));
  }
}
