package dev.lkjagent.json.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Path;
import dev.lkjagent.memory.tree.Tape;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class XmlReaderTest {
  private final MemoryPool pool = Pools.open();
  private final Scope scope = pool.root().open("test", Budget.UNLIMITED);
  private final Document document = new Document(scope);

  @AfterEach
  void nothingIsLeft() {
    document.clear();
    Pools.assertNothingIsLeft(scope);
    pool.close();
  }

  private static boolean read(XmlReader reader, String text, Document target) {
    byte[] bytes = text.getBytes(UTF_8);
    return reader.parse(bytes, target) == Status.OK;
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        Arguments.of("<a><b>", XmlFault.UNEXPECTED_END, 6),
        Arguments.of("<!-- only this", XmlFault.UNEXPECTED_END, 14),
        Arguments.of("", XmlFault.NO_ROOT, 0),
        Arguments.of(" <!-- only this -->\n", XmlFault.NO_ROOT, 20),
        Arguments.of("<a>\u0001</a>", XmlFault.INVALID_CHARACTER, 3),
        Arguments.of("<a>\uFFFE</a>", XmlFault.INVALID_CHARACTER, 3),
        Arguments.of("<a b='\u0002'/>", XmlFault.INVALID_CHARACTER, 6),
        Arguments.of(
            "<?xml version='1.0' encoding='latin1'?><a/>", XmlFault.UNSUPPORTED_ENCODING, 30),
        Arguments.of("<?xml version='2.0'?><a/>", XmlFault.BAD_DECLARATION, 15),
        Arguments.of("<?xml encoding='UTF-8'?><a/>", XmlFault.BAD_DECLARATION, 6),
        Arguments.of(" <?xml version='1.0'?><a/>", XmlFault.RESERVED_TARGET, 1),
        Arguments.of("<a><?XmL x?></a>", XmlFault.RESERVED_TARGET, 3),
        Arguments.of("<!DOCTYPE a><a/>", XmlFault.DOCTYPE, 0),
        Arguments.of("x<a/>", XmlFault.TEXT_OUTSIDE_ROOT, 0),
        Arguments.of("<a/>x", XmlFault.TEXT_OUTSIDE_ROOT, 4),
        Arguments.of("<a/><b/>", XmlFault.SECOND_ROOT, 4),
        Arguments.of("<a>< b/></a>", XmlFault.BAD_NAME, 4),
        Arguments.of("<a><1b/></a>", XmlFault.BAD_NAME, 4),
        Arguments.of("<a$/>", XmlFault.BAD_TAG, 2),
        Arguments.of("<a/ >", XmlFault.BAD_TAG, 3),
        Arguments.of("<a></a b='c'>", XmlFault.BAD_TAG, 7),
        Arguments.of("<a b='1'c='2'/>", XmlFault.MISSING_SPACE, 8),
        Arguments.of("<a b/>", XmlFault.MISSING_EQUALS, 4),
        Arguments.of("<a b=1/>", XmlFault.MISSING_QUOTE, 5),
        Arguments.of("<a b='<'/>", XmlFault.LESS_THAN_IN_VALUE, 6),
        Arguments.of("<a b='1' c='2' b='3'/>", XmlFault.DUPLICATE_ATTRIBUTE, 15),
        Arguments.of("<a><b></a></b>", XmlFault.MISMATCHED_TAG, 6),
        Arguments.of("<a><b></bb></a>", XmlFault.MISMATCHED_TAG, 6),
        Arguments.of("<a/></a>", XmlFault.UNOPENED_TAG, 4),
        Arguments.of("<a>&</a>", XmlFault.BAD_REFERENCE, 3),
        Arguments.of("<a>a & b</a>", XmlFault.BAD_REFERENCE, 5),
        Arguments.of("<a>&lt</a>", XmlFault.BAD_REFERENCE, 6),
        Arguments.of("<a>&nbsp;</a>", XmlFault.UNKNOWN_ENTITY, 3),
        Arguments.of("<a>&#0;</a>", XmlFault.BAD_CHARACTER_REFERENCE, 3),
        Arguments.of("<a>&#xD800;</a>", XmlFault.BAD_CHARACTER_REFERENCE, 3),
        Arguments.of("<a>&#4294967361;</a>", XmlFault.BAD_CHARACTER_REFERENCE, 3),
        Arguments.of("<a>]]></a>", XmlFault.CDATA_END_IN_TEXT, 3),
        Arguments.of("<a><!-- -- --></a>", XmlFault.HYPHENS_IN_COMMENT, 8),
        Arguments.of("<a><!x></a>", XmlFault.BAD_MARKUP, 3),
        Arguments.of("<![CDATA[x]]><a/>", XmlFault.BAD_MARKUP, 0),
        Arguments.of("<?a+?><a/>", XmlFault.BAD_INSTRUCTION, 3),
        Arguments.of("<a><b><c><d/></c></b></a>", XmlFault.TOO_DEEP, 9),
        Arguments.of("<a>" + "x".repeat(200) + "</a>", XmlFault.TOO_LARGE, 150),
        Arguments.of("<abcdefghijk/>", XmlFault.NAME_TOO_LONG, 1),
        Arguments.of("<a b='' c='' d='' e='' f=''/>", XmlFault.TOO_MANY_ATTRIBUTES, 23),
        Arguments.of("<a>" + "<b/>".repeat(30) + "</a>", XmlFault.TOO_MANY_NODES, 79));
  }

  private static final XmlOptions NARROW =
      XmlOptions.KEEP_ALL.withLimits(new XmlLimits(3, 150, 10, 4, 40));

  @ParameterizedTest(name = "{1} at {2}")
  @MethodSource("malformed")
  void malformedTextsAreRefusedWithCodeAndPlace(String text, XmlFault fault, int offset) {
    XmlReader reader = new XmlReader(NARROW);
    for (int i = 0; i < 2; i++) {
      assertThat(read(reader, text, document)).isFalse();
      assertThat(reader.fault()).as(text).isEqualTo(fault);
      assertThat(reader.faultOffset()).as(text).isEqualTo(offset);
      assertThat(document.root()).isEqualTo(ObjectTree.NO_NODE);
      Pools.assertNothingIsLeft(scope);
    }
  }

  @Test
  void everyFaultOfReadingHasAnExample() {
    Set<XmlFault> all = EnumSet.allOf(XmlFault.class);
    malformed().forEach(row -> all.remove((XmlFault) row.get()[1]));
    assertThat(all)
        .containsExactlyInAnyOrder(
            XmlFault.INVALID_UTF8, XmlFault.TEXT_TOO_LONG, XmlFault.UNWRITABLE);
  }

  @Test
  void statusesAreStableAndFound() {
    for (XmlFault fault : XmlFault.values()) {
      assertThat(XmlFault.of(fault.status())).isEqualTo(fault);
    }
    assertThat(XmlFault.MISMATCHED_TAG.status()).isEqualTo(-3_018);
    assertThat(XmlFault.MISMATCHED_TAG.code()).isEqualTo("xml.mismatched-tag");
    assertThatThrownBy(() -> XmlFault.of(-5)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedWhereTheyStand() {
    byte[][] broken = {
      {(byte) 0x80},
      {(byte) 0xC0, (byte) 0x80},
      {(byte) 0xC1, (byte) 0xBF},
      {(byte) 0xE0, (byte) 0x9F, (byte) 0xBF},
      {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
      {(byte) 0xF0, (byte) 0x8F, (byte) 0xBF, (byte) 0xBF},
      {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
      {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
      {(byte) 0xE3, (byte) 0x81},
      {(byte) 0xFF}
    };
    String[][] places = {
      {"<a>é", "</a>"},
      {"<a b='é", "'/>"},
      {"<aé", "/>"},
      {"<a><!--é", "--></a>"},
      {"<a><![CDATA[é", "]]></a>"},
      {"<a><?p é", "?></a>"},
      {"<a>&é", ";</a>"},
      {"<a éb", "=''/>"}
    };
    XmlReader reader = new XmlReader();
    for (byte[] bytes : broken) {
      for (String[] place : places) {
        byte[] before = place[0].getBytes(UTF_8);
        byte[] after = place[1].getBytes(UTF_8);
        byte[] all =
            java.nio.ByteBuffer.allocate(before.length + bytes.length + after.length)
                .put(before)
                .put(bytes)
                .put(after)
                .array();
        assertThat(reader.parse(all, document)).isEqualTo(Status.MALFORMED);
        assertThat(reader.fault()).as(place[0]).isEqualTo(XmlFault.INVALID_UTF8);
        assertThat(reader.faultOffset()).as(place[0]).isEqualTo(before.length);
      }
    }
  }

  @Test
  void placesAreLinesAndColumnsOfCharacters() {
    XmlReader reader = new XmlReader();
    assertThat(read(reader, "<a>\r\n  é日\r<b>\n 😀 </c>", document)).isFalse();
    assertThat(reader.fault()).isEqualTo(XmlFault.MISMATCHED_TAG);
    assertThat(reader.faultLine()).isEqualTo(4);
    assertThat(reader.faultColumn()).isEqualTo(4);
    assertThat(reader.faultMessage())
        .isEqualTo(
            "xml.mismatched-tag at line 4, column 4 (byte 23):"
                + " this end tag does not close the element that is open");
    assertThat(read(reader, "<a/>", document)).isTrue();
    assertThat(reader.faultMessage()).isEmpty();
    assertThat(reader.faultLine()).isZero();
  }

  @Test
  void aByteOrderMarkIsFineAndOtherEncodingsAreNot() {
    XmlReader reader = new XmlReader();
    assertThat(read(reader, "\uFEFF<?xml version='1.0' encoding='utf-8'?><a/>", document)).isTrue();
    assertThat(document.nameString(document.root())).isEqualTo("a");
    for (String name : new String[] {"UTF-16", "UTF-16LE", "UTF-32"}) {
      byte[] bytes = "<a/>".getBytes(java.nio.charset.Charset.forName(name));
      assertThat(reader.parse(bytes, document)).as(name).isEqualTo(Status.MALFORMED);
      assertThat(reader.fault()).as(name).isEqualTo(XmlFault.UNSUPPORTED_ENCODING);
    }
  }

  @Test
  void whatStandsOutsideTheRootIsKeptBesideIt() {
    XmlReader reader = new XmlReader(XmlOptions.KEEP_ALL);
    assertThat(read(reader, "<?p q?><!--c--><a><b/></a><!--d-->", document)).isTrue();
    assertThat(document.nameString(document.root())).isEqualTo("a");
    StringBuilder kinds = new StringBuilder();
    for (long node = document.outermost();
        node != ObjectTree.NO_NODE;
        node = document.nextOutermost(node)) {
      kinds.append(document.kind(node)).append(' ');
    }
    assertThat(kinds)
        .hasToString(
            Tape.INSTRUCTION + " " + Tape.COMMENT + " " + Tape.ELEMENT + " " + Tape.COMMENT + " ");
  }

  @Test
  void blanksCommentsAndInstructionsAreSkippedOnRequest() {
    String text = "<a>\n  <b> x </b><!-- c -->\n  <?p?>&#32;</a>";
    assertThat(read(new XmlReader(XmlOptions.DATA), text, document)).isTrue();
    assertThat(Events.ofTree(document, document.root()))
        .containsExactly("S a", "S b", "T  x ", "E b", "T  ", "E a");
    assertThat(read(new XmlReader(XmlOptions.KEEP_ALL), text, document)).isTrue();
    assertThat(Events.ofTree(document, document.root()))
        .containsExactly(
            "S a", "T \n  ", "S b", "T  x ", "E b", "C  c ", "T \n  ", "P p ", "T  ", "E a");
  }

  @Test
  void namesAreFoundByPath() {
    XmlReader reader = new XmlReader();
    Path path = Path.of("action.type");
    for (int i = 0; i < 3; i++) {
      assertThat(read(reader, "<agent n='1'><action><type>reply</type></action></agent>", document))
          .isTrue();
      long type = path.find(document);
      assertThat(document.textString(document.firstChild(type))).isEqualTo("reply");
      assertThat(document.names()).isNotNull();
    }
  }

  @Test
  void editableTreesHoldTheSame() {
    XmlReader reader = new XmlReader(XmlOptions.KEEP_ALL);
    for (int seed = 0; seed < 200; seed++) {
      byte[] source = new GeneratedXml(seed).document();
      assertThat(reader.parse(source, document)).isEqualTo(Status.OK);
      try (OwnedTree tree = new OwnedTree(scope)) {
        assertThat(reader.parse(source, tree)).isEqualTo(Status.OK);
        assertThat(Events.ofTree(tree, tree.root()))
            .as("seed %d", seed)
            .isEqualTo(Events.ofTree(document, document.root()));
        assertThat(reader.parse("<b/>".getBytes(UTF_8), tree)).isEqualTo(Status.OK);
        assertThat(Events.ofTree(tree, tree.root())).containsExactly("S b", "E b");
      }
    }
  }

  @Test
  void aTextThatStandsInTheSlotIsReadThere() {
    byte[] source = "<a>in place</a>".getBytes(UTF_8);
    assertThat(document.reserve(source.length, 64)).isEqualTo(Status.OK);
    System.arraycopy(source, 0, document.raw().bytes(), document.textAt(), source.length);
    XmlReader reader = new XmlReader();
    assertThat(reader.parseInPlace(document, source.length)).isEqualTo(Status.OK);
    assertThat(Events.ofTree(document, document.root()))
        .containsExactly("S a", "T in place", "E a");
    assertThatThrownBy(() -> reader.parseOrThrow("<a>\r\n".getBytes(UTF_8), document))
        .isInstanceOfSatisfying(
            MalformedXmlException.class,
            thrown -> {
              assertThat(thrown.fault()).isEqualTo(XmlFault.UNEXPECTED_END);
              assertThat(thrown.offset()).isEqualTo(5);
              assertThat(thrown.line()).isEqualTo(2);
              assertThat(thrown.column()).isEqualTo(1);
            })
        .hasMessageStartingWith("xml.unexpected-end at line 2, column 1 (byte 5)");
  }

  @Test
  void theNeighboursOfASlotAreLeftAlone() {
    long left = scope.allocate(16);
    long middle = scope.allocate(16);
    byte[] bytes = pool.raw().bytes();
    byte[] before = bytes.clone();
    XmlReader reader = new XmlReader();
    assertThat(read(reader, "<a>0123456789</a", document)).isFalse();
    assertThat(read(reader, "<abcdefghijkl/>", document)).isTrue();
    document.clear();
    int differing = 0;
    for (int i = 0; i < bytes.length; i++) {
      differing += bytes[i] == before[i] ? 0 : 1;
    }
    assertThat(differing).as("only the document's own slot was written").isBetween(1, 32);
    pool.free(left);
    pool.free(middle);
  }

  @Test
  void whereverThePoolRunsDryNothingIsLeft() {
    SplittableRandom random = new SplittableRandom(7);
    XmlReader reader = new XmlReader(XmlOptions.KEEP_ALL);
    int refused = 0;
    for (int i = 0; i < 600; i++) {
      byte[] source = new GeneratedXml(i).document();
      Budget budget =
          Budget.builder()
              .bytes(random.nextInt(6_000))
              .nodes(random.nextInt(60))
              .documentNodes(random.nextInt(200))
              .build();
      try (Scope narrow = pool.root().open("narrow", budget);
          Document target = new Document(narrow);
          OwnedTree tree = new OwnedTree(narrow)) {
        if (reader.parse(source, target) != Status.OK) {
          assertThat(reader.fault()).isNull();
          Pools.assertNothingIsLeft(narrow);
        }
        target.clear();
        Pools.assertNothingIsLeft(narrow);
        if (reader.parse(source, tree) != Status.OK) {
          refused++;
          assertThat(reader.fault()).isNull();
          assertThat(tree.root()).isEqualTo(ObjectTree.NO_NODE);
          Pools.assertNothingIsLeft(narrow);
        }
      }
    }
    assertThat(refused).isBetween(100, 500);
  }
}
