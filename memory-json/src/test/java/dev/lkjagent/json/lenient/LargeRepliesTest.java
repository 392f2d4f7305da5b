package dev.lkjagent.json.lenient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.json.lenient.LenientParser.Progress;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import dev.lkjagent.memory.tree.Document;
import org.junit.jupiter.api.Test;

/** Replies of any depth and length: read, or refused with the code of a limit. */
class LargeRepliesTest {
  private static final int DEEP = 1_000_000;
  private static final int HUNDRED_MIB = 100 << 20;

  private static MemoryPool pool(int largest) {
    PoolSpec.Builder spec = PoolSpec.builder().nodes(32).documentNodes(1 << 22).names(16);
    return MemoryPool.open(spec.tier(1 << 10, 4).tier(largest, 1).build());
  }

  @Test
  void aMillionContainersMayBeOpenIfTheLimitsSaySo() {
    LenientReader deep = new LenientReader(new LenientLimits(8 << 20, 1 << 22, DEEP, 16));
    LenientReader shallower = new LenientReader(new LenientLimits(8 << 20, 1 << 22, DEEP - 1, 16));
    LenientReader usual = new LenientReader();
    try (MemoryPool pool = pool(8 << 20)) {
      Document document = new Document(pool.root());
      for (String open : new String[] {"[", "{\"a\":", "<a>", "{a:[", "(["}) {
        int times = DEEP / (open.endsWith("[") && open.length() > 1 ? 2 : 1);
        byte[] reply = open.repeat(times).getBytes(UTF_8);
        Status status = deep.parse(ReplyForm.ANY, reply, 0, reply.length, document);
        assertThat(status == Status.OK || deep.fault() == LenientFault.NO_BLOCK)
            .as("%s: %s, %s", open, status, deep.faultMessage())
            .isTrue();
        document.clear();
        for (LenientReader limited : new LenientReader[] {shallower, usual}) {
          int length = limited == usual ? Math.min(reply.length, 1 << 20) : reply.length;
          limited.parse(ReplyForm.ANY, reply, 0, length, document);
          assertThat(limited.fault()).as(open).isIn(LenientFault.TOO_DEEP, LenientFault.NO_BLOCK);
          assertThat(pool.root().usedBytes()).isZero();
        }
      }
    }
  }

  @Test
  void hundredMebibytesAreReadPieceByPieceWithinTheLimits() {
    byte[] row = ("\"" + "lorem ipsum ".repeat(30) + "\",\n").getBytes(UTF_8);
    byte[] head = {'['};
    LenientReader large =
        new LenientReader(new LenientLimits(HUNDRED_MIB + 2 * row.length, 1 << 20, 16, 16));
    LenientReader usual = new LenientReader();
    try (MemoryPool pool = pool(HUNDRED_MIB + (1 << 20))) {
      Document document = new Document(pool.root());
      for (LenientReader reader : new LenientReader[] {large, usual}) {
        reader.begin(ReplyForm.ANY);
        Progress progress = reader.feed(head, 0, 1, document);
        for (int fed = 0; fed < HUNDRED_MIB && progress == Progress.MORE; fed += row.length) {
          progress = reader.feed(row, 0, row.length, document);
        }
        if (reader == large) {
          assertThat(reader.end(document)).as(reader.faultMessage()).isEqualTo(Progress.COMPLETE);
          assertThat(document.nodeCount()).isGreaterThan(HUNDRED_MIB / row.length);
          document.clear();
        } else {
          assertThat(progress).isEqualTo(Progress.FAULT);
          assertThat(reader.fault()).isEqualTo(LenientFault.TOO_LARGE);
          assertThat(reader.faultOffset()).isEqualTo(1 << 20);
        }
        assertThat(pool.root().usedBytes()).isZero();
      }
    }
  }
}
