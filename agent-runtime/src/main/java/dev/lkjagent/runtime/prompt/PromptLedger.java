package dev.lkjagent.runtime.prompt;

import java.util.Arrays;

/** What the last prompt took, section by section. Reused from prompt to prompt. */
public final class PromptLedger {
  private final int[] bytes = new int[Section.values().length];
  private final int[] omitted = new int[Section.values().length];
  private int tokens;

  PromptLedger() {}

  void clear() {
    Arrays.fill(bytes, 0);
    Arrays.fill(omitted, 0);
    tokens = 0;
  }

  void bytes(Section section, int count) {
    bytes[section.ordinal()] = count;
  }

  void omit(Section section) {
    omitted[section.ordinal()]++;
  }

  void tokens(int estimate) {
    tokens = estimate;
  }

  /**
   * How large a section is.
   *
   * @param section which
   * @return bytes, its tags included
   */
  public int bytes(Section section) {
    return bytes[section.ordinal()];
  }

  /**
   * How many items left a section so that the prompt fits.
   *
   * @param section which
   * @return items that are not shown
   */
  public int omitted(Section section) {
    return omitted[section.ordinal()];
  }

  /**
   * How large the prompt is.
   *
   * @return bytes of all sections
   */
  public int totalBytes() {
    int sum = 0;
    for (int count : bytes) {
      sum += count;
    }
    return sum;
  }

  /**
   * How many tokens the prompt was estimated to have.
   *
   * @return the estimate, without margin
   */
  public int tokens() {
    return tokens;
  }
}
