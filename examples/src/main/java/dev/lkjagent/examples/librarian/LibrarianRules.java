package dev.lkjagent.examples.librarian;

import dev.lkjagent.examples.shared.TellingWords;
import dev.lkjagent.runtime.rules.AgentReply;
import dev.lkjagent.runtime.rules.Prompt;
import dev.lkjagent.runtime.rules.PromptRuleSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code rules:librarian}: ordinary code that answers the librarian's prompts. Not a language
 * model.
 */
public final class LibrarianRules implements PromptRuleSet {
  private static final String READING_LIST = "reading_list";
  private static final int MOST_LOADED = 3;

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
  public AgentReply answer(Prompt prompt) {
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
    if (!prompt.remembers(READING_LIST)) {
      return reply.think("First I need to know which texts there are.");
    }
    int left = unread(prompt).size();
    return reply.think(
        left == 0
            ? "Everything is read. Storage will have the answer."
            : left + " texts are still unread.");
  }

  private static AgentReply execute(Prompt prompt) {
    AgentReply reply = AgentReply.to("evaluating");
    if (!prompt.remembers(READING_LIST)) {
      return reply.action("list_texts", "", "");
    }
    if (!unread(prompt).isEmpty()) {
      return reply.action("read_text", "", unread(prompt).get(0));
    }
    List<Prompt.Entry> notes = notes(prompt, false);
    if (!notes.isEmpty()) {
      return putAway(
          notes,
          AgentReply.to("executing")
              .think("Everything is read; the notes go to storage before I look there."));
    }
    // The last outcome is read first, so the search for all the words comes last.
    TellingWords question = new TellingWords(prompt.value("task"));
    question.longest(2).forEach(word -> reply.action("storage_search", "note", word));
    return reply.action("storage_search", "note", String.join(" ", question.list()));
  }

  /** Half of the notes, the oldest first, go to storage. */
  private static AgentReply archive(Prompt prompt) {
    List<Prompt.Entry> notes = notes(prompt, false);
    return putAway(
        notes.subList(0, (notes.size() + 1) / 2),
        AgentReply.to("thinking").think("Memory is full; the oldest notes go to storage."));
  }

  private static AgentReply putAway(List<Prompt.Entry> notes, AgentReply reply) {
    for (Prompt.Entry note : notes) {
      reply
          .action("storage_save", note.tags(), "")
          .action("working_memory_remove", note.tags(), "");
    }
    return reply;
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
    Set<String> found = found(prompt);
    if (loaded || found.isEmpty()) {
      return finish(prompt);
    }
    AgentReply reply = AgentReply.to("evaluating").evaluate("Storage knows something; I load it.");
    found.stream().limit(MOST_LOADED).forEach(tags -> reply.action("storage_load", tags, ""));
    return reply;
  }

  private static AgentReply note(Prompt prompt, String named) {
    List<String> unread = unread(prompt);
    String rest = String.join("\n", unread.subList(Math.min(1, unread.size()), unread.size()));
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

  private static Set<String> found(Prompt prompt) {
    List<Prompt.Search> searches = prompt.searches();
    Set<String> found = new LinkedHashSet<>();
    for (int i = searches.size() - 1; i >= 0; i--) {
      searches.get(i).hits().forEach(hit -> found.add(hit.tags()));
    }
    return found;
  }

  private static AgentReply finish(Prompt prompt) {
    List<String> loaded = notes(prompt, true).stream().map(Prompt.Entry::value).toList();
    String answer = new TellingWords(prompt.value("task")).sentenceIn(loaded);
    return answer.isEmpty()
        ? AgentReply.empty().evaluate("Storage has no answer.").finish("not found")
        : AgentReply.empty().evaluate("That answers it.").finish(answer);
  }
}
