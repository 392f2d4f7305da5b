package dev.lkjagent.memory;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random operations on texts against strings. */
class PooledStringModelTest {
  private static final int TEXTS = 24;
  private static final String[] PIECES = {
    "", "a", "bc", "\u00e9", "\u20ac", "\ud83d\ude00", "\n\"\\", "<&>", "0123456789abcdef", "\u0001"
  };

  static LongStream seeds() {
    return Seeds.of(2);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void textsDoWhatStringsDo(long seed) {
    System.out.println("PooledStringModelTest seed " + seed);
    Random random = new Random(seed);
    try (MemoryPool pool = MemoryPool.open(PoolSpec.parse("16x20, 64x10, 256x6, 1024x3"))) {
      List<Scope> scopes =
          List.of(
              pool.root(),
              pool.root().open("free", Budget.UNLIMITED),
              pool.root().open("tight", Budget.builder().bytes(500).slots(64, 3).build()));
      PooledString[] texts = new PooledString[TEXTS];
      String[] model = new String[TEXTS];
      for (int i = 0; i < TEXTS; i++) {
        texts[i] = new PooledString(pool.root());
        model[i] = "";
      }
      int operations = Seeds.operations();
      for (int i = 0; i < operations; i++) {
        int a = random.nextInt(TEXTS);
        int b = random.nextInt(TEXTS);
        if (random.nextInt(16) == 0) {
          transfer(texts[a], scopes.get(random.nextInt(scopes.size())));
        } else {
          step(random, texts[a], texts[b], model, a, b);
        }
        if (!texts[a].contentEquals(model[a])) {
          throw new AssertionError(
              "seed " + seed + ", operation " + i + ": " + texts[a] + " is not " + model[a]);
        }
        if (i % 50_000 == 0) {
          pool.verify();
          compareUse(pool.root(), texts, 0);
          scopes.subList(1, 3).forEach(scope -> compareUse(scope, texts, 1));
        }
      }
      for (PooledString text : texts) {
        text.destroy();
      }
      if (!pool.closeAndReport().clean()) {
        throw new AssertionError("something was not returned");
      }
    }
  }

  private static void transfer(PooledString text, Scope to) {
    Scope from = text.scope();
    long handle = text.handle();
    Status status = text.tryTransfer(to);
    same(text.scope() == (status == Status.OK ? to : from), true, "has one scope");
    same(text.handle() == handle, true, "keeps its handle");
    same(status == Status.OK || to.name().equals("tight"), true, "moves where there is room");
  }

  /** Compares what a scope uses with what its texts hold; the root's use is that of all. */
  private static void compareUse(Scope scope, PooledString[] texts, int depth) {
    long bytes = 0;
    for (PooledString text : texts) {
      bytes += depth == 0 || text.scope() == scope ? text.capacity() : 0;
    }
    same(scope.usedBytes() == bytes, true, scope.name() + " pays for its texts");
  }

  private static void step(
      Random random, PooledString text, PooledString other, String[] model, int a, int b) {
    String piece = PIECES[random.nextInt(PIECES.length)];
    switch (random.nextInt(16)) {
      case 0 -> model[a] = text.trySet(piece) == Status.OK ? piece : model[a];
      case 1, 2 -> model[a] = text.tryAppend(piece) == Status.OK ? model[a] + piece : model[a];
      case 3 -> model[a] = text.tryAppend(other) == Status.OK ? model[a] + model[b] : model[a];
      case 4 -> model[a] = text.trySet(other) == Status.OK ? model[b] : model[a];
      case 5 -> {
        text.destroy();
        model[a] = "";
      }
      case 6 -> {
        int kept = text.truncate(random.nextInt(40));
        byte[] bytes = model[a].getBytes(StandardCharsets.UTF_8);
        model[a] = new String(bytes, 0, kept, StandardCharsets.UTF_8);
      }
      case 7 -> {
        String json = escaped(model[b]);
        model[a] =
            text.tryAppendEscaped(Escaping.JSON, other) == Status.OK ? model[a] + json : model[a];
      }
      case 8 -> {
        text.clear();
        model[a] = "";
      }
      case 9 -> text.tryResize(text.size() + random.nextInt(100));
      case 10 -> {
        int point = random.nextBoolean() ? 0x1F600 + random.nextInt(50) : random.nextInt(0xD800);
        model[a] =
            text.tryAppendCodePoint(point) == Status.OK
                ? model[a] + Character.toString(point)
                : model[a];
      }
      case 11 -> {
        long number = random.nextLong() >> random.nextInt(64);
        model[a] = text.tryAppendNumber(number) == Status.OK ? model[a] + number : model[a];
      }
      case 12 -> {
        int[] points = model[b].codePoints().toArray();
        int to = random.nextInt(points.length + 1);
        int from = random.nextInt(to + 1);
        String part = new String(points, from, to - from);
        int start = new String(points, 0, from).getBytes(StandardCharsets.UTF_8).length;
        int end = start + part.getBytes(StandardCharsets.UTF_8).length;
        boolean set = random.nextBoolean();
        Status status = set ? text.trySet(other, start, end) : text.tryAppend(other, start, end);
        model[a] = status != Status.OK ? model[a] : set ? part : model[a] + part;
      }
      case 13 -> {
        int limit = random.nextInt(20);
        String more = model[b].isEmpty() ? piece : model[b];
        int added = text.tryAppendUpTo(more, limit);
        if (added >= 0) {
          byte[] bytes = more.getBytes(StandardCharsets.UTF_8);
          model[a] += new String(bytes, 0, added, StandardCharsets.UTF_8);
        }
      }
      case 14 -> {
        same(text.contentEquals(other), model[a].equals(model[b]), "equals");
        same(
            Integer.signum(text.compareContent(other))
                == Integer.signum(compare(model[a], model[b])),
            true,
            "compares");
      }
      default -> {
        int at = model[a].indexOf(piece);
        int bytes = at < 0 ? -1 : model[a].substring(0, at).getBytes(StandardCharsets.UTF_8).length;
        same(text.indexOf(piece, 0) == bytes, true, "finds");
        same((text.indexOf(other, 0) >= 0) == model[a].contains(model[b]), true, "contains");
      }
    }
  }

  private static int compare(String a, String b) {
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    return java.util.Arrays.compare(left, right);
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        case '\r' -> out.append("\\r");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.toString();
  }

  private static void same(boolean text, boolean string, String claim) {
    if (text != string) {
      throw new AssertionError(
          claim + ": " + text + " for the text, " + string + " for the string");
    }
  }
}
