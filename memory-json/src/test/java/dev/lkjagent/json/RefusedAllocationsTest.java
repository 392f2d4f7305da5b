package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lkjagent.json.jackson.JacksonTrees;
import dev.lkjagent.json.lenient.LenientLimits;
import dev.lkjagent.json.lenient.LenientReader;
import dev.lkjagent.json.lenient.ReplyForm;
import dev.lkjagent.json.xml.XmlMapping;
import dev.lkjagent.json.xml.XmlOptions;
import dev.lkjagent.json.xml.XmlReader;
import dev.lkjagent.json.xml.XmlStream;
import dev.lkjagent.json.xml.XmlStyle;
import dev.lkjagent.json.xml.XmlWriter;
import dev.lkjagent.memory.AllocationFaults;
import dev.lkjagent.memory.CheckLevel;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolExhaustedException;
import dev.lkjagent.memory.PoolOptions;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.PooledString;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.OwnedTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever reads, maps or writes is refused each of its allocations in turn: it says so, leaves
 * nothing behind, and does its work when it is asked again.
 */
class RefusedAllocationsTest {
  private static final PoolSpec SPEC =
      PoolSpec.builder()
          .tier(16, 64)
          .tier(64, 64)
          .tier(256, 64)
          .tier(4096, 32)
          .tier(1 << 16, 8)
          .nodes(512)
          .documentNodes(1 << 14)
          .names(16)
          .indexEntries(64)
          .scopes(2)
          .build();

  private static final byte[] JSON =
      ("{\"a\":[1,2.50,true,null,{\"text\":\""
              + "long \\u00e9 \\\" ".repeat(30)
              + "\"},"
              + "{\"x\":\"y\"},".repeat(20)
              + "[]],\"b\":{\"c\":\"a text that is longer than a record has room for\"}}")
          .getBytes(UTF_8);

  private static final byte[] XML =
      ("<!-- first --><a x='1' y='a &lt; b, which is longer than a record'>"
              + "<b>one &amp; two <![CDATA[<three>]]></b><c/><?go there?>".repeat(20)
              + "z".repeat(700)
              + "</a>")
          .getBytes(UTF_8);

  private static final byte[] REPLY =
      ("so <agent><next_state>thinking</next_state>"
              + "<action><type>reply</type><value>1 < 2 & so on</value></action>".repeat(20)
              + "</agent>")
          .getBytes(UTF_8);

  /** Everything that a case may use, in a pool of its own. */
  private static final class Room {
    final Scope scope;
    final Document document;
    final Document source;
    final OwnedTree tree;
    final OwnedTree other;
    final PooledString text;
    final PooledString written;
    final List<AutoCloseable> more = new ArrayList<>();

    Room(Scope scope) {
      this.scope = scope;
      document = new Document(scope);
      source = new Document(scope);
      tree = new OwnedTree(scope);
      other = new OwnedTree(scope);
      text = new PooledString(scope);
      written = new PooledString(scope);
    }

    void empty() throws Exception {
      document.close();
      source.close();
      tree.close();
      other.close();
      text.close();
      written.close();
      for (AutoCloseable each : more) {
        each.close();
      }
    }
  }

  private static boolean ok(Status status) {
    assertThat(status).isNotEqualTo(Status.MALFORMED);
    return status == Status.OK;
  }

  private static Document readSource(Room room, byte[] text) {
    boolean xml = text[0] == '<';
    assertThat(xml ? new XmlReader(XmlOptions.KEEP_ALL).parse(text, room.source) : null)
        .isIn(Status.OK, null);
    if (!xml) {
      new JsonReader().parseOrThrow(text, room.source);
    }
    return room.source;
  }

  private static BooleanSupplier jsonStream(Room room) {
    JsonStream stream = new JsonStream();
    return () -> {
      Status status = stream.begin(room.document);
      for (int i = 0; i < JSON.length && status == Status.OK; i++) {
        status = stream.feed(JSON, i, 1);
      }
      return ok(status == Status.OK ? stream.finish() : status);
    };
  }

  private static BooleanSupplier xmlStream(Room room) {
    XmlStream stream = new XmlStream(room.scope, XmlOptions.KEEP_ALL, XmlStream.Until.INPUT_ENDS);
    room.more.add(stream);
    return () -> {
      stream.begin();
      for (int i = 0; i < XML.length; i++) {
        stream.feed(XML, i, 1);
      }
      return stream.end() == XmlStream.State.COMPLETE;
    };
  }

  private static BooleanSupplier lenient(Room room, boolean pieces) {
    LenientReader reader = new LenientReader(new LenientLimits(1 << 12, 1 << 10, 64, 64));
    return () -> {
      if (!pieces) {
        return ok(reader.parse(ReplyForm.REPLY, REPLY, 0, REPLY.length, room.document));
      }
      reader.begin(ReplyForm.REPLY);
      Status status = Status.OK;
      for (int i = 0; i < REPLY.length && status == Status.OK; i++) {
        reader.feed(REPLY, i, 1, room.document);
        if (i == REPLY.length / 2) {
          status = reader.peek(room.document);
        }
      }
      reader.end(room.document);
      return ok(status) && ok(reader.status());
    };
  }

  private interface Reading {
    Status read() throws IOException;
  }

  private static BooleanSupplier reading(Reading reading) {
    return () -> {
      try {
        return ok(reading.read());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static BooleanSupplier mapping(Room room, byte[] text, XmlMapping.Form form) {
    Document source = readSource(room, text);
    XmlMapping mapping = new XmlMapping();
    return () ->
        ok(
            text[0] == '<'
                ? mapping.toJson(source, source.root(), room.tree, form)
                : mapping.toXml(source, source.root(), room.tree, form));
  }

  private static BooleanSupplier generator(Room room) {
    ObjectMapper mapper = new ObjectMapper();
    return () -> {
      try {
        JacksonTrees.write(mapper, mapper.readTree(JSON), room.tree);
        return true;
      } catch (PoolExhaustedException e) {
        return false;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static Map<String, BooleanSupplier> cases(Room room) {
    JsonReader json = new JsonReader();
    XmlReader xml = new XmlReader(XmlOptions.KEEP_ALL);
    Map<String, BooleanSupplier> all = new LinkedHashMap<>();
    all.put("json to document", reading(() -> json.parse(JSON, room.document)));
    all.put("json to tree", reading(() -> json.parse(JSON, room.tree)));
    all.put(
        "json stream to document",
        reading(() -> json.parse(new ByteArrayInputStream(JSON), room.document)));
    all.put(
        "json channel to document",
        reading(
            () -> json.parse(Channels.newChannel(new ByteArrayInputStream(JSON)), room.document)));
    all.put("json in chunks", jsonStream(room));
    all.put("xml to document", reading(() -> xml.parse(XML, room.document)));
    all.put("xml to tree", reading(() -> xml.parse(XML, room.tree)));
    all.put("xml in chunks", xmlStream(room));
    all.put("reply", lenient(room, false));
    all.put("reply in chunks", lenient(room, true));
    all.put("json by jackson", generator(room));
    return all;
  }

  private static Map<String, BooleanSupplier> casesOfTrees(Room room, String name) {
    Map<String, BooleanSupplier> all = new LinkedHashMap<>();
    for (XmlMapping.Form form : XmlMapping.Form.values()) {
      for (byte[] text : new byte[][] {JSON, XML}) {
        String title = (text == XML ? "xml to json " : "json to xml ") + form;
        all.put(title, title.equals(name) ? mapping(room, text, form) : () -> true);
      }
    }
    if (name.equals("json written")) {
      readSource(room, JSON);
    } else if (name.equals("xml written")) {
      readSource(room, XML);
    }
    JsonWriter json = new JsonWriter();
    XmlWriter xml = new XmlWriter(XmlStyle.PRETTY);
    Document source = room.source;
    all.put("json written", () -> ok(json.write(source, source.root(), room.written)));
    all.put("xml written", () -> ok(xml.write(source, source.root(), room.written)));
    return all;
  }

  static Stream<String> names() throws Exception {
    try (MemoryPool pool = MemoryPool.open(SPEC)) {
      Room room = new Room(pool.root());
      List<String> names = new ArrayList<>(cases(room).keySet());
      names.addAll(casesOfTrees(room, "").keySet());
      room.empty();
      return names.stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void aRefusedAllocationLeavesNothingBehind(String name) throws Exception {
    AllocationFaults faults = new AllocationFaults();
    int refused = 0;
    for (int n = 1; ; n++) {
      try (MemoryPool pool =
          MemoryPool.open(
              SPEC, PoolOptions.builder().faults(faults).checks(CheckLevel.PARANOID).build())) {
        Scope root = pool.root();
        Room room = new Room(root);
        Map<String, BooleanSupplier> simple = cases(room);
        BooleanSupplier operation =
            simple.containsKey(name) ? simple.get(name) : casesOfTrees(room, name).get(name);
        long bytes = root.usedBytes();
        long nodes = root.usedNodes();
        long documentNodes = root.usedDocumentNodes();
        faults.refuse(n);
        boolean done = operation.getAsBoolean();
        boolean struck = faults.happened();
        faults.refuse(0);
        pool.verify();
        if (!struck) {
          assertThat(done).isTrue();
          room.empty();
          Pools.closeEmpty(pool);
          break;
        }
        refused++;
        if (!done) {
          room.document.clear();
          assertThat(root.usedBytes()).as("bytes after refusal %d", n).isEqualTo(bytes);
          assertThat(root.usedNodes()).as("nodes after refusal %d", n).isEqualTo(nodes);
          assertThat(root.usedDocumentNodes())
              .as("document nodes after refusal %d", n)
              .isEqualTo(documentNodes);
          assertThat(operation.getAsBoolean()).as("again after refusal %d", n).isTrue();
        }
        room.empty();
        Pools.closeEmpty(pool);
      }
    }
    assertThat(refused).isPositive();
  }
}
