package dev.lkjagent.examples.librarian;

import dev.lkjagent.runtime.model.RuleSet;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.rules.Prompt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code rules:librarian}: ordinary code that answers the librarian's prompts. Not a language
 * model.
 */
public final class LibrarianRules implements RuleSet {
  private static final String READING_LIST = "reading_list";
  private static final Pattern NOTE_HIT = Pattern.compile("\\[([^\\]]*\\bnote\\b[^\\]]*)\\]");

  /** Called by {@link java.util.ServiceLoader}. */
  public LibrarianRules() {}

  @Override
  public String name() {
    return "librarian";
  }

  @Override
  public String description() {
    return "fixed rules that read, note, search and quote";
  }

  @Override
  public Rules open() {
    return (request, reply) -> reply.append(answer(Prompt.of(request)).toString());
  }

  private static AgentReply answer(Prompt prompt) {
    return switch (prompt.state()) {
      case "executing" -> execute(prompt);
      case "evaluating" -> evaluate(prompt);
      case "paging" -> archive(prompt);
      default -> think(prompt);
    };
  }

  private static List<Prompt.Entry> notes(Prompt prompt, boolean loaded) {
    return prompt.entries().stream()
        .filter(entry -> entry.has("note") && entry.loaded() == loaded)
        .toList();
  }

  private static List<String> unread(Prompt prompt) {
    return prompt.value(READING_LIST).strip().lines().toList();
  }

  private static AgentReply think(Prompt prompt) {
    AgentReply reply = AgentReply.to("executing");
    for (Prompt.Message message : prompt.inbox()) {
      if (message.from().equals("task")) {
        notes(prompt, true).forEach(note -> reply.action("working_memory_remove", note.tags(), ""));
        return reply.think("A question: " + message.text());
      }
    }
    int left = unread(prompt).size();
    return reply.think(
        !prompt.remembers(READING_LIST)
            ? "First I need to know which texts there are."
            : left == 0
                ? "Everything is read. Storage will have the answer."
                : left + " texts are still unread.");
  }

  private static AgentReply execute(Prompt prompt) {
    AgentReply reply = AgentReply.to("evaluating");
    List<Prompt.Entry> notes = notes(prompt, false);
    if (!prompt.remembers(READING_LIST)) {
      return reply.action("list_texts", "", "");
    }
    if (!unread(prompt).isEmpty()) {
      return reply.action("read_text", "", unread(prompt).get(0));
    }
    if (notes.isEmpty()) {
      return search(new Question(prompt.value("task")), reply);
    }
    return putAway(
        notes,
        AgentReply.to("executing")
            .think("Everything is read; the notes go to storage before I look there."));
  }

  private static AgentReply putAway(List<Prompt.Entry> notes, AgentReply reply) {
    for (Prompt.Entry note : notes) {
      reply
          .action("storage_save", note.tags(), "")
          .action("working_memory_remove", note.tags(), "");
    }
    return reply;
  }

  /** One search for all words, then one for each of the longest, until a note turns up. */
  private static AgentReply search(Question question, AgentReply reply) {
    List<String> words = new ArrayList<>(question.words());
    words.sort(Comparator.comparingInt(String::length));
    for (int i = 0; i < Math.min(2, words.size()); i++) {
      reply.action("storage_search", "note", words.get(words.size() - 1 - i));
    }
    return reply.action("storage_search", "note", String.join(" ", question.words()));
  }

  private static AgentReply evaluate(Prompt prompt) {
    String last = prompt.lastOutcome();
    if (last.startsWith("list_texts: ")) {
      return AgentReply.to("thinking")
          .evaluate("The list of texts is there.")
          .action("working_memory_add", READING_LIST, last.substring("list_texts: ".length()))
          .action("working_memory_pin", READING_LIST, "");
    }
    if (last.startsWith("read_text: ")) {
      return note(prompt, last.substring("read_text: ".length()));
    }
    boolean loaded = last.startsWith("storage_load") && !notes(prompt, true).isEmpty();
    return loaded ? finish(prompt) : load(prompt);
  }

  private static AgentReply note(Prompt prompt, String named) {
    List<String> unread = unread(prompt);
    String rest = unread.size() < 2 ? "" : String.join("\n", unread.subList(1, unread.size()));
    int line = named.indexOf('\n');
    if (line < 0) {
      return AgentReply.to("thinking")
          .evaluate("That text can't be read; I leave it out.")
          .action("working_memory_add", READING_LIST, rest);
    }
    String name = named.substring(0, line);
    String text = named.substring(line + 1);
    return AgentReply.to(rest.isEmpty() ? "thinking" : "executing")
        .evaluate("Read and noted: " + name)
        .action("working_memory_add", "note," + name, text)
        .action("working_memory_add", READING_LIST, rest)
        .action("storage_save", "catalogue," + name, text.lines().findFirst().orElse(name));
  }

  private static AgentReply load(Prompt prompt) {
    List<String> outcomes = prompt.outcomes();
    Set<String> hits = new LinkedHashSet<>();
    for (int i = outcomes.size() - 1; i >= 0; i--) {
      if (!outcomes.get(i).startsWith("storage_search")) {
        break;
      }
      Matcher hit = NOTE_HIT.matcher(outcomes.get(i).replaceFirst("\\[note\\]: ", ""));
      while (hits.size() < 3 && hit.find()) {
        hits.add(hit.group(1));
      }
    }
    if (hits.isEmpty()) {
      return AgentReply.empty().evaluate("Storage has nothing on it.").finish("not found");
    }
    AgentReply reply = AgentReply.to("evaluating").evaluate("Storage knows something; I load it.");
    hits.forEach(tags -> reply.action("storage_load", tags, ""));
    return reply;
  }

  private static AgentReply finish(Prompt prompt) {
    Question question = new Question(prompt.value("task"));
    String answer =
        question.answerIn(notes(prompt, true).stream().map(Prompt.Entry::value).toList());
    return answer.isEmpty()
        ? AgentReply.empty().evaluate("What was loaded does not answer it.").finish("not found")
        : AgentReply.empty().evaluate("That answers it.").finish(answer);
  }

  /** Half of the notes, the oldest first, go to storage. */
  private static AgentReply archive(Prompt prompt) {
    List<Prompt.Entry> notes = notes(prompt, false);
    return putAway(
        notes.subList(0, (notes.size() + 1) / 2),
        AgentReply.to("thinking").think("Memory is full; the oldest notes go to storage."));
  }
}
