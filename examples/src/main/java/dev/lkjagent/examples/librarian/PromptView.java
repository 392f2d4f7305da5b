package dev.lkjagent.examples.librarian;

import dev.lkjagent.runtime.model.ModelRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a prompt says, taken apart: all that the rules may know. */
final class PromptView {
  private static final Pattern ENTRY =
      Pattern.compile(
          "<entry tags=\"([^\"]*)\"(?: source=\"([a-z]*)\")?>(.*?)</entry>", Pattern.DOTALL);
  private static final Pattern ITEM = Pattern.compile("<item>(.*?)</item>", Pattern.DOTALL);
  private static final Pattern STATE = Pattern.compile("<state name=\"([a-z_]+)\"");
  private static final Pattern MESSAGE =
      Pattern.compile("<message from=\"task\">(.*?)</message>", Pattern.DOTALL);

  record Entry(String tags, boolean fromStorage, String value) {
    boolean isNote() {
      return List.of(tags.split(",")).contains("note");
    }
  }

  final String state;
  final String newTask;
  final List<Entry> entries = new ArrayList<>();
  final List<String> outcomes = new ArrayList<>();

  PromptView(ModelRequest request) {
    String text = request.text(request.messageCount() - 1);
    state = first(STATE, text);
    newTask = first(MESSAGE, section(text, "inbox"));
    Matcher entry = ENTRY.matcher(section(text, "working_memory"));
    while (entry.find()) {
      entries.add(
          new Entry(entry.group(1), "storage".equals(entry.group(2)), unescaped(entry.group(3))));
    }
    Matcher item = ITEM.matcher(section(text, "execution_log"));
    while (item.find()) {
      outcomes.add(unescaped(item.group(1)));
    }
  }

  private static String section(String text, String name) {
    int from = text.indexOf("<" + name + ">\n");
    int to = text.indexOf("</" + name + ">\n");
    return from < 0 || to < from ? "" : text.substring(from, to);
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? unescaped(matcher.group(1)) : "";
  }

  private static String unescaped(String text) {
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }

  /** The value of an entry, or null if there is none with exactly these tags. */
  String value(String tags) {
    for (Entry entry : entries) {
      if (entry.tags.equals(tags)) {
        return entry.value;
      }
    }
    return "";
  }

  boolean has(String tags) {
    return entries.stream().anyMatch(entry -> entry.tags.equals(tags));
  }

  List<Entry> notes(boolean fromStorage) {
    return entries.stream().filter(e -> e.isNote() && e.fromStorage == fromStorage).toList();
  }

  /** The last outcome of an action, or an empty text. */
  String last(String action) {
    for (int i = outcomes.size() - 1; i >= 0; i--) {
      if (outcomes.get(i).startsWith(action)) {
        return outcomes.get(i);
      }
    }
    return "";
  }

  String lastOutcome() {
    return outcomes.isEmpty() ? "" : outcomes.get(outcomes.size() - 1);
  }
}
