package dev.lkjagent.runtime.loop;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An agent that can be run by its name from the command line. Found by {@link
 * java.util.ServiceLoader}: name the implementation in {@code
 * META-INF/services/dev.lkjagent.runtime.loop.AgentTemplate}. An implementation has a public
 * constructor without parameters and no state.
 */
public interface AgentTemplate {
  /**
   * The name by which it is run.
   *
   * @return lower-case letters, digits and hyphens
   */
  String name();

  /**
   * What the agent does, in a sentence for people.
   *
   * @return the description
   */
  String description();

  /**
   * The endpoint that it uses if nobody names another.
   *
   * @return for example {@code rules:librarian}
   */
  String endpoint();

  /**
   * What the agent is asked to do if nobody asks for something else.
   *
   * @return the task
   */
  String defaultQuestion();

  /**
   * Whether it is talked to rather than given a task: the command line then sends it one message
   * after the other and shows what it replies.
   *
   * @return false, unless overridden
   */
  default boolean isConversation() {
    return false;
  }

  /**
   * Makes the agent what it is: role, actions, limits.
   *
   * @param agent what to configure
   * @param input the folder that it works on, null for its own example
   * @throws IOException if the folder can't be used
   */
  void configure(AgentBuilder agent, @Nullable Path input) throws IOException;
}
