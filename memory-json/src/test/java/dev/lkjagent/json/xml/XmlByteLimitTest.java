package dev.lkjagent.json.xml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lkjagent.json.Allocation;
import dev.lkjagent.json.xml.XmlStream.State;
import dev.lkjagent.json.xml.XmlStream.Until;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However a text comes, the limit of its bytes is met at the same byte, or not at all. */
class XmlByteLimitTest {
  private static final long SEED = Long.getLong("lkjagent.seed", 20261128L);
  private static final byte[] MORE = "\n<!-- \u00e9 --><\u00d7".getBytes(StandardCharsets.UTF_8);

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final MemoryPool pool = Pools.open();
  private final Document whole = new Document(pool.root());
  private final Map<Until, XmlStream> unlimited = new EnumMap<>(Until.class);
  private int wrongBefore;
  private int endedBefore;
  private int tooLarge;

  XmlByteLimitTest() {
    for (Until until : Until.values()) {
      unlimited.put(until, new XmlStream(pool.root(), XmlOptions.KEEP_ALL, until));
    }
  }

  @AfterEach
  void nothingIsLeft() {
    unlimited.values().forEach(XmlStream::close);
    whole.close();
    Pools.assertNothingIsLeft(pool.root());
    pool.close();
  }

  @Test
  void theLimitIsMetAtTheSameByteHoweverTheTextComes() throws IOException {
    java.nio.file.Path xml = Conformance.path("xml");
    for (String file : new String[] {"dev.wf.jsonl", "dev.not-wf.jsonl"}) {
      for (JsonNode row : Conformance.rows(xml.resolve(file))) {
        byte[] text = Files.readAllBytes(xml.resolve(row.get("file").asText()));
        agrees(text);
        agrees(new GeneratedXml(random.nextLong()).damaged(text.length == 0 ? MORE : text));
      }
    }
    for (int i = 0; i < 100; i++) {
      GeneratedXml generated = new GeneratedXml(random.nextLong());
      byte[] text = generated.document();
      agrees(text);
      agrees(generated.damaged(text));
      byte[] longer = Arrays.copyOf(text, text.length + MORE.length);
      System.arraycopy(MORE, 0, longer, text.length, MORE.length);
      agrees(longer);
    }
    assertThat(wrongBefore).isGreaterThan(500);
    assertThat(endedBefore).isGreaterThan(500);
    assertThat(tooLarge).isGreaterThan(500);
  }

  @Test
  void aTextThatIsTooLongAllocatesNothing() {
    byte[] text = "<a><b>some text</b></a>".getBytes(StandardCharsets.UTF_8);
    XmlOptions options =
        XmlOptions.DEFAULT.withLimits(XmlLimits.DEFAULT.withMaxBytes(text.length - 2));
    XmlReader reader = new XmlReader(options);
    assertThat(Allocation.of(() -> reader.parse(text, whole))).isZero();
    assertThat(reader.fault()).isEqualTo(XmlFault.TOO_LARGE);
    try (XmlStream stream = new XmlStream(pool.root(), options, Until.ROOT_ENDS)) {
      assertThat(Allocation.of(() -> feed(stream, text, text.length))).isZero();
      assertThat(stream.fault()).isEqualTo(XmlFault.TOO_LARGE);
    }
  }

  private void agrees(byte[] text) {
    for (Until until : Until.values()) {
      XmlStream all = unlimited.get(until);
      feed(all, text, text.length);
      all.end();
      int place = all.state() == State.REFUSED ? all.faultOffset() : all.used();
      int n = text.length;
      IntStream.of(n - 1, n, place - 1, place, place + 1, place + 3, random.nextInt(n + 1))
          .filter(limit -> limit > 0)
          .distinct()
          .forEach(limit -> agrees(text, until, limit));
    }
  }

  private void agrees(byte[] text, Until until, int limit) {
    String expected = expected(text, until, limit);
    XmlOptions options = XmlOptions.KEEP_ALL.withLimits(XmlLimits.DEFAULT.withMaxBytes(limit));
    try (XmlStream stream = new XmlStream(pool.root(), options, until)) {
      @Nullable String message = null;
      for (int longest : new int[] {text.length, 1, 9}) {
        feed(stream, text, longest);
        stream.end();
        assertThat(outcome(stream))
            .as(
                "seed %d, pieces of %d, at most %d of %s",
                SEED, longest, limit, new String(text, StandardCharsets.UTF_8))
            .isEqualTo(expected);
        assertThat(message == null ? stream.faultMessage() : message)
            .isEqualTo(stream.faultMessage());
        message = stream.faultMessage();
      }
      if (until == Until.INPUT_ENDS) {
        XmlReader reader = new XmlReader(options);
        boolean accepted = reader.parse(text, whole) == Status.OK;
        assertThat(accepted ? outcome(whole) : outcome(reader.fault(), reader.faultOffset()))
            .isEqualTo(expected);
        assertThat(reader.faultMessage()).isEqualTo(message);
        whole.clear();
      }
      stream.begin();
    }
  }

  /** What a stream without the limit makes of the bytes up to it. */
  private String expected(byte[] text, Until until, int limit) {
    XmlStream stream = unlimited.get(until);
    if (text.length <= limit) {
      feed(stream, text, text.length);
      stream.end();
    } else {
      byte[] start = Arrays.copyOf(text, limit);
      feed(stream, start, limit);
      switch (stream.state()) {
        case REFUSED -> wrongBefore++;
        case COMPLETE -> endedBefore++;
        default -> {
          tooLarge++;
          return outcome(XmlFault.TOO_LARGE, limit);
        }
      }
    }
    return outcome(stream);
  }

  private void feed(XmlStream stream, byte[] text, int longest) {
    stream.begin();
    for (int from = 0; from < text.length; ) {
      boolean fixed = longest == 1 || longest == text.length;
      int length = Math.min(text.length - from, fixed ? longest : 1 + random.nextInt(longest));
      stream.feed(text, from, length);
      from += length;
    }
  }

  private static String outcome(XmlStream stream) {
    return stream.state() == State.REFUSED
        ? outcome(stream.fault(), stream.faultOffset())
        : outcome(stream.document());
  }

  private static String outcome(@Nullable XmlFault fault, int offset) {
    return fault + " at " + offset;
  }

  private static String outcome(Document document) {
    return document.textLength() + " bytes " + Events.ofTape(document);
  }
}
