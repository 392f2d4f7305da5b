package dev.lkjagent.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Random;

/** JSON texts from a seed: valid ones with all that the grammar allows, and damaged ones. */
final class Texts {
  private static final String[] BLANKS = {"", "", "", " ", "\n", "\r\n\t", "  ", "\n        "};
  private static final String[] PIECES = {
    "a",
    "bc",
    "role",
    "content",
    "é",
    "日本語",
    "😀",
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\u0000",
    "0123456789abcdef",
    " ",
    "память",
    "\u007F",
    "\u2028",
    "{",
    "]",
    ",",
  };
  private static final String[] NUMBERS = {
    "0", "-0", "1", "12", "-345", "9223372036854775807", "-9223372036854775808",
        "18446744073709551616",
    "0.5", "-0.0", "1.25e10", "1E-7", "123456789012345678.90123456789012345678", "2e+3", "10",
        "100.001",
  };
  private static final String TOUCH = "\"\\{}[],:0123456789-+.eEtrufalsn \n\t\u0000\u001Fx'/";

  private final Random random;
  private int budget;

  Texts(long seed) {
    random = new Random(seed);
  }

  /** A valid text. */
  byte[] next() {
    budget = 1 + random.nextInt(60);
    StringBuilder out = new StringBuilder();
    blank(out);
    value(out, 0);
    blank(out);
    return out.toString().getBytes(UTF_8);
  }

  /** A text with one to three bytes changed, dropped, doubled or put in. */
  byte[] mutated() {
    byte[] text = next();
    for (int changes = 1 + random.nextInt(3); changes > 0 && text.length > 0; changes--) {
      int at = random.nextInt(text.length);
      byte touch = (byte) TOUCH.charAt(random.nextInt(TOUCH.length()));
      switch (random.nextInt(5)) {
        case 0 -> text[at] = touch;
        case 1 -> text = splice(text, at, at + 1);
        case 2 -> text = insert(text, at, touch);
        case 3 -> text = insert(text, at, text[random.nextInt(text.length)]);
        default ->
            text = random.nextBoolean() ? Arrays.copyOf(text, at) : insert(text, at, text[at]);
      }
    }
    return text;
  }

  private static byte[] splice(byte[] text, int from, int to) {
    byte[] out = new byte[text.length - (to - from)];
    System.arraycopy(text, 0, out, 0, from);
    System.arraycopy(text, to, out, from, text.length - to);
    return out;
  }

  private static byte[] insert(byte[] text, int at, byte b) {
    byte[] out = new byte[text.length + 1];
    System.arraycopy(text, 0, out, 0, at);
    out[at] = b;
    System.arraycopy(text, at, out, at + 1, text.length - at);
    return out;
  }

  private void value(StringBuilder out, int depth) {
    budget--;
    int kind = depth > 12 || budget <= 0 ? 2 + random.nextInt(5) : random.nextInt(8);
    switch (kind) {
      case 0, 7 -> {
        out.append('{');
        int members = random.nextInt(6);
        for (int i = 0; i < members; i++) {
          blank(out.append(i == 0 ? "" : ","));
          string(out, 3);
          blank(out);
          blank(out.append(':'));
          value(out, depth + 1);
          blank(out);
        }
        if (members == 0) {
          blank(out);
        }
        out.append('}');
      }
      case 1 -> {
        out.append('[');
        int elements = random.nextInt(6);
        for (int i = 0; i < elements; i++) {
          blank(out.append(i == 0 ? "" : ","));
          value(out, depth + 1);
          blank(out);
        }
        if (elements == 0) {
          blank(out);
        }
        out.append(']');
      }
      case 2 -> string(out, 12);
      case 3 -> out.append(NUMBERS[random.nextInt(NUMBERS.length)]);
      case 4 -> out.append("true");
      case 5 -> out.append("false");
      default -> out.append("null");
    }
  }

  private void string(StringBuilder out, int pieces) {
    out.append('"');
    for (int i = random.nextInt(pieces + 1); i > 0; i--) {
      out.append(PIECES[random.nextInt(PIECES.length)]);
    }
    out.append('"');
  }

  private void blank(StringBuilder out) {
    out.append(BLANKS[random.nextInt(BLANKS.length)]);
  }
}
