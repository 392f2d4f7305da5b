package dev.lkjagent.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Markus Kuhn's file of well-formed and malformed UTF-8, line by line, against the JDK. */
class Utf8TableTest {
  @Test
  void everyLineIsAcceptedExactlyIfTheJdkDecodesIt() {
    byte[] file = Conformance.read("json/utf8-kuhn/UTF-8-test.txt");
    int accepted = 0;
    int refused = 0;
    try (MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
        Document document = new Document(pool.root())) {
      JsonReader reader = new JsonReader();
      JsonStream stream = new JsonStream();
      for (int from = 0; from < file.length; ) {
        int to = from;
        while (to < file.length && file[to] != '\n') {
          to++;
        }
        byte[] json = quoted(file, from, to);
        boolean valid = decodes(json);
        Status expected = valid ? Status.OK : Status.MALFORMED;
        assertThat(reader.parse(json, document)).as("line at byte " + from).isEqualTo(expected);
        if (valid) {
          accepted++;
        } else {
          refused++;
          assertThat(reader.faultMessage()).contains("utf");
        }
        stream.begin(document);
        for (int i = 0; i < json.length; i++) {
          stream.feed(json, i, 1);
        }
        assertThat(stream.finish()).as("line at byte " + from).isEqualTo(expected);
        from = to + 1;
      }
    }
    assertThat(accepted).isGreaterThan(150);
    assertThat(refused).isGreaterThan(60);
  }

  private static byte[] quoted(byte[] file, int from, int to) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.write('"');
    for (int i = from; i < to; i++) {
      int b = file[i];
      if (b == '"' || b == '\\') {
        json.write('\\');
      }
      json.write(b >= 0 && b < ' ' ? ' ' : b);
    }
    json.write('"');
    return json.toByteArray();
  }

  private static boolean decodes(byte[] text) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
