package dev.lkjagent.json.lenient;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damage of any kind ends in a tree or a fault, and spares what stood before it. */
class MutationTest {
  private static final int MUTATIONS = 200;
  private static final List<ReplyForm> FORMS = List.of(ReplyForm.values());
  private static final byte[] SIGNS =
      "\"'{}[]():,;<>/&\\`~#+-. \n\r\t019aeftnuxTNF_=!?\u0000\u00e2\u0080\u009c\u00ff\u00c3"
          .getBytes(StandardCharsets.ISO_8859_1);

  private final long seed = Long.getLong("lkjagent.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Lenient lenient = new Lenient();

  @Test
  void everyMutationEndsInATreeOrAFault() throws Exception {
    System.out.println("seed of the mutations: " + seed);
    int trees = 0;
    int faults = 0;
    for (String input : Corpora.replies()) {
      byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < MUTATIONS; i++) {
        byte[] mutant = mutated(bytes);
        ReplyForm form = FORMS.get(random.nextInt(FORMS.size()));
        try {
          if (lenient.read(form, mutant) == LenientParser.Progress.COMPLETE) {
            lenient.tree();
            trees++;
          } else {
            assertThat(lenient.parser().fault()).isNotEqualTo(LenientFault.NONE);
            faults++;
          }
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError(
              "seed "
                  + seed
                  + ", "
                  + form
                  + " of "
                  + Arrays.toString(mutant)
                  + "\n"
                  + new String(mutant, StandardCharsets.UTF_8),
              e);
        }
      }
    }
    assertThat(trees).isGreaterThan(faults);
  }

  @Test
  void aMutationReadsTheSameInChunks() throws Exception {
    System.out.println("seed of the mutations: " + seed);
    Lenient split = new Lenient();
    for (String input : Corpora.replies()) {
      byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < MUTATIONS / 10; i++) {
        byte[] mutant = mutated(bytes);
        int[] cuts = random.ints(5, 0, mutant.length + 1).sorted().toArray();
        cuts[4] = mutant.length;
        ReplyForm form = FORMS.get(random.nextInt(FORMS.size()));
        LenientParser.Progress whole = lenient.read(form, mutant);
        LenientParser.Progress pieces = split.read(form, mutant, cuts);
        String what =
            "seed "
                + seed
                + ", "
                + form
                + " of "
                + new String(mutant, StandardCharsets.UTF_8)
                + " cut at "
                + Arrays.toString(cuts);
        assertThat(pieces).as(what).isEqualTo(whole);
        if (whole == LenientParser.Progress.COMPLETE && !split.tree().equals(lenient.tree())) {
          assertThat(split.tree()).as(what).isEqualTo(lenient.tree());
        }
        String repairs = lenient.parser().repairs().toString();
        if (!split.parser().repairs().toString().equals(repairs)) {
          assertThat(split.parser().repairs().toString()).as(what).isEqualTo(repairs);
        }
      }
    }
  }

  /** Every text and name that was complete before the damage is there, but for the last ones. */
  @Test
  void whatStoodBeforeTheDamageIsKept() throws Exception {
    System.out.println("seed of the mutations: " + seed);
    int checked = 0;
    for (String input : Corpora.replies()) {
      byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
      if (lenient.read(ReplyForm.ANY, bytes) != LenientParser.Progress.COMPLETE
          || !lenient.parser().repairs().isEmpty()
          || lenient.parser().nodes() < 6) {
        continue;
      }
      List<String> tokens = lenient.tokens();
      for (int i = 0; i < MUTATIONS; i++) {
        int at = bytes.length / 3 + random.nextInt(bytes.length - bytes.length / 3);
        byte[] mutant = bytes.clone();
        mutant[at] = SIGNS[random.nextInt(SIGNS.length)];
        List<String> kept = tokensBefore(tokens, bytes, at);
        lenient.read(ReplyForm.ANY, mutant);
        List<String> seen = lenient.tokens();
        if (seen.size() < kept.size() || !seen.subList(0, kept.size()).equals(kept)) {
          assertThat(seen)
              .as("seed %d, %s\n%s", seed, input, new String(mutant, StandardCharsets.UTF_8))
              .startsWith(kept.toArray(new String[0]));
        }
        checked += kept.size();
      }
    }
    assertThat(checked).isGreaterThan(10_000);
  }

  /** The tokens whose text is found, in order, before a position; without the last three. */
  private static List<String> tokensBefore(List<String> tokens, byte[] bytes, int at) {
    String before = new String(bytes, 0, at, StandardCharsets.UTF_8);
    if (before.trim().startsWith("<") && before.lastIndexOf('<') > before.lastIndexOf('>')) {
      before = before.substring(0, before.lastIndexOf('<')); // a tag is read as a whole
    }
    List<String> found = new ArrayList<>();
    int from = 0;
    for (String token : tokens) {
      int p = before.indexOf(token, from);
      if (p < 0) {
        break;
      }
      from = p + token.length();
      found.add(token);
    }
    return found.subList(0, Math.max(0, found.size() - 3));
  }

  private byte[] mutated(byte[] bytes) {
    byte[] mutant = bytes.clone();
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      mutant = once(mutant);
    }
    return mutant;
  }

  private byte[] once(byte[] bytes) {
    int n = bytes.length;
    int at = random.nextInt(n + 1);
    int to = Math.min(n, at + random.nextInt(8));
    return switch (random.nextInt(6)) {
      case 0 -> joined(bytes, at, new byte[] {SIGNS[random.nextInt(SIGNS.length)]}, at);
      case 1 -> joined(bytes, at, new byte[0], to);
      case 2 -> joined(bytes, at, new byte[] {(byte) random.nextInt(256)}, Math.min(n, at + 1));
      case 3 -> joined(bytes, to, Arrays.copyOfRange(bytes, at, to), to);
      case 4 -> Arrays.copyOf(bytes, at);
      default ->
          joined(bytes, at, new byte[] {SIGNS[random.nextInt(SIGNS.length)]}, Math.min(n, at + 1));
    };
  }

  private static byte[] joined(byte[] bytes, int head, byte[] middle, int tail) {
    byte[] all = Arrays.copyOf(bytes, head + middle.length + bytes.length - tail);
    System.arraycopy(middle, 0, all, head, middle.length);
    System.arraycopy(bytes, tail, all, head + middle.length, bytes.length - tail);
    return all;
  }
}
