package dev.lkjagent.runtime.prompt;

import java.util.Arrays;
import java.util.Locale;

/**
 * What the last prompt took, section by section, in bytes and in estimated tokens. Reused from
 * prompt to prompt, on the worker that renders them.
 */
public final class PromptLedger {
  private final int[] bytes = new int[Section.values().length];
  private final int[] omitted = new int[Section.values().length];
  private final TokenEstimator estimator = new TokenEstimator();

  PromptLedger() {}

  void clear(TokenEstimator present) {
    Arrays.fill(bytes, 0);
    Arrays.fill(omitted, 0);
    estimator.ratio(present.ratio());
  }

  void bytes(Section section, int count) {
    bytes[section.ordinal()] = count;
  }

  void omit(Section section) {
    omitted[section.ordinal()]++;
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
   * How many tokens a section was estimated to have.
   *
   * @param section which
   * @return the estimate, without margin; rounded up, so that all together may be more than {@link
   *     #tokens()}
   */
  public int tokens(Section section) {
    return estimator.tokens(bytes(section));
  }

  /**
   * How many tokens the prompt was estimated to have.
   *
   * @return the estimate, without margin
   */
  public int tokens() {
    return estimator.tokens(totalBytes());
  }

  /** Lists what is in the prompt, such as {@code memory 420 B, 105 tokens, 2 omitted}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Section section : Section.values()) {
      if (bytes(section) > 0 || omitted(section) > 0) {
        text.append(text.isEmpty() ? "" : "; ")
            .append(section.name().toLowerCase(Locale.ROOT))
            .append(' ')
            .append(bytes(section))
            .append(" B, ")
            .append(tokens(section))
            .append(" tokens");
        if (omitted(section) > 0) {
          text.append(", ").append(omitted(section)).append(" omitted");
        }
      }
    }
    return text.toString();
  }
}
