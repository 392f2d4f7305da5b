package dev.lkjagent.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Cursor;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Path;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looking up where paths lead costs no byte of the heap, in whatever text. */
class PathAllocationTest {
  /** How many nodes at the beginning of a text are looked for; behind them it is ever fewer. */
  private static final int PATHS = 300;

  private final MemoryPool pool = MemoryPool.open(Pools.WIDE);
  private final JsonReader reader = new JsonReader();
  private final Document document = new Document(pool.root());
  private final OwnedTree tree = new OwnedTree(pool.root());
  private long found;

  @AfterEach
  void nothingIsLeft() {
    document.close();
    tree.close();
    Pools.closeEmpty(pool);
  }

  /** Compiles paths to nodes all over the document, and to places where there is nothing. */
  private Path[] paths() {
    List<Path> paths = new ArrayList<>();
    List<String> steps = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    Cursor cursor = new Cursor(document);
    int next = 0;
    for (int number = 0; ; number++) {
      if (number == next) {
        String pointer = String.join("", steps);
        paths.add(Path.pointer(pointer));
        paths.add(Path.pointer(pointer + "/nothing"));
        paths.add(Path.pointer(pointer + "/99999"));
        next += 1 + number / PATHS;
      }
      int place = 0;
      if (!cursor.toFirstChild()) {
        while (!cursor.toNext()) {
          if (!cursor.toParent()) {
            return paths.toArray(new Path[0]);
          }
          steps.remove(steps.size() - 1);
          places.remove(places.size() - 1);
        }
        steps.remove(steps.size() - 1);
        place = 1 + places.remove(places.size() - 1);
      }
      places.add(place);
      steps.add("/" + (document.named(cursor.node()) ? name(cursor.node()) : place));
    }
  }

  private String name(long node) {
    return document.nameString(node).replace("~", "~0").replace("/", "~1");
  }

  private void lookUp(ObjectTree where, Path[] paths) {
    for (int i = 0; i < paths.length; i++) {
      found += paths[i].find(where) == ObjectTree.NO_NODE ? 0 : 1;
    }
  }

  /** If the names of each object differ, every path to a node leads there. */
  private void allocatesNothing(String name, byte[] text, boolean named) {
    assertThat(reader.parse(text, document)).as(name).isEqualTo(Status.OK);
    assertThat(reader.parse(text, tree)).as(name).isEqualTo(Status.OK);
    Path[] paths = paths();
    for (ObjectTree where : new ObjectTree[] {document, tree}) {
      found = 0;
      lookUp(where, paths);
      assertThat(found).as(name).isGreaterThanOrEqualTo(named ? paths.length / 3 : 1);
      assertThat(Allocation.of(() -> lookUp(where, paths))).as(name).isZero();
    }
    tree.clear();
  }

  @Test
  void inTheDocumentsThatAreMeasured() {
    for (String name : Conformance.DOCUMENTS) {
      allocatesNothing(name, Conformance.document(name), true);
    }
  }

  @Test
  void inEveryTextThatTheStandardAccepts() {
    int accepted = 0;
    for (Conformance.Row row : Conformance.manifest()) {
      byte[] text = row.text();
      if (reader.parse(text, document) == Status.OK) {
        accepted++;
        allocatesNothing(row.id(), text, true);
      }
    }
    assertThat(accepted).isGreaterThan(90);
  }

  @Test
  void inTextsThatWereMadeAtRandom() {
    for (int seed = 1; seed <= 100; seed++) {
      byte[] text = new Texts(seed).next();
      allocatesNothing(
          "seed " + seed + ": " + new String(text, StandardCharsets.UTF_8), text, false);
    }
  }
}
