package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.junit.jupiter.api.AfterEach;

/**
 * What must hold for any bytes at all. The normal build runs the inputs that were kept; with {@code
 * JAZZER_FUZZ=1} in the environment the targets hunt for new ones.
 */
class JsonFuzzTest {
  private static final PoolSpec SPEC =
      PoolSpec.builder()
          .tier(16, 1024)
          .tier(256, 512)
          .tier(4096, 64)
          .tier(65_536, 8)
          .tier(1 << 20, 2)
          .nodes(20_000)
          .documentNodes(200_000)
          .names(256)
          .indexEntries(512)
          .scopes(4)
          .build();

  private final MemoryPool pool = MemoryPool.open(SPEC);
  private final JsonReader reader = new JsonReader();
  private final JsonWriter writer = new JsonWriter();
  private final Document document = new Document(pool.root());
  private final OwnedTree tree = new OwnedTree(pool.root());

  @AfterEach
  void nothingIsLeft() {
    document.close();
    tree.close();
    Pools.closeEmpty(pool);
  }

  @FuzzTest
  void whatIsAcceptedIsUtf8AndReadsBackTheSame(byte[] text) throws CharacterCodingException {
    Status status = reader.parse(text, document);
    assertEquals(status, reader.parse(text, tree));
    if (status != Status.OK) {
      assertEquals(Status.MALFORMED, status);
      return;
    }
    UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
    byte[] written = writer.toBytes(document, document.root());
    assertArrayEquals(written, writer.toBytes(tree, tree.root()));
    assertEquals(Status.OK, reader.parse(written, document));
    assertArrayEquals(written, writer.toBytes(document, document.root()));
  }

  @FuzzTest
  void piecesGiveWhatTheWholeGives(byte[] text) {
    Status whole = reader.parse(text, document);
    byte[] written = whole == Status.OK ? writer.toBytes(document, document.root()) : text;
    JsonStream stream = new JsonStream();
    int size = text.length == 0 ? 1 : 1 + (text[0] & 7);
    stream.begin(document);
    for (int from = 0; from < text.length; from += size) {
      stream.feed(text, from, Math.min(size, text.length - from));
      if (stream.fault() == null) {
        stream.show();
      }
    }
    assertEquals(whole, stream.finish());
    assertEquals(reader.faultMessage(), stream.faultMessage());
    if (whole == Status.OK) {
      assertArrayEquals(written, writer.toBytes(document, document.root()));
    }
  }

  @FuzzTest
  void aNumberReadsAsTheJdkReadsIt(byte[] text) {
    if (Lexis.isNumber(text, 0, text.length)) {
      double expected = Double.parseDouble(new String(text, UTF_8));
      assertEquals(
          Double.doubleToRawLongBits(expected),
          Double.doubleToRawLongBits(new JsonNumbers().toDouble(text, 0, text.length)));
    }
  }
}
