package dev.lkjagent.json.xml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xml.sax.SAXException;

/** The same verdict and the same events as the JDK's parser, on documents made at random. */
class XmlDifferentialTest {
  private static final long SEED = Long.getLong("lkjagent.seed", 20261123L);
  private static final int DOCUMENTS = Integer.getInteger("lkjagent.rounds", 3_000);
  private static final int DAMAGED = 12;

  private final XmlEngine engine = new XmlEngine(XmlOptions.KEEP_ALL);

  @Test
  void wellFormedDocumentsReadAlike() throws SAXException {
    for (int i = 0; i < DOCUMENTS; i++) {
      byte[] source = new GeneratedXml(SEED + i).document();
      assertThat(Parsed.whole(engine, source).events())
          .as("seed %d: %s", SEED + i, new String(source, StandardCharsets.UTF_8))
          .isEqualTo(Events.ofJdk(source));
    }
  }

  @Test
  void damagedDocumentsGetTheSameVerdict() {
    TreeMap<XmlFault, Integer> faults = new TreeMap<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      GeneratedXml generated = new GeneratedXml(SEED + i);
      byte[] whole = generated.document();
      for (int d = 0; d < DAMAGED; d++) {
        byte[] source = generated.damaged(whole);
        Parsed ours = Parsed.whole(engine, source);
        List<String> theirs = jdk(source);
        if (ours.fault() != null) {
          faults.merge(ours.fault(), 1, Integer::sum);
        }
        if (!expectedDifference(ours, source)) {
          assertThat(theirs == null)
              .as(
                  "seed %d, %d: %s at %d%n%s",
                  SEED + i,
                  d,
                  ours.fault(),
                  ours.offset(),
                  new String(source, StandardCharsets.UTF_8))
              .isEqualTo(ours.fault() != null);
          if (theirs != null) {
            assertThat(ours.events()).as("seed %d, %d", SEED + i, d).isEqualTo(theirs);
          }
        }
      }
    }
    System.out.println("seed " + SEED + ", refused for: " + faults);
    assertThat(faults.keySet()).as("the damage reaches most of the grammar").hasSizeGreaterThan(18);
  }

  /**
   * Where the JDK is known to judge otherwise: it reads document type declarations; its names are
   * those of the fourth edition; it takes a byte order mark of another encoding, or a declared one,
   * and reads on; version 1.1 has rules of its own.
   */
  private static boolean expectedDifference(Parsed ours, byte[] source) {
    if (ours.fault() == XmlFault.DOCTYPE || ours.fault() == XmlFault.UNSUPPORTED_ENCODING) {
      return true;
    }
    String text = new String(source, StandardCharsets.UTF_8);
    return text.contains("version='1.") && !text.contains("version='1.0'");
  }

  private static @Nullable List<String> jdk(byte[] source) {
    try {
      return Events.ofJdk(source);
    } catch (SAXException e) {
      return null;
    }
  }

  @Test
  void everyChunkingGivesTheSame() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < DOCUMENTS / 10; i++) {
      GeneratedXml generated = new GeneratedXml(SEED + i);
      byte[] source = generated.document();
      for (int d = 0; d < DAMAGED; d++) {
        Parsed whole = Parsed.whole(engine, source);
        assertThat(Parsed.bytes(engine, source))
            .as("seed %d, %d: %s", SEED + i, d, new String(source, StandardCharsets.UTF_8))
            .isEqualTo(whole);
        int[] ends = random.ints(3, 0, source.length + 1).sorted().toArray();
        assertThat(Parsed.pieces(engine, source, ends)).isEqualTo(whole);
        source = generated.damaged(generated.document());
      }
    }
  }
}
