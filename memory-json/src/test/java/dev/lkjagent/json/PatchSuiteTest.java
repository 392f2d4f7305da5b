package dev.lkjagent.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.OwnedTree;
import dev.lkjagent.memory.tree.Path;
import dev.lkjagent.memory.tree.Tape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The pointers (RFC 6901) and the edits of the tests of JSON Patch, as far as paths can do them.
 */
class PatchSuiteTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
  private final Document document = new Document(pool.root());
  private final OwnedTree tree = new OwnedTree(pool.root());
  private final JsonReader reader = new JsonReader();
  private final JsonWriter writer = new JsonWriter();

  @AfterEach
  void nothingIsLeft() {
    document.close();
    tree.close();
    Pools.closeEmpty(pool);
  }

  private static List<JsonNode> tests() throws IOException {
    List<JsonNode> tests = new ArrayList<>();
    for (String file : List.of("spec_tests.json", "tests.json")) {
      MAPPER.readTree(Conformance.read("json/json-patch-tests/" + file)).forEach(tests::add);
    }
    tests.removeIf(test -> !test.has("doc") || test.path("disabled").asBoolean());
    return tests;
  }

  @Test
  void everyPointerFindsWhatJacksonFinds() throws IOException {
    int found = 0;
    int missing = 0;
    for (JsonNode test : tests()) {
      JsonNode doc = test.get("doc");
      byte[] text = MAPPER.writeValueAsBytes(doc);
      assertThat(reader.parse(text, document)).isEqualTo(Status.OK);
      assertThat(reader.parse(text, tree)).isEqualTo(Status.OK);
      List<String> pointers = new ArrayList<>(test.get("patch").findValuesAsText("path"));
      pointers.addAll(test.get("patch").findValuesAsText("from"));
      for (String pointer : pointers) {
        if (!pointer.isEmpty() && pointer.charAt(0) != '/') {
          continue;
        }
        JsonNode expected = doc.at(JsonPointer.compile(pointer));
        for (ObjectTree of : List.of(document, tree)) {
          long node = Path.pointer(pointer).find(of);
          if (expected.isMissingNode()) {
            missing++;
            assertThat(node).as(pointer + " in " + doc).isEqualTo(ObjectTree.NO_NODE);
          } else {
            found++;
            assertThat(node).as(pointer + " in " + doc).isNotEqualTo(ObjectTree.NO_NODE);
            assertThat(MAPPER.readTree(writer.toBytes(of, node))).isEqualTo(expected);
          }
        }
      }
      tree.clear();
    }
    assertThat(found).isGreaterThan(100);
    assertThat(missing).isGreaterThan(40);
  }

  @Test
  void singleEditsOfScalarsGiveWhatThePatchGives() throws IOException {
    int edits = 0;
    for (JsonNode test : tests()) {
      JsonNode patch = test.get("patch");
      if (!test.has("expected") || patch.size() != 1) {
        continue;
      }
      JsonNode edit = patch.get(0);
      String pointer = edit.path("path").asText();
      JsonNode doc = test.get("doc");
      if (pointer.isEmpty() || !isAnEditByPath(edit, doc, pointer)) {
        continue;
      }
      assertThat(reader.parse(MAPPER.writeValueAsBytes(doc), tree)).isEqualTo(Status.OK);
      Path path = Path.pointer(pointer);
      if (edit.get("op").asText().equals("remove")) {
        assertThat(tree.remove(path)).isEqualTo(Status.OK);
      } else {
        JsonNode value = edit.get("value");
        byte[] text = value.asText().getBytes(StandardCharsets.UTF_8);
        assertThat(tree.set(path, kind(value), text, 0, text.length)).isNotNegative();
      }
      assertThat(MAPPER.readTree(writer.toBytes(tree, tree.root())))
          .as(test.toString())
          .isEqualTo(test.get("expected"));
      tree.clear();
      edits++;
    }
    assertThat(edits).isGreaterThan(15);
  }

  /** A patch inserts into an array where a path would replace. */
  private static boolean isAnEditByPath(JsonNode edit, JsonNode doc, String pointer) {
    JsonNode value = edit.path("value");
    boolean intoObject = doc.at(JsonPointer.compile(pointer).head()).isObject();
    return switch (edit.path("op").asText()) {
      case "remove" -> true;
      case "replace" -> value.isValueNode();
      case "add" -> value.isValueNode() && (intoObject || pointer.endsWith("/-"));
      default -> false;
    };
  }

  private static int kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> Tape.STRING;
      case NUMBER -> Tape.NUMBER;
      case BOOLEAN -> value.asBoolean() ? Tape.TRUE : Tape.FALSE;
      default -> Tape.NULL;
    };
  }
}
