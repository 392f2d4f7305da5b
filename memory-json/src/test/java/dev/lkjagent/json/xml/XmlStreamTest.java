package dev.lkjagent.json.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lkjagent.json.Allocation;
import dev.lkjagent.json.xml.XmlStream.State;
import dev.lkjagent.json.xml.XmlStream.Until;
import dev.lkjagent.memory.Budget;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.Scope;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.ObjectTree;
import dev.lkjagent.memory.tree.Path;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlStreamTest {
  private final MemoryPool pool = Pools.open();
  private final Scope scope = pool.root().open("test", Budget.UNLIMITED);
  private final XmlReader reader = new XmlReader(XmlOptions.KEEP_ALL);
  private final Document whole = new Document(scope);
  private final XmlStream stream = new XmlStream(scope, XmlOptions.KEEP_ALL, Until.INPUT_ENDS);

  @AfterEach
  void nothingIsLeft() {
    stream.close();
    whole.close();
    Pools.assertNothingIsLeft(scope);
    pool.close();
  }

  private static State feed(XmlStream stream, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return stream.feed(bytes, 0, bytes.length);
  }

  private void agrees(byte[] source, SplittableRandom random, int longest) {
    boolean accepted = reader.parse(source, whole) == Status.OK;
    stream.begin();
    int fed = 0;
    while (fed < source.length && stream.state() == State.MORE) {
      int length = Math.min(source.length - fed, 1 + random.nextInt(longest));
      stream.feed(source, fed, length);
      fed += length;
    }
    State state = stream.end();
    assertThat(state == State.COMPLETE).as(new String(source, UTF_8)).isEqualTo(accepted);
    assertThat(stream.fault()).isEqualTo(reader.fault());
    assertThat(stream.faultMessage()).isEqualTo(reader.faultMessage());
    if (accepted) {
      assertThat(stream.used()).isEqualTo(source.length);
      Document streamed = stream.document();
      assertThat(Events.ofTree(streamed, streamed.root()))
          .isEqualTo(Events.ofTree(whole, whole.root()));
      assertThat(streamed.nodeCount()).isEqualTo(whole.nodeCount());
    }
  }

  @Test
  void piecesGiveTheTreeOrTheFaultOfTheWhole() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    java.nio.file.Path xml = Conformance.path("xml");
    for (String file : new String[] {"dev.wf.jsonl", "dev.not-wf.jsonl"}) {
      for (JsonNode row : Conformance.rows(xml.resolve(file))) {
        agrees(Files.readAllBytes(xml.resolve(row.get("file").asText())), random, 9);
      }
    }
    for (int seed = 0; seed < 400; seed++) {
      GeneratedXml generated = new GeneratedXml(seed);
      agrees(generated.document(), random, 1 + seed % 7);
      agrees(generated.damaged(generated.document()), random, 1 + seed % 7);
    }
    agrees(Files.readAllBytes(Conformance.path("documents/twitter.xml")), random, 5_000);
    agrees(new byte[0], random, 1);
  }

  @Test
  void whatHasArrivedCanBeRead() {
    feed(stream, "<agent><action><type>reply</type><value>The ans");
    Document document = stream.document();
    long type = Path.of("action.type").find(document);
    assertThat(document.textString(document.firstChild(type))).isEqualTo("reply");
    long value = Path.of("action.value").find(document);
    assertThat(document.textString(document.firstChild(value))).isEqualTo("The ans");
    feed(stream, "wer is &l");
    stream.document();
    assertThat(document.textString(document.firstChild(value))).isEqualTo("The answer is ");
    feed(stream, "t; 4");
    stream.document();
    assertThat(document.textString(document.firstChild(value))).isEqualTo("The answer is < 4");
    assertThat(feed(stream, "2</value></action></agent>\n")).isEqualTo(State.MORE);
    assertThat(stream.end()).isEqualTo(State.COMPLETE);
    assertThat(document.textString(document.firstChild(value))).isEqualTo("The answer is < 42");
    assertThat(document.textString(document.firstChild(type))).isEqualTo("reply");
  }

  @Test
  void everyBeginningReadsAsABeginning() {
    for (int seed = 0; seed < 60; seed++) {
      byte[] source = new GeneratedXml(seed).document();
      assertThat(reader.parse(source, whole)).isEqualTo(Status.OK);
      List<String> all = Events.ofTree(whole, whole.root());
      stream.begin();
      for (int i = 0; i < source.length; i++) {
        stream.feed(source, i, 1);
        Document part = stream.document();
        if (part.root() == ObjectTree.NO_NODE) {
          continue;
        }
        List<String> events = Events.ofTree(part, part.root());
        while (!events.isEmpty() && events.get(events.size() - 1).startsWith("E ")) {
          events.remove(events.size() - 1);
        }
        String last = events.remove(events.size() - 1);
        assertThat(all.subList(0, events.size())).as("seed %d, byte %d", seed, i).isEqualTo(events);
        String same = all.get(events.size());
        assertThat(same).as("seed %d, byte %d", seed, i).startsWith(last);
      }
      assertThat(stream.end()).isEqualTo(State.COMPLETE);
    }
  }

  @Test
  void aReplyEndsWithItsRootElement() {
    String reply = "<?xml version='1.0'?><agent a='1'>é<b/></agent>";
    byte[] bytes = (reply + " and then <more").getBytes(UTF_8);
    int length = reply.getBytes(UTF_8).length;
    try (XmlStream replies = new XmlStream(scope, XmlOptions.DEFAULT, Until.ROOT_ENDS)) {
      for (int split = 0; split < bytes.length; split++) {
        replies.begin();
        State first = replies.feed(bytes, 0, split);
        assertThat(first).isEqualTo(split < length ? State.MORE : State.COMPLETE);
        assertThat(replies.feed(bytes, split, bytes.length - split)).isEqualTo(State.COMPLETE);
        assertThat(replies.used()).isEqualTo(length);
        assertThat(replies.document().textLength()).isEqualTo(length);
        assertThat(replies.end()).isEqualTo(State.COMPLETE);
        Document document = replies.document();
        assertThat(Events.ofTree(document, document.root()))
            .containsExactly("S agent [a=1]", "T é", "S b", "E b", "E agent");
      }
    }
  }

  @Test
  void aRefusalReturnsEverythingAtOnce() {
    feed(stream, "<a><b>");
    assertThat(scope.usedBytes()).isPositive();
    assertThat(feed(stream, "</a>")).isEqualTo(State.REFUSED);
    assertThat(stream.fault()).isEqualTo(XmlFault.MISMATCHED_TAG);
    assertThat(stream.faultOffset()).isEqualTo(6);
    assertThat(stream.faultColumn()).isEqualTo(7);
    Pools.assertNothingIsLeft(scope);
    assertThat(feed(stream, "</b>")).isEqualTo(State.REFUSED);
    assertThat(stream.document().root()).isEqualTo(ObjectTree.NO_NODE);
    stream.begin();
    feed(stream, "<a");
    scope.clear();
    assertThatThrownBy(() -> feed(stream, "/>"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("begin()");
  }

  @Test
  void limitsHoldForStreamsToo() {
    XmlLimits narrow = XmlLimits.DEFAULT.withMaxBytes(20).withMaxNodes(40);
    try (XmlStream limited =
        new XmlStream(scope, XmlOptions.DEFAULT.withLimits(narrow), Until.INPUT_ENDS)) {
      assertThat(feed(limited, "<a>0123456789")).isEqualTo(State.MORE);
      assertThat(feed(limited, "01234567</a>")).isEqualTo(State.REFUSED);
      assertThat(limited.fault()).isEqualTo(XmlFault.TOO_LARGE);
      assertThat(limited.faultOffset()).isEqualTo(20);
    }
    XmlLimits few = XmlLimits.DEFAULT.withMaxNodes(100);
    try (XmlStream limited =
        new XmlStream(scope, XmlOptions.DEFAULT.withLimits(few), Until.INPUT_ENDS)) {
      feed(limited, "<a>");
      for (int i = 0; i < 49; i++) {
        assertThat(feed(limited, "<b/>"))
            .as("element %d %s", i, limited.faultMessage())
            .isEqualTo(State.MORE);
      }
      assertThat(feed(limited, "<b/>")).isEqualTo(State.REFUSED);
      assertThat(limited.fault()).isEqualTo(XmlFault.TOO_MANY_NODES);
    }
  }

  @Test
  void whereverThePoolRunsDryNothingIsLeft() {
    SplittableRandom random = new SplittableRandom(5);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      StringBuilder made = new StringBuilder("<root>");
      for (int n = random.nextInt(200); n >= 0; n--) {
        made.append("<item key='value'>some text</item>");
      }
      byte[] source = made.append("</root>").toString().getBytes(UTF_8);
      Budget budget =
          Budget.builder()
              .bytes(random.nextInt(60_000))
              .documentNodes(random.nextInt(1_500))
              .build();
      try (Scope narrow = pool.root().open("narrow", budget);
          XmlStream tight = new XmlStream(narrow, XmlOptions.DEFAULT, Until.INPUT_ENDS)) {
        for (int at = 0; at < source.length && tight.state() == State.MORE; at += 50) {
          tight.feed(source, at, Math.min(50, source.length - at));
          tight.document();
        }
        if (tight.end() == State.REFUSED) {
          refused++;
          assertThat(tight.fault()).isNull();
          assertThat(tight.status()).isNotIn(Status.OK, Status.MALFORMED);
          Pools.assertNothingIsLeft(narrow);
        }
      }
    }
    assertThat(refused).isBetween(50, 290);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "<a>#",
        "<a b='#",
        "<a><!--#",
        "<a><![CDATA[#",
        "<?p #",
        "<# ",
        "<a # ",
        "<a>&# ",
        "<a>&#x#",
        "<a ~",
        "<a b~",
        "<a b=~",
        "<a></a~",
        "<?xml~",
        "~",
        "<a>]#",
        "<a>&#~"
      })
  void aPieceCostsTheSameHoweverMuchCameBefore(String beginning) {
    int place =
        Math.max(
            beginning.indexOf('#', beginning.endsWith("#") ? beginning.length() - 1 : 0),
            beginning.indexOf('~'));
    String before = beginning.substring(0, place);
    byte[] filler = new byte[1];
    filler[0] = (byte) (beginning.charAt(place) == '~' ? ' ' : before.endsWith("&#x") ? '0' : 'n');
    XmlLimits wide = XmlLimits.DEFAULT.withMaxNameBytes(1 << 20);
    try (XmlStream slow =
        new XmlStream(scope, XmlOptions.KEEP_ALL.withLimits(wide), Until.INPUT_ENDS)) {
      long few = Long.MAX_VALUE;
      long many = Long.MAX_VALUE;
      for (int i = 0; i < 4; i++) {
        few = Math.min(few, cpuTime(slow, before, filler, 25_000));
        many = Math.min(many, cpuTime(slow, before, filler, 200_000));
      }
      assertThat(many).as("%d ns for eight times what took %d ns", many, few).isLessThan(24 * few);
    }
  }

  private static long cpuTime(XmlStream stream, String before, byte[] filler, int count) {
    stream.begin();
    feed(stream, before);
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < count; i++) {
      stream.feed(filler, 0, 1);
    }
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
  }

  @Test
  void streamingAllocatesNothing() throws IOException {
    byte[] source = Files.readAllBytes(Conformance.path("documents/twitter.xml"));
    assertThat(
            Allocation.of(
                () -> {
                  stream.begin();
                  for (int at = 0; at < source.length; at += 1_000) {
                    stream.feed(source, at, Math.min(1_000, source.length - at));
                    stream.document();
                  }
                  stream.end();
                }))
        .isZero();
    assertThat(stream.state()).isEqualTo(State.COMPLETE);
  }
}
