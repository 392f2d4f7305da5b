package dev.lkjagent.runtime.prompt;

import dev.lkjagent.runtime.memory.Markup;
import dev.lkjagent.runtime.model.ModelRequest;
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

  static void append(ModelRequest out, byte[] bytes, int from, int to) {
    int clean = from;
    int at = Markup.next(bytes, from, to);
    while (at < to) {
      byte[] entity = bytes[at] == '<' ? LESS : bytes[at] == '>' ? GREATER : AMPERSAND;
      out.append(bytes, clean, at).append(entity, 0, entity.length);
      clean = at + 1;
      at = Markup.next(bytes, clean, to);
    }
    out.append(bytes, clean, to);
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
