package dev.lkjagent.examples.librarian;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The words of a question that matter, and the sentence of a text that shares most of them. */
final class Question {
  private static final Set<String> IDLE =
      Set.of(
          "a", "an", "the", "of", "in", "on", "at", "to", "for", "from", "by", "with", "and", "or",
          "is", "are", "was", "were", "be", "been", "do", "does", "did", "has", "have", "had",
          "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "many", "much",
          "it", "its", "that", "this", "there", "year", "tell", "me", "about", "please");

  private final Set<String> words = new LinkedHashSet<>();

  Question(String text) {
    for (String word : split(text)) {
      if (!IDLE.contains(word)) {
        words.add(word);
      }
    }
  }

  private static List<String> split(String text) {
    return List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"));
  }

  List<String> words() {
    return words.stream().filter(word -> !word.isEmpty()).toList();
  }

  /**
   * The sentence that shares the most words with the question; empty if no text shares half of
   * them.
   */
  String answerIn(List<String> texts) {
    String best = "";
    int most = 0;
    for (String text : texts) {
      Set<String> inText = new LinkedHashSet<>(split(text));
      int shared = (int) words().stream().filter(inText::contains).count();
      if (shared * 2 < words().size() || shared == 0) {
        continue;
      }
      for (String sentence : text.replaceAll("(?m)^#.*$", "").strip().split("(?<=[.!?])\\s+")) {
        Set<String> inSentence = new LinkedHashSet<>(split(sentence));
        int score = (int) words().stream().filter(inSentence::contains).count();
        if (score > most) {
          most = score;
          best = sentence.strip().replaceAll("\\s+", " ");
        }
      }
    }
    return best;
  }
}
