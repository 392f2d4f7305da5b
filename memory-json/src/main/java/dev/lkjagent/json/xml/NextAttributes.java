package dev.lkjagent.json.xml;

import static dev.lkjagent.json.xml.XmlChars.word;

import java.util.Arrays;

/**
 * Guesses which attribute follows in a start tag: the one that followed last time after the same
 * names. A guess is compared with the text by words, with the blank before it and the equals sign
 * and the quotation mark behind it, so a right one saves the search for the name; nothing depends
 * on its being right.
 *
 * <p>The names of a tag so far are told by a mixture of their numbers, which begins with the one
 * that trees know the element's name by. Tags with the same mixture share a guess.
 */
final class NextAttributes {
  private static final int MIXTURES = 1_024;
  private static final int PATTERN = 2 * Long.BYTES;
  private static final int AROUND_NAME = 3;

  /** By mixture: the number of the name that came next, 0 for none. */
  private final short[] followers = new short[MIXTURES];

  /** By number of a name: a blank, the name, an equals sign and a quotation mark. */
  private final byte[] patterns = new byte[PATTERN * (XmlNames.MOST + 1)];

  /** By number of a name: how long the pattern is, 0 if there is none. */
  private final byte[] lengths = new byte[XmlNames.MOST + 1];

  /** Forgets everything, because the numbers of names will mean something else. */
  void clear() {
    Arrays.fill(followers, (short) 0);
    Arrays.fill(lengths, (byte) 0);
  }

  /** Answers the mixture after another name. */
  static int mix(int mixture, int number) {
    return mixture * 31 + number & MIXTURES - 1;
  }

  /** Answers the number of the name that is likely to follow, 0 if none is. */
  int guess(int mixture) {
    return followers[mixture];
  }

  /** Answers the length of the pattern of a name if the text goes on with it, else 0. */
  int matched(int number, byte[] text, int at) {
    int length = lengths[number];
    if (length == 0) {
      return 0;
    }
    int pattern = number * PATTERN;
    long first = word(text, at) ^ word(patterns, pattern);
    int excess = -length * Byte.SIZE;
    if (length <= Long.BYTES) {
      return first << excess == 0 ? length : 0;
    }
    long second = word(text, at + Long.BYTES) ^ word(patterns, pattern + Long.BYTES);
    return (first | second << excess) == 0 ? length : 0;
  }

  /** Notes which name followed; one without a number, or too long for a pattern, is ignored. */
  void learn(int mixture, int number, byte[] text, int from, int length) {
    if (number == 0 || length > PATTERN - AROUND_NAME) {
      return;
    }
    followers[mixture] = (short) number;
    if (lengths[number] == 0) {
      int at = number * PATTERN;
      patterns[at] = ' ';
      System.arraycopy(text, from, patterns, at + 1, length);
      patterns[at + 1 + length] = '=';
      patterns[at + 2 + length] = '"';
      lengths[number] = (byte) (length + AROUND_NAME);
    }
  }
}
