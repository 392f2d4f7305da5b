package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JsonStreamTest {
  private final MemoryPool pool = MemoryPool.open(Pools.WIDE);
  private final Document document = new Document(pool.root());
  private final JsonWriter writer = new JsonWriter();

  @AfterEach
  void nothingIsLeft() {
    document.close();
    Pools.closeEmpty(pool);
  }

  /** The tree, or the fault and its place. */
  private String verdict(JsonReader reader, byte[] text) {
    Status status = reader.parse(text, document);
    return status == Status.OK ? nodes() : reader.faultMessage();
  }

  private String nodes() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < document.nodeCount(); i++) {
      long node = document.raw().tape()[document.tapeAt() + i];
      int length = Tape.isKey(node) ? Tape.keyLength(node) : Tape.length(node);
      out.append(Tape.kind(node)).append(':').append(Tape.offset(node)).append('+').append(length);
      out.append(' ');
    }
    return out.toString();
  }

  private String verdict(JsonStream stream, byte[] text, int... ends) {
    assertEquals(Status.OK, stream.begin(document));
    int from = 0;
    for (int end : ends) {
      stream.feed(text, from, end - from);
      from = end;
    }
    stream.feed(text, from, text.length - from);
    Status status = stream.finish();
    if (status != Status.OK) {
      assertEquals(ObjectTree.NO_NODE, document.root());
      return stream.faultMessage();
    }
    return nodes();
  }

  private static int[] everyByte(int length) {
    int[] ends = new int[length];
    for (int i = 0; i < length; i++) {
      ends[i] = i;
    }
    return ends;
  }

  @Test
  void everyRowOfTheManifestIsTheSameAtEverySplit() {
    JsonReader reader = new JsonReader();
    JsonStream stream = new JsonStream();
    for (Conformance.Row row : Conformance.manifest()) {
      byte[] text = row.text();
      String whole = verdict(reader, text);
      if (text.length <= 4_096) {
        assertEquals(whole, verdict(stream, text, everyByte(text.length)), row.id());
        for (int split = 0; split <= text.length; split++) {
          assertEquals(whole, verdict(stream, text, split), row.id());
        }
      } else {
        assertEquals(whole, verdict(stream, text, 1_000, 5_001, 9_002), row.id());
      }
    }
  }

  @Test
  void damagedTextsAreTheSameInAnyChunks() {
    long seed = 99;
    Texts texts = new Texts(seed);
    Random random = new Random(seed);
    JsonLimits tight = new JsonLimits(400, 6, 60, 20, 8);
    JsonReader[] readers = {new JsonReader(), new JsonReader(tight)};
    JsonStream[] streams = {new JsonStream(), new JsonStream(tight)};
    List<DuplicateNames> policies =
        List.of(DuplicateNames.KEEP, DuplicateNames.LAST_WINS, DuplicateNames.REJECT);
    for (int i = 0; i < 10_000; i++) {
      byte[] text = i % 4 == 0 ? texts.next() : texts.mutated();
      if (i % 5 == 0 && text.length > 0) {
        text[random.nextInt(text.length)] = (byte) random.nextInt();
      }
      int which = i & 1;
      DuplicateNames policy = policies.get(i % policies.size());
      String whole = verdict(readers[which].duplicateNames(policy), text);
      streams[which].duplicateNames(policy);
      int first = random.nextInt(text.length + 1);
      int second = first + random.nextInt(text.length - first + 1);
      String shown = "seed " + seed + ", " + first + "/" + second + ": " + new String(text, UTF_8);
      assertEquals(whole, verdict(streams[which], text, first, second), shown);
      assertEquals(whole, verdict(streams[which], text, everyByte(text.length)), shown);
    }
  }

  @Test
  void documentsAreTheSameInAnyChunks() {
    JsonReader reader = new JsonReader();
    JsonStream stream = new JsonStream();
    for (String name : Conformance.DOCUMENTS) {
      byte[] text = Conformance.document(name);
      String whole = verdict(reader, text);
      for (int size : new int[] {1_500, 65_536, 7}) {
        int[] ends = new int[text.length / size];
        for (int i = 0; i < ends.length; i++) {
          ends[i] = (i + 1) * size;
        }
        assertEquals(whole, verdict(stream, text, ends), name);
      }
    }
  }

  @Test
  void limitsAreTheSameInAnyChunks() {
    JsonLimits limits = new JsonLimits(40, 3, 9, 4, 5);
    JsonReader reader = new JsonReader(limits);
    JsonStream stream = new JsonStream(limits);
    for (String text :
        new String[] {
          "[[[[1]]]]",
          "{\"abcde\":1}",
          "{\"abcde\\",
          "{\"abcd",
          "{\"abcd\\u00",
          "123456",
          "12345",
          "12345e",
          "1234.",
          "12345.",
          "[1,2,3,4,5,6,7,8,9]",
          "[1,2,3,4,5,6,7,8,]",
          "[1,2,3,4,5,6,7,8,",
          " ".repeat(50),
          "[\"0123456789012345678901234567890123456\"",
          "\"01234567890123456789012345678901234567\" \n ",
          "\"01234567890123456789012345678901234567\"x",
          "[}0123456789012345678901234567890123456\"]",
          "1" + " ".repeat(39),
          "1" + " ".repeat(40),
          "[]\n\n x",
          "\u00ef",
          "\ufeff1",
          "\ufeff",
          "\u0000",
          "x\u0000",
        }) {
      byte[] bytes = text.getBytes(UTF_8);
      for (int split = 0; split <= bytes.length; split++) {
        assertEquals(verdict(reader, bytes), verdict(stream, bytes, split), text);
      }
      assertEquals(verdict(reader, bytes), verdict(stream, bytes, everyByte(bytes.length)), text);
    }
  }

  @Test
  void whatHasComeCanBeReadBeforeTheEnd() {
    byte[] text =
        "{\"name\":\"li\\u0062 日本\",\"n\":12,\"list\":[true,{\"x\":\"y\"}]}".getBytes(UTF_8);
    JsonStream stream = new JsonStream();
    stream.begin(document);
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < text.length; i++) {
      assertEquals(Status.OK, stream.feed(text, i, 1));
      stream.show();
      String now =
          document.root() == ObjectTree.NO_NODE
              ? ""
              : new String(writer.toBytes(document, document.root()), UTF_8);
      if (seen.isEmpty() || !seen.get(seen.size() - 1).equals(now)) {
        seen.add(now);
      }
    }
    assertThat(seen)
        .containsExactly(
            "{}",
            "{\"name\":\"\"}",
            "{\"name\":\"l\"}",
            "{\"name\":\"li\"}",
            "{\"name\":\"lib\"}",
            "{\"name\":\"lib \"}",
            "{\"name\":\"lib 日\"}",
            "{\"name\":\"lib 日本\"}",
            "{\"name\":\"lib 日本\",\"n\":12}",
            "{\"name\":\"lib 日本\",\"n\":12,\"list\":[]}",
            "{\"name\":\"lib 日本\",\"n\":12,\"list\":[true]}",
            "{\"name\":\"lib 日本\",\"n\":12,\"list\":[true,{}]}",
            "{\"name\":\"lib 日本\",\"n\":12,\"list\":[true,{\"x\":\"\"}]}",
            "{\"name\":\"lib 日本\",\"n\":12,\"list\":[true,{\"x\":\"y\"}]}");
    assertTrue(stream.isComplete());
  }

  @Test
  void completeMembersAreToldFromGrowingOnes() {
    JsonStream stream = new JsonStream();
    stream.begin(document);
    byte[] text = "{\"a\":\"done\",\"b\":[1],\"c\":[\"grow".getBytes(UTF_8);
    stream.feed(text, 0, text.length);
    stream.show();
    long root = document.root();
    long c = document.find(root, "c");
    assertFalse(stream.isComplete(root));
    assertTrue(stream.isComplete(document.find(root, "a")));
    assertTrue(stream.isComplete(document.find(root, "b")));
    assertFalse(stream.isComplete(c));
    assertFalse(stream.isComplete(document.child(c, 0)));
    assertEquals("grow", document.textString(document.child(c, 0)));
    stream.feed("n\"]}".getBytes(UTF_8), 0, 4);
    assertTrue(stream.isComplete());
    assertEquals(
        "grown", document.textString(document.child(document.find(document.root(), "c"), 0)));
  }

  @Test
  void theEndOfTheValueIsToldByTheByte() {
    JsonStream stream = new JsonStream();
    byte[] text = " {\"a\":1} [2] 34 \"5\"".getBytes(UTF_8);
    int from = 0;
    StringBuilder values = new StringBuilder();
    while (from < text.length) {
      stream.begin(document);
      stream.feed(text, from, text.length - from);
      if (!stream.isComplete()) {
        assertEquals(Status.OK, stream.finish());
      }
      values.append(from + stream.bytesUsed()).append(' ');
      values.append(new String(writer.toBytes(document, document.root()), UTF_8)).append(' ');
      from += stream.bytesUsed();
    }
    assertEquals("8 {\"a\":1} 12 [2] 15 34 19 \"5\" ", values.toString());
  }

  @Test
  void aLongTextByteByByteTakesLinearTime() {
    JsonStream stream = new JsonStream();
    long small = cpuOf(stream, 200_000);
    long large = 0;
    for (int round = 0; round < 3; round++) {
      small = Math.min(small, cpuOf(stream, 200_000));
      long now = cpuOf(stream, 1_600_000);
      large = round == 0 ? now : Math.min(large, now);
    }
    assertThat((double) large / small).isLessThan(32);
  }

  private long cpuOf(JsonStream stream, int length) {
    var threads = java.lang.management.ManagementFactory.getThreadMXBean();
    byte[] letter = {'x'};
    long before = threads.getCurrentThreadCpuTime();
    stream.begin(document);
    stream.feed("\"".getBytes(UTF_8), 0, 1);
    for (int i = 0; i < length; i++) {
      stream.feed(letter, 0, 1);
    }
    stream.feed("\"".getBytes(UTF_8), 0, 1);
    assertTrue(stream.isComplete());
    return threads.getCurrentThreadCpuTime() - before;
  }

  @Test
  void aSecondTextAllocatesNothing() {
    JsonStream stream = new JsonStream();
    for (String name : Conformance.DOCUMENTS) {
      byte[] text = Conformance.document(name);
      assertEquals(0, Allocation.of(() -> feed(stream, text, 1_000)), name);
      assertEquals(Status.OK, feed(stream, text, 1_000));
    }
    for (Conformance.Row row : Conformance.manifest()) {
      byte[] text = row.text();
      assertEquals(0, Allocation.of(() -> feed(stream, text, 1)), row.id());
      assertEquals(0, Allocation.of(() -> feed(stream, text, 1_000)), row.id());
    }
  }

  private Status feed(JsonStream stream, byte[] text, int chunk) {
    stream.begin(document);
    for (int from = 0; from < text.length; from += chunk) {
      stream.feed(text, from, Math.min(chunk, text.length - from));
    }
    return stream.finish();
  }

  @Test
  void aPoolThatRunsDryEndsTheTextAndLeavesNothing() {
    byte[] text = ("[" + "\"some text\",".repeat(500) + "1]").getBytes(UTF_8);
    int ok = 0;
    for (int bytes = 256; bytes < 200_000; bytes += 9_000) {
      try (Scope scope =
          pool.root().open("tight", Budget.builder().bytes(bytes).documentNodes(2_048).build())) {
        Document tight = new Document(scope);
        JsonStream stream = new JsonStream();
        Status status = stream.begin(tight);
        for (int i = 0; i < text.length && status == Status.OK; i += 100) {
          status = stream.feed(text, i, Math.min(100, text.length - i));
        }
        if (status == Status.OK) {
          ok++;
          tight.close();
        } else {
          assertEquals(status, stream.finish());
          assertThrows(IllegalStateException.class, stream::show);
        }
        assertEquals(0, scope.usedBytes());
        assertEquals(0, scope.usedDocumentNodes());
      }
    }
    assertThat(ok).isBetween(1, 20);
  }

  @Test
  void aStreamCanBeReusedAfterAnything() {
    JsonStream stream = new JsonStream();
    assertThrows(IllegalStateException.class, stream::finish);
    stream.begin(document);
    stream.feed("{\"half".getBytes(UTF_8), 0, 6);
    stream.begin(document);
    stream.feed("nope".getBytes(UTF_8), 0, 4);
    assertEquals(Status.MALFORMED, stream.feed("1".getBytes(UTF_8), 0, 1));
    assertEquals(JsonFault.BAD_LITERAL, stream.fault());
    stream.begin(document);
    stream.feed("[1]".getBytes(UTF_8), 0, 3);
    assertEquals(Status.OK, stream.finish());
    assertArrayEquals("[1]".getBytes(UTF_8), writer.toBytes(document, document.root()));
  }
}
