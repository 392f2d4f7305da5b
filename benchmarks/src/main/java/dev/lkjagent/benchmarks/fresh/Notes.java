package dev.lkjagent.benchmarks.fresh;

import dev.lkjagent.benchmarks.FixedReplies;

/** Has agents note texts of 400 B, under tags that are taken in turn. */
final class Notes {
  private static final String TEXT = "what was noted in an earlier cycle, and is kept ";
  private static final int TEXT_BYTES = 400;

  private Notes() {}

  static FixedReplies model(int different) {
    String text = TEXT.repeat(TEXT_BYTES / TEXT.length() + 1).substring(0, TEXT_BYTES);
    String[] replies = new String[different];
    for (int i = 0; i < different; i++) {
      replies[i] =
          "<agent><next_state>executing</next_state><action><type>memory_add</type><tags>note_"
              + i
              + "</tags><value>"
              + text
              + "</value></action></agent>";
    }
    return new FixedReplies(replies);
  }
}
