package dev.lkjagent.runtime.store;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Relevance by BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) with
 * the constants and the smoothing of SQLite's FTS5, so that both stores order alike: k1 = 1.2, b =
 * 0.75, a phrase that stands in half of all entries or more counts next to nothing, and the length
 * of an entry includes its tags.
 */
final class Bm25 {
  private static final double K1 = 1.2;
  private static final double B = 0.75;
  private static final double LEAST_IDF = 1e-6;

  private final TextQuery query;
  private final Map<TextQuery.Phrase, Double> idf = new HashMap<>();
  private final double averageLength;

  /** Counts over all entries of a store. */
  Bm25(TextQuery query, Consumer<Consumer<MemorySpace.Row>> everyRow) {
    this.query = query;
    long[] totals = new long[2];
    Map<TextQuery.Phrase, Integer> rowsWith = new HashMap<>();
    everyRow.accept(
        row -> {
          totals[0]++;
          totals[1] += row.length();
          for (TextQuery.Phrase phrase : query.phrases()) {
            if (TextQuery.count(phrase, row.terms()) > 0) {
              rowsWith.merge(phrase, 1, Integer::sum);
            }
          }
        });
    averageLength = totals[0] == 0 ? 1 : (double) totals[1] / totals[0];
    for (TextQuery.Phrase phrase : query.phrases()) {
      int with = rowsWith.getOrDefault(phrase, 0);
      double value = Math.log((totals[0] - with + 0.5) / (with + 0.5));
      idf.put(phrase, value <= 0 ? LEAST_IDF : value);
    }
  }

  boolean matches(MemorySpace.Row row) {
    for (TextQuery.Phrase phrase : query.phrases()) {
      if (TextQuery.count(phrase, row.terms()) == 0) {
        return false;
      }
    }
    return !query.phrases().isEmpty();
  }

  double score(MemorySpace.Row row) {
    double norm = K1 * (1 - B + B * row.length() / averageLength);
    double score = 0;
    for (TextQuery.Phrase phrase : query.phrases()) {
      double count = TextQuery.count(phrase, row.terms());
      score += idf.getOrDefault(phrase, LEAST_IDF) * (count * (K1 + 1) / (count + norm));
    }
    return score;
  }
}
