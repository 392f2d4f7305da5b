package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.json.jackson.JacksonTrees;
import dev.lkjagent.json.lenient.LenientReader;
import dev.lkjagent.json.lenient.ReplyForm;
import dev.lkjagent.json.xml.XmlMapping;
import dev.lkjagent.json.xml.XmlReader;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Path;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of the package pages work, and are the ones on the pages. */
class PackagePageTest {
  private String seen = "";

  private void show(Object text) {
    seen += text;
  }

  @Test
  void jsonIsReadAndAPathFindsAValue() {
    // json
    byte[] text = "{\"todo\":[\"read\",\"write\"]}".getBytes(UTF_8);
    JsonReader reader = new JsonReader();
    Path second = Path.of("todo[1]");
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
        Document document = new Document(pool.root())) {
      if (reader.parse(text, document) == Status.OK) {
        show(document.textString(second.find(document)));
      } else {
        show(reader.faultMessage());
      }
    }
    // end
    assertThat(seen).isEqualTo("write");
  }

  @Test
  void xmlIsReadAndMappedToJson() {
    // json/xml
    byte[] text = "<user id='7'><name>Ada</name></user>".getBytes(UTF_8);
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
        Document xml = new Document(pool.root());
        OwnedTree json = new OwnedTree(pool.root())) {
      new XmlReader().parseOrThrow(text, xml);
      new XmlMapping().toJson(xml, xml.root(), json, XmlMapping.Form.SIMPLE);
      show(new String(new JsonWriter().toBytes(json, json.root()), UTF_8));
    }
    // end
    assertThat(seen).isEqualTo("{\"user\":{\"@id\":\"7\",\"name\":\"Ada\"}}");
  }

  @Test
  void aReplyIsReadAndItsRepairsAreListed() {
    // json/lenient
    byte[] reply = "Sure: <agent><next_state>thinking</next_state>".getBytes(UTF_8);
    LenientReader reader = new LenientReader();
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
        Document document = new Document(pool.root())) {
      if (reader.parse(ReplyForm.REPLY, reply, 0, reply.length, document) == Status.OK) {
        long state = document.find(document.root(), "next_state");
        show(document.textString(document.firstChild(state)));
      }
      show(reader.repairs().isEmpty() ? ", as it was" : ", after repairs");
    }
    // end
    assertThat(seen).isEqualTo("thinking, after repairs");
  }

  @Test
  void aRecordGoesThroughATree() throws IOException {
    // json/jackson
    record Task(String name, int hours) {}
    ObjectMapper mapper = new ObjectMapper();
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
        OwnedTree tree = new OwnedTree(pool.root())) {
      JacksonTrees.write(mapper, new Task("read", 2), tree);
      show(JacksonTrees.read(mapper, tree, tree.root(), Task.class));
    }
    // end
    assertThat(seen).isEqualTo("Task[name=read, hours=2]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "json/xml", "json/lenient", "json/jackson"})
  void anExampleIsTheOneOnThePage(String name) throws IOException {
    String root = "java/dev/lkjagent/";
    String page =
        Files.readString(java.nio.file.Path.of("src/main", root, name, "package-info.java"));
    String test =
        Files.readString(java.nio.file.Path.of("src/test", root, "json/PackagePageTest.java"));
    String onPage = between(page, "<pre>{@code", "}</pre>").replace("System.out.println", "show");
    assertThat(lines(onPage.replaceAll("(?m)^ \\*", "")))
        .isEqualTo(lines(between(test, "// " + name + "\n", "    // end")));
  }

  private static String between(String text, String from, String to) {
    int start = text.indexOf(from) + from.length();
    return text.substring(start, text.indexOf(to, start));
  }

  private static String lines(String code) {
    return code.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
