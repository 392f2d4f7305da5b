package dev.lkjagent.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.lkjagent.runtime.fault.FaultException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "b,a|a,b",
        "'A, a ,b'|a,b",
        "Hello World!|hello_world",
        "'--x--y--'|x_y",
        "'a_b,a  b'|a_b",
        "'Ünïcode, ÄPFEL'|äpfel,ünïcode",
        "'日本語,ИМЯ'|имя,日本語",
        "'İstanbul'|istanbul",
        "'Ⱥ'|ⱥ",
        "'ǅ,Σς'|ǆ,σς",
        "'a,,b,'|a,b",
        "'٣ ४'|٣_४",
        "'𝒳𐐀'|𝒳𐐨",
      })
  void spellingIsCanonical(String text, String canonical) {
    assertThat(Tags.normalize(text)).isEqualTo(canonical);
    assertThat(TagSet.of(text).canonical()).isEqualTo(canonical);
    assertThat(reference(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource({"''", "' '", "',,,'", "'_'", "'!?, --'"})
  void textWithoutAnyTagIsAFault(String text) {
    assertThat(Tags.normalize(text)).isEmpty();
    assertThatThrownBy(() -> TagSet.of(text))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("NO_TAGS");
  }

  @Test
  void anyBytesGiveWhatTheReferenceGives() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Tags tags = new Tags();
    byte[] dst = new byte[Tags.maxBytes(400)];
    for (int round = 0; round < 20_000; round++) {
      byte[] src = randomText(random);
      int length = tags.normalize(src, 0, src.length, dst, 0);
      String mine = length < 0 ? "" : new String(dst, 0, length, StandardCharsets.UTF_8);
      assertThat(mine)
          .as("seed %d round %d %s", seed, round, Arrays.toString(src))
          .isEqualTo(reference(src));
      if (length > 0) {
        byte[] again = Arrays.copyOf(dst, length);
        assertThat(tags.normalize(again, 0, length, dst, 0)).isEqualTo(length);
        assertThat(Arrays.copyOf(dst, length)).isEqualTo(again);
      }
    }
  }

  @Test
  void subsetAndOverlapAgreeWithSets() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 5_000; round++) {
      String one = letters(random, 1 + random.nextInt(6));
      String two = letters(random, 1 + random.nextInt(4));
      TreeSet<String> a = new TreeSet<>(Arrays.asList(one.split(",")));
      TreeSet<String> b = new TreeSet<>(Arrays.asList(two.split(",")));
      TagSet first = TagSet.of(one);
      TagSet second = TagSet.of(two);
      assertThat(first.containsAll(second))
          .as("%s ⊇ %s seed %d", one, two, seed)
          .isEqualTo(a.containsAll(b));
      TreeSet<String> both = new TreeSet<>(a);
      both.retainAll(b);
      assertThat(first.common(second)).as("%s ∩ %s seed %d", one, two, seed).isEqualTo(both.size());
    }
  }

  @Test
  void targetThatIsTooSmallIsLeftAlone() {
    byte[] src = "beta,alpha".getBytes(StandardCharsets.UTF_8);
    byte[] dst = new byte[9];
    assertThat(new Tags().normalize(src, 0, src.length, dst, 0)).isEqualTo(Tags.NO_ROOM);
    assertThat(dst).containsOnly(0);
    assertThat(new Tags().normalize(src, 0, src.length, new byte[10], 0)).isEqualTo(10);
    assertThat(new Tags().normalize(src, 0, 4, dst, 5)).isEqualTo(4);
  }

  @Test
  void targetMayBeTheSource() {
    byte[] text = "Zeta, Alpha Beta,zeta!".getBytes(StandardCharsets.UTF_8);
    int length = new Tags().normalize(text, 0, text.length, text, 0);
    assertThat(new String(text, 0, length, StandardCharsets.UTF_8)).isEqualTo("alpha_beta,zeta");
  }

  @Test
  void normalisingAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Tags tags = new Tags();
    byte[] src =
        "Zeta, Alpha Beta, Ünïcode,日本語,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o"
            .getBytes(StandardCharsets.UTF_8);
    byte[] dst = new byte[Tags.maxBytes(src.length)];
    long me = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getThreadAllocatedBytes(me);
      for (int i = 0; i < 1_000; i++) {
        tags.normalize(src, 0, src.length, dst, 0);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(me) - before);
    }
    assertThat(least).isZero();
  }

  private static String reference(byte[] utf8) {
    TreeSet<String> all =
        new TreeSet<>(
            (a, b) ->
                Arrays.compareUnsigned(
                    a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
    for (String piece : new String(utf8, StandardCharsets.UTF_8).split(",")) {
      StringBuilder tag = new StringBuilder();
      piece
          .codePoints()
          .map(Character::toLowerCase)
          .forEach(c -> tag.appendCodePoint(Character.isLetterOrDigit(c) ? c : '_'));
      String clean = tag.toString().replaceAll("_+", "_").replaceAll("^_|_$", "");
      if (!clean.isEmpty()) {
        all.add(clean);
      }
    }
    return String.join(",", all);
  }

  private static byte[] randomText(Random random) {
    if (random.nextInt(4) == 0) {
      byte[] noise = new byte[random.nextInt(60)];
      random.nextBytes(noise);
      return noise;
    }
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(random.nextInt(10) == 0 ? 120 : 24);
    for (int i = 0; i < length; i++) {
      int c =
          switch (random.nextInt(5)) {
            case 0 -> ',';
            case 1 -> "ab_ -Z9".charAt(random.nextInt(7));
            case 2 -> random.nextInt(0x250);
            case 3 -> random.nextInt(0x3000);
            default -> random.nextInt(Character.MAX_CODE_POINT + 1);
          };
      text.appendCodePoint(c >= 0xD800 && c < 0xE000 ? 'q' : c);
    }
    byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
    if (utf8.length > 3 && random.nextInt(5) == 0) {
      utf8[random.nextInt(utf8.length)] = (byte) random.nextInt(256);
    }
    return utf8;
  }

  private static String letters(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append((char) ('a' + random.nextInt(6)));
      if (random.nextInt(3) == 0) {
        text.append((char) ('a' + random.nextInt(2)));
      }
    }
    return text.toString();
  }
}
