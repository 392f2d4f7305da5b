package dev.lkjagent.json.xml;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Documents made at random: well-formed ones, and damaged copies of them. */
final class GeneratedXml {
  private static final String[] NAMES = {
    "a", "b", "item", "long_name.with-all:parts", "é", "名前", "x0", "_", "a_name_of_twenty_four_b"
  };
  private static final String[] TEXTS = {
    "x",
    "some words",
    "\n  ",
    " ",
    "é",
    "日本語テキスト",
    "😀",
    "&lt;",
    "&amp;&gt;",
    "&#65;",
    "&#x10FFFF;",
    "&quot;&apos;",
    "a]b",
    "]]",
    "a>b",
    "\r\n",
    "\r",
    "\t",
    "&#13;&#10;&#9;",
    "\u0085\u2028",
    "\u007f",
    "long text that is longer than a few words, so that scanning takes more than one of them"
  };
  private static final String[] DAMAGE = {
    "<",
    ">",
    "&",
    "]]>",
    "<!--",
    "-->",
    "--",
    "<![CDATA[",
    "<?",
    "?>",
    "/",
    "\"",
    "'",
    "=",
    "\u0001",
    "</a>",
    "<a>",
    "<a/>",
    "&x;",
    "&#0;",
    "&#xD800;",
    " ",
    "\n",
    "\uFFFE",
    "<!DOCTYPE a>",
    "x"
  };

  private final SplittableRandom random;
  private final StringBuilder out = new StringBuilder();

  GeneratedXml(long seed) {
    random = new SplittableRandom(seed);
  }

  byte[] document() {
    out.setLength(0);
    if (random.nextInt(3) == 0) {
      out.append("<?xml version='1.0'");
      if (random.nextBoolean()) {
        out.append(" encoding=\"UTF-8\"");
      }
      if (random.nextBoolean()) {
        out.append("\tstandalone = 'yes'");
      }
      out.append(" ?>");
    }
    misc();
    element(0);
    misc();
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void misc() {
    while (random.nextInt(4) == 0) {
      switch (random.nextInt(3)) {
        case 0 -> out.append("\r\n");
        case 1 -> comment();
        default -> instruction();
      }
    }
  }

  private void element(int depth) {
    String name = pick(NAMES);
    out.append('<').append(name);
    int attributes = random.nextInt(4);
    int first = random.nextInt(NAMES.length);
    for (int i = 0; i < attributes; i++) {
      attribute(NAMES[(first + i) % NAMES.length]);
    }
    if (random.nextInt(4) == 0) {
      out.append(random.nextBoolean() ? " />" : "/>");
      return;
    }
    out.append('>');
    int pieces = random.nextInt(depth > 5 ? 2 : 5);
    for (int i = 0; i < pieces; i++) {
      switch (random.nextInt(8)) {
        case 0 -> comment();
        case 1 -> instruction();
        case 2 -> out.append("<![CDATA[").append(plain()).append("]]>");
        case 3, 4 -> out.append(pick(TEXTS));
        default -> element(depth + 1);
      }
    }
    out.append("</").append(name).append(random.nextInt(6) == 0 ? "\n>" : ">");
  }

  private void attribute(String name) {
    char quote = random.nextBoolean() ? '"' : '\'';
    out.append(random.nextInt(5) == 0 ? "\n\t" : " ").append(name);
    out.append(random.nextInt(5) == 0 ? " = " : "=").append(quote);
    for (int i = random.nextInt(3); i > 0; i--) {
      out.append(pick(TEXTS));
    }
    out.append(quote);
  }

  private void comment() {
    out.append("<!--").append(plain()).append("-->");
  }

  private void instruction() {
    out.append("<?")
        .append(pick(NAMES).replace(":", "."))
        .append(random.nextBoolean() ? " " + plain() : "");
    out.append("?>");
  }

  private String plain() {
    return pick(TEXTS).replace("]]", "] ]").replace("&", "<>").strip() + pick(NAMES);
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }

  /** A copy with a few places removed, doubled, exchanged or overwritten. */
  byte[] damaged(byte[] document) {
    byte[] bytes = document;
    for (int i = random.nextInt(2); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(bytes.length - at, 1 + random.nextInt(4));
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> joined(bytes, 0, at, new byte[0], at + length);
            case 1 -> joined(bytes, 0, at + length, new byte[0], at);
            case 2 -> joined(bytes, 0, at, pick(DAMAGE).getBytes(StandardCharsets.UTF_8), at);
            case 3 ->
                joined(bytes, 0, at, pick(DAMAGE).getBytes(StandardCharsets.UTF_8), at + length);
            default -> joined(bytes, 0, at, new byte[] {(byte) random.nextInt(256)}, at + 1);
          };
      if (bytes.length == 0) {
        return bytes;
      }
    }
    return bytes;
  }

  private static byte[] joined(byte[] bytes, int from, int to, byte[] middle, int rest) {
    byte[] all = Arrays.copyOfRange(bytes, from, to - from + middle.length + bytes.length - rest);
    System.arraycopy(middle, 0, all, to - from, middle.length);
    System.arraycopy(bytes, rest, all, to - from + middle.length, bytes.length - rest);
    return all;
  }
}
