package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However a text comes, the limit of its bytes is met at the same byte, or not at all. */
class JsonByteLimitTest {
  private static final long SEED = Long.getLong("lkjagent.seed", 20261128L);
  private static final int LONGEST = 2_000;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final MemoryPool pool = MemoryPool.open(Pools.WIDE);
  private final Document document = new Document(pool.root());
  private final JsonWriter writer = new JsonWriter();
  private final JsonStream unlimited = new JsonStream();
  private int wrongBefore;
  private int tooLong;

  @AfterEach
  void nothingIsLeft() {
    document.close();
    Pools.closeEmpty(pool);
  }

  @Test
  void theLimitIsMetAtTheSameByteHoweverTheTextComes() {
    for (Conformance.Row row : Conformance.manifest()) {
      byte[] text = row.text();
      if (text.length <= LONGEST) {
        agrees(text);
      }
    }
    Texts texts = new Texts(SEED);
    for (int i = 0; i < 1_500; i++) {
      agrees(i % 4 == 0 ? texts.next() : texts.mutated());
    }
    for (String text :
        new String[] {"\ufeff1", "\ufeff", "1\u0000", "[\u0000", "12 ", "-", "{\"\u00e9\\ud83d"}) {
      agrees(text.getBytes(UTF_8));
      agrees((text + " ").getBytes(UTF_8));
    }
    assertThat(wrongBefore).isGreaterThan(500);
    assertThat(tooLong).isGreaterThan(500);
  }

  @Test
  void aTextThatIsTooLongAllocatesNothing() {
    byte[] text = "[1, 2, \"three\", 4]".getBytes(UTF_8);
    JsonReader reader = new JsonReader(JsonLimits.DEFAULT.withMaxBytes(text.length - 2));
    assertThat(Allocation.of(() -> reader.parse(text, document))).isZero();
    assertThat(reader.fault()).isEqualTo(JsonFault.TEXT_TOO_LONG);
  }

  private void agrees(byte[] text) {
    unlimited.begin(document);
    unlimited.feed(text, 0, text.length);
    unlimited.finish();
    int place = unlimited.fault() == null ? unlimited.bytesUsed() : unlimited.faultOffset();
    int n = text.length;
    IntStream.of(n - 1, n, place - 1, place, place + 1, place + 3, random.nextInt(n + 1))
        .filter(limit -> limit >= 0)
        .distinct()
        .forEach(limit -> agrees(text, limit));
  }

  private void agrees(byte[] text, int limit) {
    String expected = expected(text, limit);
    JsonLimits limits = JsonLimits.DEFAULT.withMaxBytes(limit);
    JsonReader reader = new JsonReader(limits);
    String shown = "seed " + SEED + ", at most " + limit + " of " + new String(text, UTF_8);
    reader.parse(text, document);
    assertThat(outcome(reader.fault(), reader.faultOffset())).as(shown).isEqualTo(expected);
    JsonStream stream = new JsonStream(limits);
    @Nullable String used = null;
    for (int longest : new int[] {text.length, 1, 9}) {
      feed(stream, text, longest);
      String now = stream.isComplete() ? "ends at " + stream.bytesUsed() : "does not end";
      stream.finish();
      assertThat(outcome(stream.fault(), stream.faultOffset()))
          .as(shown + " in pieces of " + longest)
          .isEqualTo(expected);
      assertThat(stream.faultMessage()).as(shown).isEqualTo(reader.faultMessage());
      assertThat(used == null ? now : used).as(shown).isEqualTo(now);
      used = now;
    }
  }

  /** What a stream without the limit makes of the bytes up to it. */
  private String expected(byte[] text, int limit) {
    byte[] start = Arrays.copyOf(text, Math.min(limit, text.length));
    feed(unlimited, start, start.length);
    if (text.length <= limit) {
      unlimited.finish();
    } else if (unlimited.fault() != null
        || unlimited.isComplete() && unlimited.finish() != Status.OK) {
      wrongBefore++;
    } else {
      tooLong++;
      return outcome(JsonFault.TEXT_TOO_LONG, limit);
    }
    return outcome(unlimited.fault(), unlimited.faultOffset());
  }

  private void feed(JsonStream stream, byte[] text, int longest) {
    stream.begin(document);
    for (int from = 0; from < text.length; ) {
      boolean fixed = longest == 1 || longest == text.length;
      int length = Math.min(text.length - from, fixed ? longest : 1 + random.nextInt(longest));
      stream.feed(text, from, length);
      from += length;
    }
  }

  private String outcome(@Nullable JsonFault fault, int offset) {
    return fault == null
        ? new String(writer.toBytes(document, document.root()), UTF_8)
        : fault + " at " + offset;
  }
}
