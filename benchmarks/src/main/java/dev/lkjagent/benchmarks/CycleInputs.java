package dev.lkjagent.benchmarks;

import java.nio.charset.StandardCharsets;

/** What the turns of agents are fed with. */
final class CycleInputs {
  /** How many notes ours has before the first measured cycle: they fill a prompt of 4.6 KB. */
  static final int NOTES = 7;

  /** How many cycles are run, and their requests checked, before anything is measured. */
  static final int CHECKED = NOTES + 20;

  /** What a prompt of ours has to be near to, in bytes, for the comparison to be one. */
  static final int PROMPT_BYTES = 4600;

  /** How many different replies there are: what is added differs from cycle to cycle. */
  private static final int REPLIES = 90;

  private static final byte[][] REPLY = new byte[REPLIES][];

  static {
    String reply =
        new String(Inputs.document("agent.xml"), StandardCharsets.UTF_8)
            .replace("storage_save", "working_memory_add");
    for (int i = 0; i < REPLIES; i++) {
      REPLY[i] =
          reply
              .replaceFirst("The user asked for", "The user asked " + (10 + i) + " times for")
              .getBytes(StandardCharsets.UTF_8);
    }
  }

  private CycleInputs() {}

  /**
   * The reply to a call: the first ones note something, all others are agent.xml, adding, with a
   * number at the beginning of the text that is different in each.
   */
  static byte[] reply(int call) {
    return call < NOTES ? note(call) : REPLY[call % REPLIES];
  }

  private static byte[] note(int number) {
    return ("<agent><next_state>executing</next_state><action><type>working_memory_add</type><tags>note_"
            + number
            + "</tags><value>"
            + "what was noted in an earlier cycle ".repeat(5)
            + "</value></action></agent>")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A prompt of the same length for those who are given one, with what has to be escaped in it. */
  static String prompt() {
    String line = "<entry tags=\"note\">what was \"noted\" in an earlier cycle — naïve</entry>\n";
    StringBuilder prompt = new StringBuilder();
    while (prompt.length() < PROMPT_BYTES - line.length()) {
      prompt.append(line);
    }
    return prompt.toString();
  }
}
