package dev.lkjagent.examples.librarian;

import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentTemplate;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.MemoryLimits;
import dev.lkjagent.runtime.state.States;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The agent of this example. */
public final class Librarian implements AgentTemplate {
  private static final int CYCLES_PER_TEXT = 4;
  private static final int CYCLES_BESIDE = 200;

  /** Called by {@link java.util.ServiceLoader}. */
  public Librarian() {}

  @Override
  public String name() {
    return "librarian";
  }

  @Override
  public String description() {
    return "reads a folder of texts and answers a question from its notes";
  }

  @Override
  public String endpoint() {
    return "rules:librarian";
  }

  @Override
  public String defaultQuestion() {
    return "Who carried the first hives to the island of Hollin?";
  }

  @Override
  public void configure(AgentBuilder agent, @Nullable Path input) throws IOException {
    Shelf shelf = new Shelf(input);
    agent
        .role(
            "You are a librarian. You read texts once, keep notes, and answer a question from them.")
        .instructions(
            """
            Call list_texts and keep the names of the texts that are still unread in the entry tagged \
            reading_list. Call read_text for one after the other and note each text under the tags note \
            and its name. When nothing is left to read, save all notes to storage, search storage for the \
            words of the question in the entry tagged task, load what you find, and finish with the \
            answer, in the words of the text. If storage has no answer, finish with: not found""")
        .statePrompt(
            States.PAGING,
            "Working memory is full. Save the oldest notes to storage and remove them; they can be loaded"
                + " again. Keep the reading list.")
        .tools(shelf)
        .memory(MemoryLimits.of(1400, 8192).withTarget(1150).withLogs(3, 3, 4))
        .limits(Limits.DEFAULT.withCycles(CYCLES_BESIDE + (long) CYCLES_PER_TEXT * shelf.size()));
  }
}
