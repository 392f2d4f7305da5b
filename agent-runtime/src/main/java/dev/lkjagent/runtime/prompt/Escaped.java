package dev.lkjagent.runtime.prompt;

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
    for (int i = from; i < to; i++) {
      byte[] entity =
          switch (bytes[i]) {
            case '<' -> LESS;
            case '>' -> GREATER;
            case '&' -> AMPERSAND;
            default -> null;
          };
      if (entity != null) {
        out.append(bytes, clean, i).append(entity, 0, entity.length);
        clean = i + 1;
      }
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
