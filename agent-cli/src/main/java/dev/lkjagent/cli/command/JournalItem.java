package dev.lkjagent.cli.command;

import dev.lkjagent.runtime.journal.JournalReader;
import dev.lkjagent.runtime.journal.Kind;
import dev.lkjagent.runtime.store.Commit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One thing that came from outside in a cycle, as the journal has it.
 *
 * @param name what it is
 * @param text what it says
 */
record JournalItem(String name, String text) {
  /** The items of a commit's record that tell people something. */
  static List<JournalItem> of(Commit commit) {
    List<JournalItem> items = new ArrayList<>();
    byte[] record = commit.record().toArray();
    JournalReader reader = new JournalReader();
    if (reader.open(record, 0, record.length) != JournalReader.OK) {
      return List.of(new JournalItem("damaged", "the record can't be read"));
    }
    StringBuilder reply = new StringBuilder();
    for (Kind kind = reader.next(); kind != null; kind = reader.next()) {
      switch (kind) {
        case REPLY -> reply.append(reader.text(0));
        case MESSAGE ->
            items.add(new JournalItem("message", reader.text(2) + ": " + reader.text(3)));
        case TOOL_CALL ->
            items.add(new JournalItem("tool call", reader.text(2) + " " + reader.text(3)));
        case USAGE ->
            items.add(
                new JournalItem(
                    "usage",
                    String.format(
                        Locale.ROOT,
                        "%,d tokens in the prompt, %,d in the reply",
                        reader.number(0),
                        reader.number(1))));
        case RESULT ->
            items.add(
                new JournalItem(
                    reader.number(1) == 0 ? "answered" : "failed",
                    "action " + reader.number(0) + ": " + reader.text(2)));
        case DECISION ->
            items.add(
                new JournalItem(
                    reader.number(2) == 1 ? "approved" : "denied",
                    "call " + reader.number(0) + "." + reader.number(1) + " " + reader.text(3)));
        case RETRY ->
            items.add(
                new JournalItem(
                    "retried",
                    "attempt "
                        + reader.number(0)
                        + " failed: "
                        + reader.text(2)
                        + "; again after "
                        + reader.number(1)
                        + " ms"));
        case FAULT -> items.add(new JournalItem("fault", reader.text(1) + ": " + reader.text(2)));
        case EVICTION -> items.add(new JournalItem("paged out", reader.text(0)));
        case PRESSURE -> items.add(new JournalItem("pressure", reader.text(1)));
        default -> {}
      }
    }
    if (!reply.isEmpty()) {
      items.add(0, new JournalItem("reply", reply.toString()));
    }
    return items;
  }
}
