package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class JsonLargeTest {
  private static final int HUNDRED_MIB = 100 << 20;

  @Test
  void hundredMebibytesAreReadWithinTheLimits() {
    PoolSpec spec =
        PoolSpec.builder()
            .tier(64, 16)
            .tier(HUNDRED_MIB + 64, 1)
            .nodes(32)
            .documentNodes(4_000_000)
            .names(16)
            .indexEntries(16)
            .scopes(4)
            .build();
    byte[] text = new byte[HUNDRED_MIB];
    byte[] row =
        "{\"id\":12345,\"text\":\""
            .concat("lorem ipsum ".repeat(20))
            .concat("é\"},\n")
            .getBytes(UTF_8);
    int at = 1;
    int rows = 0;
    text[0] = '[';
    for (; at + row.length + 3 < text.length; at += row.length) {
      System.arraycopy(row, 0, text, at, row.length);
      rows++;
    }
    text[at] = '0';
    Arrays.fill(text, at + 1, text.length - 1, (byte) ' ');
    text[text.length - 1] = ']';
    try (MemoryPool pool = MemoryPool.open(spec)) {
      JsonReader reader = new JsonReader();
      Document document = new Document(pool.root());
      assertEquals(Status.OK, reader.parse(text, document), reader::faultMessage);
      assertEquals(2 + 5 * rows, document.nodeCount());

      text[text.length - 1] = '}';
      assertEquals(Status.MALFORMED, reader.parse(text, document));
      assertEquals(text.length - 1, reader.faultOffset());
      assertEquals(rows + 1, reader.faultLine());

      JsonReader narrow = new JsonReader(JsonLimits.DEFAULT.withMaxBytes(HUNDRED_MIB - 1));
      assertEquals(Status.MALFORMED, narrow.parse(text, document));
      assertEquals(JsonFault.TEXT_TOO_LONG, narrow.fault());
      assertEquals(HUNDRED_MIB - 1, narrow.faultOffset());
    }
  }
}
