package dev.lkjagent.json.jackson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.exc.StreamWriteException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lkjagent.json.JsonReader;
import dev.lkjagent.json.JsonWriter;
import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JacksonTreesTest {
  enum Mood {
    CALM,
    BUSY
  }

  record Point(int x, long y, double z, @org.jspecify.annotations.Nullable Boolean on) {}

  record Agent(
      String name,
      Mood mood,
      List<Point> points,
      Map<String, BigDecimal> scores,
      BigInteger big,
      @SuppressWarnings("ArrayRecordComponent") byte[] data,
      @org.jspecify.annotations.Nullable String none) {}

  private final ObjectMapper mapper = new ObjectMapper();
  private final MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
  private final JsonReader reader = new JsonReader();
  private final JsonWriter writer = new JsonWriter();
  private final Document document = new Document(pool.root());
  private final OwnedTree tree = new OwnedTree(pool.root());

  @AfterEach
  void nothingIsLeft() {
    document.close();
    tree.close();
    pool.verify();
    assertEquals(0, pool.root().usedBytes());
    assertEquals(0, pool.root().usedNodes());
    pool.close();
  }

  private static Agent agent() {
    return new Agent(
        "日本 \"quoted\"\n",
        Mood.BUSY,
        List.of(new Point(1, Long.MIN_VALUE, -0.5, true), new Point(-7, 0, 1e300, null)),
        new LinkedHashMap<>(Map.of("a", new BigDecimal("1.50"))),
        new BigInteger("123456789012345678901234567890"),
        new byte[] {1, 2, -1},
        null);
  }

  @Test
  void recordsAreWrittenAndReadAsJacksonDoesWithText() throws IOException {
    Agent agent = agent();
    JacksonTrees.write(mapper, agent, tree);
    String text = mapper.writeValueAsString(agent);
    assertEquals(mapper.readTree(text), mapper.readTree(writer.toBytes(tree, tree.root())));
    reader.parseOrThrow(text.getBytes(UTF_8), document);
    for (ObjectTree each : new ObjectTree[] {tree, document}) {
      Agent back = JacksonTrees.read(mapper, each, each.root(), Agent.class);
      assertThat(back).usingRecursiveComparison().isEqualTo(agent);
    }
  }

  @Test
  void nodesComeBackAsTheyWent() throws IOException {
    ObjectMapper exact =
        JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    for (String text :
        List.of(
            "{\"a\":[1,2.5,-3e10,\"x\\u0041\\n\",true,false,null,{}],\"b\":{\"c\":[]}}",
            "[]",
            "12345678901",
            "\"text\"",
            "null",
            "[[[[1]]],18446744073709551616]")) {
      JsonNode expected = exact.readTree(text);
      reader.parseOrThrow(text.getBytes(UTF_8), document);
      assertEquals(
          expected, exact.readTree(JacksonTrees.parser(document, document.root(), exact)), text);
      JacksonTrees.write(exact, expected, tree);
      assertEquals(expected, exact.readTree(JacksonTrees.parser(tree, tree.root(), exact)), text);
    }
  }

  @Test
  void tokensTextsAndNamesAreThoseOfAText() throws IOException {
    String text = "{\"a\":[1,2.5,{\"b\":\"c\"},[]],\"d\":true,\"e\":null,\"f\":false,\"g\":\"\"}";
    reader.parseOrThrow(text.getBytes(UTF_8), document);
    try (JsonParser expected = mapper.createParser(text);
        JsonParser actual = JacksonTrees.parser(document, document.root(), mapper)) {
      while (expected.nextToken() != null) {
        assertEquals(expected.currentToken(), actual.nextToken());
        assertEquals(expected.getText(), actual.getText());
        assertEquals(expected.currentName(), actual.currentName());
        assertEquals(
            expected.getParsingContext().pathAsPointer(),
            actual.getParsingContext().pathAsPointer());
        if (expected.currentToken().isNumeric()) {
          assertEquals(expected.getNumberValue(), actual.getNumberValue());
          assertEquals(expected.getNumberType(), actual.getNumberType());
        }
      }
      assertNull(actual.nextToken());
      assertNull(actual.nextToken());
    }
  }

  @Test
  void numbersThatDoNotFitAreRefused() throws IOException {
    reader.parseOrThrow("[3000000000,1e400,99999999999999999999]".getBytes(UTF_8), document);
    assertThrows(
        JsonMappingException.class,
        () -> JacksonTrees.read(mapper, document, document.root(), int[].class));
    try (JsonParser parser = JacksonTrees.parser(document, document.root(), null)) {
      parser.nextToken();
      parser.nextToken();
      assertThrows(StreamReadException.class, parser::getIntValue);
      assertEquals(3_000_000_000L, parser.getLongValue());
      parser.nextToken();
      assertEquals(Double.POSITIVE_INFINITY, parser.getDoubleValue());
      parser.nextToken();
      assertThrows(StreamReadException.class, parser::getLongValue);
      assertEquals(JsonToken.END_ARRAY, parser.nextToken());
      assertThrows(StreamReadException.class, parser::getDoubleValue);
    }
  }

  @Test
  void misuseOfTheGeneratorIsRefused() throws IOException {
    try (JsonGenerator generator = JacksonTrees.generator(tree, mapper)) {
      generator.writeStartObject();
      assertThrows(StreamWriteException.class, () -> generator.writeNumber(1));
      generator.writeFieldName("a");
      assertThrows(StreamWriteException.class, () -> generator.writeFieldName("b"));
      assertThrows(StreamWriteException.class, () -> generator.writeNumber("1."));
      assertThrows(StreamWriteException.class, generator::writeEndArray);
      assertThrows(UnsupportedOperationException.class, () -> generator.writeRaw("x"));
      assertThrows(StreamWriteException.class, () -> generator.writeString("\ud800"));
    }
    assertThrows(IllegalStateException.class, () -> JacksonTrees.generator(tree, mapper));
    tree.clear();
    try (JsonGenerator generator = JacksonTrees.generator(tree, mapper)) {
      generator.writeNumber(1);
      assertThrows(StreamWriteException.class, () -> generator.writeNumber(2));
    }
  }

  @Test
  void numbersThatJsonHasNotBecomeStrings() throws IOException {
    JacksonTrees.write(mapper, new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1.5}, tree);
    assertEquals(
        "[\"NaN\",\"-Infinity\",1.5]", new String(writer.toBytes(tree, tree.root()), UTF_8));
  }

  @Test
  void aTreeOfXmlIsRefused() {
    tree.createRoot(Tape.ELEMENT, "a".getBytes(UTF_8), 0, 1);
    assertThrows(
        StreamReadException.class,
        () -> JacksonTrees.read(mapper, tree, tree.root(), JsonNode.class));
  }

  @Test
  void aFailureLeavesTheTreeEmpty() {
    try (Scope tight = pool.root().open("tight", Budget.builder().nodes(5).build())) {
      OwnedTree small = new OwnedTree(tight);
      assertThrows(PoolExhaustedException.class, () -> JacksonTrees.write(mapper, agent(), small));
      assertEquals(0, tight.usedNodes());
      assertThrows(
          JsonMappingException.class,
          () -> JacksonTrees.write(mapper, List.of(1, new Object()), small));
      assertEquals(0, tight.usedNodes());
      assertEquals(ObjectTree.NO_NODE, small.root());
    }
  }
}
