package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.StaleHandleException;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonReaderTest {
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

  private String written(ObjectTree from) {
    return new String(writer.toBytes(from, from.root()), UTF_8);
  }

  @Test
  void everyRowOfTheManifestGetsItsVerdictInBothForms() {
    for (Conformance.Row row : Conformance.manifest()) {
      byte[] text = row.text();
      Status asDocument = reader.parse(text, document);
      int offset = reader.faultOffset();
      Status asTree = reader.parse(text, tree);
      assertEquals(asDocument, asTree, row.id());
      assertEquals(offset, reader.faultOffset(), row.id());
      if (!row.expect().equals("either")) {
        assertEquals(
            row.expect().equals("accept") ? Status.OK : Status.MALFORMED,
            asDocument,
            () -> row.id() + ": " + reader.faultMessage());
      }
      if (asDocument == Status.OK) {
        assertEquals(written(document), written(tree), row.id());
      } else {
        assertThat(reader.faultMessage()).contains("json.").contains("(byte " + offset + ")");
        assertEquals(ObjectTree.NO_NODE, document.root());
        assertEquals(ObjectTree.NO_NODE, tree.root());
      }
    }
  }

  @Test
  void documentsAndTreesMeanWhatJacksonReads() throws IOException {
    for (String name : Conformance.DOCUMENTS) {
      byte[] text = Conformance.document(name);
      var theirs = JsonScannerTest.JACKSON.readTree(text);
      reader.parseOrThrow(text, document);
      assertEquals(theirs, JsonScannerTest.JACKSON.readTree(written(document)), name);
      reader.parseOrThrow(text, tree);
      assertEquals(written(document), written(tree), name);
    }
  }

  @Test
  void generatedTextsReadAlikeInBothForms() throws IOException {
    Texts texts = new Texts(11);
    for (int i = 0; i < 3_000; i++) {
      byte[] text = texts.next();
      reader.parseOrThrow(text, document);
      reader.parseOrThrow(text, tree);
      String compact = written(document);
      assertEquals(compact, written(tree));
      assertEquals(
          JsonScannerTest.JACKSON.readTree(text), JsonScannerTest.JACKSON.readTree(compact));
    }
  }

  @Test
  void textsOfATreeHaveTheirMeaningHoweverCloseTheirEscapesStand() throws IOException {
    String[] pieces = {
      "\\n",
      "\\\\",
      "\\\"",
      "\\/",
      "\\u0041",
      "\\u00e9",
      "\\u20ac",
      "\\ud83d\\ude00",
      "é",
      "日本語日本語",
      "😀"
    };
    Random random = new Random(17);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder one = new StringBuilder();
      for (int left = random.nextInt(12); left >= 0; left--) {
        one.append("abcdefghijklmnopqrst", 0, random.nextInt(1 + random.nextInt(20)));
        one.append(random.nextInt(4) == 0 ? "" : pieces[random.nextInt(pieces.length)]);
      }
      String json =
          "{\"1\":\"" + one + "\",\"2" + one + "\":\"" + one + "\\t\",\"3\":\"" + one + "\"}";
      byte[] text = json.getBytes(UTF_8);
      reader.parseOrThrow(text, tree);
      long child = tree.firstChild(tree.root());
      for (var expected : JsonScannerTest.JACKSON.readTree(text).properties()) {
        assertEquals(expected.getKey(), tree.nameString(child), json);
        assertEquals(expected.getValue().textValue(), tree.textString(child), json);
        child = tree.next(tree.root(), child);
      }
      text[text.length - 1 - random.nextInt(text.length)] = 7;
      reader.parse(text, document);
      int line = reader.faultLine();
      int column = reader.faultColumn();
      reader.parse(text, tree);
      assertEquals(line, reader.faultLine(), json);
      assertEquals(column, reader.faultColumn(), json);
    }
  }

  @Test
  void textsThatAreReadTwiceForLackOfNodesHaveTheirMeaning() {
    byte[] sparse = ("\"" + "x".repeat(9_000) + "\"").getBytes(UTF_8);
    byte[] dense =
        ("[" + "\"\\\\\\\\nn\",".repeat(100) + "1,".repeat(3_000) + "1]").getBytes(UTF_8);
    for (int i = 0; i < 100; i++) {
      assertEquals(Status.OK, reader.parse(sparse, tree));
    }
    assertEquals(Status.OK, reader.parse(dense, tree));
    assertEquals("\\\\nn", tree.textString(tree.firstChild(tree.root())));
    assertEquals("\\\\nn", tree.textString(tree.child(tree.root(), 99)));
  }

  @Test
  void theSourceDoesNotMatter(@TempDir Path folder) throws IOException {
    for (String name : Conformance.DOCUMENTS) {
      byte[] text = Conformance.document(name);
      reader.parseOrThrow(text, document);
      byte[] expected = writer.toBytes(document, document.root());

      assertEquals(Status.OK, reader.parse(new ByteArrayInputStream(text), document));
      assertArrayEquals(expected, writer.toBytes(document, document.root()));

      InputStream trickle =
          new ByteArrayInputStream(text) {
            @Override
            public synchronized int read(byte[] target, int from, int length) {
              return super.read(target, from, Math.min(length, 1_777));
            }
          };
      assertEquals(Status.OK, reader.parse(Channels.newChannel(trickle), document));
      assertArrayEquals(expected, writer.toBytes(document, document.root()));

      Path file = Files.write(folder.resolve(name), text);
      assertEquals(Status.OK, reader.parse(file, document));
      assertArrayEquals(expected, writer.toBytes(document, document.root()));

      try (PooledString pooled = new PooledString(pool.root())) {
        assertEquals(Status.OK, pooled.trySet(text, 0, text.length));
        assertEquals(Status.OK, reader.parse(pooled, document));
        assertArrayEquals(expected, writer.toBytes(document, document.root()));
      }
    }
  }

  @Test
  void aStreamThatFailsLeavesNothing() {
    InputStream failing =
        new InputStream() {
          private int left = 10;

          @Override
          public int read() throws IOException {
            throw new IOException("cable cut");
          }

          @Override
          public int read(byte[] target, int from, int length) throws IOException {
            if (left-- == 0) {
              throw new IOException("cable cut");
            }
            return Math.min(1_000, length);
          }
        };
    assertThrows(IOException.class, () -> reader.parse(failing, document));
    assertEquals(0, pool.root().usedBytes());
  }

  @Test
  void faultsHaveLineAndColumnInCodePoints() {
    byte[] text = "{\n  \"日本\": 1,\n  \"é😀\": x\n}".getBytes(UTF_8);
    assertEquals(Status.MALFORMED, reader.parse(text, document));
    assertEquals(JsonFault.EXPECTED_VALUE, reader.fault());
    assertEquals(3, reader.faultLine());
    assertEquals(9, reader.faultColumn());
    assertThat(reader.faultMessage())
        .startsWith("json.expected-value at line 3, column 9 (byte 29): a value is expected");
    MalformedJsonException thrown =
        assertThrows(MalformedJsonException.class, () -> reader.parseOrThrow(text, document));
    assertThat(thrown).hasMessage(reader.faultMessage());
    assertEquals(JsonFault.EXPECTED_VALUE, thrown.fault());
    assertEquals(29, thrown.offset());
    assertEquals(3, thrown.line());
    assertEquals(9, thrown.column());
    reader.parseOrThrow("1".getBytes(UTF_8), document);
    assertNull(reader.fault());
    assertEquals("", reader.faultMessage());
  }

  @Test
  void codesAreStable() {
    StringBuilder codes = new StringBuilder();
    for (JsonFault fault : JsonFault.values()) {
      assertEquals(fault, JsonFault.of(fault.status()));
      codes.append(fault.code()).append('=').append(fault.status()).append(' ');
    }
    assertEquals(
        "json.unexpected-end=-2001 json.expected-value=-2002 json.expected-name=-2003"
            + " json.expected-colon=-2004 json.expected-comma-or-brace=-2005"
            + " json.expected-comma-or-bracket=-2006 json.trailing-text=-2007"
            + " json.control-character=-2008 json.bad-escape=-2009 json.lone-surrogate=-2010"
            + " json.bad-utf8=-2011 json.bad-encoding=-2012 json.bad-number=-2013"
            + " json.leading-zero=-2014 json.bad-literal=-2015 json.duplicate-name=-2016"
            + " json.text-too-long=-2017 json.too-deep=-2018 json.name-too-long=-2019"
            + " json.number-too-long=-2020 json.too-many-nodes=-2021 json.no-room=-2022 ",
        codes.toString());
  }

  @Test
  void aPoolWithoutRoomIsNotAFaultOfTheText() {
    try (MemoryPool small = MemoryPool.open(PoolSpec.SMALL)) {
      Document narrow = new Document(small.root());
      byte[] text = Conformance.document("memory.json");
      assertEquals(Status.TOO_LARGE, reader.parse(text, narrow));
      assertNull(reader.fault());
      PoolExhaustedException thrown =
          assertThrows(PoolExhaustedException.class, () -> reader.parseOrThrow(text, narrow));
      assertThat(thrown).hasMessageContaining("add PoolSpec.tier");
      byte[] many = ("[" + "1,".repeat(6_000) + "1]").getBytes(UTF_8);
      assertEquals(Status.NODES_EXHAUSTED, reader.parse(many, narrow));
      assertThat(
              assertThrows(PoolExhaustedException.class, () -> reader.parseOrThrow(many, narrow)))
          .hasMessageContaining("PoolSpec.documentNodes");
      OwnedTree owned = new OwnedTree(small.root());
      byte[] some = ("[" + "1,".repeat(1_000) + "1]").getBytes(UTF_8);
      assertEquals(Status.NODES_EXHAUSTED, reader.parse(some, owned));
      assertEquals(0, small.root().usedBytes());
      assertEquals(0, small.root().usedNodes());
      assertEquals(0, small.root().usedDocumentNodes());
      small.verify();
    }
  }

  @Test
  void aDenserTextThanTheLastOnesGetsAllTheNodesThereAre() {
    PoolSpec spec =
        PoolSpec.builder().tier(16_384, 2).nodes(4_096).documentNodes(4_096).names(16).build();
    byte[] sparse = ("\"" + "x".repeat(9_000) + "\"").getBytes(UTF_8);
    byte[] dense = ("[" + "1,".repeat(4_094) + "1]").getBytes(UTF_8);
    byte[] denser = ("[" + "1,".repeat(4_095) + "1]").getBytes(UTF_8);
    try (MemoryPool small = MemoryPool.open(spec)) {
      Document target = new Document(small.root());
      OwnedTree owned = new OwnedTree(small.root());
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
          assertEquals(Status.OK, reader.parse(sparse, target));
        }
        assertEquals(Status.OK, reader.parse(dense, target));
        assertEquals(4_096, target.nodeCount());
        assertEquals(Status.NODES_EXHAUSTED, reader.parse(denser, target));
        assertEquals(0, small.root().usedDocumentNodes());
        for (int i = 0; i < 100; i++) {
          assertEquals(Status.OK, reader.parse(sparse, owned));
        }
        assertEquals(Status.OK, reader.parse(dense, owned));
        assertEquals(4_095, owned.childCount(owned.root()));
        owned.clear();
        assertEquals(0, small.root().usedDocumentNodes());
      }
      small.verify();
    }
  }

  @Test
  void aTextThatStandsInTheDocumentIsReadWhereItIs() {
    for (String name : Conformance.DOCUMENTS) {
      byte[] text = Conformance.document(name);
      assertEquals(Status.OK, reader.parse(text, tree));
      assertEquals(Status.OK, document.reserve(text.length, 1));
      System.arraycopy(text, 0, document.raw().bytes(), document.textAt(), text.length);
      assertEquals(Status.OK, reader.parseInPlace(document, text.length));
      assertEquals(written(tree), written(document), name);
      tree.clear();
    }
    assertEquals(Status.OK, document.reserve(10, 1));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> reader.parseInPlace(document, document.textCapacity() + 1));
    document.raw().bytes()[document.textAt()] = '}';
    assertEquals(Status.MALFORMED, reader.parseInPlace(document, 1));
    assertEquals(JsonFault.EXPECTED_VALUE, reader.fault());
    assertEquals(0, pool.root().usedBytes());
  }

  @Test
  void aTreeThatIsChangedAfterItWasReadIsFreedWhole() {
    byte[] text =
        "{\"a\":[1,2,{\"b\":\"a text that needs a slot of its own\"}],\"c\":{},\"d\":null}"
            .getBytes(UTF_8);
    OwnedTree other = new OwnedTree(pool.root());
    for (int change = 0; change < 5; change++) {
      assertEquals(Status.OK, reader.parse(text, tree));
      long first = tree.firstChild(tree.root());
      long last = tree.lastChild(tree.root());
      switch (change) {
        case 0 -> assertThat(tree.add(first, Tape.NULL)).isPositive();
        case 1 -> tree.remove(tree.firstChild(first));
        case 2 -> tree.setKind(first, Tape.NULL);
        case 3 -> assertThat(tree.copy(tree, first, tree.root())).isPositive();
        default -> tree.move(first, tree.previous(last));
      }
      // Takes what the change may have freed, so that it is not the tree's any more.
      assertEquals(Status.OK, reader.parse(text, other));
      tree.clear();
      pool.verify();
      assertEquals(written(other), new String(text, UTF_8));
      other.clear();
      assertEquals(0, pool.root().usedNodes());
      assertEquals(0, pool.root().usedBytes());
    }
  }

  @Test
  void whereverThePoolRunsDryNothingIsLeftBehind() {
    byte[] text =
        "{\"a\":\"text that needs a slot of its own\",\"b\":[1,2,{\"c\":\"another such text, longer\"}],"
            .concat(
                "\"a name with more than forty bytes goes to a slot\":null,\"\\u0064\":\"\\n esc\"}")
            .getBytes(UTF_8);
    for (int nodes = 0; nodes < 12; nodes++) {
      for (int bytes = 256; bytes < 1_500; bytes += 64) {
        try (Scope scope =
            pool.root().open("tight", Budget.builder().nodes(nodes).bytes(bytes).build())) {
          OwnedTree owned = new OwnedTree(scope);
          Status status = reader.parse(text, owned);
          if (status == Status.OK) {
            assertEquals(9, scope.usedNodes());
            owned.close();
          }
          assertEquals(0, scope.usedNodes());
          assertEquals(0, scope.usedBytes());
          assertEquals(0, scope.usedDocumentNodes());
        }
      }
    }
    assertTrue(reader.parse(text, tree) == Status.OK);
    assertEquals(0, pool.raw().names().used() - 4);
  }

  @Test
  void aSecondParseAllocatesNothing() {
    for (String name : Conformance.DOCUMENTS) {
      byte[] text = Conformance.document(name);
      assertEquals(0, Allocation.of(() -> reader.parse(text, document)), name);
      assertEquals(0, Allocation.of(() -> reader.parse(text, tree)), name);
      tree.clear();
    }
    for (Conformance.Row row : Conformance.manifest()) {
      byte[] text = row.text();
      assertEquals(0, Allocation.of(() -> reader.parse(text, document)), row.id());
      assertEquals(0, Allocation.of(() -> reader.parse(text, tree)), row.id());
    }
  }

  @Test
  void numbersOfNodesReadAsLongAndDouble() {
    reader.parseOrThrow("[12,-0.5,1e400,\"7\"]".getBytes(UTF_8), document);
    JsonNumbers numbers = new JsonNumbers();
    long root = document.root();
    assertEquals(12, JsonNumbers.toLong(document, document.child(root, 0)));
    assertEquals(-0.5, numbers.toDouble(document, document.child(root, 1)));
    assertEquals(Double.POSITIVE_INFINITY, numbers.toDouble(document, document.child(root, 2)));
    assertThrows(
        IllegalArgumentException.class, () -> numbers.toDouble(document, document.child(root, 3)));
  }

  @Test
  void nodesOfLoadedTreesRetireWhenTheirGenerationsAreUsedUp() {
    PoolSpec spec =
        PoolSpec.builder()
            .tier(64, 64)
            .nodes(10)
            .documentNodes(4096)
            .names(8)
            .scopes(2)
            .generationBits(2)
            .build();
    byte[] five = "[1,2,3,4]".getBytes(UTF_8);
    try (MemoryPool few = MemoryPool.open(spec);
        OwnedTree tree = new OwnedTree(few.root())) {
      JsonReader reader = new JsonReader();
      List<Long> roots = new ArrayList<>();
      while (reader.parse(five, tree) == Status.OK) {
        roots.forEach(old -> assertThrows(StaleHandleException.class, () -> tree.kind(old)));
        roots.add(tree.root());
        tree.clear();
        few.verify();
      }
      assertEquals(6, roots.size());
      assertEquals(10, few.report().nodes().retired());
    }
  }
}
