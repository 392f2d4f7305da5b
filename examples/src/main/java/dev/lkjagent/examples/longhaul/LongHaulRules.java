package dev.lkjagent.examples.longhaul;

import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplyText;
import dev.lkjagent.runtime.model.RuleSet;
import java.nio.charset.StandardCharsets;

/**
 * {@code rules:long-haul}: adds one to the counter that it finds in the prompt, and notes the
 * cycle. Works on bytes, so that the allocation of a cycle is the runtime's alone. Not a language
 * model.
 */
public final class LongHaulRules implements RuleSet {
  private static final byte[] COUNTER = ascii("<entry tags=\"counter\">");
  private static final byte[] CYCLE = ascii("\" cycle=\"");
  private static final String PIN =
      "<action><type>working_memory_pin</type><tags>counter</tags></action>";
  private static final int NOTES = 48;
  private static final int SAVE_EVERY = 20;

  /** Called by {@link java.util.ServiceLoader}. */
  public LongHaulRules() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String name() {
    return "long-haul";
  }

  @Override
  public String description() {
    return "fixed rules that count";
  }

  @Override
  public Rules open() {
    return LongHaulRules::answer;
  }

  private static void answer(ModelRequest request, ReplyText reply) {
    int last = request.messageCount() - 1;
    byte[] prompt = request.bytes();
    long count = 1 + numberAfter(COUNTER, prompt, request.textFrom(last), request.textTo(last));
    long cycle = numberAfter(CYCLE, prompt, request.textFrom(last), request.textTo(last));
    long note = cycle % NOTES;
    reply
        .append("<agent><next_state>executing</next_state><thinking_log>So far ")
        .append(count)
        .append(
            " cycles.</thinking_log><action><type>working_memory_add</type><tags>counter</tags>")
        .append("<value>")
        .append(count)
        .append("</value></action>")
        .append(count == 1 ? PIN : "")
        .append("<action><type>working_memory_add</type><tags>note,note_")
        .append(note)
        .append("</tags><value>In cycle ")
        .append(cycle)
        .append(" the road was straight, and the counter stood at ")
        .append(count)
        .append(".</value></action>");
    if (cycle % SAVE_EVERY == 0) {
      reply
          .append("<action><type>storage_save</type><tags>note,note_")
          .append(note)
          .append("</tags></action>");
    }
    reply.append("</agent>");
  }

  /** The number that stands behind a text; 0 if the text is not there. */
  static long numberAfter(byte[] text, byte[] in, int from, int to) {
    for (int at = from; at <= to - text.length; at++) {
      int same = 0;
      while (same < text.length && in[at + same] == text[same]) {
        same++;
      }
      if (same == text.length) {
        long number = 0;
        for (int i = at + same; i < to && in[i] >= '0' && in[i] <= '9'; i++) {
          number = number * 10 + in[i] - '0';
        }
        return number;
      }
    }
    return 0;
  }
}
