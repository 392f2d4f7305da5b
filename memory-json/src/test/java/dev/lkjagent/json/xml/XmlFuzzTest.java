package dev.lkjagent.json.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.junit.jupiter.api.AfterEach;
import org.xml.sax.SAXException;

/**
 * What must hold for any bytes at all. The normal build runs the inputs that were kept; with {@code
 * JAZZER_FUZZ=1} in the environment the targets hunt for new ones.
 */
class XmlFuzzTest {
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
  private final XmlReader reader = new XmlReader(XmlOptions.KEEP_ALL);
  private final XmlWriter writer = new XmlWriter();
  private final Document document = new Document(pool.root());
  private final OwnedTree tree = new OwnedTree(pool.root());
  private final OwnedTree other = new OwnedTree(pool.root());

  @AfterEach
  void nothingIsLeft() {
    document.close();
    tree.close();
    other.close();
    Pools.assertNothingIsLeft(pool.root());
    pool.close();
  }

  @FuzzTest
  void whatIsAcceptedReadsBackTheSame(byte[] text) throws CharacterCodingException, SAXException {
    Status status = reader.parse(text, document);
    assertThat(reader.parse(text, tree)).isEqualTo(status);
    if (status != Status.OK) {
      assertThat(status).isEqualTo(Status.MALFORMED);
      assertThat(reader.faultOffset()).isBetween(0, text.length);
      return;
    }
    UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
    byte[] written = writer.toBytes(document, document.root());
    if (hasNamesInAsciiOnly()) {
      assertThat(Events.ofJdk(written)).isEqualTo(Events.ofTape(document));
    }
    assertThat(reader.parse(written, document)).isEqualTo(Status.OK);
    assertThat(writer.toBytes(document, document.root())).isEqualTo(written);
  }

  /** The JDK's parser is no judge of other names: to it they are those of the fourth edition. */
  private boolean hasNamesInAsciiOnly() {
    for (int i = 0; i < document.nodeCount(); i++) {
      long node = document.raw().tape()[document.tapeAt() + i];
      int from = document.textAt() + Tape.offset(node);
      for (int k = Tape.isKey(node) ? Tape.keyLength(node) - 1 : -1; k >= 0; k--) {
        if (document.raw().bytes()[from + k] < 0) {
          return false;
        }
      }
    }
    return true;
  }

  @FuzzTest
  void piecesGiveWhatTheWholeGives(byte[] text) {
    Status status = reader.parse(text, document);
    int size = text.length == 0 ? 1 : 1 + (text[0] & 7);
    try (XmlStream stream =
        new XmlStream(pool.root(), XmlOptions.KEEP_ALL, XmlStream.Until.INPUT_ENDS)) {
      for (int at = 0; at < text.length; at += size) {
        stream.feed(text, at, Math.min(size, text.length - at));
        stream.document();
      }
      stream.end();
      assertThat(stream.status()).isEqualTo(status);
      assertThat(stream.faultMessage()).isEqualTo(reader.faultMessage());
      if (status == Status.OK) {
        assertThat(Events.ofTape(stream.document())).isEqualTo(Events.ofTape(document));
      }
    }
  }

  @FuzzTest
  void theTypedFormLosesNothing(byte[] text) {
    if (reader.parse(text, document) != Status.OK) {
      return;
    }
    tree.clear();
    other.clear();
    XmlMapping mapping = new XmlMapping();
    assertThat(mapping.toJson(document, document.root(), tree, XmlMapping.Form.TYPED))
        .isEqualTo(Status.OK);
    assertThat(mapping.toXml(tree, tree.root(), other, XmlMapping.Form.TYPED)).isEqualTo(Status.OK);
    assertThat(Events.ofTree(other, other.root()))
        .isEqualTo(Events.ofTree(document, document.root()));
  }
}
