package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.tree.OwnedTree;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NamesOfTreesTest {
  private static final PoolSpec FEW_NAMES =
      PoolSpec.builder()
          .tier(16, 256)
          .tier(256, 64)
          .tier(4096, 16)
          .nodes(512)
          .documentNodes(4096)
          .names(8)
          .indexEntries(64)
          .scopes(4)
          .build();

  @Test
  void namesStayRightWhileTheirEntriesGoFromOneToAnother() {
    MemoryPool pool = MemoryPool.open(FEW_NAMES);
    JsonReader reader = new JsonReader();
    JsonWriter writer = new JsonWriter();
    OwnedTree first = new OwnedTree(pool.root());
    OwnedTree second = new OwnedTree(pool.root());
    long seed = 21;
    Random random = new Random(seed);
    String firstText = "{}";
    reader.parseOrThrow(firstText.getBytes(UTF_8), first);
    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder("{");
      int members = random.nextInt(7);
      for (int m = 0; m < members; m++) {
        text.append(m == 0 ? "" : ",").append('"');
        text.append(
            random.nextInt(9) == 0 ? "\\u006" + random.nextInt(10) : "n" + random.nextInt(20));
        text.append("\":").append(m);
      }
      byte[] bytes = text.append('}').toString().getBytes(UTF_8);
      boolean toFirst = random.nextBoolean();
      reader.parseOrThrow(bytes, toFirst ? first : second);
      String meaning = text.toString().replaceAll("\\\\u006(\\d)", "\0$1");
      for (int d = 0; d < 10; d++) {
        meaning = meaning.replace("\0" + d, d == 0 ? "`" : "" + (char) ('`' + d));
      }
      OwnedTree filled = toFirst ? first : second;
      assertEquals(
          meaning, new String(writer.toBytes(filled, filled.root()), UTF_8), "seed " + seed);
      if (toFirst) {
        firstText = meaning;
      }
      assertEquals(
          firstText, new String(writer.toBytes(first, first.root()), UTF_8), "seed " + seed);
      if (i % 100 == 0) {
        pool.verify();
      }
    }
    first.close();
    second.close();
    Pools.closeEmpty(pool);
  }
}
