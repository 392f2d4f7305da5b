package dev.lkjagent.json.xml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lkjagent.json.Growth;
import dev.lkjagent.json.xml.XmlStream.State;
import dev.lkjagent.json.xml.XmlStream.Until;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.PoolSpec;
import dev.lkjagent.memory.Status;
import org.junit.jupiter.api.Test;

/** Texts of any depth and length that come in pieces: read, or refused with a limit's own code. */
class LargeXmlStreamsTest {
  private static final int DEEP = 1_000_000;
  private static final int HUNDRED_MIB = 100 << 20;
  private static final XmlLimits DEEPEST = XmlLimits.DEFAULT.withMaxDepth(DEEP);

  /** Slots of every size up to the largest, as a text that grows needs them. */
  private static MemoryPool pool(int largest) {
    PoolSpec.Builder spec = PoolSpec.builder().nodes(32).documentNodes(1 << 23).names(16);
    for (int bytes = 1 << 10; bytes < largest; bytes *= 8) {
      spec.tier(bytes, 2);
    }
    return MemoryPool.open(spec.tier(largest, 2).build());
  }

  private static XmlStream stream(MemoryPool pool, XmlLimits limits) {
    return new XmlStream(pool.root(), XmlOptions.DATA.withLimits(limits), Until.INPUT_ENDS);
  }

  private static State feed(XmlStream stream, String text, int times) {
    byte[] piece = text.repeat(1000).getBytes(UTF_8);
    State state = State.MORE;
    for (int left = times; left > 0 && state == State.MORE; left -= 1000) {
      state = stream.feed(piece, 0, Math.min(left, 1000) * text.length());
    }
    return state;
  }

  @Test
  void aMillionElementsMayBeOpenIfTheLimitsSaySo() {
    try (MemoryPool pool = pool(16 << 20)) {
      XmlStream stream = stream(pool, DEEPEST);
      stream.begin();
      assertThat(feed(stream, "<a>", DEEP)).isEqualTo(State.MORE);
      assertThat(feed(stream, "</a>", DEEP)).isEqualTo(State.MORE);
      assertThat(stream.end()).isEqualTo(State.COMPLETE);
      assertThat(stream.document().nodeCount()).isEqualTo(2 * DEEP);

      stream.begin();
      assertThat(feed(stream, "<a>", DEEP + 1)).isEqualTo(State.REFUSED);
      assertThat(stream.fault()).isEqualTo(XmlFault.TOO_DEEP);
      assertThat(stream.faultOffset()).isEqualTo(3 * DEEP);
      stream.close();

      XmlStream usual = stream(pool, XmlLimits.DEFAULT);
      usual.begin();
      assertThat(feed(usual, "<a>", DEEP)).isEqualTo(State.REFUSED);
      assertThat(usual.fault()).isEqualTo(XmlFault.TOO_DEEP);
      assertThat(usual.faultOffset()).isEqualTo(3 * 1000);
      usual.close();
      assertThat(pool.root().usedBytes()).isZero();
    }
  }

  @Test
  void hundredMebibytesAreReadPieceByPieceWithinTheLimits() {
    String row = "<r>" + "lorem ipsum ".repeat(30) + "</r>\n";
    int rows = HUNDRED_MIB / row.length();
    int all = 3 + rows * row.length() + 4;
    try (MemoryPool pool = pool(HUNDRED_MIB + (1 << 20))) {
      for (int most : new int[] {all, all - 1}) {
        XmlStream stream = stream(pool, XmlLimits.DEFAULT.withMaxBytes(most));
        stream.begin();
        assertThat(feed(stream, "<a>", 1)).isEqualTo(State.MORE);
        assertThat(feed(stream, row, rows)).isEqualTo(State.MORE);
        State last = feed(stream, "</a>", 1);
        if (most == all) {
          assertThat(stream.end()).isEqualTo(State.COMPLETE);
          assertThat(stream.document().nodeCount()).isEqualTo(2 + 3 * rows);
        } else {
          assertThat(last).isEqualTo(State.REFUSED);
          assertThat(stream.fault()).isEqualTo(XmlFault.TOO_LARGE);
          assertThat(stream.faultOffset()).isEqualTo(most);
        }
        stream.close();
      }
      assertThat(pool.root().usedBytes()).isZero();
    }
  }

  @Test
  void aPoolThatIsTooSmallRefusesWithoutAFault() {
    try (MemoryPool pool = pool(1 << 16)) {
      XmlStream stream = stream(pool, XmlLimits.DEFAULT);
      stream.begin();
      assertThat(feed(stream, "<a>", 1)).isEqualTo(State.MORE);
      assertThat(feed(stream, "<b>lorem</b>", HUNDRED_MIB / 12)).isEqualTo(State.REFUSED);
      assertThat(stream.fault()).isNull();
      assertThat(stream.status()).isEqualTo(Status.TOO_LARGE);
      stream.close();
      assertThat(pool.root().usedBytes()).isZero();
    }
  }

  @Test
  void theTimeIsLinearInTheLengthWhateverThePieces() {
    XmlLimits wide =
        XmlLimits.DEFAULT.withMaxDepth(DEEP).withMaxAttributes(DEEP).withMaxNameBytes(1 << 24);
    try (MemoryPool pool = pool(16 << 20)) {
      XmlStream stream = stream(pool, wide);
      for (String head : new String[] {"", "<a>", "<a ", "<a b='", "<!--"}) {
        for (String text :
            new String[] {
              "<a>", "<a b='c'>", "x", "&amp;", "b='' ", "<![CDATA[", "--", "]]", "\r"
            }) {
          Growth.isLinear(
              "XmlStream of " + head + text,
              20_000,
              times -> {
                stream.begin();
                feed(stream, head, 1);
                feed(stream, text, times);
                stream.end();
              });
        }
      }
      byte[] one = "<a>".getBytes(UTF_8);
      Growth.isLinear(
          "XmlStream byte by byte",
          50_000,
          times -> {
            stream.begin();
            for (int i = 0; i < times; i++) {
              stream.feed(one, i % 3, 1);
            }
            stream.end();
          });
      stream.close();
    }
  }
}
