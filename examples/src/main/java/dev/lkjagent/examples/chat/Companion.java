package dev.lkjagent.examples.chat;

import dev.lkjagent.runtime.loop.AgentBuilder;
import dev.lkjagent.runtime.loop.AgentTemplate;
import dev.lkjagent.runtime.loop.Limits;
import dev.lkjagent.runtime.loop.MemoryLimits;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The agent of this example. */
public final class Companion implements AgentTemplate {
  private static final int PAGING_TOKENS = 3000;
  private static final int HARD_TOKENS = 8192;

  /** Called by {@link java.util.ServiceLoader}. */
  public Companion() {}

  @Override
  public String name() {
    return "chat";
  }

  @Override
  public String description() {
    return "a companion to talk to, which remembers what it is told";
  }

  @Override
  public String endpoint() {
    return "rules:chat";
  }

  @Override
  public String defaultQuestion() {
    return "Introduce yourself.";
  }

  @Override
  public boolean isConversation() {
    return true;
  }

  @Override
  public void configure(AgentBuilder agent, @Nullable Path input) {
    agent
        .role("You are a companion who talks with a person and remembers what they tell you.")
        .instructions(
            """
            Answer each message with the action reply and the state waiting. Keep what is worth \
            remembering with storage_save under fitting tags. If you are asked for something that is \
            not in working memory, look for it first: storage_search, then storage_load, with the \
            state thinking until you know.""")
        .memory(MemoryLimits.of(PAGING_TOKENS, HARD_TOKENS))
        .limits(Limits.DEFAULT.withCycles(0));
  }
}
