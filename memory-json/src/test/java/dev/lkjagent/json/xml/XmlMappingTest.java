package dev.lkjagent.json.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lkjagent.json.Allocation;
import dev.lkjagent.json.JsonReader;
import dev.lkjagent.json.JsonWriter;
import dev.lkjagent.json.xml.XmlMapping.Form;
import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.io.IOException;
import java.nio.file.Files;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XmlMappingTest {
  private final MemoryPool pool = Pools.open();
  private final Scope scope = pool.root().open("test", Budget.UNLIMITED);
  private final XmlReader xmlReader = new XmlReader(XmlOptions.KEEP_ALL);
  private final JsonReader jsonReader = new JsonReader();
  private final XmlMapping mapping = new XmlMapping();
  private final Document document = new Document(scope);
  private final OwnedTree json = new OwnedTree(scope);
  private final OwnedTree xml = new OwnedTree(scope);

  @AfterEach
  void nothingIsLeft() {
    document.clear();
    json.clear();
    xml.clear();
    Pools.assertNothingIsLeft(scope);
    pool.close();
  }

  private String toJson(String source, Form form) {
    assertThat(xmlReader.parse(source.getBytes(UTF_8), document)).isEqualTo(Status.OK);
    json.clear();
    assertThat(mapping.toJson(document, document.root(), json, form)).isEqualTo(Status.OK);
    return new String(new JsonWriter().toBytes(json, json.root()), UTF_8);
  }

  private String toXml(String source, Form form) {
    assertThat(jsonReader.parse(source.getBytes(UTF_8), document)).isEqualTo(Status.OK);
    xml.clear();
    assertThat(mapping.toXml(document, document.root(), xml, form)).isEqualTo(Status.OK);
    return new String(new XmlWriter().toBytes(xml, xml.root()), UTF_8);
  }

  @Test
  void theTypedFormMarksKindsAndKeepsTheOrder() {
    String source = "<a x=\"1\" y=\"\">b<c/><![CDATA[d]]><!--e--><?f g?>h</a>";
    String typed =
        "{\"element\":\"a\",\"attributes\":{\"x\":\"1\",\"y\":\"\"},\"children\":[{\"text\":\"b\"},"
            + "{\"element\":\"c\",\"attributes\":{},\"children\":[]},{\"cdata\":\"d\"},{\"comment\":\"e\"},"
            + "{\"instruction\":\"f\",\"data\":\"g\"},{\"text\":\"h\"}]}";
    assertThat(toJson(source, Form.TYPED)).isEqualTo(typed);
    assertThat(toXml(typed, Form.TYPED)).isEqualTo(source);
  }

  @Test
  void theTypedFormLosesNothing() {
    for (int seed = 0; seed < 300; seed++) {
      byte[] source = new GeneratedXml(seed).document();
      assertThat(xmlReader.parse(source, document)).isEqualTo(Status.OK);
      json.clear();
      xml.clear();
      assertThat(mapping.toJson(document, document.root(), json, Form.TYPED)).isEqualTo(Status.OK);
      assertThat(mapping.toXml(json, json.root(), xml, Form.TYPED)).isEqualTo(Status.OK);
      assertThat(nodes(xml, xml.root()))
          .as("seed %d", seed)
          .isEqualTo(nodes(document, document.root()));
    }
  }

  /** All that a tree says, its division into nodes included. */
  private static String nodes(ObjectTree tree, long node) {
    StringBuilder out = new StringBuilder();
    out.append(tree.kind(node)).append('|').append(tree.nameString(node)).append('|');
    out.append(tree.textString(node)).append('(');
    for (long child = tree.firstChild(node);
        child != ObjectTree.NO_NODE;
        child = tree.next(node, child)) {
      out.append(nodes(tree, child));
    }
    return out.append(')').toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "[]",
        "{}",
        "\"\"",
        "\" \"",
        "-0.10e+5",
        "[1,[2,[]],{\"\":null}]",
        "{\"a b\":1,\"a b\":[{\"@x\":\"<&>\"}],\"#text\":\"\"}",
        "{\"element\":\"a\",\"attributes\":{},\"children\":[]}",
        "{\"element\":\"a\",\"attributes\":{\"b\":1},\"children\":[]}",
        "{\"element\":\"a\",\"children\":[],\"attributes\":{}}",
        "{\"element\":\"a\",\"attributes\":{},\"children\":[{\"text\":\"b\"},3]}",
        "{\"element\":\"json.thing\",\"attributes\":{},\"children\":[]}"
      })
  void anyJsonComesBackFromTheTypedForm(String source) {
    String made = toXml(source, Form.TYPED);
    assertThat(toJson(made, Form.TYPED)).as(made).isEqualTo(source);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<json.object/>",
        "<json.object><json.null name=\"a\"/></json.object>",
        "<json.null>x</json.null>",
        "<json.number>01</json.number>",
        "<json.number>1</json.number>",
        "<json.array> </json.array>",
        "<json.array><json.null name=\"a\"/></json.array>",
        "<json.object><json.null/></json.object>",
        "<json.string>a<!--b--></json.string>",
        "<json.string x=\"\"/>",
        "<json.nothing/>",
        "<json.object><json.string name=\"element\">a</json.string>"
            + "<json.object name=\"attributes\"/><json.array name=\"children\"/></json.object>"
      })
  void anyXmlComesBackFromTheTypedFormEvenThatWhichLooksLikeJson(String source) {
    String made = toJson(source, Form.TYPED);
    assertThat(toXml(made, Form.TYPED)).as(made).isEqualTo(source);
  }

  @Test
  void wholeDocumentsGoBothWays() throws IOException {
    byte[] twitter = Files.readAllBytes(Conformance.path("documents/memory.json"));
    assertThat(jsonReader.parse(twitter, document)).isEqualTo(Status.OK);
    assertThat(mapping.toXml(document, document.root(), xml, Form.TYPED)).isEqualTo(Status.OK);
    assertThat(mapping.toJson(xml, xml.root(), json, Form.TYPED)).isEqualTo(Status.OK);
    assertThat(nodes(json, json.root())).isEqualTo(nodes(document, document.root()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "<a/>; {\"a\":\"\"}; <a/>",
        "<a>b</a>; {\"a\":\"b\"}; <a>b</a>",
        "<a x='1'/>; {\"a\":{\"@x\":\"1\"}}; <a x=\"1\"/>",
        "<a x='1'>b</a>; {\"a\":{\"@x\":\"1\",\"#text\":\"b\"}}; <a x=\"1\">b</a>",
        "<a><b>1</b><c/><b>2</b></a>; {\"a\":{\"b\":[\"1\",\"2\"],\"c\":\"\"}}; <a><b>1</b><b>2</b><c/></a>",
        "<a> <b/> </a>; {\"a\":{\"b\":\"\"}}; <a><b/></a>",
        "<a>x<b/>y<![CDATA[z]]></a>; {\"a\":{\"#text\":\"xyz\",\"b\":\"\"}}; <a>xyz<b/></a>",
        "<a><b><c>1</c></b><b/></a>; {\"a\":{\"b\":[{\"c\":\"1\"},\"\"]}}; <a><b><c>1</c></b><b/></a>",
        "<a>x<!--y--><?z?></a>; {\"a\":\"x\"}; <a>x</a>"
      })
  void theSimpleFormIsForPeople(String source, String simple, String back) {
    assertThat(toJson(source, Form.SIMPLE)).isEqualTo(simple);
    assertThat(toXml(simple, Form.SIMPLE)).isEqualTo(back);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{\"a\":{\"b\":[1,true,null,\"x\"]}}; <a><b>1</b><b>true</b><b/><b>x</b></a>",
        "{\"a\":1,\"b\":2}; <root><a>1</a><b>2</b></root>",
        "[1,[2,3],{\"a\":4}]; <root><item>1</item><item><item>2</item><item>3</item></item><item><a>4</a></item></root>",
        "{\"a\":[1]}; <root><a>1</a></root>",
        "{\"@a\":1}; <root a=\"1\"/>",
        "{\"a\":{\"b\":1,\"@c\":2.50}}; <a c=\"2.50\"><b>1</b></a>",
        "{\"a\":[]}; <root/>",
        "3; <root>3</root>"
      })
  void anyJsonBecomesSimpleXml(String source, String expected) {
    assertThat(toXml(source, Form.SIMPLE)).isEqualTo(expected);
  }

  @Test
  void manyNamesAreGroupedInOrder() {
    StringBuilder source = new StringBuilder("<a>");
    StringBuilder expected = new StringBuilder("{\"a\":{");
    for (int i = 0; i < 2_000; i++) {
      source.append("<n").append(i).append("/>");
      expected.append(i == 0 ? "" : ",").append("\"n").append(i).append("\":[\"\",\"\"]");
    }
    String half = source.substring(3);
    assertThat(toJson(source + half + "</a>", Form.SIMPLE)).isEqualTo(expected + "}}");
  }

  @Test
  void otherNodesAreRefusedAndNothingIsLeft() {
    long root = xml.createRoot(Tape.ELEMENT, new byte[] {'a'}, 0, 1);
    xml.add(root, Tape.NUMBER);
    for (Form form : Form.values()) {
      assertThat(mapping.toJson(xml, root, json, form)).isEqualTo(Status.WRONG_KIND);
      assertThat(json.root()).isEqualTo(ObjectTree.NO_NODE);
      OwnedTree empty = json;
      assertThat(mapping.toXml(xml, root, empty, form)).isEqualTo(Status.WRONG_KIND);
      assertThat(empty.root()).isEqualTo(ObjectTree.NO_NODE);
    }
    assertThatThrownBy(() -> mapping.toJson(xml, root, xml, Form.TYPED))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not empty");
  }

  @Test
  void whereverThePoolRunsDryNothingIsLeft() {
    SplittableRandom random = new SplittableRandom(3);
    int refused = 0;
    for (int seed = 0; seed < 300; seed++) {
      byte[] source = new GeneratedXml(seed).document();
      assertThat(xmlReader.parse(source, document)).isEqualTo(Status.OK);
      Budget budget =
          Budget.builder().bytes(random.nextInt(3_000)).nodes(random.nextInt(120)).build();
      try (Scope narrow = pool.root().open("narrow", budget);
          OwnedTree tight = new OwnedTree(narrow)) {
        for (Form form : Form.values()) {
          Status status = mapping.toJson(document, document.root(), tight, form);
          if (status != Status.OK) {
            refused++;
            Pools.assertNothingIsLeft(narrow);
          }
          tight.clear();
        }
      }
    }
    assertThat(refused).isBetween(50, 500);
  }

  @Test
  void mappingAllocatesNothing() throws IOException {
    byte[] twitter = Files.readAllBytes(Conformance.path("documents/agent.xml"));
    assertThat(xmlReader.parse(twitter, document)).isEqualTo(Status.OK);
    assertThat(
            Allocation.of(
                () -> {
                  for (int f = 0; f < 2; f++) {
                    Form form = f == 0 ? Form.TYPED : Form.SIMPLE;
                    mapping.toJson(document, document.root(), json, form);
                    mapping.toXml(json, json.root(), xml, form);
                    json.clear();
                    xml.clear();
                  }
                }))
        .isZero();
  }
}
