package dev.lkjagent.json.lenient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.json.lenient.LenientParser.Progress;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.tree.Document;
import dev.lkjagent.memory.tree.NodeView;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However a reply comes, the limit of its bytes is met at the same byte, or not at all. */
class LenientByteLimitTest {
  private static final long SEED = Long.getLong("lkjagent.seed", 20261128L);
  private static final int LONGEST = 2_000;
  private static final String DAMAGE = "\"'{}[]<>&,: \u0000x/";
  private static final LenientLimits WIDE = new LenientLimits(1 << 16, 1 << 14, 256, 512);

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final MemoryPool pool = MemoryPool.open(PoolSpec.SMALL);
  private final Document document = new Document(pool.root());
  private final LenientReader unlimited = new LenientReader(WIDE);
  private int endedBefore;
  private int tooLarge;

  @AfterEach
  void nothingIsLeft() {
    document.close();
    pool.verify();
    assertThat(pool.closeAndReport().clean()).isTrue();
  }

  @Test
  void theLimitIsMetAtTheSameByteHoweverTheReplyComes() throws Exception {
    for (String reply : Corpora.replies()) {
      byte[] bytes = reply.getBytes(UTF_8);
      if (bytes.length > LONGEST || bytes.length == 0) {
        continue;
      }
      byte[] damaged = bytes.clone();
      damaged[random.nextInt(bytes.length)] = (byte) DAMAGE.charAt(random.nextInt(DAMAGE.length()));
      agrees(bytes);
      agrees(damaged);
    }
    assertThat(endedBefore).isGreaterThan(80);
    assertThat(tooLarge).isGreaterThan(500);
  }

  private void agrees(byte[] reply) {
    ReplyForm form = ReplyForm.values()[random.nextInt(ReplyForm.values().length)];
    unlimited.parse(form, reply, 0, reply.length, document);
    int place = unlimited.fault() == null ? unlimited.used() : unlimited.faultOffset();
    int n = reply.length;
    IntStream.of(n - 1, n, place - 1, place, place + 1, random.nextInt(n + 1))
        .filter(limit -> limit > 0)
        .distinct()
        .forEach(limit -> agrees(form, reply, limit));
  }

  private void agrees(ReplyForm form, byte[] reply, int limit) {
    LenientReader limited = new LenientReader(new LenientLimits(limit, 1 << 12, 256, 512));
    limited.parse(form, reply, 0, reply.length, document);
    String whole = outcome(limited);
    String shown = "seed " + SEED + ", " + form + ", at most " + limit + " of ";
    shown += new String(reply, UTF_8);
    for (int longest : new int[] {reply.length, 1, 9}) {
      feed(limited, form, reply, longest);
      limited.end(document);
      assertThat(outcome(limited)).as(shown + " in pieces of " + longest).isEqualTo(whole);
    }
    boolean treeTooLarge =
        limited.fault() == LenientFault.TOO_LARGE && limited.faultOffset() < limit;
    if (!treeTooLarge) {
      assertThat(whole).as(shown).isEqualTo(expected(form, reply, limit));
    }
  }

  /** What a reader without the limit makes of the bytes up to it. */
  private String expected(ReplyForm form, byte[] reply, int limit) {
    byte[] start = Arrays.copyOf(reply, Math.min(limit, reply.length));
    feed(unlimited, form, start, start.length);
    if (reply.length <= limit) {
      unlimited.end(document);
    } else if (unlimited.feed(start, 0, 0, document) == Progress.MORE) {
      tooLarge++;
      return LenientFault.TOO_LARGE + " at " + limit;
    } else {
      endedBefore++;
    }
    return outcome(unlimited);
  }

  private void feed(LenientReader reader, ReplyForm form, byte[] reply, int longest) {
    reader.begin(form);
    for (int from = 0; from < reply.length; ) {
      boolean fixed = longest == 1 || longest == reply.length;
      int length = Math.min(reply.length - from, fixed ? longest : 1 + random.nextInt(longest));
      reader.feed(reply, from, length, document);
      from += length;
    }
  }

  private String outcome(LenientReader reader) {
    return reader.fault() == null
        ? reader.used() + " " + NodeView.of(document) + " " + reader.repairs()
        : reader.fault() + " at " + reader.faultOffset();
  }
}
