package dev.lkjagent.json.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.json.Allocation;
import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Tape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xml.sax.SAXException;

class XmlWriterTest {
  private static final XmlStyle ENCODING = XmlStyle.COMPACT.withEncode(true);

  private final MemoryPool pool = Pools.open();
  private final Scope scope = pool.root().open("test", Budget.UNLIMITED);
  private final XmlReader reader = new XmlReader(XmlOptions.KEEP_ALL);
  private final Document document = new Document(scope);
  private final OwnedTree tree = new OwnedTree(scope);

  @AfterEach
  void nothingIsLeft() {
    document.clear();
    tree.clear();
    Pools.assertNothingIsLeft(scope);
    pool.close();
  }

  private Document read(byte[] source) {
    assertThat(reader.parse(source, document)).as(reader.faultMessage()).isEqualTo(Status.OK);
    return document;
  }

  private Document read(String source) {
    return read(source.getBytes(UTF_8));
  }

  private static String written(XmlStyle style, ObjectTree tree) {
    return new String(new XmlWriter(style).toBytes(tree, tree.root()), UTF_8);
  }

  private long element(String name) {
    tree.clear();
    byte[] bytes = name.getBytes(UTF_8);
    return tree.createRoot(Tape.ELEMENT, bytes, 0, bytes.length);
  }

  private void add(long parent, int kind, String name, String text) {
    byte[] nameBytes = name.getBytes(UTF_8);
    byte[] bytes = text.getBytes(UTF_8);
    long node =
        tree.add(
            parent,
            kind,
            nameBytes,
            0,
            kind == Tape.ATTRIBUTE || kind == Tape.INSTRUCTION ? nameBytes.length : -1);
    assertThat(tree.setText(node, bytes, 0, bytes.length)).isEqualTo(Status.OK);
  }

  @Test
  void whatIsWrittenReadsBackTheSame() throws SAXException {
    XmlWriter compact = new XmlWriter();
    XmlWriter encoding = new XmlWriter(ENCODING);
    XmlEscapes escapes = new XmlEscapes();
    for (int seed = 0; seed < 600; seed++) {
      byte[] source = new GeneratedXml(seed).document();
      List<String> events = Events.ofJdk(source);
      byte[] text = compact.toBytes(read(source), document.root());
      assertThat(Events.ofJdk(text))
          .as("seed %d: %s", seed, new String(text, UTF_8))
          .isEqualTo(events);
      read(text);
      assertThat(compact.toBytes(document, document.root())).as("seed %d", seed).isEqualTo(text);
      assertThat(reader.parse(source, tree)).isEqualTo(Status.OK);
      List<String> of = Events.ofTree(tree, tree.root());
      byte[] encoded = encoding.toBytes(tree, tree.root());
      tree.clear();
      assertThat(reader.parse(encoded, tree)).isEqualTo(Status.OK);
      assertThat(escapes.decode(tree)).isEqualTo(Status.OK);
      assertThat(Events.ofTree(tree, tree.root())).as("seed %d", seed).isEqualTo(of);
      tree.clear();
    }
  }

  @Test
  void exactlyWhatMustBeEscapedIs() {
    long root = element("a");
    add(root, Tape.ATTRIBUTE, "b", "<>&\"'\t\n\r é");
    add(root, Tape.TEXT, "", "<>&\"'\t\n\r é ]]> ]> ]]x]]");
    add(root, Tape.TEXT, "", ">");
    add(root, Tape.CDATA, "", "<>&]]>\r");
    add(root, Tape.COMMENT, "", " - <&> ");
    add(root, Tape.INSTRUCTION, "p", "q? <&>");
    assertThat(written(XmlStyle.COMPACT, tree))
        .isEqualTo(
            "<a b=\"&lt;>&amp;&quot;'&#9;&#10;&#13; é\">&lt;>&amp;\"'\t\n&#13; é ]]&gt; ]> ]]x]]&gt;"
                + "<![CDATA[<>&]]]]><![CDATA[>]]>&#13;<![CDATA[]]><!-- - <&> --><?p q? <&>?></a>");
  }

  @Test
  void prettyTextBreaksOnlyWhereNoTextStands() {
    read("<?p?><a><b c='d'><e/><!--f--></b><g>text<h/></g><i><![CDATA[]]></i></a>");
    String pretty = written(XmlStyle.PRETTY.withDeclaration(true), document);
    assertThat(pretty)
        .isEqualTo(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <?p?>
            <a>
              <b c="d">
                <e/>
                <!--f-->
              </b>
              <g>text<h/></g>
              <i><![CDATA[]]></i>
            </a>
            """);
    read(pretty);
    assertThat(written(XmlStyle.PRETTY.withDeclaration(true), document)).isEqualTo(pretty);
  }

  @Test
  void allPlacesReceiveTheSame() throws IOException {
    read(java.nio.file.Files.readAllBytes(Conformance.path("documents/twitter.xml")));
    XmlWriter writer = new XmlWriter();
    byte[] array = writer.toBytes(document, document.root());
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    assertThat(writer.write(document, document.root(), stream)).isEqualTo(Status.OK);
    assertThat(stream.toByteArray()).isEqualTo(array);
    ByteArrayOutputStream channel = new ByteArrayOutputStream();
    assertThat(writer.write(document, document.root(), Channels.newChannel(channel)))
        .isEqualTo(Status.OK);
    assertThat(channel.toByteArray()).isEqualTo(array);
    try (PooledString text = new PooledString(scope)) {
      text.set("before");
      assertThat(writer.write(document, document.root(), text)).isEqualTo(Status.OK);
      assertThat(text).hasToString(new String(array, UTF_8));
    }
  }

  @Test
  void whatXmlCanNotCarryIsRefused() {
    List<Runnable> trees = new ArrayList<>();
    for (String text : new String[] {"\u0000", "a\u0001b", "\uFFFE", "12345678\u000B90"}) {
      trees.add(() -> add(element("a"), Tape.TEXT, "", text));
      trees.add(() -> add(element("a"), Tape.ATTRIBUTE, "b", text));
      trees.add(() -> add(element("a"), Tape.CDATA, "", text));
      trees.add(() -> add(element("a"), Tape.COMMENT, "", text));
      trees.add(() -> add(element("a"), Tape.INSTRUCTION, "p", text));
    }
    for (String name : new String[] {"", "1", "two words", "-a", "a<", "é\u0001", "\u00D7"}) {
      trees.add(() -> element(name));
      trees.add(() -> add(element("a"), Tape.ATTRIBUTE, name, "x"));
      trees.add(() -> add(element("a"), Tape.INSTRUCTION, name, "x"));
    }
    trees.add(() -> add(element("a"), Tape.COMMENT, "", "--"));
    trees.add(() -> add(element("a"), Tape.COMMENT, "", "x-"));
    trees.add(() -> add(element("a"), Tape.COMMENT, "", "\r"));
    trees.add(() -> add(element("a"), Tape.INSTRUCTION, "p", "?>"));
    trees.add(() -> add(element("a"), Tape.INSTRUCTION, "p", " x"));
    XmlWriter writer = new XmlWriter();
    XmlWriter encoding = new XmlWriter(ENCODING);
    for (Runnable create : trees) {
      create.run();
      refuses(writer, XmlFault.UNWRITABLE);
      List<String> events = Events.ofTree(tree, tree.root());
      byte[] text = encoding.toBytes(tree, tree.root());
      tree.clear();
      assertThat(reader.parse(text, tree)).as(new String(text, UTF_8)).isEqualTo(Status.OK);
      assertThat(new XmlEscapes().decode(tree)).isEqualTo(Status.OK);
      assertThat(Events.ofTree(tree, tree.root())).as(new String(text, UTF_8)).isEqualTo(events);
    }
    add(element("a"), Tape.NUMBER, "", "12");
    refuses(writer, XmlFault.UNWRITABLE);
    add(element("a"), Tape.INSTRUCTION, "XML", "12");
    refuses(writer, XmlFault.UNWRITABLE);
    add(element("a"), Tape.ATTRIBUTE, "b", "1");
    add(tree.root(), Tape.TEXT, "", "1");
    add(tree.root(), Tape.ATTRIBUTE, "b", "2");
    refuses(writer, XmlFault.DUPLICATE_ATTRIBUTE);
    long node = element("a");
    byte[] lone = {'x', (byte) 0xED, (byte) 0xA0, (byte) 0x80};
    assertThat(tree.setText(tree.add(node, Tape.TEXT), lone, 0, 4)).isEqualTo(Status.OK);
    refuses(writer, XmlFault.INVALID_UTF8);
    refuses(encoding, XmlFault.INVALID_UTF8);
    tree.clear();
    refuses(writer, XmlFault.NO_ROOT);
    tree.createRoot(Tape.OBJECT);
    refuses(writer, XmlFault.UNWRITABLE);
  }

  private void refuses(XmlWriter writer, XmlFault fault) {
    try (PooledString text = new PooledString(scope);
        PooledString fresh = new PooledString(scope)) {
      text.set("before");
      assertThat(writer.write(tree, tree.root(), text)).isEqualTo(Status.WRONG_KIND);
      assertThat(writer.fault()).isEqualTo(fault);
      assertThat(writer.faultMessage()).startsWith(fault.code());
      assertThat(text).hasToString("before");
      assertThat(writer.write(tree, tree.root(), fresh)).isEqualTo(Status.WRONG_KIND);
      assertThat(fresh.handle()).isZero();
    }
    assertThatThrownBy(() -> writer.toBytes(tree, tree.root()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTextThatFindsNoRoomStaysAsItWas() throws IOException {
    read(java.nio.file.Files.readAllBytes(Conformance.path("documents/twitter.xml")));
    try (Scope narrow = pool.root().open("narrow", Budget.builder().bytes(100_000).build());
        PooledString text = new PooledString(narrow)) {
      text.set("before");
      XmlWriter writer = new XmlWriter();
      assertThat(writer.write(document, document.root(), text)).isEqualTo(Status.BUDGET_EXCEEDED);
      assertThat(writer.fault()).isNull();
      assertThat(text).hasToString("before");
      text.destroy();
      Pools.assertNothingIsLeft(narrow);
    }
  }

  @Test
  void naughtyStringsComeBackAsTheyWere() throws IOException {
    JsonNode all = new ObjectMapper().readTree(Conformance.path("json/blns/blns.json").toFile());
    assertThat(all.size()).isGreaterThan(400);
    int plain = 0;
    for (JsonNode row : all) {
      String text = row.asText();
      for (XmlStyle style : new XmlStyle[] {XmlStyle.COMPACT, ENCODING}) {
        long root = element("a");
        add(root, Tape.ATTRIBUTE, "b", text);
        add(root, Tape.TEXT, "", text);
        XmlWriter writer = new XmlWriter(style);
        byte[] xml;
        try {
          xml = writer.toBytes(tree, tree.root());
        } catch (IllegalArgumentException e) {
          assertThat(style).as(text).isSameAs(XmlStyle.COMPACT);
          assertThat(text.codePoints().allMatch(XmlChars::isChar)).isFalse();
          continue;
        }
        plain++;
        tree.clear();
        assertThat(reader.parse(xml, tree)).as(text).isEqualTo(Status.OK);
        if (style.encode()) {
          new XmlEscapes().decode(tree);
        }
        long attribute = tree.firstChild(tree.root());
        assertThat(tree.textString(attribute)).isEqualTo(text);
        long child = tree.next(tree.root(), attribute);
        assertThat(child == ObjectTree.NO_NODE ? "" : tree.textString(child)).isEqualTo(text);
      }
    }
    assertThat(plain).isGreaterThan(2 * all.size() - 20);
  }

  @Test
  void anyStringComesBackFromItsEncodedForm() {
    String[] parts = {
      "_",
      "x",
      "0041",
      "_x",
      "_x0041_",
      "_x005F_",
      "\u0001",
      "\uFFFF",
      "é",
      "-",
      "?>",
      "\r",
      " ",
      "]]>",
      "1F600_",
      "😀",
      "_x0001F600_",
      "_xFFFFFFFF_",
      "_xD800_",
      "_x_",
      "A"
    };
    SplittableRandom random = new SplittableRandom(42);
    for (int i = 0; i < 5_000; i++) {
      StringBuilder made = new StringBuilder();
      for (int n = random.nextInt(8); n >= 0; n--) {
        made.append(parts[random.nextInt(parts.length)]);
      }
      String text = made.toString();
      long root = element(text);
      add(root, Tape.ATTRIBUTE, text, text);
      add(root, Tape.COMMENT, "", text);
      add(root, Tape.INSTRUCTION, text, text);
      add(root, Tape.TEXT, "", text);
      List<String> events = Events.ofTree(tree, tree.root());
      byte[] xml = new XmlWriter(ENCODING).toBytes(tree, tree.root());
      tree.clear();
      assertThat(reader.parse(xml, tree)).as(new String(xml, UTF_8)).isEqualTo(Status.OK);
      assertThat(new XmlEscapes().decode(tree)).isEqualTo(Status.OK);
      assertThat(Events.ofTree(tree, tree.root())).isEqualTo(events);
    }
  }

  @Test
  void writingIntoAPooledTextAllocatesNothing() throws IOException {
    read(java.nio.file.Files.readAllBytes(Conformance.path("documents/twitter.xml")));
    XmlWriter compact = new XmlWriter();
    XmlWriter pretty = new XmlWriter(XmlStyle.PRETTY.withEncode(true));
    try (PooledString text = new PooledString(scope);
        OwnedTree owned = new OwnedTree(scope)) {
      assertThat(owned.copy(document, document.root(), ObjectTree.NO_NODE)).isGreaterThan(0);
      assertThat(
              Allocation.of(
                  () -> {
                    compact.write(document, document.root(), text);
                    text.destroy();
                    pretty.write(document, document.root(), text);
                    text.destroy();
                    compact.write(owned, owned.root(), text);
                    text.destroy();
                  }))
          .isZero();
    }
  }
}
