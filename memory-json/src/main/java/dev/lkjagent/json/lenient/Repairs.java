package dev.lkjagent.json.lenient;

import dev.lkjagent.json.lenient.RepairCode.Boldness;

/**
 * What the last parse had to repair, in the order of the input: codes with the offset of the byte
 * that each was noticed at.
 *
 * <p>The list belongs to its reader and is overwritten by the next parse. It holds a fixed number
 * of entries; what does not fit is counted, so an empty list always means that nothing was
 * repaired.
 */
public final class Repairs {
  private final int[] entries;
  private int count;
  private int overflow;
  private int guesses;
  private int notations;
  private int savedCount;
  private int savedOverflow;
  private int savedGuesses;
  private int savedNotations;

  Repairs(int capacity) {
    entries = new int[2 * capacity];
  }

  void clear() {
    count = 0;
    overflow = 0;
    guesses = 0;
    notations = 0;
  }

  void save() {
    savedCount = count;
    savedOverflow = overflow;
    savedGuesses = guesses;
    savedNotations = notations;
  }

  void restore() {
    count = savedCount;
    overflow = savedOverflow;
    guesses = savedGuesses;
    notations = savedNotations;
  }

  void add(RepairCode code, int offset) {
    if (code.boldness() == Boldness.GUESS) {
      guesses++;
    } else if (code.boldness() == Boldness.NOTATION) {
      notations++;
    }
    if (2 * count == entries.length) {
      overflow++;
      return;
    }
    entries[2 * count] = code.number();
    entries[2 * count + 1] = offset;
    count++;
  }

  /**
   * Answers how many repairs are listed.
   *
   * @return the number of entries
   */
  public int size() {
    return count;
  }

  /**
   * Answers how many repairs were made that the list had no room for.
   *
   * @return the number of repairs that are counted and not listed
   */
  public int overflow() {
    return overflow;
  }

  /**
   * Tells whether the input was taken exactly as it was written.
   *
   * @return true if nothing was repaired
   */
  public boolean isEmpty() {
    return count == 0;
  }

  /**
   * Answers the boldest thing that was done.
   *
   * @return {@link Boldness#FRAME} also if nothing was done
   */
  public Boldness boldest() {
    return guesses > 0 ? Boldness.GUESS : notations > 0 ? Boldness.NOTATION : Boldness.FRAME;
  }

  /**
   * Answers how many repairs were guesses.
   *
   * @return their number, those that are not listed included
   */
  public int guesses() {
    return guesses;
  }

  /**
   * Answers a repair's code.
   *
   * @param index from 0 to {@link #size()} − 1
   * @return the code
   * @throws IndexOutOfBoundsException if there is no such entry
   */
  public RepairCode code(int index) {
    return RepairCode.at(entries[2 * checked(index)]);
  }

  /**
   * Answers where a repair was made.
   *
   * @param index from 0 to {@link #size()} − 1
   * @return bytes from the start of the input
   * @throws IndexOutOfBoundsException if there is no such entry
   */
  public int offset(int index) {
    return entries[2 * checked(index) + 1];
  }

  /**
   * Tells whether something of this kind was repaired.
   *
   * @param code a code
   * @return true if it is in the list
   */
  public boolean contains(RepairCode code) {
    for (int i = 0; i < count; i++) {
      if (entries[2 * i] == code.number()) {
        return true;
      }
    }
    return false;
  }

  private int checked(int index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException("repair " + index + " of " + count);
    }
    return index;
  }

  /** Lists codes and offsets, for people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ", ").append(code(i)).append('@').append(offset(i));
    }
    if (overflow > 0) {
      text.append(", and ").append(overflow).append(" more");
    }
    return text.toString();
  }
}
