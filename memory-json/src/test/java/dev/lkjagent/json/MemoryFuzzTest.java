package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.json.jackson.JacksonTrees;
import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.image.Image;
import dev.lkjagent.memory.image.ImageException;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.Path;
import dev.lkjagent.memory.tree.PathSyntaxException;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;

/**
 * What must hold for any bytes that are taken for a path, a pool's spec, an image or a tree that
 * Jackson reads. The normal build runs the inputs that were kept; the profile {@code hunt} looks
 * for new ones.
 */
class MemoryFuzzTest {
  private final MemoryPool pool = MemoryPool.open(Pools.NARROW);
  private final Document document = new Document(pool.root());

  @AfterEach
  void nothingIsLeft() {
    document.close();
    Pools.closeEmpty(pool);
  }

  @FuzzTest
  void aPathIsRefusedOrFindsWhatItSays(byte[] text) {
    byte[] tree = "{\"a\":[{\"b.c\":1},2],\"\":{\"a/b\":3}}".getBytes(UTF_8);
    new JsonReader().parseOrThrow(tree, document);
    String shown = new String(text, UTF_8);
    try {
      Path.of(shown).find(document);
    } catch (PathSyntaxException e) {
      assertNotNull(e.getMessage());
    }
    try {
      Path.pointer(shown).find(document);
    } catch (PathSyntaxException e) {
      assertNotNull(e.getMessage());
    }
  }

  @FuzzTest
  void aSpecIsRefusedOrReadsBackTheSame(byte[] text) {
    PoolSpec spec;
    try {
      spec = PoolSpec.parse(new String(text, UTF_8));
    } catch (IllegalArgumentException e) {
      assertNotNull(e.getMessage());
      return;
    }
    assertEquals(spec, PoolSpec.parse(spec.toString()));
    assertNotNull(spec.footprint());
  }

  @FuzzTest
  void anImageIsRefusedOrThaws(byte[] bytes) {
    Image image = new Image();
    try (Scope scope = pool.root().open("thawed", Budget.UNLIMITED)) {
      image.load(bytes, 0, bytes.length);
      image.thaw(scope);
    } catch (ImageException | PoolExhaustedException e) {
      assertNotNull(e.getMessage());
    }
  }

  @FuzzTest
  void jacksonReadsATreeAsItReadsTheText(byte[] text) throws IOException {
    if (new JsonReader().parse(text, document) != Status.OK) {
      return;
    }
    ObjectMapper mapper = new ObjectMapper();
    JsonNode theirs;
    try {
      theirs = mapper.readTree(text);
    } catch (JsonProcessingException e) {
      return; // Beyond Jackson's limits, or one of the differences in docs/json.md.
    }
    try (JsonParser parser = JacksonTrees.parser(document, document.root(), mapper)) {
      assertEquals(theirs, mapper.readTree(parser));
    }
  }
}
