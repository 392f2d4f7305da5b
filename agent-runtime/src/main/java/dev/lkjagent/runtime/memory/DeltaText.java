package dev.lkjagent.runtime.memory;

import dev.lkjagent.runtime.journal.Decoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A delta or an image of {@link WorkingMemory} in words, for people. */
public final class DeltaText {
  private DeltaText() {}

  /**
   * Says what a delta changes.
   *
   * @param delta what {@link WorkingMemory#encodeDelta} or {@link WorkingMemory#encodeImage} wrote
   * @return a line for each change, such as {@code note [plot] becomes "A letter."}; the last one
   *     says so if the rest can't be read
   */
  public static List<String> of(byte[] delta) {
    List<String> lines = new ArrayList<>();
    Decoder in = new Decoder().open(delta, 0, delta.length);
    boolean known = delta.length == 0 || in.next() == WorkingMemory.FORMAT;
    long changes = known && delta.length > 0 ? in.number() : 0;
    for (long i = 0; i < changes && !in.failed(); i++) {
      int what = in.next();
      int from = in.range();
      String tags = text(delta, from, in.at());
      int kind = in.next();
      boolean pinned = (in.next() & WorkingMemory.PINNED) != 0;
      long written = in.number();
      long read = in.number();
      int value = what == WorkingMemory.APPENDED ? in.range() : in.at();
      if (in.failed() || kind >= EntryKind.values().length) {
        break;
      }
      String entry = EntryKind.of(kind).name().toLowerCase(Locale.ROOT) + " [" + tags + "]";
      String counts = (pinned ? ", pinned" : "") + ", written in " + written + ", read in " + read;
      lines.add(
          switch (what) {
            case WorkingMemory.REMOVED -> entry + " is removed";
            case WorkingMemory.REPLACED -> entry + " is replaced";
            case WorkingMemory.APPENDED ->
                entry + " becomes \"" + text(delta, value, in.at()) + '"' + counts;
            default -> entry + " is marked" + counts;
          });
    }
    if (!known || in.failed() || in.at() != delta.length) {
      lines.add("what follows can't be read");
    }
    return lines;
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }
}
