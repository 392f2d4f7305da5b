package dev.lkjagent.json.lenient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.lkjagent.json.JsonReader;
import dev.lkjagent.json.JsonWriter;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.NodeView;
import org.junit.jupiter.api.AfterEach;

/**
 * What must hold for any bytes that a model may send. The normal build runs the inputs that were
 * kept; with {@code JAZZER_FUZZ=1} in the environment the targets hunt for new ones.
 */
class LenientFuzzTest {
  private final MemoryPool pool =
      MemoryPool.open(
          PoolSpec.builder()
              .tier(256, 64)
              .tier(4096, 16)
              .tier(65_536, 8)
              .tier(1 << 20, 4)
              .nodes(16)
              .documentNodes(300_000)
              .names(64)
              .indexEntries(64)
              .scopes(4)
              .build());
  private final LenientReader reader = new LenientReader();
  private final Document document = new Document(pool.root());
  private final Document other = new Document(pool.root());

  @AfterEach
  void nothingIsLeft() {
    document.close();
    other.close();
    pool.verify();
    assertEquals(true, pool.closeAndReport().clean());
  }

  @FuzzTest
  void anyBytesBecomeATreeOrACodedFaultAndPiecesDoNotMatter(byte[] reply) {
    Lenient whole = new Lenient();
    Lenient split = new Lenient();
    for (ReplyForm form : ReplyForm.values()) {
      LenientParser.Progress progress = whole.read(form, reply);
      assertEquals(progress, split.feedEach(form, reply));
      assertEquals(whole.parser().fault(), split.parser().fault());
      if (progress == LenientParser.Progress.COMPLETE) {
        assertEquals(whole.tree(), split.tree());
      } else {
        assertNotNull(whole.parser().fault());
      }
    }
  }

  @FuzzTest
  void whatIsReadIsATreeThatTheWriterCanWrite(byte[] reply) {
    for (ReplyForm form : ReplyForm.values()) {
      Status status = reader.parse(form, reply, 0, reply.length, document);
      if (status != Status.OK) {
        assertNotNull(reader.fault());
        continue;
      }
      assertNotNull(NodeView.of(document).toString());
      byte[] first = new byte[1 << 16];
      int length = new JsonWriter().write(document, document.root(), first, 0);
      if (length >= 0) {
        assertEquals(
            Status.OK, new JsonReader().parse(java.util.Arrays.copyOf(first, length), other));
      }
    }
  }
}
