package dev.lkjagent.runtime.store;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The text of a query, cut into phrases that must all occur.
 *
 * @param phrases them, without duplicates; none if the text has no letter or digit
 */
record TextQuery(List<Phrase> phrases) {
  /**
   * Terms that follow one another.
   *
   * @param terms at least one
   * @param prefix whether the last one may be longer in the text
   */
  record Phrase(List<String> terms, boolean prefix) {}

  /**
   * Cuts a text as a person or a model wrote it. Quotes bind words; nothing else means anything.
   */
  static TextQuery of(String text) {
    Set<Phrase> phrases = new LinkedHashSet<>();
    String[] parts = text.split("\"", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean quoted = (i & 1) == 1 && i < parts.length - 1;
      if (quoted) {
        add(phrases, scan(parts[i]));
      } else {
        addWords(phrases, scan(parts[i]));
      }
    }
    return new TextQuery(List.copyOf(phrases));
  }

  private record Term(String text, int kind) {}

  private static List<Term> scan(String part) {
    List<Term> terms = new ArrayList<>();
    Terms.scan(part, (term, start, end, kind) -> terms.add(new Term(term, kind)));
    return terms;
  }

  private static void addWords(Set<Phrase> phrases, List<Term> terms) {
    int from = 0;
    for (int i = 0; i < terms.size(); i++) {
      if (terms.get(i).kind() != Terms.PAIR) {
        add(phrases, terms.subList(from, i + 1));
        from = i + 1;
      }
    }
  }

  private static void add(Set<Phrase> phrases, List<Term> terms) {
    int size = terms.size();
    if (size == 0) {
      return;
    }
    boolean endsRun = terms.get(size - 1).kind() == Terms.LAST;
    boolean single = endsRun && (size == 1 || terms.get(size - 2).kind() != Terms.PAIR);
    int kept = endsRun && !single ? size - 1 : size;
    phrases.add(new Phrase(terms.subList(0, kept).stream().map(Term::text).toList(), single));
  }

  /** Counts how often a phrase occurs in the terms of a text. */
  static int count(Phrase phrase, List<String> terms) {
    int found = 0;
    for (int at = 0; at + phrase.terms().size() <= terms.size(); at++) {
      found += occursAt(phrase, terms, at) ? 1 : 0;
    }
    return found;
  }

  /** Whether a phrase begins at a place among the terms of a text. */
  static boolean occursAt(Phrase phrase, List<String> terms, int at) {
    int size = phrase.terms().size();
    if (at + size > terms.size()) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      String wanted = phrase.terms().get(i);
      String there = terms.get(at + i);
      boolean open = phrase.prefix() && i == size - 1;
      if (open ? !there.startsWith(wanted) : !there.equals(wanted)) {
        return false;
      }
    }
    return true;
  }
}
