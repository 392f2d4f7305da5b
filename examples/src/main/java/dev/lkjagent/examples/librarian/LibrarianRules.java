package dev.lkjagent.examples.librarian;

import dev.lkjagent.runtime.model.ModelRequest;
import dev.lkjagent.runtime.model.ReplyText;
import dev.lkjagent.runtime.model.RuleSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    return (request, reply) -> answer(request, new AgentReply(reply));
  }

  private static void answer(ModelRequest request, AgentReply reply) {
    PromptView view = new PromptView(request);
    switch (view.state) {
      case "executing" -> execute(view, reply);
      case "evaluating" -> evaluate(view, reply);
      case "paging" -> archive(view, reply);
      default -> think(view, reply);
    }
    reply.end();
  }

  private static void think(PromptView view, AgentReply reply) {
    if (!view.newTask.isEmpty()) {
      reply.begin("executing", "A question: " + view.newTask);
      for (PromptView.Entry loaded : view.notes(true)) {
        reply.action("working_memory_remove", loaded.tags(), "");
      }
    } else if (!view.has(READING_LIST)) {
      reply.begin("executing", "First I need to know which texts there are.");
    } else {
      String left = view.value(READING_LIST).strip();
      reply.begin(
          "executing",
          left.isEmpty()
              ? "Everything is read. Storage will have the answer."
              : left.lines().count() + " texts are still unread.");
    }
  }

  private static void execute(PromptView view, AgentReply reply) {
    String left = view.value(READING_LIST).strip();
    if (!view.has(READING_LIST)) {
      reply.begin("evaluating", "").action("list_texts", "", "");
    } else if (!left.isEmpty()) {
      reply.begin("evaluating", "").action("read_text", "", left.lines().findFirst().orElse(""));
    } else if (!view.notes(false).isEmpty()) {
      reply.begin("executing", "Everything is read; the notes go to storage before I look there.");
      for (PromptView.Entry note : view.notes(false)) {
        reply
            .action("storage_save", note.tags(), "")
            .action("working_memory_remove", note.tags(), "");
      }
    } else {
      search(new Question(view.value("task")), reply.begin("evaluating", ""));
    }
  }

  /** One search for all words, then one for each of the longest, until a note turns up. */
  private static void search(Question question, AgentReply reply) {
    List<String> words = new ArrayList<>(question.words());
    words.sort(Comparator.comparingInt(String::length));
    for (int i = 0; i < Math.min(2, words.size()); i++) {
      reply.action("storage_search", "note", words.get(words.size() - 1 - i));
    }
    reply.action("storage_search", "note", String.join(" ", question.words()));
  }

  private static void evaluate(PromptView view, AgentReply reply) {
    String last = view.lastOutcome();
    if (last.startsWith("list_texts: ")) {
      reply
          .begin("thinking", "")
          .evaluation("The list of texts is there.")
          .action("working_memory_add", READING_LIST, last.substring("list_texts: ".length()))
          .action("working_memory_pin", READING_LIST, "");
    } else if (last.startsWith("read_text: ")) {
      note(view, last.substring("read_text: ".length()), reply);
    } else if (!view.notes(true).isEmpty() && last.startsWith("storage_load")) {
      finish(view, reply);
    } else {
      load(view, reply);
    }
  }

  private static void note(PromptView view, String named, AgentReply reply) {
    int line = named.indexOf('\n');
    if (line < 0) {
      reply
          .begin("thinking", "")
          .evaluation("That text can't be read; I leave it out.")
          .action("working_memory_add", READING_LIST, rest(view));
      return;
    }
    String name = named.substring(0, line);
    String text = named.substring(line + 1);
    reply
        .begin(rest(view).isEmpty() ? "thinking" : "executing", "")
        .evaluation("Read and noted: " + name)
        .action("working_memory_add", "note," + name, text)
        .action("working_memory_add", READING_LIST, rest(view))
        .action("storage_save", "catalogue," + name, text.lines().findFirst().orElse(name));
  }

  private static String rest(PromptView view) {
    List<String> lines = view.value(READING_LIST).strip().lines().toList();
    return lines.size() < 2 ? "" : String.join("\n", lines.subList(1, lines.size()));
  }

  private static void load(PromptView view, AgentReply reply) {
    List<String> hits = new ArrayList<>();
    for (int i = view.outcomes.size() - 1; i >= 0 && hits.size() < 3; i--) {
      if (!view.outcomes.get(i).startsWith("storage_search")) {
        break;
      }
      Matcher hit = NOTE_HIT.matcher(view.outcomes.get(i).replaceFirst("\\[note\\]: ", ""));
      while (hit.find() && hits.size() < 3) {
        if (!hits.contains(hit.group(1))) {
          hits.add(hit.group(1));
        }
      }
    }
    if (hits.isEmpty()) {
      reply
          .begin("finished", "")
          .evaluation("Storage has nothing on it.")
          .action("finish", "", "not found");
      return;
    }
    reply.begin("evaluating", "").evaluation("Storage knows something; I load it.");
    for (String tags : hits) {
      reply.action("storage_load", tags, "");
    }
  }

  private static void finish(PromptView view, AgentReply reply) {
    Question question = new Question(view.value("task"));
    String answer =
        question.answerIn(view.notes(true).stream().map(PromptView.Entry::value).toList());
    reply
        .begin("finished", "")
        .evaluation(answer.isEmpty() ? "What was loaded does not answer it." : "That answers it.")
        .action("finish", "", answer.isEmpty() ? "not found" : answer);
  }

  /** Half of the notes, the oldest first, go to storage. */
  private static void archive(PromptView view, AgentReply reply) {
    List<PromptView.Entry> notes = view.notes(false);
    reply.begin("thinking", "Memory is full; the oldest notes go to storage.");
    for (PromptView.Entry note : notes.subList(0, (notes.size() + 1) / 2)) {
      reply
          .action("storage_save", note.tags(), "")
          .action("working_memory_remove", note.tags(), "");
    }
  }

  /** Writes a reply in the contract's form. */
  private static final class AgentReply {
    private final ReplyText out;

    AgentReply(ReplyText out) {
      this.out = out;
    }

    AgentReply begin(String nextState, String thinking) {
      out.append("<agent>\n<next_state>").append(nextState).append("</next_state>\n");
      if (!thinking.isEmpty()) {
        out.append("<thinking_log>").append(escaped(thinking)).append("</thinking_log>\n");
      }
      return this;
    }

    AgentReply evaluation(String text) {
      out.append("<evaluation_log>").append(escaped(text)).append("</evaluation_log>\n");
      return this;
    }

    AgentReply action(String type, String tags, String value) {
      out.append("<action><type>").append(type).append("</type>");
      if (!tags.isEmpty()) {
        out.append("<tags>").append(escaped(tags)).append("</tags>");
      }
      if (!value.isEmpty() || type.equals("working_memory_add")) {
        out.append("<value>").append(escaped(value)).append("</value>");
      }
      out.append("</action>\n");
      return this;
    }

    void end() {
      out.append("</agent>");
    }

    private static String escaped(String text) {
      return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
  }
}
