package dev.lkjagent.runtime.prompt;

import dev.lkjagent.runtime.memory.Markup;
import java.nio.charset.StandardCharsets;

/** Writes text so that it stays text: {@code <}, {@code >} and {@code &} become entities. */
final class Escaped {
  private static final byte[] LESS = ascii("&lt;");
  private static final byte[] GREATER = ascii("&gt;");
  private static final byte[] AMPERSAND = ascii("&amp;");

  private Escaped() {}

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Writes a text into an array that has room for it; answers where it ends. */
  static int write(byte[] bytes, int from, int to, byte[] target, int at) {
    int clean = from;
    int out = at;
    int next = Markup.next(bytes, from, to);
    while (next < to) {
      System.arraycopy(bytes, clean, target, out, next - clean);
      out += next - clean;
      byte[] entity = bytes[next] == '<' ? LESS : bytes[next] == '>' ? GREATER : AMPERSAND;
      System.arraycopy(entity, 0, target, out, entity.length);
      out += entity.length;
      clean = next + 1;
      next = Markup.next(bytes, clean, to);
    }
    System.arraycopy(bytes, clean, target, out, to - clean);
    return out + to - clean;
  }

  static byte[] message(String from, byte[] text) {
    String sender = text(from).replace("\"", "&quot;");
    String body = text(new String(text, StandardCharsets.UTF_8));
    return ascii("<message from=\"" + sender + "\">" + body + "</message>\n");
  }

  static String text(String raw) {
    return raw.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
