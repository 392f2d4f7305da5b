package dev.lkjagent.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.json.jackson.JacksonTrees;
import dev.lkjagent.json.xml.XmlWriter;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.RopeRules;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.NodeView;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Path;
import dev.lkjagent.memory.tree.Tape;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Texts that are longer than the largest tier are written like all others. */
class RopeTextsWrittenTest {
  private final MemoryPool pool =
      MemoryPool.open(
          PoolSpec.builder()
              .tier(64, 2_000)
              .tier(512, 8)
              .nodes(16)
              .documentNodes(64)
              .ropes(new RopeRules(64, 100_000))
              .build());
  private final MemoryPool roomy =
      MemoryPool.open(PoolSpec.builder().tier(1 << 18, 2).nodes(16).documentNodes(64).build());
  private final OwnedTree tree = new OwnedTree(pool.root());

  @AfterEach
  void everythingIsReturned() {
    tree.close();
    pool.verify();
    assertThat(pool.closeAndReport().clean()).isTrue();
    roomy.close();
  }

  private void set(String path, int kind, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(tree.set(Path.of(path), kind, bytes, 0, bytes.length)).isNotNegative();
  }

  @Test
  void inJsonTheirPiecesMayEndAnywhere() {
    String text = "€\"\\\n\u0001x".repeat(2_500);
    String number = "1" + "0".repeat(900);
    set("text", Tape.STRING, text);
    set("number", Tape.NUMBER, number);
    byte[] json = new JsonWriter().toBytes(tree, tree.root());
    try (Document back = new Document(roomy.root())) {
      new JsonReader().parseOrThrow(json, back);
      assertThat(NodeView.of(back)).isEqualTo(NodeView.of(tree));
      assertThat(new JsonWriter().toBytes(back, back.root())).isEqualTo(json);
    }
    set("number", Tape.NUMBER, "1" + "x".repeat(3_000));
    assertThatThrownBy(() -> new JsonWriter().toBytes(tree, tree.root()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void longNumbersAreReadOrRefusedByValue() {
    set("integer", Tape.NUMBER, "1" + "0".repeat(3_000));
    set("small", Tape.NUMBER, "0." + "0".repeat(20) + "5" + "0".repeat(3_000));
    long integer = Path.of("integer").find(tree);
    assertThatThrownBy(() -> JsonNumbers.toLong(tree, integer))
        .isInstanceOf(ArithmeticException.class);
    JsonNumbers numbers = new JsonNumbers();
    assertThat(numbers.toDouble(tree, integer)).isInfinite();
    assertThat(numbers.toDouble(tree, Path.of("small").find(tree))).isEqualTo(0.5e-20);
  }

  @Test
  void jacksonReadsTextsAndNumbersInPieces() throws IOException {
    String text = "€x".repeat(2_500);
    set("text", Tape.STRING, text);
    set("number", Tape.NUMBER, "1" + "0".repeat(900));
    ObjectMapper mapper = new ObjectMapper();
    assertThat(JacksonTrees.read(mapper, tree, Path.of("text").find(tree), String.class))
        .isEqualTo(text);
    assertThat(JacksonTrees.read(mapper, tree, Path.of("number").find(tree), BigInteger.class))
        .isEqualTo(BigInteger.TEN.pow(900));
  }

  @Test
  void inXmlTheyAreEscapedAsOthersAre() {
    String text = "a<b&€ ".repeat(2_000);
    long root = tree.createRoot(Tape.ELEMENT, new byte[] {'r'}, 0, 1);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    tree.setText(tree.add(root, Tape.TEXT), bytes, 0, bytes.length);
    String xml = new String(new XmlWriter().toBytes(tree, root), StandardCharsets.UTF_8);
    assertThat(xml.replaceFirst("^<\\?xml[^>]*>\\s*", "").strip())
        .isEqualTo("<r>" + "a&lt;b&amp;€ ".repeat(2_000) + "</r>");
  }
}
