package dev.lkjagent.examples.shared;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The words of a text that tell what it is about, as rules that understand nothing see it. */
public final class TellingWords {
  private static final Set<String> IDLE =
      Set.of(
          "a",
          "an",
          "the",
          "of",
          "in",
          "on",
          "at",
          "to",
          "for",
          "from",
          "by",
          "with",
          "and",
          "or",
          "is",
          "are",
          "was",
          "were",
          "be",
          "been",
          "do",
          "does",
          "did",
          "has",
          "have",
          "had",
          "who",
          "whom",
          "whose",
          "what",
          "which",
          "when",
          "where",
          "why",
          "how",
          "many",
          "much",
          "it",
          "its",
          "that",
          "this",
          "there",
          "year",
          "tell",
          "me",
          "about",
          "please",
          "you",
          "your",
          "i",
          "my",
          "mine",
          "can",
          "know",
          "remember");

  private final Set<String> words;

  /**
   * The telling words of a text.
   *
   * @param text a question, or any sentence
   */
  public TellingWords(String text) {
    words = allWords(text);
    words.removeAll(IDLE);
  }

  private static Set<String> allWords(String text) {
    String[] words = text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+");
    Set<String> different = new LinkedHashSet<>(Arrays.asList(words));
    different.remove("");
    return different;
  }

  /**
   * All of them.
   *
   * @return words in small letters, each once, in their order
   */
  public List<String> list() {
    return List.copyOf(words);
  }

  /**
   * Those that a search is most likely to find.
   *
   * @param count how many at most
   * @return the longest, the longest first
   */
  public List<String> longest(int count) {
    return words.stream()
        .sorted(Comparator.comparingInt(String::length).reversed())
        .limit(count)
        .toList();
  }

  private long sharedWith(String text) {
    Set<String> others = allWords(text);
    return words.stream().filter(others::contains).count();
  }

  /**
   * The sentence that shares the most of these words.
   *
   * @param texts where to look; lines that begin with a hash are headings
   * @return the first of those that share most; empty if no text shares half of the words
   */
  public String sentenceIn(List<String> texts) {
    String best = "";
    for (String text : texts) {
      if (sharedWith(text) * 2 >= words.size()) {
        for (String sentence : text.replaceAll("(?m)^#.*$", "").strip().split("(?<=[.!?])\\s+")) {
          best = sharedWith(sentence) > sharedWith(best) ? sentence : best;
        }
      }
    }
    return best.strip().replaceAll("\\s+", " ");
  }
}
