package dev.lkjagent.cli.command;

import dev.lkjagent.cli.shell.ExitCode;
import dev.lkjagent.cli.shell.Terminal;
import dev.lkjagent.runtime.fault.Fault;
import dev.lkjagent.runtime.fault.FaultException;
import dev.lkjagent.runtime.loop.Agent;
import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentEvent;
import dev.lkjagent.runtime.loop.AgentHost;
import dev.lkjagent.runtime.loop.AgentTemplate;
import dev.lkjagent.runtime.loop.Approval;
import dev.lkjagent.runtime.loop.Assembly;
import dev.lkjagent.runtime.loop.RunResult;
import dev.lkjagent.runtime.memory.EntryKind;
import dev.lkjagent.runtime.memory.MemoryEntry;
import dev.lkjagent.runtime.model.Model;
import dev.lkjagent.runtime.model.Models;
import dev.lkjagent.runtime.store.Query;
import dev.lkjagent.runtime.store.SearchPage;
import dev.lkjagent.runtime.store.Space;
import dev.lkjagent.runtime.store.Store;
import dev.lkjagent.runtime.store.StoreFaults;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One session with an agent: a message, what it replies, the next message. */
final class Conversation {
  /** What can be typed besides messages, with what it does. */
  static final List<String[]> COMMANDS =
      List.of(
          new String[] {"/memory", "what it has in mind"},
          new String[] {"/search", "WORDS: what it has stored with these words"},
          new String[] {"/undo", "make it what it was before your last message"},
          new String[] {"/fork", "NAME: keep what it is now under another name"},
          new String[] {"/help", "this list"},
          new String[] {"/quit", "end; it remembers"});

  private static final String PERSON = "person";

  private final Terminal terminal;
  private final AgentOptions options;
  private final AgentTemplate template;
  private final Interruption interruption;

  /** The cycles before which messages of this session came. */
  private final Deque<Long> turns = new ArrayDeque<>();

  Conversation(
      Terminal terminal, AgentOptions options, AgentTemplate template, Interruption interruption) {
    this.terminal = terminal;
    this.options = options;
    this.template = template;
    this.interruption = interruption;
  }

  /** Talks until the input ends; about one message only if one is given. */
  ExitCode run(@Nullable String message, boolean fresh) throws IOException {
    Assembly assembly = new Assembly(options.load());
    String name = options.agentName(assembly, template.name());
    try (Model model =
            Models.of(
                options.endpoint(assembly, template), assembly.config().llm(), System::getenv);
        Store store =
            interruption.closes(assembly.store(options.store().fileToWrite(template.name())))) {
      if (fresh && StoreFaults.join(store.load(name)).isPresent()) {
        StoreFaults.join(store.delete(name));
      }
      try (AgentHost host =
          interruption.closes(assembly.host().store(store).model(model).build())) {
        AgentBuilder builder = host.agent(name).listener(this::hear);
        template.configure(builder, options.input());
        Agent agent = assembly.configure(builder).start();
        if (message != null) {
          return say(agent, message);
        }
        terminal
            .err()
            .println(
                Paragraph.wrap(
                    "You talk to " + model.description() + "; /help helps.",
                    "",
                    terminal.columns()));
        return talk(agent, store);
      }
    }
  }

  private ExitCode talk(Agent agent, Store store) throws IOException {
    ExitCode last = ExitCode.OK;
    try (LineSource lines = LineSource.of(terminal)) {
      for (String line = lines.next("> "); line != null; line = lines.next("> ")) {
        String text = line.strip();
        if (text.equals("/quit")) {
          return ExitCode.OK;
        }
        if (text.startsWith("/")) {
          command(agent, store, text);
        } else if (!text.isEmpty()) {
          last = say(agent, text);
        }
      }
    }
    return last;
  }

  private void hear(AgentEvent event) {
    if (event instanceof AgentEvent.Said said) {
      terminal.out().println(said.text());
      terminal.out().flush();
    }
  }

  private ExitCode say(Agent agent, String text) throws IOException {
    turns.push(agent.status().cycle());
    agent.send(PERSON, text);
    RunResult result = agent.resume();
    while (result.status() == RunResult.Status.NEEDS_APPROVAL) {
      for (Approval wanted : agent.approvals()) {
        @Nullable String answer = terminal.ask("May it " + wanted.request() + "? [y/N] ");
        if (answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
          agent.approve(wanted);
        } else {
          agent.deny(wanted, "the person said no");
        }
      }
      result = agent.resume();
    }
    if (result.status() == RunResult.Status.FINISHED && !result.text().isEmpty()) {
      terminal.out().println(result.text());
    }
    Fault fault = result.fault();
    if (fault != null) {
      terminal.err().println(terminal.red("error:") + " " + fault.message());
      terminal.err().println("Your message is kept; it is read again with the next one.");
      return ExitCode.of(fault.code());
    }
    return ExitCode.OK;
  }

  private void command(Agent agent, Store store, String line) {
    String[] words = line.split("\\s+", 2);
    String rest = words.length < 2 ? "" : words[1].strip();
    try {
      switch (words[0]) {
        case "/memory" -> memory(agent);
        case "/search" -> search(agent, store, rest);
        case "/undo" -> undo(agent);
        case "/fork" -> fork(agent, rest);
        case "/help" -> help();
        default ->
            terminal.err().println("There is no " + words[0] + "; /help lists what there is.");
      }
    } catch (FaultException e) {
      terminal.err().println(terminal.red("error:") + " " + e.fault().message());
    }
    terminal.out().flush();
  }

  private void help() {
    for (String[] command : COMMANDS) {
      terminal.out().println(String.format(Locale.ROOT, "%-8s %s", command[0], command[1]));
    }
  }

  private void memory(Agent agent) {
    List<MemoryEntry> entries =
        agent.workingMemory().stream().filter(entry -> entry.kind().paged()).toList();
    for (MemoryEntry entry : entries) {
      String from = entry.kind() == EntryKind.LOADED ? " (from storage)" : "";
      terminal
          .out()
          .println(
              terminal.cut(entry.tags() + from + ": " + entry.value().replaceAll("\\s+", " ")));
    }
    if (entries.isEmpty()) {
      terminal.out().println("Nothing.");
    }
  }

  private void search(Agent agent, Store store, String words) {
    if (words.isEmpty()) {
      terminal.err().println("Name words to look for: /search sailcloth");
      return;
    }
    SearchPage page =
        StoreFaults.join(store.search(Space.of(agent.name()), Query.EVERYTHING.text(words)));
    new InspectText(terminal, Query.EVERYTHING.limit()).show(page);
    if (page.hits().isEmpty()) {
      terminal.out().println("Nothing.");
    }
  }

  private void undo(Agent agent) {
    if (turns.isEmpty()) {
      terminal.err().println("No message of this session is left to take back.");
      return;
    }
    long cycle = turns.pop();
    agent.rewind(cycle);
    agent.send("chat", "The person takes the message before this one back: disregard it.");
    terminal
        .out()
        .println(
            "It is what it was after cycle "
                + cycle
                + ". What its actions did outside stays done.");
  }

  private void fork(Agent agent, String name) {
    if (name.isEmpty()) {
      terminal.err().println("Name the new one: /fork before-the-quarrel");
      return;
    }
    agent.fork(Store.LATEST, name);
    terminal
        .out()
        .println("Kept: lkjagent chat " + template.name() + " --name " + name + " goes on.");
  }
}
