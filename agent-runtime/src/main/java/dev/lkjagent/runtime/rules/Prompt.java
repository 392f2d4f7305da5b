package dev.lkjagent.runtime.rules;

import dev.lkjagent.runtime.memory.TagSet;
import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A prompt taken apart: a copy of what a model is shown. Immutable. */
public final class Prompt {
  private static final Pattern STATE =
      Pattern.compile(
          "<state name=\"([^\"]*)\" cycle=\"(\\d+)\"[^>]*>(.*?)</state>", Pattern.DOTALL);
  private static final Pattern ENTRY =
      Pattern.compile(
          "<entry tags=\"([^\"]*)\"( source=\"storage\")?[^>]*>(.*?)</entry>", Pattern.DOTALL);
  private static final Pattern ITEM = Pattern.compile("<item>(.*?)</item>", Pattern.DOTALL);
  private static final Pattern MESSAGE =
      Pattern.compile("<message from=\"([^\"]*)\"[^>]*>(.*?)</message>", Pattern.DOTALL);

  private static final Pattern SEARCH =
      Pattern.compile(
          "storage_search(?: \\[(.*?)\\])?: (\\d+|no) hits?(?:; (.*))?", Pattern.DOTALL);
  private static final Pattern HIT =
      Pattern.compile(
          "\\[([^\\]]+)\\] \\d+ bytes: (.*?)(?=; \\[[^\\]]+\\] \\d+ bytes: |; more hits are|$)",
          Pattern.DOTALL);

  private final String system;
  private final String text;
  private final String state;
  private final long cycle;
  private final String instructions;

  private Prompt(String system, String text) {
    this.system = system;
    this.text = text;
    Matcher found = STATE.matcher(text);
    boolean has = found.find();
    state = has ? found.group(1) : "";
    cycle = has ? Long.parseLong(found.group(2)) : 0;
    instructions = has ? unescaped(found.group(3)).strip() : "";
  }

  /**
   * A message that waits in the inbox.
   *
   * @param from who sent it
   * @param text what it says
   */
  public record Message(String from, String text) {}

  /**
   * An entry of working memory.
   *
   * @param tags its canonical tags
   * @param loaded whether it was loaded from storage
   * @param value its value
   */
  public record Entry(String tags, boolean loaded, String value) {
    /**
     * Whether it carries a tag.
     *
     * @param tag one canonical tag
     * @return true if it does, among others
     */
    public boolean has(String tag) {
      return List.of(tags.split(",")).contains(tag);
    }
  }

  /**
   * What a search in storage found.
   *
   * @param tags the tags that it asked for, as they were written; empty if it asked for words only
   * @param total how many entries there are
   * @param hits those that are shown, the best first
   */
  public record Search(String tags, int total, List<Hit> hits) {}

  /**
   * An entry that a search found.
   *
   * @param tags its canonical tags
   * @param beginning its value, or as much of it as is shown
   */
  public record Hit(String tags, String beginning) {}

  /**
   * Copies a request.
   *
   * @param request the request
   * @return what it says
   */
  public static Prompt of(ModelRequest request) {
    StringBuilder system = new StringBuilder();
    StringBuilder rest = new StringBuilder();
    for (int i = 0; i < request.messageCount(); i++) {
      (request.role(i) == Role.SYSTEM ? system : rest).append(request.text(i));
    }
    return new Prompt(system.toString(), rest.toString());
  }

  /**
   * The part that stays the same: role, instructions, contract, states, actions.
   *
   * @return the first message
   */
  public String system() {
    return system;
  }

  /**
   * The part that changes: memory, logs, inbox, state.
   *
   * @return everything after the first message
   */
  public String text() {
    return text;
  }

  /**
   * The state that the agent is in.
   *
   * @return its name
   */
  public String state() {
    return state;
  }

  /**
   * The cycle that asks.
   *
   * @return its number
   */
  public long cycle() {
    return cycle;
  }

  /**
   * What the prompt says about the state.
   *
   * @return the state's prompt
   */
  public String instructions() {
    return instructions;
  }

  /**
   * One section, as it is shown.
   *
   * @param name for example {@code working_memory}, {@code execution_log} or {@code inbox}
   * @return its text without the tags around it, still escaped; empty if there is none
   */
  public String section(String name) {
    int from = text.indexOf("<" + name + ">\n");
    int to = text.indexOf("</" + name + ">", Math.max(0, from));
    return from < 0 || to < 0 ? "" : text.substring(from + name.length() + 3, to);
  }

  /**
   * The entries of working memory that are shown.
   *
   * @return the entries, in the prompt's order
   */
  public List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    Matcher entry = ENTRY.matcher(section("working_memory"));
    while (entry.find()) {
      entries.add(
          new Entry(unescaped(entry.group(1)), entry.group(2) != null, unescaped(entry.group(3))));
    }
    return entries;
  }

  /**
   * The texts of working memory that are shown.
   *
   * @return values by canonical tags, in the prompt's order
   */
  public Map<String, String> memory() {
    Map<String, String> values = new LinkedHashMap<>();
    entries().forEach(entry -> values.put(entry.tags(), entry.value()));
    return values;
  }

  /**
   * Whether an entry of working memory is shown.
   *
   * @param tags its tags, in any order and spelling
   * @return whether there is one with exactly these
   */
  public boolean remembers(String tags) {
    return memory().containsKey(TagSet.of(tags).canonical());
  }

  /**
   * An entry of working memory.
   *
   * @param tags its tags, in any order and spelling
   * @return its value; empty if it is not shown
   */
  public String value(String tags) {
    return memory().getOrDefault(TagSet.of(tags).canonical(), "");
  }

  /**
   * What the model thought, the oldest first.
   *
   * @return the items of the thinking log that are shown
   */
  public List<String> thinking() {
    return items("thinking_log");
  }

  /**
   * How the model judged, the oldest first.
   *
   * @return the items of the evaluation log that are shown
   */
  public List<String> evaluation() {
    return items("evaluation_log");
  }

  /**
   * What came of actions, and faults; the oldest first.
   *
   * @return the items of the execution log that are shown
   */
  public List<String> outcomes() {
    return items("execution_log");
  }

  /**
   * What came of one kind of action, the oldest first.
   *
   * @param type the action's name
   * @return the items of the execution log that are shown, without the action's name and tags
   */
  public List<String> outcomes(String type) {
    List<String> outcomes = new ArrayList<>();
    for (String item : outcomes()) {
      String rest = item.startsWith(type) ? item.substring(type.length()) : "";
      String end = rest.startsWith(" [") ? "]: " : ": ";
      if (end.equals("]: ") || rest.startsWith(end)) {
        outcomes.add(rest.substring(rest.indexOf(end) + end.length()));
      }
    }
    return outcomes;
  }

  /**
   * What searches in storage found, the oldest first.
   *
   * @return those of the execution log that is shown, without searches that failed
   */
  public List<Search> searches() {
    List<Search> searches = new ArrayList<>();
    for (String item : outcomes()) {
      Matcher search = SEARCH.matcher(item);
      if (search.matches()) {
        List<Hit> hits = new ArrayList<>();
        Matcher hit = HIT.matcher(search.group(3) == null ? "" : search.group(3));
        while (hit.find()) {
          hits.add(new Hit(hit.group(1), hit.group(2).strip()));
        }
        String total = search.group(2);
        searches.add(
            new Search(
                search.group(1) == null ? "" : search.group(1),
                total.equals("no") ? 0 : Integer.parseInt(total),
                hits));
      }
    }
    return searches;
  }

  /**
   * What came of the last action, or the last fault.
   *
   * @return the last item of the execution log; empty if there is none
   */
  public String lastOutcome() {
    List<String> all = outcomes();
    return all.isEmpty() ? "" : all.get(all.size() - 1);
  }

  /**
   * The messages that the model has not answered yet.
   *
   * @return the inbox, the oldest first
   */
  public List<Message> inbox() {
    List<Message> messages = new ArrayList<>();
    Matcher message = MESSAGE.matcher(section("inbox"));
    while (message.find()) {
      messages.add(new Message(unescaped(message.group(1)), unescaped(message.group(2)).strip()));
    }
    return messages;
  }

  private List<String> items(String section) {
    List<String> items = new ArrayList<>();
    Matcher item = ITEM.matcher(section(section));
    while (item.find()) {
      items.add(unescaped(item.group(1)));
    }
    return items;
  }

  private static String unescaped(String text) {
    return text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
  }

  /**
   * The end of the prompt, which is what a reply answers.
   *
   * @param maxChars how much of it
   * @return the prompt's last characters, after an ellipsis if there are more
   */
  public String end(int maxChars) {
    String all = text.strip();
    return all.length() <= maxChars ? all : "…" + all.substring(all.length() - maxChars);
  }

  /** All of it, the system's part first. */
  @Override
  public String toString() {
    return system + "\n" + text;
  }
}
