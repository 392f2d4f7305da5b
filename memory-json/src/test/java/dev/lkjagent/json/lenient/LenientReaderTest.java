package dev.lkjagent.json.lenient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lkjagent.json.JsonWriter;
import dev.lkjagent.json.lenient.LenientParser.Progress;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.NodeView;
import dev.lkjagent.memory.tree.ObjectTree;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LenientReaderTest {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final String REPLY =
      "<think>hm</think>Here:\n<agent><next_state>thinking</next_state>"
          + "<action><type>reply</type><value>1 < 2 & so on</value></action></agent> bye";

  private final MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
  private final LenientReader reader = new LenientReader(new LenientLimits(1 << 16, 4096, 64, 64));
  private final Document document = new Document(pool.root());

  @AfterEach
  void nothingIsLeft() {
    document.close();
    assertThat(pool.root().usedBytes()).isZero();
    assertThat(pool.root().usedDocumentNodes()).isZero();
    pool.close();
  }

  @Test
  void aWholeReplyIsReadIntoADocument() {
    byte[] bytes = ("xx" + REPLY).getBytes(UTF_8);
    assertThat(reader.parse(ReplyForm.REPLY, bytes, 2, bytes.length - 2, document))
        .isEqualTo(Status.OK);
    long root = document.root();
    assertThat(document.nameString(root)).isEqualTo("agent");
    long action = document.find(root, "action");
    long value = document.find(action, "value");
    assertThat(document.textString(document.firstChild(value))).isEqualTo("1 < 2 & so on");
    assertThat(reader.used()).isEqualTo(REPLY.indexOf(" bye"));
    assertThat(reader.repairs().toString())
        .isEqualTo("THINK_BLOCK@0, LEADING_TEXT@17, BARE_LESS_THAN@98, BARE_AMPERSAND@102");
    assertThat(reader.repairs().boldest()).isEqualTo(RepairCode.Boldness.NOTATION);
  }

  @Test
  void completionIsSignalledAtTheClosingTag() {
    byte[] bytes = REPLY.getBytes(UTF_8);
    int end = REPLY.indexOf(" bye");
    reader.begin(ReplyForm.REPLY);
    for (int i = 0; i < end; i++) {
      Progress progress = reader.feed(bytes, i, 1, document);
      assertThat(progress)
          .as("after byte %d", i)
          .isEqualTo(i < end - 1 ? Progress.MORE : Progress.COMPLETE);
    }
    assertThat(reader.used()).isEqualTo(end);
    assertThat(reader.feed(bytes, end, bytes.length - end, document)).isEqualTo(Progress.COMPLETE);
    assertThat(reader.end(document)).isEqualTo(Progress.COMPLETE);
    assertThat(reader.received()).isEqualTo(end);
  }

  @Test
  void completionIsSignalledAtTheClosingBrace() {
    byte[] bytes =
        "ok {\"next_state\": \"thinking\", \"action\": {\"type\": \"x\"}}".getBytes(UTF_8);
    reader.begin(ReplyForm.REPLY);
    for (int i = 0; i < bytes.length; i++) {
      assertThat(reader.feed(bytes, i, 1, document))
          .isEqualTo(i < bytes.length - 1 ? Progress.MORE : Progress.COMPLETE);
    }
    assertThat(document.textString(document.find(document.root(), "next_state")))
        .isEqualTo("thinking");
  }

  @Test
  void aGrowingTextCanBeReadBeforeItEnds() {
    reader.begin(ReplyForm.REPLY);
    assertThat(peek("")).isNull();
    assertThat(peek("<agent><next_state>thin")).isEqualTo("thin");
    assertThat(peek("king")).isEqualTo("thinking");
    assertThat(peek("</next_state><action><value>Na")).isEqualTo("Na");
    assertThat(peek("\u00efve".substring(0, 1))).isEqualTo("Na\u00ef");
    assertThat(peek("ve &lt; <![CDATA[ x ]")).isEqualTo(" x ");
    assertThat(peek("]></value></action></agent>")).isNull();
    assertThat(
            document.textString(document.firstChild(document.find(document.root(), "next_state"))))
        .isEqualTo("thinking");
  }

  @Test
  void limitsAreTheSameInAnyChunks() {
    for (String text :
        new String[] {
          "so <agent><a>1 & 2</a></agent> and more",
          "{\"a\": [1, 'b', {c: \"\\u0001\"}]} tail of it",
          "<think>x</think> <agent><a>b</a><agent><c>d</c></agent>...",
          "```json\n{\"next_state\": \"x\"}\n``` and prose",
          "nothing at all, only prose",
          "\"\u0001\u0002\u00e9\u0003\"",
          "   ",
        }) {
      byte[] bytes = text.getBytes(UTF_8);
      for (int most = 1; most <= bytes.length + 1; most++) {
        compareChunks(new LenientLimits(most, 4096, 64, 64), bytes);
      }
      for (int nodes = 1; nodes < 12; nodes++) {
        compareChunks(new LenientLimits(1 << 10, nodes, 64, 64), bytes);
      }
    }
  }

  private void compareChunks(LenientLimits limits, byte[] bytes) {
    LenientReader small = new LenientReader(limits);
    for (ReplyForm form : ReplyForm.values()) {
      small.parse(form, bytes, 0, bytes.length, document);
      String whole = verdict(small);
      for (int split = 0; split <= bytes.length; split++) {
        small.begin(form);
        small.feed(bytes, 0, split, document);
        small.feed(bytes, split, bytes.length - split, document);
        small.end(document);
        assertThat(verdict(small)).as("%s %s split at %d", limits, form, split).isEqualTo(whole);
      }
      small.begin(form);
      for (int i = 0; i < bytes.length; i++) {
        small.feed(bytes, i, 1, document);
      }
      small.end(document);
      assertThat(verdict(small)).as("%s %s bytewise", limits, form).isEqualTo(whole);
    }
  }

  private String verdict(LenientReader of) {
    String end = of.fault() == null ? NodeView.of(document).toString() + " used " + of.used() : "";
    return of.status() + " " + of.faultMessage() + of.faultOffset() + " " + of.repairs() + end;
  }

  /** The last text of the tree as far as it has come. */
  private String peek(String chunk) {
    try (Document so = new Document(pool.root())) {
      byte[] bytes = chunk.getBytes(UTF_8);
      reader.feed(bytes, 0, bytes.length, document);
      assertThat(reader.peek(so)).isEqualTo(Status.OK);
      long node = so.root();
      if (node == ObjectTree.NO_NODE) {
        return null;
      }
      while (so.firstChild(node) != ObjectTree.NO_NODE) {
        long child = so.firstChild(node);
        for (long next = child; next != ObjectTree.NO_NODE; next = so.next(node, next)) {
          child = next;
        }
        node = child;
      }
      return so.textString(node);
    }
  }

  @Test
  void everyChangeOfAStreamedValueIsSeen() throws Exception {
    Path file = Corpora.llmRepair().resolve("langchain_json.jsonl");
    assumeTrue(Files.exists(file), "no conformance data at " + file);
    int streams = 0;
    for (String line : Files.readAllLines(file)) {
      JsonNode row = Lenient.parse(line);
      if (!row.has("chunks")) {
        continue;
      }
      List<JsonNode> seen = new ArrayList<>();
      reader.begin(ReplyForm.ANY);
      for (JsonNode chunk : row.get("chunks")) {
        byte[] bytes = chunk.asText().getBytes(UTF_8);
        reader.feed(bytes, 0, bytes.length, document);
        note(seen);
      }
      List<JsonNode> wanted = new ArrayList<>();
      row.get("outputs").forEach(wanted::add);
      assertThat(seen).as(row.get("test").asText()).isEqualTo(wanted);
      streams++;
    }
    assertThat(streams).isEqualTo(7);
  }

  private void note(List<JsonNode> seen) {
    try (Document so = new Document(pool.root())) {
      reader.peek(so);
      if (so.root() == ObjectTree.NO_NODE) {
        return;
      }
      JsonNode tree = Lenient.parse(new String(new JsonWriter().toBytes(so, so.root()), UTF_8));
      if (seen.isEmpty() || !seen.get(seen.size() - 1).equals(tree)) {
        seen.add(tree);
      }
    }
  }

  @Test
  void peekingChangesNothing() throws Exception {
    LenientReader other = new LenientReader(new LenientLimits(1 << 16, 4096, 400, 64));
    LenientReader peeked = new LenientReader(new LenientLimits(1 << 16, 4096, 400, 64));
    try (Document calm = new Document(pool.root());
        Document so = new Document(pool.root())) {
      for (String reply : Corpora.replies()) {
        byte[] bytes = reply.getBytes(UTF_8);
        if (bytes.length > 2000) {
          continue;
        }
        peeked.begin(ReplyForm.ANY);
        for (int i = 0; i < bytes.length; i++) {
          peeked.feed(bytes, i, 1, document);
          assertThat(peeked.peek(so)).isEqualTo(Status.OK);
        }
        Progress progress = peeked.end(document);
        Status status = other.parse(ReplyForm.ANY, bytes, 0, bytes.length, calm);
        assertThat(progress == Progress.COMPLETE).as(reply).isEqualTo(status == Status.OK);
        assertThat(peeked.repairs().toString()).as(reply).isEqualTo(other.repairs().toString());
        assertThat(document.nodeCount()).isEqualTo(calm.nodeCount());
        for (int i = 0; i < calm.nodeCount(); i++) {
          assertThat(pool.raw().tape()[document.tapeAt() + i])
              .as("node %d of %s", i, reply)
              .isEqualTo(pool.raw().tape()[calm.tapeAt() + i]);
        }
      }
    }
  }

  @Test
  void aFaultLeavesTheDocumentEmptyAndSaysWhatToDo() {
    byte[] deep = "[".repeat(65).getBytes(UTF_8);
    assertThat(reader.parse(ReplyForm.ANY, deep, 0, deep.length, document)).isNotEqualTo(Status.OK);
    assertThat(reader.fault()).isEqualTo(LenientFault.TOO_DEEP);
    assertThat(reader.faultOffset()).isEqualTo(64);
    assertThat(reader.faultMessage()).contains("64", "maxDepth");
    assertThat(document.root()).isEqualTo(ObjectTree.NO_NODE);
    byte[] none = "nothing here".getBytes(UTF_8);
    assertThat(reader.parse(ReplyForm.REPLY, none, 0, none.length, document))
        .isNotEqualTo(Status.OK);
    assertThat(reader.fault()).isEqualTo(LenientFault.NO_BLOCK);
  }

  @Test
  void aReplyBeyondTheLimitsIsAFault() {
    byte[] long1 = ("\"" + "x".repeat(1 << 16) + "\"").getBytes(UTF_8);
    assertThat(reader.parse(ReplyForm.ANY, long1, 0, long1.length, document))
        .isNotEqualTo(Status.OK);
    assertThat(reader.fault()).isEqualTo(LenientFault.TOO_LARGE);
    reader.begin(ReplyForm.ANY);
    byte[] kilobyte = "x".repeat(1024).getBytes(UTF_8);
    for (int i = 0; i < 64; i++) {
      assertThat(reader.feed(kilobyte, 0, 1024, document)).isEqualTo(Progress.MORE);
    }
    assertThat(reader.feed(kilobyte, 0, 1024, document)).isEqualTo(Progress.FAULT);
    assertThat(reader.fault()).isEqualTo(LenientFault.TOO_LARGE);
    byte[] many = ("[" + "1,".repeat(5000) + "1]").getBytes(UTF_8);
    assertThat(reader.parse(ReplyForm.ANY, many, 0, many.length, document)).isNotEqualTo(Status.OK);
    assertThat(reader.fault()).isEqualTo(LenientFault.TOO_LARGE);
    assertThat(reader.faultMessage()).contains("4096 nodes", "maxNodes");
  }

  @Test
  void aPoolWithoutRoomIsNotTheRepliesFault() {
    byte[] many = ("[" + "1,".repeat(4000) + "1]").getBytes(UTF_8);
    try (MemoryPool tiny = MemoryPool.open(PoolSpec.SMALL.toBuilder().documentNodes(64).build());
        Document small = new Document(tiny.root())) {
      assertThat(reader.parse(ReplyForm.ANY, many, 0, many.length, small)).isNotEqualTo(Status.OK);
      assertThat(reader.fault()).isEqualTo(LenientFault.NO_ROOM);
      assertThat(reader.status()).isNotEqualTo(Status.OK);
      assertThat(tiny.root().usedBytes()).isZero();
    }
  }

  @Test
  void nothingIsAllocatedFromTheSecondReplyOn() throws Exception {
    List<byte[]> replies = new ArrayList<>();
    for (JsonNode row : Corpora.own()) {
      replies.add(row.get("reply").asText().getBytes(UTF_8));
    }
    ReplyForm[] forms = ReplyForm.values();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < replies.size(); i++) {
        byte[] reply = replies.get(i);
        ReplyForm form = forms[(i + round) % forms.length];
        reader.parse(form, reply, 0, reply.length, document);
        reader.begin(form);
        int half = reply.length / 2;
        reader.feed(reply, 0, half, document);
        reader.peek(document);
        reader.feed(reply, half, reply.length - half, document);
        reader.end(document);
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).as("bytes allocated by %d replies", 2 * replies.size()).isZero();
  }

  @Test
  void misuseIsRefused() {
    assertThatThrownBy(() -> reader.parse(ReplyForm.ANY, new byte[3], 1, 3, document))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new LenientLimits(0, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bytes 0");
    assertThatThrownBy(() -> reader.repairs().code(0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
