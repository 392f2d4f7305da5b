package dev.lkjagent.runtime.store;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one line that shows why an entry was found: the part of its value in which most of what was
 * searched for stands close together, or its beginning. White space and control characters become
 * single spaces; {@code …} stands where something was cut.
 */
final class Snippets {
  private static final int LEAD_SHARE = 4;

  private Snippets() {}

  static String of(String value, @Nullable TextQuery query, int maxChars) {
    if (maxChars == 0) {
      return "";
    }
    int lead = maxChars / LEAD_SHARE;
    int match =
        query == null || value.length() <= maxChars ? 0 : bestMatch(value, query, maxChars - lead);
    int from = Math.max(0, Math.min(match - lead, value.length() - maxChars));
    from = from > 0 && Character.isLowSurrogate(value.charAt(from)) ? from + 1 : from;
    int to = Math.min(value.length(), from + maxChars);
    to = to < value.length() && Character.isLowSurrogate(value.charAt(to)) ? to - 1 : to;
    return (from > 0 ? "…" : "") + oneLine(value, from, to) + (to < value.length() ? "…" : "");
  }

  /** Where the window begins that holds most different phrases; the first of equals. */
  private static int bestMatch(String value, TextQuery query, int window) {
    List<String> terms = new ArrayList<>();
    List<Integer> starts = new ArrayList<>();
    Terms.scan(
        value,
        (term, start, end, kind) -> {
          terms.add(term);
          starts.add(start);
        });
    List<int[]> matches = new ArrayList<>();
    for (int at = 0; at < terms.size(); at++) {
      for (int p = 0; p < query.phrases().size(); p++) {
        if (TextQuery.occursAt(query.phrases().get(p), terms, at)) {
          matches.add(new int[] {starts.get(at), p});
        }
      }
    }
    int best = 0;
    int bestCount = 0;
    BitSet seen = new BitSet();
    for (int i = 0; i < matches.size() && bestCount < query.phrases().size(); i++) {
      seen.clear();
      int start = matches.get(i)[0];
      for (int k = i; k < matches.size() && matches.get(k)[0] < start + window; k++) {
        seen.set(matches.get(k)[1]);
        if (seen.cardinality() == query.phrases().size()) {
          break;
        }
      }
      if (seen.cardinality() > bestCount) {
        bestCount = seen.cardinality();
        best = start;
      }
    }
    return best;
  }

  private static String oneLine(String value, int from, int to) {
    StringBuilder line = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      char c = value.charAt(i);
      if (!Character.isWhitespace(c) && !Character.isISOControl(c)) {
        line.append(c);
      } else if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
        line.append(' ');
      }
    }
    return line.toString().strip();
  }
}
