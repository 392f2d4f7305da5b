package dev.lkjagent.json.xml;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the engine makes of a text, in one piece or in several. */
record Parsed(@Nullable XmlFault fault, int offset, List<String> events) {
  /** In one piece. */
  static Parsed whole(XmlEngine engine, byte[] source) {
    byte[] text = Arrays.copyOf(source, source.length + 64);
    long[] tape = new long[source.length + 8];
    return of(engine, text, tape, engine.parse(text, 0, source.length, tape, 0, tape.length, true));
  }

  static Parsed whole(XmlEngine engine, String source) {
    return whole(engine, source.getBytes(StandardCharsets.UTF_8));
  }

  /** In pieces that end at the given places; nothing but zeros stands behind what has been fed. */
  static Parsed pieces(XmlEngine engine, byte[] source, int... ends) {
    byte[] text = new byte[source.length + 64];
    long[] tape = new long[source.length + 8];
    engine.begin();
    int fed = 0;
    int result = XmlEngine.MORE;
    for (int i = 0; i <= ends.length && result == XmlEngine.MORE; i++) {
      boolean last = i == ends.length;
      int end = last ? source.length : ends[i];
      System.arraycopy(source, fed, text, fed, end - fed);
      fed = end;
      result = engine.run(text, 0, end, tape, 0, tape.length, last);
    }
    return of(engine, text, tape, result);
  }

  /** One byte after the other. */
  static Parsed bytes(XmlEngine engine, byte[] source) {
    int[] ends = new int[source.length];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = i + 1;
    }
    return pieces(engine, source, ends);
  }

  private static Parsed of(XmlEngine engine, byte[] text, long[] tape, int result) {
    return result > 0
        ? new Parsed(null, -1, Events.ofTape(text, tape, result))
        : new Parsed(XmlFault.of(result), engine.errorOffset(), List.of());
  }
}
