package dev.lkjagent.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EscapedTextsTest {
  private static final String[] PIECES = {
    "plain words and more of them, ", "\n", "\"", "\\", "\u0001", "é", "日本語", "😀", "x"
  };

  /** Parts of characters, which make a difference to what stands before or after them. */
  private static final byte[][] CUT = {
    {(byte) 0xE6}, {(byte) 0xE6, (byte) 0x97}, {(byte) 0x80}, {(byte) 0xF0, (byte) 0x9F}
  };

  /** What one call after the other gives is what a request that was never asked before gives. */
  @Test
  void whatIsKeptIsWhatWouldBeEscapedAfresh() {
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      ModelRequest request = new ModelRequest();
      List<byte[]> texts = new ArrayList<>();
      for (int call = 0; call < 30; call++) {
        change(texts, random);
        request.clear();
        fill(request, texts);
        if (random.nextInt(5) == 0) {
          continue;
        }
        for (int i = 0; i < texts.size(); i++) {
          assertThat(json(request, i))
              .as("seed " + seed + ", call " + call + ", message " + i)
              .isEqualTo(fresh(texts.get(i)));
        }
      }
    }
  }

  private static void fill(ModelRequest request, List<byte[]> texts) {
    for (int i = 0; i < texts.size(); i++) {
      byte[] text = texts.get(i);
      if (text.length % 7 == 3) {
        request.beginToolResult("call " + text.length);
      } else {
        request.begin(i == 0 ? Role.SYSTEM : Role.USER);
      }
      request.append(text, 0, text.length).end();
    }
  }

  private static byte[] json(ModelRequest request, int message) {
    return Arrays.copyOfRange(
        request.jsonBytes(), request.jsonFrom(message), request.jsonTo(message));
  }

  private static byte[] fresh(byte[] text) {
    byte[] quoted = new JsonBytes(1).quoted(text, 0, text.length).toByteArray();
    return Arrays.copyOfRange(quoted, 1, quoted.length - 1);
  }

  private static void change(List<byte[]> texts, Random random) {
    if (texts.isEmpty() || random.nextInt(6) == 0) {
      texts.add(random.nextInt(texts.size() + 1), text(random, random.nextInt(60)));
    } else if (random.nextInt(8) == 0) {
      texts.remove(random.nextInt(texts.size()));
    } else {
      int which = random.nextInt(texts.size());
      byte[] old = texts.get(which);
      int from = random.nextInt(old.length + 1);
      int to = from + random.nextInt(Math.min(40, old.length - from) + 1);
      byte[] between = random.nextBoolean() ? text(random, random.nextInt(4)) : new byte[0];
      byte[] changed = new byte[old.length - (to - from) + between.length];
      System.arraycopy(old, 0, changed, 0, from);
      System.arraycopy(between, 0, changed, from, between.length);
      System.arraycopy(old, to, changed, from + between.length, old.length - to);
      texts.set(which, changed);
    }
  }

  private static byte[] text(Random random, int pieces) {
    byte[] text = new byte[0];
    for (int i = 0; i < pieces; i++) {
      byte[] piece =
          random.nextInt(4) == 0
              ? CUT[random.nextInt(CUT.length)]
              : PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
      int length = text.length;
      text = Arrays.copyOf(text, length + piece.length);
      System.arraycopy(piece, 0, text, length, piece.length);
    }
    return text;
  }

  @Test
  void characterThatBecomesWholeAtAMarkIsEscapedAgain() {
    for (int length = 100; length < 140; length++) {
      byte[] cut = ("a".repeat(length) + "日").getBytes(StandardCharsets.UTF_8);
      byte[] whole = Arrays.copyOf(cut, cut.length + 200);
      Arrays.fill(whole, cut.length, whole.length, (byte) 'b');
      byte[] broken = whole.clone();
      broken[cut.length - 1] = 'b';
      ModelRequest request = new ModelRequest();
      for (byte[] text : List.of(broken, whole, broken, cut, whole)) {
        request.clear();
        fill(request, List.of(text));
        assertThat(json(request, 0)).as("length " + length).isEqualTo(fresh(text));
      }
    }
  }

  @Test
  void escapingOneRequestAfterTheOtherAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    ModelRequest request = new ModelRequest();
    byte[] system = "You are an \"agent\".\n".repeat(100).getBytes(StandardCharsets.UTF_8);
    byte[] user = "line 0 of what it knows\n".repeat(100).getBytes(StandardCharsets.UTF_8);
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 30; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 500; i++) {
        request.clear();
        request.begin(Role.SYSTEM).append(system, 0, system.length).end();
        user[i] = (byte) ('0' + i % 10);
        request.begin(Role.USER).append(user, 0, user.length - i % 3).end();
        if (request.jsonTo(1) <= request.lengthBytes()) {
          throw new AssertionError("nothing was escaped");
        }
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isZero();
  }
}
