package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.image.Image;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Path;
import dev.lkjagent.memory.tree.Tape;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of a tree that was read share a slot; whatever is done to the tree, they stay right. */
class LoadedTextsTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final int MEMBERS = 30;
  private static final int EDITS = 60;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void editsImagesAndCopiesAgreeWithJackson(long seed) throws IOException {
    Random random = new Random(seed);
    MemoryPool pool = MemoryPool.open(Pools.NARROW);
    MemoryPool other = MemoryPool.open(Pools.NARROW);
    JsonReader reader = new JsonReader();
    Image image = new Image();
    OwnedTree tree = new OwnedTree(pool.root());
    for (int round = 0; round < 20; round++) {
      ObjectNode expected = JACKSON.createObjectNode();
      for (int i = 0; i < MEMBERS; i++) {
        expected.put("m" + i, text(random));
      }
      reader.parseOrThrow(JACKSON.writeValueAsBytes(expected), tree);
      same(expected, tree, seed);
      for (int edit = random.nextInt(EDITS); edit > 0; edit--) {
        String name = "m" + random.nextInt(MEMBERS);
        byte[] more = text(random).getBytes(UTF_8);
        long node = tree.find(Path.of(name));
        if (node == ObjectTree.NO_NODE || random.nextInt(3) == 0) {
          tree.set(Path.of(name), Tape.STRING, more, 0, more.length);
          expected.put(name, new String(more, UTF_8));
        } else if (random.nextBoolean()) {
          assertEquals(Status.OK, tree.appendText(node, more, 0, more.length));
          expected.put(name, expected.get(name).textValue() + new String(more, UTF_8));
        } else {
          tree.remove(node);
          expected.remove(name);
        }
        pool.verify();
      }
      same(expected, tree, seed);
      image.freeze(tree);
      OwnedTree thawed = (OwnedTree) image.thaw(other.root()).trees().get(0);
      same(expected, thawed, seed);
      OwnedTree copy = new OwnedTree(other.root());
      copy.copy(tree, tree.root(), ObjectTree.NO_NODE);
      same(expected, copy, seed);
      thawed.close();
      copy.close();
      other.verify();
    }
    tree.close();
    Pools.closeEmpty(pool);
    Pools.closeEmpty(other);
  }

  private static void same(ObjectNode expected, ObjectTree tree, long seed) throws IOException {
    byte[] written = new JsonWriter().toBytes(tree, tree.root());
    assertEquals(expected, JACKSON.readTree(written), "seed " + seed);
  }

  /** Short and long ones, plain and with what JSON escapes. */
  private static String text(Random random) {
    String unit = random.nextInt(3) == 0 ? "a\n\"é\t" : "text ";
    return unit.repeat(random.nextInt(40));
  }
}
