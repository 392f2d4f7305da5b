package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
  private final MemoryPool pool = MemoryPool.open(Pools.WIDE);
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

  private String compact(String text) {
    reader.parseOrThrow(text.getBytes(UTF_8), document);
    reader.parseOrThrow(text.getBytes(UTF_8), tree);
    String written = new String(writer.toBytes(document, document.root()), UTF_8);
    assertEquals(written, new String(writer.toBytes(tree, tree.root()), UTF_8));
    return written;
  }

  @Test
  void roundTripsOfTheManifestAreByteExact() {
    int count = 0;
    for (Conformance.Row row : Conformance.manifest()) {
      if (row.path().contains("/roundtrip/")) {
        String text = new String(row.text(), UTF_8).strip();
        assertEquals(text, compact(text), row.id());
        count++;
      }
    }
    assertEquals(27, count);
  }

  @Test
  void exactlyWhatMustBeEscapedIs() {
    assertEquals(
        "[\"/ é \\\" \\\\ \\b\\f\\n\\r\\t \\u0000\\u001f \u007F 😀 \u2028 \\u000b\"]",
        compact(
            "[\"\\/ \\u00e9 \\u0022 \\u005C \\u0008\\f\\u000A\\r\\t \\u0000\\u001F \\u007f"
                + " \\ud83d\\ude00 \\u2028 \\u000B\"]"));
    assertEquals("{\"a\\n\\\"\":{}}", compact("{\"\\u0061\\n\\u0022\":{ }}"));
  }

  @Test
  void numbersKeepTheirSpelling() {
    String text = "[0,-0,0.0,-0.0,1e5,1E+05,1.50,123456789012345678901234567890,1e-999]";
    assertEquals(text, compact(text));
  }

  @Test
  void naughtyStringsComeBackAsTheyWent() throws IOException {
    JsonNode strings = JsonScannerTest.JACKSON.readTree(Conformance.read("json/blns/blns.json"));
    assertThat(strings.size()).isGreaterThan(400);
    long root = tree.createRoot(Tape.ARRAY);
    for (JsonNode string : strings) {
      byte[] bytes = string.textValue().getBytes(UTF_8);
      long node = tree.add(root, Tape.STRING);
      assertEquals(Status.OK, tree.setText(node, bytes, 0, bytes.length));
    }
    byte[] written = writer.toBytes(tree, root);
    assertEquals(strings, JsonScannerTest.JACKSON.readTree(written));
    reader.parseOrThrow(written, document);
    int i = 0;
    for (JsonNode string : strings) {
      assertEquals(string.textValue(), document.textString(document.child(document.root(), i++)));
    }
  }

  @Test
  void shortStringsWithASpecialAnywhereAreWrittenWhole() {
    for (int length = 0; length < 40; length++) {
      String plain = "\"" + "é".repeat(length / 5) + "x".repeat(length - length / 5 * 2) + "\"";
      assertEquals("{" + plain + ":" + plain + "}", compact("{" + plain + ":" + plain + "}"));
      for (int at = 0; at < length; at++) {
        for (String special : new String[] {"\\\"", "\\\\", "\\n", "\\u001f"}) {
          String one = "\"" + "x".repeat(at) + special + "y".repeat(length - 1 - at) + "\"";
          assertEquals("{" + one + ":" + one + "}", compact("{" + one + ":" + one + "}"));
        }
      }
    }
  }

  @Test
  void longStringsWithSpecialsAnywhereAreWrittenWhole() {
    StringBuilder text = new StringBuilder();
    for (int length = 0; length < 1_200; length += 37) {
      text.setLength(0);
      text.append("[\"").append("x".repeat(length)).append("\\n").append("é".repeat(length / 2));
      text.append("\\\"").append("y".repeat(40_000 + length)).append("\\u0001\"]");
      assertEquals(text.toString(), compact(text.toString()));
    }
  }

  @Test
  void prettyTextReadsTheSameAndIsIndented() throws IOException {
    reader.parseOrThrow("{\"a\":[1,{}],\"b\":[],\"c\":{\"d\":null}}".getBytes(UTF_8), document);
    reader.parseOrThrow("{\"a\":[1,{}],\"b\":[],\"c\":{\"d\":null}}".getBytes(UTF_8), tree);
    String expected =
        """
        {
          "a": [
            1,
            {}
          ],
          "b": [],
          "c": {
            "d": null
          }
        }""";
    JsonWriter pretty = JsonWriter.pretty(2);
    assertEquals(expected, new String(pretty.toBytes(document, document.root()), UTF_8));
    assertEquals(expected, new String(pretty.toBytes(tree, tree.root()), UTF_8));
    for (String name : Conformance.DOCUMENTS) {
      byte[] text = Conformance.document(name);
      reader.parseOrThrow(text, document);
      assertEquals(
          JsonScannerTest.JACKSON.readTree(text),
          JsonScannerTest.JACKSON.readTree(pretty.toBytes(document, document.root())));
    }
    assertThrows(IllegalArgumentException.class, () -> JsonWriter.pretty(0));
  }

  @Test
  void anyNodeCanBeWrittenOnItsOwn() {
    reader.parseOrThrow("{\"a\":[1,{\"b\":\"c\"}],\"d\":\"e\"}".getBytes(UTF_8), document);
    reader.parseOrThrow("{\"a\":[1,{\"b\":\"c\"}],\"d\":\"e\"}".getBytes(UTF_8), tree);
    for (ObjectTree each : new ObjectTree[] {document, tree}) {
      long a = each.find(each.root(), "a");
      assertEquals("[1,{\"b\":\"c\"}]", new String(writer.toBytes(each, a), UTF_8));
      assertEquals("{\"b\":\"c\"}", new String(writer.toBytes(each, each.child(a, 1)), UTF_8));
      assertEquals("\"e\"", new String(writer.toBytes(each, each.find(each.root(), "d")), UTF_8));
    }
  }

  @Test
  void allTargetsGetTheSameBytes() throws IOException {
    for (String name : Conformance.DOCUMENTS) {
      reader.parseOrThrow(Conformance.document(name), document);
      long root = document.root();
      byte[] expected = writer.toBytes(document, root);

      byte[] array = new byte[expected.length + 3];
      assertEquals(expected.length, writer.write(document, root, array, 3));
      assertArrayEquals(expected, Arrays.copyOfRange(array, 3, array.length));
      assertEquals(Status.TOO_LARGE.code(), writer.write(document, root, array, 4));

      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      assertEquals(Status.OK, writer.write(document, root, stream));
      assertArrayEquals(expected, stream.toByteArray());

      stream.reset();
      assertEquals(Status.OK, writer.write(document, root, Channels.newChannel(stream)));
      assertArrayEquals(expected, stream.toByteArray());

      try (PooledString pooled = new PooledString(pool.root())) {
        pooled.set("what was there before");
        assertEquals(Status.OK, writer.write(document, root, pooled));
        assertEquals(new String(expected, UTF_8), pooled.toString());
      }
    }
  }

  @Test
  void whatIsNotJsonIsRefusedAndTheTargetKeepsItsText() throws IOException {
    long root = tree.createRoot(Tape.OBJECT);
    byte[] name = "n".getBytes(UTF_8);
    long node = tree.add(root, Tape.NUMBER, name, 0, 1);
    tree.setText(node, "1.".getBytes(UTF_8), 0, 2);
    try (PooledString pooled = new PooledString(pool.root())) {
      pooled.set("as it was");
      assertEquals(Status.WRONG_KIND, writer.write(tree, root, pooled));
      assertEquals("as it was", pooled.toString());
      tree.remove(node);
      tree.add(root, Tape.ELEMENT, name, 0, 1);
      assertEquals(Status.WRONG_KIND, writer.write(tree, root, pooled));
      tree.clear();
      root = tree.createRoot(Tape.OBJECT);
      tree.add(root, Tape.NULL);
      assertEquals(Status.WRONG_KIND, writer.write(tree, root, pooled));
      assertEquals("as it was", pooled.toString());
    }
    long top = root;
    assertThrows(IllegalArgumentException.class, () -> writer.toBytes(tree, top));
    assertEquals("[1]", compact("[1]"));
  }

  @Test
  void aFailingStreamDoesNotSpoilTheWriter() {
    reader.parseOrThrow(Conformance.document("chat.json"), document);
    OutputStream failing =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("disk full");
          }
        };
    assertThrows(IOException.class, () -> writer.write(document, document.root(), failing));
    assertEquals("[1]", compact("[1]"));
  }

  @Test
  void depthIsNoProblem() {
    int depth = 100_000;
    JsonReader deep = new JsonReader(JsonLimits.DEFAULT.withMaxDepth(depth));
    byte[] text = ("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8);
    deep.parseOrThrow(text, document);
    assertArrayEquals(text, writer.toBytes(document, document.root()));
    deep.parseOrThrow(text, tree);
    assertArrayEquals(text, writer.toBytes(tree, tree.root()));
  }

  @Test
  void aSecondWriteAllocatesNothing() {
    byte[] array = new byte[3_000_000];
    try (PooledString pooled = new PooledString(pool.root())) {
      for (String name : Conformance.DOCUMENTS) {
        byte[] text = Conformance.document(name);
        reader.parseOrThrow(text, document);
        assertEquals(
            0, Allocation.of(() -> writer.write(document, document.root(), array, 0)), name);
        assertEquals(0, Allocation.of(() -> writer.write(document, document.root(), pooled)), name);
        document.clear();
        reader.parseOrThrow(text, tree);
        assertEquals(0, Allocation.of(() -> writer.write(tree, tree.root(), array, 0)), name);
        tree.clear();
      }
    }
  }
}
