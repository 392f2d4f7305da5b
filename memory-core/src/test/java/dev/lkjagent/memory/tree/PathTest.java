package dev.lkjagent.memory.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Settings;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "{0}")
@MethodSource("dev.lkjagent.memory.Settings#all")
class PathTest {
  private final MemoryPool pool;

  /** The documents of these tests, and their copies, need more nodes and names than some have. */
  PathTest(Settings settings) {
    PoolSpec.Builder spec = settings.spec().toBuilder();
    pool =
        MemoryPool.open(spec.nodes(512).documentNodes(4096).names(64).build(), settings.options());
  }

  @AfterEach
  void everythingIsReturned() {
    pool.root().clear();
    pool.verify();
    assertThat(pool.report().clean()).isTrue();
    pool.close();
  }

  private static final String CHAT =
      """
      {"id": 1, "choices": [{"message": {"role": "assistant", "content": "hello"}},
       {"message": null}], "a.b": {"c": true}, "": "empty", "a/b": "slash", "m~n": "tilde",
       "dup": 1, "dup": 2, "k\\u0065y": "escaped", "list": [[10, 20], []]}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "choices[0].message.content | hello",
        "choices[0].message.role | assistant",
        "[\"a.b\"].c | ",
        "['a.b'].c | ",
        "[\"\"] | empty",
        "dup | 2",
        "key | escaped",
        "list[0][1] | 20"
      })
  void dotNotationFindsTheSameNodeInBothKindsOfTree(String path, String text) {
    String expected = text == null ? "" : text;
    Document document = Tapes.document(pool.root(), CHAT);
    OwnedTree owned = new OwnedTree(pool.root());
    owned.copy(document, document.root(), ObjectTree.NO_NODE);
    assertThat(document.textString(Path.of(path).get(document))).isEqualTo(expected);
    assertThat(owned.textString(Path.of(path).get(owned))).isEqualTo(expected);
  }

  @Test
  void theLastOfEachNameIsFoundInAWideObject() {
    StringBuilder json = new StringBuilder("{\"member0\": \"once\"");
    for (int i = 1; i < 120; i++) {
      json.append(", \"member").append(i % 40).append("\": ").append(i);
    }
    Document document = Tapes.document(pool.root(), json + "}");
    OwnedTree owned = new OwnedTree(pool.root());
    owned.copy(document, document.root(), ObjectTree.NO_NODE);
    for (ObjectTree tree : new ObjectTree[] {document, owned}) {
      for (int i = 0; i < 80; i++) {
        long found = tree.find(tree.root(), "member" + i % 40);
        assertThat(tree.textString(found)).isEqualTo(Integer.toString(i % 40 + 80));
      }
      assertThat(tree.find(tree.root(), "member40")).isEqualTo(ObjectTree.NO_NODE);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/choices/0/message/content | hello",
        "/a~1b | slash",
        "/m~0n | tilde",
        "/ | empty",
        "/list/0/1 | 20"
      })
  void pointersFollowTheStandard(String pointer, String text) {
    Document document = Tapes.document(pool.root(), CHAT);
    assertThat(document.textString(Path.pointer(pointer).get(document))).isEqualTo(text);
  }

  @Test
  void aNumberInAPointerIsAMemberOfAnObjectAndAPlaceInAnArray() {
    Document object = Tapes.document(pool.root(), "{\"0\": \"member\", \"x\": \"place\"}");
    Document array = Tapes.document(pool.root(), "[\"place\"]");
    assertThat(object.textString(Path.pointer("/0").get(object))).isEqualTo("member");
    assertThat(array.textString(Path.pointer("/0").get(array))).isEqualTo("place");
    OwnedTree owned = new OwnedTree(pool.root());
    owned.copy(object, object.root(), ObjectTree.NO_NODE);
    assertThat(owned.textString(Path.pointer("/0").get(owned))).isEqualTo("member");
    assertThat(Path.pointer("/00").find(array)).isEqualTo(ObjectTree.NO_NODE);
    assertThat(Path.pointer("/-").find(array)).isEqualTo(ObjectTree.NO_NODE);
  }

  @Test
  void theEmptyPathIsTheRoot() {
    Document document = Tapes.document(pool.root(), CHAT);
    assertThat(Path.of("").get(document)).isEqualTo(document.root());
    assertThat(Path.pointer("").get(document)).isEqualTo(document.root());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "choices[2]",
        "choices[0].message.content.deeper",
        "id[0]",
        "list[1][0]",
        "choices.message"
      })
  void whatIsNotThereIsNotFound(String path) {
    Document document = Tapes.document(pool.root(), CHAT);
    assertThat(Path.of(path).find(document)).isEqualTo(ObjectTree.NO_NODE);
    assertThatThrownBy(() -> Path.of(path).get(document)).isInstanceOf(PathNotFoundException.class);
  }

  @Test
  void theErrorSaysWhichStepFailed() {
    Document document = Tapes.document(pool.root(), CHAT);
    assertThatThrownBy(() -> Path.of("choices[0].massage.content").get(document))
        .hasMessage(
            "nothing at choices[0].massage.content: step 2 [0], of kind OBJECT, has no"
                + " \"massage\"");
    assertThatThrownBy(() -> Path.of("x").get(new OwnedTree(pool.root())))
        .hasMessage("nothing at x: the tree is empty");
  }

  @Test
  void aQuotedNameMayHoldItsQuoteAndABackslash() {
    Document document = Tapes.document(pool.root(), "{\"a\\\"b\": 1, \"c\\\\d\": 2}");
    assertThat(document.textString(Path.of("[\"a\\\"b\"]").get(document))).isEqualTo("1");
    assertThat(document.textString(Path.of("['c\\\\d']").get(document))).isEqualTo("2");
  }

  @Test
  void aNumberOfAPointerThatNoPlaceHasIsOnlyAName() {
    Document array = Tapes.document(pool.root(), "[\"place\"]");
    Document object = Tapes.document(pool.root(), "{\"4294967296\": \"member\"}");
    assertThat(Path.pointer("/4294967296").find(array)).isEqualTo(ObjectTree.NO_NODE);
    assertThat(object.textString(Path.pointer("/4294967296").get(object))).isEqualTo("member");
  }

  @Test
  void placesAreWrittenInAsciiDigits() {
    assertThatThrownBy(() -> Path.of("a[\u0661]"))
        .isInstanceOfSatisfying(PathSyntaxException.class, e -> assertThat(e.index()).isEqualTo(2));
  }

  @ParameterizedTest
  @CsvSource({
    "a..b, 2",
    ".a, 0",
    "a., 2",
    "a[, 2",
    "a[x], 2",
    "a[1, 3",
    "a[1]b, 4",
    "a[-1], 2",
    "'a[\"b]', 5",
    "a]b, 1",
    "a[99999999999], 11",
    "'a\"b', 1"
  })
  void aWrongPathIsRefusedAtTheCharacter(String path, int index) {
    assertThatThrownBy(() -> Path.of(path))
        .isInstanceOfSatisfying(
            PathSyntaxException.class,
            e -> {
              assertThat(e.index()).isEqualTo(index);
              assertThat(e).hasMessageEndingWith("  " + path + "\n  " + " ".repeat(index) + "^");
            });
  }

  @ParameterizedTest
  @CsvSource({"a, 0", "/a~2, 2", "/a~, 2"})
  void aWrongPointerIsRefusedAtTheCharacter(String pointer, int index) {
    assertThatThrownBy(() -> Path.pointer(pointer))
        .isInstanceOfSatisfying(
            PathSyntaxException.class, e -> assertThat(e.index()).isEqualTo(index));
  }

  @Test
  void aPathIsCompiledOnce() {
    assertThat(Path.of("compiled.once[3]")).isSameAs(Path.of("compiled.once[3]"));
    assertThat(Path.pointer("/compiled/once")).isSameAs(Path.pointer("/compiled/once"));
  }

  @Test
  void aPathServesDocumentsOfSeveralNameTables() {
    Path path = Path.of("b");
    NameIds first = new NameIds();
    NameIds second = new NameIds();
    Document one = new Document(pool.root());
    Document two = new Document(pool.root());
    Tapes.load(one, "{\"a\": 1, \"b\": 2}", first);
    Tapes.load(two, "{\"b\": 3, \"a\": 4}", second);
    for (int i = 0; i < 3; i++) {
      assertThat(one.textString(path.get(one))).isEqualTo("2");
      assertThat(two.textString(path.get(two))).isEqualTo("3");
    }
    first.clear();
    Tapes.load(two, "{\"x\": 0, \"y\": 5, \"b\": 6}", first);
    assertThat(one.textString(path.get(one))).isEqualTo("2");
    assertThat(two.textString(path.get(two))).isEqualTo("6");
  }

  @Test
  void aMemberIsFoundWhereItStandsInTheContentOfNow() {
    Path path = Path.of("b");
    NameIds names = new NameIds();
    Document document = new Document(pool.root());
    Tapes.load(document, "{\"a\": 1, \"b\": 2}", names);
    assertThat(document.textString(path.get(document))).isEqualTo("2");
    Tapes.load(document, "{\"b\": 3, \"a\": 4}", names);
    assertThat(document.textString(path.get(document))).isEqualTo("3");
    Tapes.load(document, "{\"a\": 5}", names);
    assertThat(path.find(document)).isEqualTo(ObjectTree.NO_NODE);
    Tapes.load(document, "{\"a\": 6, \"b\": 7}", names);
    assertThat(document.textString(path.get(document))).isEqualTo("7");
  }

  @Test
  void whatIsShownLaterIsFoundAfterWhatWasFoundBefore() {
    Path again = Path.of("a");
    Path late = Path.of("b");
    NameIds names = new NameIds();
    Document document = new Document(pool.root());
    Tapes.load(document, "{\"b\": 1, \"a\": 2, \"a\": 3, \"b\": 4}", names);
    int length = document.textLength();
    for (int nodes = 3; nodes <= 9; nodes += 2) {
      document.raw().tape()[document.tapeAt()] = Tape.node(Tape.OBJECT, nodes, 0);
      document.show(length, nodes, names, 0);
      String expected = new String[] {"-1", "21", "31", "34"}[nodes / 2 - 1];
      for (int time = 0; time < 2; time++) {
        long found = again.find(document);
        String text = found == ObjectTree.NO_NODE ? "-" : document.textString(found);
        assertThat(text + document.textString(late.get(document))).isEqualTo(expected);
      }
    }
  }

  @Test
  void manyObjectsAreAskedInTurn() {
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < 40; i++) {
      json.append(i == 0 ? "" : ",").append("{\"a\": ").append(i).append(", \"b\": {");
      json.append(i % 3 == 0 ? "" : "\"a\": " + 100 * i).append("}}");
    }
    Document document = Tapes.document(pool.root(), json.append("]").toString());
    for (int time = 0; time < 3; time++) {
      for (int i = 0; i < 40; i++) {
        long outer = Path.of("[" + i + "].a").get(document);
        long inner = Path.of("[" + i + "].b.a").find(document);
        assertThat(document.textString(outer)).isEqualTo("" + i);
        assertThat(inner == ObjectTree.NO_NODE ? "-" : document.textString(inner))
            .isEqualTo(i % 3 == 0 ? "-" : "" + 100 * i);
      }
    }
  }

  @Test
  void aNameIsFoundHoweverItIsWritten() {
    Document document = Tapes.document(pool.root(), "{\"key\": 1, \"k\\u0065y\": 2, \"other\": 3}");
    assertThat(document.textString(Path.of("key").get(document))).isEqualTo("2");
  }

  @Test
  void evaluatingAllocatesNothing() {
    Document document = Tapes.document(pool.root(), CHAT);
    OwnedTree owned = new OwnedTree(pool.root());
    owned.copy(document, document.root(), ObjectTree.NO_NODE);
    Path path = Path.of("choices[0].message.content");
    Path escaped = Path.of("key");
    var bean = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long found = 0;
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 6; round++) {
      long before = bean.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10_000; i++) {
        found += path.find(document) + path.find(owned) + escaped.find(document);
      }
      least = Math.min(least, bean.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(found).isNotZero();
    assertThat(least).isZero();
  }
}
