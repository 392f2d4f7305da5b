package dev.lkjagent.runtime.loop;

/** Hears what an agent does. Called on the agent's worker, in order: it must not block. */
@FunctionalInterface
public interface AgentListener {
  /**
   * Something happened. An exception is logged and changes nothing.
   *
   * @param event what
   */
  void on(AgentEvent event);
}
