package dev.lkjagent.runtime.store;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;

/**
 * The words of a text as they are indexed and searched for.
 *
 * <p>A word is a run of letters and digits, folded to lower case, compatibility forms and accents
 * removed, cut at {@value #MAX_CHARS} characters. Scripts that write no spaces between words are
 * indexed by overlapping pairs of characters, and the last character of a run also alone: then a
 * longer run is a phrase of pairs, and a single character a prefix of a pair or the end of a run.
 *
 * <p>All stores use this one definition, so that they find the same entries. A term holds no space
 * and no ASCII character but letters and digits; whatever index it is put into must split at spaces
 * only.
 */
final class Terms {
  /** How much of a word counts. */
  static final int MAX_CHARS = 64;

  /** Takes the terms of a text in order. */
  interface Sink {
    /**
     * Takes one.
     *
     * @param term the folded term
     * @param start where it begins in the text
     * @param end where it ends
     * @param kind {@link #WORD}, {@link #PAIR} or {@link #LAST}
     */
    void term(String term, int start, int end, int kind);
  }

  /** A word of a script with spaces. */
  static final int WORD = 0;

  /** Two neighbours in a run without spaces. */
  static final int PAIR = 1;

  /** The last character of a run without spaces. */
  static final int LAST = 2;

  private Terms() {}

  /** Passes the terms of a text. */
  static void scan(String text, Sink sink) {
    int i = 0;
    int length = text.length();
    while (i < length) {
      int c = text.codePointAt(i);
      if (!Character.isLetterOrDigit(c)) {
        i += Character.charCount(c);
      } else if (isUnspaced(c)) {
        i = scanRun(text, i, sink);
      } else {
        i = scanWord(text, i, sink);
      }
    }
  }

  /** The terms joined by spaces. */
  static String join(String text) {
    StringBuilder joined = new StringBuilder(text.length() + 16);
    scan(text, (term, start, end, kind) -> joined.append(joined.isEmpty() ? "" : " ").append(term));
    return joined.toString();
  }

  private static int scanRun(String text, int start, Sink sink) {
    int i = start;
    int next = i + Character.charCount(text.codePointAt(i));
    while (next < text.length() && isRunPart(text.codePointAt(next))) {
      int end = next + Character.charCount(text.codePointAt(next));
      sink.term(text.substring(i, end), i, end, PAIR);
      i = next;
      next = end;
    }
    sink.term(text.substring(i, next), i, next, LAST);
    return next;
  }

  private static int scanWord(String text, int start, Sink sink) {
    int i = start;
    boolean ascii = true;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (!Character.isLetterOrDigit(c) && !isMark(c) || c >= 128 && isUnspaced(c)) {
        break;
      }
      ascii &= c < 128;
      i += Character.charCount(c);
    }
    String folded = fold(text.substring(start, i), ascii);
    if (!folded.isEmpty()) {
      sink.term(folded, start, i, WORD);
    }
    return i;
  }

  private static String fold(String word, boolean ascii) {
    String plain = ascii ? word : Normalizer.normalize(word, Normalizer.Form.NFKD);
    StringBuilder folded = new StringBuilder(plain.length());
    for (int i = 0; i < plain.length() && folded.length() < MAX_CHARS; ) {
      int c = Character.toLowerCase(plain.codePointAt(i));
      i += Character.charCount(plain.codePointAt(i));
      boolean accent = c >= 0x300 && c < 0x370;
      if (!accent && (Character.isLetterOrDigit(c) || c >= 128 && isMark(c))) {
        folded.appendCodePoint(c);
      }
    }
    return folded.toString();
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK;
  }

  private static boolean isRunPart(int c) {
    return (Character.isLetterOrDigit(c) || isMark(c)) && isUnspaced(c);
  }

  private static boolean isUnspaced(int c) {
    if (c < 0x0E00) {
      return false;
    }
    UnicodeScript script = UnicodeScript.of(c);
    return switch (script) {
      case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO, THAI, LAO, KHMER, MYANMAR -> true;
      default -> c == 0x30FC;
    };
  }
}
